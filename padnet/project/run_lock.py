"""A folder for one run at a time."""

import contextlib

from padnet.errors import PadnetError
from padnet.project.atomic_files import FULL, no_space
from padnet.project.locks import locked

LOCK = ".fetch.lock"  # in the folder, while a run is at work there


@contextlib.contextmanager
def alone(out):
    """Hold the folder `out`, a Path, made if missing, against other runs.

    No file is left behind but by a killed run, and that one holds up nobody. On a file system without locks nothing is
    held.
    Raises PadnetError when another run is at work there, or the folder cannot be made.
    """
    busy = f"another run is fetching into {out}: wait until it has ended, or, if there is none, delete {out / LOCK}"
    with contextlib.ExitStack() as held:
        try:
            out.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(out / LOCK, busy))
        except OSError as error:
            raise PadnetError(cannot_write(out, error)) from error
        yield


def cannot_write(out, error):
    """The sentence for the system's `error` on the folder `out`."""
    if error.errno in FULL:
        return no_space(out)
    return f"cannot write in {out} ({error.strerror}): choose another folder with --out"
