"""The tables in README.md, each between two markers, written from the paper profile's records."""

import re
from pathlib import Path

from padnet.errors import PadnetError
from padnet.pipeline.files import write_text
from padnet.pipeline.layout import markdown
from padnet.pipeline.paths import find_root
from padnet.pipeline.tables import rows


def readme_block(root=None, number=1):
    """What belongs between the markers of Table 1, 2 or 3, Markdown, from results/paper/records.

    root: the project folder, by default the one around the working directory.
    """
    return markdown(rows(number, "paper", root), number) + "\n"


def with_block(readme, block, number=1):
    """The text `readme` with `block` between the markers of Table 1, 2 or 3; errors as for between."""
    return between(readme, block, f"table{number}")


def between(readme, block, name):
    """The text `readme` with `block` between the lines <!-- NAME --> and <!-- /NAME -->.

    Raises PadnetError when it does not hold each of them once.
    """
    found = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if len(found.findall(readme)) != 1 or readme.count(f"{name} -->") != 2:
        raise PadnetError(
            f"README.md needs the lines <!-- {name} --> and <!-- /{name} --> once each, in this order: put them back"
        )
    return found.sub(lambda match: match[1] + block + match[2], readme)


def update_readme(root=None, number=1):
    """Bring Table 1, 2 or 3 of README.md up to date; a README that is already so is left alone."""
    root = Path(root) if root else find_root()
    rewrite(root, readme_block(root, number), f"table{number}")


def rewrite(root, block, name):
    """Put `block` between the markers NAME of README.md; a README that has it is left alone. Errors as for between."""
    path = Path(root) / "README.md"
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    new = between(old, block, name)
    if new != old:
        write_text(path, new)
