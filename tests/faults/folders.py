"""The contract of a folder of photographs: one line for each that fails, and a result for every other."""

import contextlib
import io
import shutil
import tempfile
from pathlib import Path

from cases import Case, weights
from files import damaged, read, whole
from hypothesis import strategies as st

from padnet.cli import deconvolve
from padnet.errors import PadnetError
from padnet.project import console

SOUND = ("a.png", "a.jpg", "a.tif", "deep.tif")


@st.composite
def folder(draw):
    """`padnet deconvolve FOLDER` on files of which some are damaged."""
    pictures = damaged().filter(lambda file: file[0] in SOUND)
    sound = st.sampled_from(SOUND).map(lambda name: (name, whole()[name]))
    files = draw(st.lists(st.one_of(pictures, sound), min_size=1, max_size=4))
    named = {f"{number}{name}": body for number, (name, body) in enumerate(files)}

    def call():
        place = Path(tempfile.mkdtemp(prefix="padnet-faults-"))
        try:
            (place / "in").mkdir()
            for name, body in named.items():
                (place / "in" / name).write_bytes(body)
            options = ["--motion", "3,20", "-o", place / "out", "--weights", weights()]
            with contextlib.redirect_stderr(io.StringIO()) as errors, contextlib.redirect_stdout(io.StringIO()):
                status = console.run(deconvolve.main, [str(word) for word in (place / "in", *options)], resumed=False)
            written = {path.name for path in (place / "out").glob("*")}
            return status, [line for line in errors.getvalue().splitlines() if line.startswith("padnet: ")], written
        finally:
            shutil.rmtree(place)

    def right(result):
        status, lines, written = result
        refused = {name for name, body in named.items() if not _is_read(name, body)}
        told = {name for name in named if any(name in line for line in lines)}
        assert refused <= told, f"{refused - told} failed without a line"
        assert written == set(named) - told, f"{set(named) - told - written} got no result and no line"
        assert (status == 0) is (not told), f"the status is {status}"

    return Case(f"a folder of {', '.join(f'{name}: {body[:200].hex()}' for name, body in named.items())}", call, right)


def _is_read(name, body):
    try:
        read(name, body)
    except PadnetError:
        return False
    return True
