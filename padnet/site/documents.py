"""Markdown files of the project as pages of the site: what they say of results, checks and machines."""

import re
import shutil
from pathlib import Path

from padnet.errors import PadnetError
from padnet.site.source import LINK

# page: (menu, file, PROFILE being that of the site). A file that is not there has no page.
PAGES = {
    "photographs": ("Use", "docs/photographs.md"),
    "own_model": ("Use", "docs/own_model.md"),
    "classroom": ("Use", "docs/classroom.md"),
    "comparison": ("Results", "results/PROFILE/compare.md"),
    "deviations": ("Results", "results/PROFILE/deviations.md"),
    "verify": ("Results", "docs/verify.md"),
    "faults": ("Results", "docs/faults.md"),
    "machines": ("Results", "docs/bits.md"),
    "data": ("Results", "docs/data.md"),
}
# Files that other pages of the site show.
OTHERS = {"results/PROFILE/tables": "tables", "docs/tables.md": "tables", "docs/notebooks.md": "index"}
IMAGE = re.compile(r"!\[([^\]]+)\]\(([^)\s]+)\)")
MARK = re.compile(r"^<!-- /?\w+ -->\n", re.MULTILINE)


def there(profile, root):
    """{page: (menu, Path)} of the files that the project has."""
    paths = {name: (menu, Path(root) / file.replace("PROFILE", profile)) for name, (menu, file) in PAGES.items()}
    return {name: (menu, path) for name, (menu, path) in paths.items() if path.is_file()}


def page(path, profile, root, books, figures):
    """A file as a page, MyST Markdown.

    path: of the file. books: the notebooks that are pages. figures: the folder to which its pictures are copied, which
    pages call _static/figures. Links to what the site has lead there; others, to files of the project, become text.
    Raises PadnetError for a picture that is not there.
    """
    root, goals = Path(root).resolve(), _goals(profile, root, books)

    def link(match):
        if "://" in match[2] or match[2].startswith("#"):
            return match[0]
        target, _, anchor = match[2].partition("#")
        place = (path.parent / target).resolve()
        goal = next((goals[one] for one in (place, place.parent) if one in goals), None)
        return f'<a href="{goal}.html{"#" * bool(anchor)}{anchor}">{_code(match[1])}</a>' if goal else match[1]

    def image(match):
        picture = (path.parent / match[2]).resolve()
        if not picture.is_file():
            raise PadnetError(f"{path.name} shows {match[2]}, which is not there: bring it back with git checkout")
        figures.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(picture, figures / picture.name)
        return f"![{match[1]}](_static/figures/{picture.name})"

    return LINK.sub(link, IMAGE.sub(image, MARK.sub("", path.read_text(encoding="utf-8"))))


def _goals(profile, root, books):
    """{file or folder: the page that shows it}."""
    goals = {path.resolve(): name for name, (_, path) in there(profile, root).items()}
    goals |= {(root / file.replace("PROFILE", profile)).resolve(): name for file, name in OTHERS.items()}
    for book in books:
        for folder in ("notebooks", f"results/{profile}/notebooks"):
            goals[(root / folder / f"{book.name}.ipynb").resolve()] = book.name
    return goals


def _code(text):
    """The text of a link inside HTML: `code` as an element."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
