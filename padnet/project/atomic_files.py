"""Atomic file writes: a reader sees either the old or the new file, never a partial one."""

import contextlib
import csv
import errno
import hashlib
import io
import json
import os
import shutil
from pathlib import Path

from padnet.errors import InputError, PadnetError
from padnet.project.locks import locked

FULL = (errno.ENOSPC, errno.EDQUOT)
WAIT = 600  # seconds to wait for another process that writes the same file


def no_space(path):
    """The error message for a full disk."""
    return f"no space left on the disk that holds {path}: free some and run the same command again"


@contextlib.contextmanager
def _clear_errors(path, kinds=None):
    """Convert OSErrors on `path` to a PadnetError with a clear message; `kinds`: only these error numbers."""
    try:
        yield
    except OSError as error:
        if kinds and error.errno not in kinds:
            raise
        if error.errno in FULL:
            raise PadnetError(no_space(path)) from error
        raise PadnetError(
            f"cannot write {path} ({error.strerror or error}): choose another place or change its permissions"
        ) from error


@contextlib.contextmanager
def atomic_write(path, mode="wb"):
    """Open `path` for writing; it only changes if the block ends without an exception.

    The bytes are written to `.NAME.part` in the same folder (created if missing), flushed to disk, and renamed to
    `path`. On any error the part file is removed and `path` is unchanged; a part file left by a killed process is
    overwritten by the next run. Concurrent writers are serialised by the lock file `.NAME.lock`, which only exists
    while it is held.

    mode: "wb" for bytes or "w" for UTF-8 text with "\\n" line ends.
    Raises InputError for any other mode, PadnetError if the disk is full, `path` cannot be written, or another
    process does not finish writing it.
    """
    if mode not in ("wb", "w"):
        raise InputError(f'atomic_write takes mode "wb" or "w", not {mode!r}')
    path = Path(path)
    part, lock = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.lock")
    busy = f"another run is writing {path}: wait until it has ended, or, if there is none, delete {lock}"
    text = {"encoding": "utf-8", "newline": "\n"} if mode == "w" else {}
    with contextlib.ExitStack() as held:
        with _clear_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(locked(lock, busy, WAIT))
            file = open(part, mode, **text)  # noqa: SIM115, closed below, under its own handler
        try:
            # Closing writes the rest of its buffer. The block may raise OSErrors about other files: only convert a
            # full disk.
            with _clear_errors(path, FULL), file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            with _clear_errors(path):
                os.replace(part, path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise


@contextlib.contextmanager
def atomic_folder(path):
    """Yield an empty folder to fill; it replaces `path` when the block ends without an exception.

    The old folder is renamed, then removed, so a killed process leaves the old folder, none, or the new one, never a
    mixture.
    Raises PadnetError if the disk is full or `path` cannot be written.
    """
    path = Path(path).absolute()
    part, old = path.with_name(f".{path.name}.part"), path.with_name(f".{path.name}.old")
    try:
        with _clear_errors(path):
            for stale in (part, old):
                if stale.exists():
                    shutil.rmtree(stale)
            part.mkdir(parents=True)
        with _clear_errors(path, FULL):
            yield part
        with _clear_errors(path):
            if path.exists():
                os.rename(path, old)
            os.rename(part, path)
            if old.exists():
                shutil.rmtree(old)
    except BaseException:
        if old.exists() and not path.exists():
            os.rename(old, path)
        shutil.rmtree(part, ignore_errors=True)
        raise


def write_bytes(path, data):
    """Write `data` (bytes) to `path`; see atomic_write."""
    with atomic_write(path, "wb") as file:
        file.write(data)


def write_text(path, text):
    """Write `text` to `path` as UTF-8; see atomic_write."""
    with atomic_write(path, "w") as file:
        file.write(text)


def write_csv(path, rows, columns):
    """Write `rows` (dicts) with a header of `columns`, in that order; None becomes an empty cell.

    Raises InputError if the keys of a row are not exactly `columns`.
    """
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=columns, lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(rows):
        if set(row) != set(columns):
            raise InputError(
                f"row {number} of {path} has the columns {sorted(row)}, it needs exactly {sorted(columns)}"
            )
        writer.writerow(row)
    write_text(path, table.getvalue())


def write_json(path, obj):
    """Write `obj` as JSON: keys sorted, indent 1, a newline at the end, floats at full precision.

    Raises InputError for NaN, infinities and objects that JSON cannot represent.
    """
    try:
        text = json.dumps(obj, sort_keys=True, indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise InputError(f"{path} cannot be written as JSON: {error}") from error
    write_text(path, text + "\n")


def sha256(path):
    """The SHA-256 of the file at `path`, in lower-case hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
