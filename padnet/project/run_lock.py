"""A lock that allows only one run per folder at a time."""

import contextlib

from padnet.errors import PadnetError
from padnet.project.atomic_files import FULL, no_space
from padnet.project.locks import locked

LOCK = ".fetch.lock"  # in the folder, while a run is active


@contextlib.contextmanager
def alone(out):
    """Lock the folder `out`, a Path, created if missing, against other runs.

    The lock file is removed at the end; one left by a killed run blocks nobody. On a file system without locks
    nothing is held.
    Raises PadnetError if another run is active there, or the folder cannot be created.
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
    """The error message for an OSError on the folder `out`."""
    if error.errno in FULL:
        return no_space(out)
    return f"cannot write in {out} ({error.strerror}): choose another folder with --out"
