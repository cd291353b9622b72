"""The tables of the paper by number, as tidy rows from a profile's records."""

from pathlib import Path

from padnet.project.paths import find_root, results
from padnet.reporting.table1 import table1
from padnet.reporting.table2 import table2
from padnet.reporting.table3 import haze_folders, table3

TABLES = {1: table1, 2: table2, 3: table3}


def numbers(profile, root=None):
    """The numbers of the tables available for a profile: 1 and 2, and 3 if haze removal was run.

    root: the project folder, by default the one that contains the working directory.
    """
    found = haze_folders(results(profile, Path(root) if root else find_root()) / "records")
    return [number for number in TABLES if number != 3 or found]


def rows(number, profile, root=None):
    """The rows of Table 1, 2 or 3 of a profile, dicts with the keys COLUMNS.

    root: the project folder, by default the one that contains the working directory.
    Raises PadnetError for records that are missing or cannot be read.
    """
    root = Path(root) if root else find_root()
    return TABLES[number](results(profile, root) / "records", root / "reference" / "tables.yaml")
