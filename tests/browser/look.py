"""Look at the built site and at notebooks in a real browser; the exit status tells whether all is well.

    python tests/browser/look.py --shots FOLDER 00_quickstart 03_learning_with_convergence_guarantee

Needs the extra `browser` (pip install playwright) and an installed Chromium.
"""

import argparse
import sys
from pathlib import Path

from chromium import Browser
from lab import Lab, check_notebook
from pages import check_site

ROOT = Path(__file__).resolve().parents[2]
BOOKS = ("00_quickstart", "03_learning_with_convergence_guarantee")


def site(folder, shots):
    """The faults of the site in `folder`, light and dark."""
    faults = []
    for dark in (False, True):
        with Browser(width=1440, height=900, dark=dark) as browser:
            faults += check_site(browser, folder, shots, "-dark" if dark else "")
            print(f"site, {'dark' if dark else 'light'}: {len(browser.requests)} requests, none may leave the machine")
    return faults


def notebooks(paths, shots, sliders):
    """The faults of the notebooks at `paths` in JupyterLab; each in a browser of its own."""
    faults = []
    for folder in dict.fromkeys(path.parent for path in paths):
        with Lab(folder) as lab:
            for path in (path for path in paths if path.parent == folder):
                with Browser() as browser:
                    found, moved = check_notebook(browser, lab, path, shots=shots)
                print(f"{path.name}: {moved} sliders changed the figure below them")
                faults += found
                if sliders and not moved and not found:
                    faults.append(f"{path.name}: it has no slider")
    return faults


def main():
    """Check what the command line names and print the faults."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("books", nargs="*", default=BOOKS, help="notebooks: names in notebooks/, or files")
    parser.add_argument("--site", type=Path, default=ROOT / "site", help="the built site; default: site/")
    parser.add_argument("--shots", type=Path, help="write pictures of what was looked at into this folder")
    parser.add_argument("--sliders", action="store_true", help="a notebook without a slider is a fault")
    parser.add_argument("--only", choices=("site", "notebooks"), help="look at one of the two")
    args = parser.parse_args()
    paths = [Path(b).resolve() if b.endswith(".ipynb") else ROOT / "notebooks" / f"{b}.ipynb" for b in args.books]
    missing = [str(path) for path in paths if args.only != "site" and not path.is_file()]
    if args.only != "notebooks" and not (args.site / "index.html").is_file():
        missing.append(f"{args.site / 'index.html'} (make site makes it)")
    if missing:
        sys.exit(f"padnet: there is no {missing[0]}")
    if args.shots:
        args.shots.mkdir(parents=True, exist_ok=True)
    faults = [] if args.only == "notebooks" else site(args.site.resolve(), args.shots)
    faults += [] if args.only == "site" else notebooks(paths, args.shots, args.sliders)
    for fault in faults:
        print(f"padnet: {fault}", file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
