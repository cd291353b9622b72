"""Checks for every page of a built site: no external resources, and alternative text for every image."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from padnet.errors import PadnetError

LOADED = {  # attributes whose address a browser loads automatically, by element
    "link": ("href", "imagesrcset"),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "object": ("data",),
    "image": ("href", "xlink:href"),
    "feimage": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
} | dict.fromkeys(("script", "iframe", "frame", "audio", "embed", "track", "input"), ("src",))
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CSS = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)"']*))\s*\)|@import\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
# import("a"), import x from "a", export * from "a"
SCRIPT = re.compile(r"""\bimport\s*\(\s*["'`]([^"'`]+)|\b(?:import|from)\s*["']([^"']+)""")
REFRESH = re.compile(r"url\s*=\s*[\"']?([^\"']+)", re.IGNORECASE)


class _Page(HTMLParser):
    """Collects the loaded resources, images without alternative text, links and anchors of a page."""

    def __init__(self):
        super().__init__()
        self.loads, self.silent, self.links, self.ids = [], [], [], set()
        self.moved, self.inside = False, None

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        for name in LOADED.get(tag, ()):
            address = given.get(name, "")
            self.loads += _candidates(address) if name.endswith("srcset") else [address]
        self.loads += css_loads(given.get("style", ""))
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self.loads += REFRESH.findall(given.get("content", ""))
        if tag == "img" and not given.get("alt", "").strip():
            self.silent.append(given.get("src", ""))
        if tag in ("a", "area") and given.get("href"):
            self.links.append(given["href"])
        self.moved |= tag == "base"
        self.ids.update(filter(None, (given.get("id"), given.get("name") if tag == "a" else None)))
        self.inside = tag

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside == "style":
            self.loads += css_loads(data)
        elif self.inside == "script":
            self.loads += _first_groups(SCRIPT, data)


def check_pages(folder):
    """Raise PadnetError for the first page or style sheet in `folder` that loads anything but a file of the folder.

    The same applies to images without alternative text, and links to a page or an anchor that does not exist.
    """
    folder = folder.resolve()
    pages = {}
    for path in sorted(folder.rglob("*.html")):
        if "_static" not in path.relative_to(folder).parts:
            pages[path] = _Page()
            pages[path].feed(path.read_text(encoding="utf-8"))
            pages[path].close()
    for path, page in pages.items():
        name = path.relative_to(folder)
        if page.moved:
            raise PadnetError(f"the page {name} holds <base>, which leads all its addresses elsewhere: leave it out")
        _check_loads(f"the page {name}", page.loads, path, folder)
        if page.silent:
            raise PadnetError(f"the page {name} shows {page.silent[0]} without alternative text: give it one")
        for link in page.links:
            goal, anchor = _goal(link, path)
            if goal is None and urlsplit(link).scheme != "file":
                continue
            there = goal and goal.is_relative_to(folder) and goal.exists()
            if not there or (anchor and goal in pages and not {anchor, unquote(anchor)} & pages[goal].ids):
                raise PadnetError(f"the page {name} links to {link}, which is not there: correct the link")
    for path in sorted(folder.rglob("*.css")):
        loads = css_loads(path.read_text(encoding="utf-8"))
        _check_loads(f"the style sheet {path.relative_to(folder)}", loads, path, folder)


def css_loads(text):
    """The addresses loaded by a style sheet, or the style of an element."""
    return _first_groups(CSS, COMMENT.sub(" ", text))


def _check_loads(what, addresses, path, folder):
    """Raise PadnetError for the first address that is not a file in `folder`; `path`: of the file with them."""
    for address in filter(None, map(str.strip, addresses)):
        if address.lower().startswith("data:"):
            continue
        goal, _ = _goal(address, path)
        if goal is None:
            raise PadnetError(f"{what} loads {address}: it may only load files of the site")
        if not goal.is_relative_to(folder) or not goal.is_file():
            raise PadnetError(f"{what} loads {address}, which is not in the site: correct the address")


def _goal(address, path):
    """(the target file of an address on `path`, its anchor); (None, "") if it is not a local file."""
    try:
        parts = urlsplit(address.strip().replace("\\", "/"))
    except ValueError:
        return None, ""
    if parts.scheme or parts.netloc:
        return None, ""
    return (path.parent / unquote(parts.path)).resolve() if parts.path else path, parts.fragment


def _candidates(srcset):
    """The addresses in "a.png 1x, b.png 2x"."""
    return [part.split()[0] for part in re.split(r",\s+|,$", srcset.strip()) if part.strip()]


def _first_groups(pattern, text):
    return [next(filter(None, match.groups()), "") for match in pattern.finditer(text)]
