"""Copy MathJax and reveal.js for the site from installed packages."""

import shutil
from importlib import metadata
from pathlib import Path

import sphinx_revealjs

from padnet.errors import PadnetError

OURS = ("icon.svg", "site.css", "site.js", "slides.css", "slides.js")
MATHJAX = "sphinx-mathjax-offline/static/mathjax/tex-svg.js"  # one file, including glyphs
REVEAL = (
    "LICENSE",
    "dist/reset.css",
    "dist/reveal.css",
    "dist/reveal.js",
    "dist/theme/white.css",
    "dist/theme/black.css",
    "dist/theme/fonts/source-sans-pro",
)


def copy_assets(static):
    """Fill the folder `static`: mathjax/, reveal/, and the style sheets and scripts of padnet/site.

    Raises PadnetError if a package lacks an expected file.
    """
    here = Path(__file__).parent
    for name in OURS:
        _copy(here / name, static / name, "padnet")
    mathjax = Path(metadata.distribution("sphinx-mathjax-offline").locate_file(MATHJAX))
    _copy(mathjax, static / "mathjax" / mathjax.name, "sphinx-mathjax-offline")
    reveal = Path(sphinx_revealjs.__file__).parent / "_static" / "revealjs"
    for name in REVEAL:
        _copy(reveal / name, static / "reveal" / name, "sphinx-revealjs")


def _copy(source, target, package):
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.is_file():
        shutil.copyfile(source, target)
    else:
        raise PadnetError(f"the installed package {package} lacks {source.name}: recreate the environment")
