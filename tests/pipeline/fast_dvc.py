"""`python fast_dvc.py …` is `dvc …`, but for how the lock is read and written: by ruamel's C library.

DVC keeps a lock's comments, which takes seconds for each of a hundred stages. The tests' lock has none.
"""

import contextlib
import sys

import dvc.dvcfile
from dvc.cli import main
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


dvc.dvcfile.modify_yaml = modify_yaml
sys.exit(main(sys.argv[1:]))
