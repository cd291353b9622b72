"""The tables of the paper by their numbers, each as tidy rows out of a profile's records."""

from pathlib import Path

from padnet.pipeline.paths import find_root, results
from padnet.pipeline.table1 import table1
from padnet.pipeline.table2 import table2

TABLES = {1: table1, 2: table2}


def rows(number, profile, root=None):
    """The rows of Table 1 or 2 of a profile, dicts with the keys COLUMNS.

    root: the project folder, by default the one around the working directory.
    Raises PadnetError for records that are missing or cannot be read.
    """
    root = Path(root) if root else find_root()
    return TABLES[number](results(profile, root) / "records", root / "reference" / "tables.yaml")
