"""`python fast_dvc.py …` is `dvc …`, but for how it reads and writes YAML, and without the locks of single files.

DVC writes a lock's comments, which takes seconds for each of a hundred stages, reads the same files again and again,
and looks for each parameter by walking all of them. Here the lock is written as JSON, which is YAML, a text is parsed
once, and a parameter is found by its name. No test runs two of these at once in one folder.
"""

import contextlib
import copy
import functools
import json
import os
import sys

import dvc.dependency.param
import dvc.dvcfile
import dvc.rwlock
import dvc.utils.strictyaml
from dvc.utils.serialize import load_path, parse_yaml

_written = {}  # path: what modify_yaml wrote there last, as text and as data


@functools.cache
def _parsed(text, path):
    return json.loads(text) if text.startswith("{") else parse_yaml(text, path, typ="safe")


def parse_once(text, path, typ="safe"):
    """What DVC reads of dvc.yaml and dvc.lock."""
    return copy.deepcopy(_parsed(text, path)) if typ == "safe" else parse_yaml(text, path, typ=typ)


@contextlib.contextmanager
def modify_yaml(path, fs=None):
    """What DVC changes in dvc.lock."""
    text = ""
    with contextlib.suppress(FileNotFoundError), open(path, encoding="utf-8") as file:
        text = file.read()
    before, data = _written.get(path, ("", {}))
    if text != before:
        data = parse_once(text, path) or {}
    yield data
    text = json.dumps(data, indent=1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    _written[path] = text, data


@functools.cache
def _loaded(path, fs, changed, size):
    return load_path(path, fs)


def read_once(path, fs):
    """What DVC reads of a file of parameters; it changes nothing of it."""
    found = os.stat(path)
    return _loaded(path, fs, found.st_mtime_ns, found.st_size)


class Names:
    """Of dpath, what DVC asks for by name."""

    search = staticmethod(dvc.dependency.param.dpath.search)

    @staticmethod
    def get(config, path, separator):
        for name in path.split(separator):
            if not isinstance(config, dict):
                raise KeyError(path)
            config = config[name]
        return config


@contextlib.contextmanager
def unlocked(*_):
    """Of a lock of single files."""
    yield


def hasten(patch=setattr):
    """Make the DVC of this process fast. patch: as setattr, or pytest's, which undoes it."""
    patch(dvc.dvcfile, "modify_yaml", modify_yaml)
    patch(dvc.utils.strictyaml, "parse_yaml", parse_once)
    patch(dvc.dependency.param, "load_path", read_once)
    patch(dvc.dependency.param, "dpath", Names)
    patch(dvc.rwlock, "rwlock", unlocked)


if __name__ == "__main__":
    from dvc.cli import main

    hasten()
    sys.exit(main(sys.argv[1:]))
