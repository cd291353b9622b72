"""What has been answered in this session of Python, and the points that it is worth."""

import json
from pathlib import Path

from padnet.errors import InputError
from padnet.project.atomic_files import write_text

__all__ = ["LEVELS", "recorded", "score"]

# name -> its level, 1 to 3, which is also its points: one for a definition or a formula, two for a conclusion from
# several, three for an idea that is not in the text.
LEVELS: dict[str, int] = {}
# name -> (number of answers that were tested, whether the last of them was right)
_RECORD: dict[str, tuple[int, bool]] = {}


def recorded(name: str, right: bool) -> None:
    """Note that an answer to the exercise was tested, and whether it was right."""
    tries, _ = _RECORD.get(name, (0, False))
    _RECORD[name] = (tries + 1, right)


def score(path: str | Path | None = None) -> dict:
    """The scores of this session as a dict, written to the JSON file `path` if one is given; prints a sentence.

    It counts all exercises of the notebooks of which one was tested; what counts is the last answer. The dict holds
    right, of, points, of_points, and exercises: {name: {"level", "tries", "right"}}.
    Raises InputError for a path whose folder does not exist, or that is a folder.
    """
    notebooks = {name.partition(".")[0] for name in _RECORD}
    found = {}
    for name in sorted(name for name in LEVELS if name.partition(".")[0] in notebooks):
        tries, right = _RECORD.get(name, (0, False))
        found[name] = {"level": LEVELS[name], "tries": tries, "right": right}
    told = {
        "right": sum(one["right"] for one in found.values()),
        "of": len(found),
        "points": sum(one["level"] for one in found.values() if one["right"]),
        "of_points": sum(one["level"] for one in found.values()),
        "exercises": found,
    }
    if path is not None:
        path = Path(path)
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise InputError(f"{path} cannot be written: name a file in a folder that exists.")
        write_text(path, json.dumps(told, indent=1) + "\n")
    print(f"{told['right']} of {told['of']} exercises, {told['points']} of {told['of_points']} points.")
    return told
