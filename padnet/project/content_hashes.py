"""MD5 hashes of files and folders, as computed by DVC."""

import fnmatch
import hashlib
import json
import os
from pathlib import Path


def md5(path):
    """The MD5 of the bytes of a file, in lower-case hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def ignored(root):
    """The patterns of .dvcignore: names that are excluded from the hash of a folder."""
    path = Path(root) / ".dvcignore"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [".dvc", ".git", *(line.strip() for line in lines if line.strip() and not line.startswith("#"))]


def files_below(folder, patterns):
    """The paths below a folder, relative to it, that DVC includes, sorted."""
    found = []
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not any(fnmatch.fnmatch(name, one) for one in patterns)]
        kept = (name for name in files if not any(fnmatch.fnmatch(name, one) for one in patterns))
        found += [(Path(place) / name).relative_to(folder).as_posix() for name in kept]
    return sorted(found)


def folder_md5(folder, patterns=()):
    """The hash that DVC computes for a folder."""
    listed = [{"md5": md5(Path(folder) / name), "relpath": name} for name in files_below(folder, patterns)]
    return hashlib.md5(json.dumps(listed, sort_keys=True).encode()).hexdigest() + ".dir"
