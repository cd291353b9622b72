"""The site in a browser, opened from its files: pages, formulas, pictures, search, slides."""

PHRASE = "error condition"
SILENT = "[...document.images].filter(i => !(i.alt || '').trim()).map(i => i.src)"
BROKEN = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
# Text in code whose contrast with what is behind it is below 4.5 : 1, as the browser has painted it.
PALE = """(() => {
  const part = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const found = numbers(getComputedStyle(e).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const e of document.querySelectorAll('pre, pre *, code')) {
    if (!e.offsetParent || ![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const [low, high] = [light(numbers(getComputedStyle(e).color)), light(ground(e))].sort((a, b) => a - b);
    if ((high + 0.05) / (low + 0.05) < 4.5) pale.add(`${e.tagName}.${e.className} ${getComputedStyle(e).color}`);
  }
  return [...pale];
})()"""
UNSET = "[...document.querySelectorAll('.math')].filter(e => !e.querySelector('mjx-container')).length"
READY = "!window.MathJax || (MathJax.startup && MathJax.startup.promise.then(() => true))"
BAD_MATH = "document.querySelectorAll('mjx-container [data-mml-node=merror]').length"
FOUND = "document.querySelectorAll('#search-results li').length"
# What lies outside the slide's frame, in pixels of the slide; formulas are drawn with parts that overlap.
OVER = """(() => {
  const slide = Reveal.getCurrentSlide(), scale = Reveal.getScale();
  const frame = document.querySelector('.slides').getBoundingClientRect();
  let over = 0;
  for (const e of slide.querySelectorAll('.slide, .body > *, img, td, pre')) {
    const box = e.getBoundingClientRect();
    over = Math.max(over, box.bottom - frame.bottom, box.right - frame.right);
  }
  return over / scale;
})()"""
PLAIN = ("genindex", "search")  # Sphinx's own pages
# Of the reference, whose pages are alike: its beginning, a function, a module and its source.
REFERENCE = (
    "reference/index",
    "reference/deconvolve",
    "reference/padnet.core.safeguard",
    "_modules/padnet/core/safeguard",
)


def check_page(browser, path, shots=None):
    """The faults of one page, sentences."""
    faults = []
    browser.errors.clear()
    browser.open(path.as_uri())
    if not browser.wait(READY, timeout=60):
        faults.append("MathJax does not finish")
    for what, found in (("without alternative text", SILENT), ("that does not load", BROKEN)):
        faults += [f"picture {what}: {src}" for src in browser.script(found)]
    faults += [f"text of too little contrast: {which}" for which in browser.script(PALE)]
    for box in range(browser.script("document.querySelectorAll('.moving').length")):
        image = f"document.querySelectorAll('.moving')[{box}].querySelector('img').src"
        before = browser.script(image)
        browser.script(f"document.querySelectorAll('.moving')[{box}].querySelector('button').click()")
        if browser.script(image) == before:
            faults.append(f"its moving picture {box} does not pause")
    if browser.script(UNSET):
        faults.append(f"{browser.script(UNSET)} formulas are not set")
    if browser.script(BAD_MATH):
        faults.append(f"{browser.script(BAD_MATH)} formulas have an error")
    if shots:
        browser.shot(shots, whole=True)
    return [f"{path.name}: {fault}" for fault in faults + browser.errors]


def check_search(browser, site, shots=None):
    """The faults of the search for PHRASE."""
    browser.errors.clear()
    browser.open(f"{(site / 'search.html').as_uri()}?q={PHRASE.replace(' ', '+')}")
    found = browser.wait(FOUND, timeout=20)
    if shots:
        browser.shot(shots)
    if not browser.wait("document.querySelector('#search-results .context')", timeout=20):
        found = False
    faults = [] if found else [f"the search for {PHRASE!r} finds nothing, or shows no words of what it finds"]
    return faults + [f"search: {error}" for error in browser.errors]


def check_slides(browser, path, folder=None, name=""):
    """The faults of a notebook's slides, each of them shown once; pictures go into `folder`."""
    browser.errors.clear()
    browser.open(path.as_uri())
    if not browser.wait("window.Reveal && Reveal.isReady()", timeout=60):
        return [f"slides/{path.name}: they do not start"]
    faults = [f"picture without alternative text: {src}" for src in browser.script(SILENT)]
    total = browser.script("Reveal.getTotalSlides()")
    for number in range(total):
        over = browser.script(OVER)
        if over > 8:
            faults.append(f"slide {number + 1} of {total} is {over:.0f} pixels too large")
        if folder:
            browser.shot(folder / f"slides-{path.stem.split(chr(95))[0]}-{number + 1:02d}{name}.png")
        browser.script("Reveal.next()")
    if browser.script(BAD_MATH):
        faults.append("formulas have an error")
    return [f"slides/{path.name}: {fault}" for fault in faults + browser.errors]


def check_site(browser, site, shots=None, name=""):
    """The faults of the whole site; shots: a folder for pictures, or None. name: an ending of their names."""
    faults = []
    for path in [*sorted(site.glob("*.html")), *(site / f"{page}.html" for page in REFERENCE)]:
        stem = str(path.relative_to(site).with_suffix("")).replace("/", "-")
        picture = shots / f"{stem}{name}.png" if shots and stem not in PLAIN else None
        faults += check_page(browser, path, picture)
    faults += check_search(browser, site, shots / f"search{name}.png" if shots else None)
    for path in sorted((site / "slides").glob("*.html")):
        faults += check_slides(browser, path, shots, name)
    return faults + [f"a request leaves the machine: {url}" for url in browser.remote()]
