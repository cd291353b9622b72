"""Locks between processes, on every system that filelock knows: a file that the holder keeps open and locked.

The system ends the lock with its process, however that ends, so a file that a killed process left holds up nobody.
"""

import contextlib
import errno
from pathlib import Path

from filelock import FileLock, Timeout

from padnet.errors import PadnetError

# What a file system without locks answers; elsewhere such a number would be an error like others.
WITHOUT = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL)


@contextlib.contextmanager
def locked(path, busy, wait=0):
    """Hold the lock file `path`, in a folder that exists; it is gone when the block ends.

    busy: the sentence for a lock that another holds.   wait: for how many seconds to try; -1 for ever.
    On a file system without locks nothing is held.
    Raises PadnetError(busy) when the time is over, OSError when the file cannot be made.
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
        # While it is held: who waits for it sees that the file has no name any more, and makes another. Windows removes
        # no file that is open; there the release does.
        if lock.is_locked:
            with contextlib.suppress(OSError):
                path.unlink()
        lock.release()
