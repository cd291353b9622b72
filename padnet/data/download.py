"""Download a single public file, with a clear error message on failure."""

import os
import re
import shutil
import stat
from http.client import IncompleteRead
from pathlib import Path

import pooch

from padnet.errors import PadnetError
from padnet.project.atomic_files import FULL, no_space, sha256


class Downloader:
    """The pooch downloader for one file, from its publisher or a mirror.

    mirror: a folder or an http address with the same layout as the URLs without their scheme; None uses the
    publishers.
    most: maps an address to the size of its file in bytes; a longer download is aborted at that size.
    found: maps an address to the (SHA-256, bytes) received last, for the error message.
    Raises PadnetError if the mirror is neither a folder nor an http address.
    """

    def __init__(self, mirror, most=None):
        self.mirror = mirror.rstrip("/") if mirror else None
        self.from_folder = bool(mirror) and not re.match(r"https?://", mirror)
        self.most, self.found = most or {}, {}
        if self.from_folder and not Path(mirror).is_dir():
            raise PadnetError(f"the mirror {mirror} is neither a folder nor an http address: correct PADNET_MIRROR")

    def address(self, url):
        """The location of the file for that URL: on the mirror, or the URL itself."""
        return f"{self.mirror}/{url.split('://', 1)[1]}" if self.mirror else url

    def __call__(self, url, output, pooch_instance):
        try:
            if self.from_folder:
                _check_ordinary(url, self.most.get(url))
                shutil.copyfile(url, output)
            else:
                with open(output, "wb") as file:
                    pooch.HTTPDownloader()(url, _Limited(file, self.most.get(url)), pooch_instance)
        except TooLong:
            raise
        except OSError as error:
            # A lost connection leaves a truncated file: let the hash check report it, with sizes.
            if error.errno in FULL or not (os.path.getsize(output) or _cut_short(error)):
                raise
        self.found[url] = (sha256(output), os.path.getsize(output))


class TooLong(OSError):
    """The file is longer than the table of sources states."""


class _Limited:
    """A writable file that accepts at most `most` bytes, if given."""

    def __init__(self, file, most):
        self.file, self.flush = file, file.flush
        self.left = float("inf") if most is None else most

    def write(self, data):
        """Write `data`; raises TooLong, and writes nothing, if it exceeds the remaining size."""
        self.left -= len(data)
        if self.left < 0:
            raise TooLong
        return self.file.write(data)


def _check_ordinary(path, most):
    """Raise OSError unless `path` on a mirror is a regular file of at most `most` bytes: reading a pipe may never
    end.
    """
    found = os.stat(path)
    if not stat.S_ISREG(found.st_mode):
        raise FileNotFoundError(path)
    if most is not None and found.st_size > most:
        raise TooLong


def _cut_short(error):
    """Whether fewer bytes arrived than the server announced."""
    while error and not isinstance(error, IncompleteRead):
        error = error.__context__
    return error is not None


def explain(error, source, address, downloader):
    """An error message for a failed download of `source` from `address`, with a remedy."""
    name = source.key
    if address in downloader.found:
        digest, size = downloader.found[address]
        return (
            f"{name} from {address} is truncated or altered (SHA-256 {source.sha256} expected, {digest} found, "
            f"{size} of {source.bytes} bytes): it is not kept; run the same command again, or set PADNET_MIRROR "
            "to a sound copy"
        )
    if isinstance(error, TooLong):
        return (
            f"{name} from {address} has more than the {source.bytes} bytes that it should have: it is not kept; "
            "run the same command again, or set PADNET_MIRROR to a sound copy"
        )
    if getattr(error, "errno", None) in FULL:
        return no_space(name)
    answer = getattr(error, "response", None)
    if isinstance(error, FileNotFoundError) or answer is not None:
        reason = f"status {answer.status_code}" if answer is not None else "no such file"
        where = "the mirror" if downloader.mirror else "the publisher"
        return (
            f"{where} does not give {name} at {address} ({reason}): set PADNET_MIRROR to a folder or URL that has "
            "it, or run the quick profile, which needs no download (make repro)"
        )
    return (
        f"cannot reach {address} for {name} ({type(error).__name__}): connect to a network, or set PADNET_MIRROR "
        "to a folder or URL that has the files, or run the quick profile, which needs no download (make repro); "
        "what was fetched is kept"
    )
