"""The folders of the project, found from any working directory inside it."""

from pathlib import Path

from padnet.errors import InputError, PadnetError

PROFILES = ("quick", "paper")


def find_root(start=None):
    """The project folder: the nearest one at or above `start` that contains params.yaml and dvc.yaml.

    start: a folder, by default the working directory.
    Raises PadnetError if there is none.
    """
    start = Path(start or ".").resolve()
    for folder in (start, *start.parents):
        if (folder / "params.yaml").is_file() and (folder / "dvc.yaml").is_file():
            return folder
    raise PadnetError(
        "neither this folder nor one above it holds params.yaml and dvc.yaml: run the command inside the project folder"
    )


def check_profile(profile):
    """Return `profile`. InputError unless it is "quick" or "paper"."""
    if profile not in PROFILES:
        raise InputError(f"there is no profile {profile!r}: use one of {', '.join(PROFILES)}")
    return profile


def results(profile, root=None):
    """The folder with the results of `profile`."""
    return (Path(root) if root else find_root()) / "results" / check_profile(profile)
