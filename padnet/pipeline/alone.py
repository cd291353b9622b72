"""A folder for one run at a time."""

import contextlib
import fcntl
import os

from padnet.errors import PadnetError
from padnet.pipeline.files import FULL, no_space


@contextlib.contextmanager
def alone(out):
    """Hold the folder `out`, a Path, made if missing, against other runs.

    The folder itself is locked: no file is left behind, and the end of the process, however it ends, ends the
    lock. On a file system without locks nothing is held.
    Raises PadnetError when another run is at work there, or the folder cannot be made.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        held = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise PadnetError(cannot_write(out, error)) from error
    try:
        with contextlib.suppress(OSError):
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise PadnetError(f"another run is fetching into {out}: wait until it has ended") from error
        yield
    finally:
        os.close(held)


def cannot_write(out, error):
    """The sentence for the system's `error` on the folder `out`."""
    if error.errno in FULL:
        return no_space(out)
    return f"cannot write in {out} ({error.strerror}): choose another folder with --out"
