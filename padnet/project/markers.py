"""Update the part of a hand-written page between <!-- NAME --> and <!-- /NAME -->.

No stage writes such a page, because it could not be declared as an output.
"""

import re

from padnet.errors import PadnetError
from padnet.project.atomic_files import write_text


def between(text, part, name, page="the page"):
    """`text` with `part` between the two lines of NAME. page: its name in error messages.

    Raises PadnetError unless the text contains each of them exactly once.
    """
    found = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if len(found.findall(text)) != 1 or text.count(f"{name} -->") != 2:
        raise PadnetError(
            f"{page} needs the lines <!-- {name} --> and <!-- /{name} --> once each, in this order: put them back"
        )
    return found.sub(lambda match: match[1] + part + match[2], text)


def rewrite(root, page, part, name):
    """Write `part` between the lines of NAME in a page, given by its path below `root`. Errors as for between."""
    path = root / page
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    write_text(path, between(old, part, name, page))
