"""The table in README.md, between two markers, written from the paper profile's records."""

import re
from pathlib import Path

from padnet.errors import PadnetError
from padnet.pipeline.files import write_text
from padnet.pipeline.layout import markdown
from padnet.pipeline.paths import find_root
from padnet.pipeline.table1 import table1

BLOCK = re.compile(r"(<!-- table1 -->\n).*?(<!-- /table1 -->)", re.DOTALL)


def readme_block(root=None):
    """What belongs between the markers, Markdown, from results/paper/records.

    root: the project folder, by default the one around the working directory.
    """
    root = Path(root) if root else find_root()
    return markdown(table1(root / "results" / "paper" / "records", root / "reference" / "tables.yaml")) + "\n"


def with_block(readme, block):
    """The text `readme` with `block` between its markers.

    Raises PadnetError when it does not hold each marker once.
    """
    if len(BLOCK.findall(readme)) != 1 or readme.count("table1 -->") != 2:
        raise PadnetError(
            "README.md needs the lines <!-- table1 --> and <!-- /table1 --> once each, in this order: put them back"
        )
    return BLOCK.sub(lambda match: match[1] + block + match[2], readme)


def update_readme(root=None):
    """Bring README.md up to date with the paper profile's records; a README that is already so is left alone."""
    root = Path(root) if root else find_root()
    path = root / "README.md"
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    new = with_block(old, readme_block(root))
    if new != old:
        write_text(path, new)
