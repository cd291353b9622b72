"""What holds for every page of a built site: it needs nothing from elsewhere, and every picture has words."""

from html.parser import HTMLParser

from padnet.errors import PadnetError

LOADED = {"link": "href"} | dict.fromkeys(("script", "img", "iframe", "source", "video", "audio"), "src")


class _Page(HTMLParser):
    """Collects what a page loads, its pictures without words, its links and its anchors."""

    def __init__(self):
        super().__init__()
        self.remote, self.silent, self.links, self.ids = [], [], [], set()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        address = given.get(LOADED.get(tag, ""), "") or ""
        if address.startswith(("http:", "https:", "//")):
            self.remote.append(address)
        if tag == "img" and not (given.get("alt") or "").strip():
            self.silent.append(address)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        self.ids.update(filter(None, (given.get("id"), given.get("name") if tag == "a" else None)))


def check_pages(folder):
    """Raise PadnetError for the first page in `folder` that loads something from elsewhere, has a picture
    without alternative text, or links to a page or an anchor that is not there."""
    pages = {}
    for path in sorted(folder.rglob("*.html")):
        if "_static" not in path.relative_to(folder).parts:
            pages[path] = _Page()
            pages[path].feed(path.read_text(encoding="utf-8"))
    for path, page in pages.items():
        name = path.relative_to(folder)
        if page.remote:
            raise PadnetError(f"the page {name} loads {page.remote[0]}: it may only load files of the site")
        if page.silent:
            raise PadnetError(f"the page {name} shows {page.silent[0]} without alternative text: give it one")
        for link in page.links:
            target, _, anchor = link.partition("#")
            if ":" in target or target.startswith("//"):
                continue
            goal = (path.parent / target).resolve() if target else path
            if not goal.exists() or anchor and goal in pages and anchor not in pages[goal].ids:
                raise PadnetError(f"the page {name} links to {link}, which is not there: correct the link")
