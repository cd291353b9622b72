"""Locks between processes, portable through filelock: a file that the holder keeps open and locked.

The operating system releases the lock when the process ends, for any reason, so a file left by a killed process
blocks nobody.
"""

import contextlib
import errno
from pathlib import Path

from filelock import FileLock, Timeout

from padnet.errors import PadnetError

# Error numbers of a file system without locks; elsewhere they are treated as ordinary errors.
WITHOUT = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)


@contextlib.contextmanager
def locked(path, busy, wait=0):
    """Hold the lock file `path`, in an existing folder; it is removed when the block ends.

    busy: the error message if another process holds the lock.   wait: timeout in seconds; -1 for none.
    On a file system without locks nothing is held.
    Raises PadnetError(busy) after the timeout, OSError if the file cannot be created.
    """
    path = Path(path)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise PadnetError(busy) from error
    except OSError as error:
        if error.errno not in WITHOUT:
            raise
    try:
        yield
    finally:
        # Remove the file while the lock is held: a waiting process notices that it has no name any more and creates a
        # new one. Windows cannot remove open files; there the release does it.
        if lock.is_locked:
            with contextlib.suppress(OSError):
                path.unlink()
        lock.release()
