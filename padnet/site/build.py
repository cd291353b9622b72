"""Run Sphinx with every warning treated as an error with a one-sentence message."""

import io
import re
import shutil
import tempfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from padnet.errors import PadnetError

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def sphinx(source, out):
    """Build the pages of the folder `source` into the folder `out`.

    source: .md, .rst and .ipynb files, and a folder _static that is copied.
    Raises PadnetError with the first warning or error.
    """
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as scratch, patch_docutils(), docutils_namespace():
        # myst-nb writes its own folder next to the pages, so they are built in a separate folder.
        made = Path(scratch) / "pages"
        try:
            app = Sphinx(
                source,
                Path(__file__).parent,
                made,
                Path(scratch) / "doctrees",
                "html",
                confoverrides={"html_static_path": [str(source / "_static")]},
                status=None,
                warning=said,
                warningiserror=True,
            )
            app.build(force_all=True)
        except SphinxError as error:
            raise PadnetError(f"Sphinx cannot make the site: {_first(said.getvalue(), source) or error}") from error
        # .buildinfo hashes the name of a folder that is gone, another one every time.
        shutil.copytree(made, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".buildinfo"))
    if app.statuscode or said.getvalue().strip():
        raise PadnetError(f"Sphinx warns about the site: {_first(said.getvalue(), source)}")


def _first(text, source):
    lines = [line.strip() for line in COLOUR.sub("", text).splitlines() if line.strip()]
    return lines[0].replace(f"{source}/", "") if lines else ""
