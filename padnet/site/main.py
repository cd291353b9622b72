"""Build a static site of a profile's executed notebooks, with slides and an API reference; it works offline."""

import argparse
import sys
import tempfile
from pathlib import Path

from padnet.errors import InputError
from padnet.notebook.executed import read_books
from padnet.project import console
from padnet.project.atomic_files import atomic_folder, write_text
from padnet.project.paths import PROFILES, find_root
from padnet.site import certificates, code_lines, documents, equations, pages, reference, texts
from padnet.site.assets import copy_assets
from padnet.site.build import sphinx
from padnet.site.check import check_pages
from padnet.site.reference import NAMES, ROOMS
from padnet.site.slides import slides
from padnet.site.source import source

# The content of a site's folder besides its pages, NAME.html.
PARTS = {
    ".buildinfo",
    "_images",
    "_modules",
    "_sources",
    "_static",
    "notebooks",
    "objects.inv",
    "reference",
    "searchindex.js",
    "slides",
}


def check_out(out, root):
    """Raise InputError unless the folder `out` can be replaced with the site without losing other files.

    It may be absent, empty, or contain nothing but an earlier site; it must not be a link, `root` or a folder that
    contains `root`.
    """
    out, root = Path(out), Path(root)
    if out.is_symlink():
        raise InputError(f"{out} is a link: name the folder itself with --out.")
    if root.resolve().is_relative_to(out.resolve()):
        raise InputError(f"{out} holds the project, which the site would replace: choose another folder with --out.")
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file: choose a folder with --out.")
    found = sorted(path.name for path in out.iterdir()) if out.exists() else []
    if found and not ((out / "index.html").is_file() and (out / "_static" / "mathjax").is_dir()):
        raise InputError(
            f"{out} is no earlier site and holds {found[0]}, which would be lost: choose another folder with --out."
        )
    foreign = [name for name in found if name not in PARTS and not name.endswith(".html")]
    if foreign:
        raise InputError(
            f"{out} holds {foreign[0]} beside a site, which would be lost: move it, or choose another folder with "
            "--out."
        )


def site(profile, out, root=None):
    """Write the site of `profile` to the folder `out`, which is only replaced on success; return [Book].

    root: the project folder, by default the one that contains the working directory.
    Raises InputError for a folder that contains anything but an earlier site (see check_out), PadnetError for missing
    notebooks, records or certificates, a figure without alternative text, and any Sphinx warning.
    """
    root = Path(root) if root else find_root()
    check_out(out, root)
    books = read_books(profile, root)
    with tempfile.TemporaryDirectory() as made, atomic_folder(out) as folder:
        made, lines = Path(made).resolve(), code_lines.places(ROOMS)
        for book in books:
            write_text(made / f"{book.name}.ipynb", source(book, books, made / "_static" / "figures", lines))
        shown = documents.there(profile, root)
        write_text(made / "index.md", pages.index(books, shown, pages.picture(profile, root, made / "_static")))
        for name, (_, path) in shown.items():
            write_text(made / f"{name}.md", documents.page(path, profile, root, books, made / "_static" / "figures"))
        write_text(made / "tables.md", pages.tables(profile, root))
        write_text(made / "certificates.md", certificates.page(profile, root))
        write_text(made / "equations.md", equations.page(books, lines))
        reference.write(made / "reference", NAMES, ROOMS)
        copy_assets(made / "_static")
        sphinx(made, folder)
        for book in books:
            write_text(folder / "slides" / f"{book.name}.html", slides(book, folder / "_static" / "figures"))
            write_text(folder / "notebooks" / f"{book.name}.ipynb", pages.notebook(book, profile, root))
        texts.write(folder)
        check_pages(folder)
    return books


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--profile", choices=PROFILES, default="paper")
    parser.add_argument(
        "--out",
        type=Path,
        default=None,
        metavar="FOLDER",
        help="default: site/ in the project; an earlier site there is replaced, any other folder must be empty",
    )


def main(argv=None):
    """Build the site and print its location."""
    parser = argparse.ArgumentParser(prog="padnet site", description=__doc__.splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args(argv)
    root = find_root()
    out = args.out or root / "site"
    books = site(args.profile, out, root)
    print(f"{len(books)} notebooks with slides: open {out / 'index.html'}")


if __name__ == "__main__":
    sys.exit(console.run(main))
