"""`python fast_dvc.py …` is `dvc …`, but for how it reads and writes YAML.

DVC keeps a lock's comments, which takes seconds for each of a hundred stages, and reads params.yaml again for each of
them. The tests' lock has no comments, and a file that is the same is read once.
"""

import contextlib
import functools
import os
import sys

import dvc.dependency.param
import dvc.dvcfile
from dvc.utils.serialize import load_path
from ruamel.yaml import YAML


@contextlib.contextmanager
def modify_yaml(path, fs=None):
    yaml = YAML(typ="safe")
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False
    try:
        with open(path, encoding="utf-8") as file:
            data = yaml.load(file) or {}
    except FileNotFoundError:
        data = {}
    yield data
    with open(path, "w", encoding="utf-8") as file:
        yaml.dump(data, file)


@functools.cache
def _loaded(path, fs, changed, size):
    return load_path(path, fs)


def read_once(path, fs):
    """What DVC reads of a file of parameters; it changes nothing of it."""
    found = os.stat(path)
    return _loaded(path, fs, found.st_mtime_ns, found.st_size)


def hasten(patch=setattr):
    """Make the DVC of this process fast. patch: as setattr, or pytest's, which undoes it."""
    patch(dvc.dvcfile, "modify_yaml", modify_yaml)
    patch(dvc.dependency.param, "load_path", read_once)


if __name__ == "__main__":
    from dvc.cli import main

    hasten()
    sys.exit(main(sys.argv[1:]))
