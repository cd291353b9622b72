"""What the pages say, as a script: a browser lets a page from a file load a script, but read no other page.

The search reads it for the lines that it shows below a title, where the site was opened from its files.
"""

import json
import re
from html import unescape

from padnet.project.atomic_files import write_text

MAIN = re.compile(r'role="main".*?>(.*)</article>', re.DOTALL)
LEFT_OUT = re.compile(r'<(script|style)\b.*?</\1>|<a class="headerlink".*?</a>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")
NAME = "_static/texts.js"


def words(page):
    """The text of a built page, without its navigation and with single spaces; "" for one of another kind."""
    found = MAIN.search(page)
    return " ".join(unescape(TAG.sub(" ", LEFT_OUT.sub(" ", found[1]))).split()) if found else ""


def write(folder):
    """Write the words of every page of the site in `folder` to its NAME, as window.TEXTS = {address: words}."""
    pages = [*sorted(folder.glob("*.html")), *sorted((folder / "reference").glob("*.html"))]
    told = {path.relative_to(folder).as_posix(): words(path.read_text(encoding="utf-8")) for path in pages}
    text = json.dumps({name: said for name, said in told.items() if said}, ensure_ascii=False, indent=0)
    write_text(folder / NAME, f"window.TEXTS = {text};\n")
