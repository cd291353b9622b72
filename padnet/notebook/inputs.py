"""What lessons 04 to 07 read: the results of a profile, or, before `make repro`, the committed ones.

A fresh clone has neither the results, the networks nor the pictures of the quick profile. The lessons then take tables,
records and networks of the paper profile, which are committed, and for their examples the pictures of the quick
profile, which are made from scikit-image's in a second.
"""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from padnet.data.sample_pictures import sample
from padnet.errors import InputError
from padnet.project.params import read_yaml
from padnet.project.paths import check_profile, results

__all__ = ["AtHand", "at_hand"]

# What each lesson needs of a profile's results and networks: path patterns, of which each must match a file.
NEEDS = {
    "gradient": (
        "weights/{}/gradient-ipadnet.safetensors",
        "weights/{}/gradient-explicit-l0.safetensors",
        "results/{}/tuning/gradient-hqs.csv",
        "results/{}/records/*/gradient-admm.csv",
        "results/{}/records/*/gradient-hqs.csv",
        "results/{}/records/*/gradient-ipadnet.csv",
        "results/{}/records/*/gradient-epadnet.csv",
        "results/{}/certificates/*/gradient-epadnet.json",
        "results/{}/converge_curves.csv",
        "results/{}/survival.csv",
    ),
    "image": (
        "weights/{}/image-ipadnet.csv",
        "results/{}/records/*/image-ipadnet.csv",
        "results/{}/records/*/image-epadnet.csv",
        "results/{}/records/*/compared-*.csv",
    ),
    "haze": (
        "weights/{}/haze-ipadnet.csv",
        "results/{}/records/*/haze-ipadnet.csv",
        "results/{}/records/*/haze-he.csv",
        "results/{}/records/*/haze-ren.csv",
    ),
    "proofs": ("weights/{}/gradient-ipadnet.safetensors", "weights/{}/gradient-explicit-l0.safetensors"),
}
LIVE = {"quick": ("quick", "quick-haze"), "paper": ("levin-1pct", "middlebury-haze")}


@dataclass(frozen=True)
class AtHand:
    """What a lesson reads.

    profile: whose results, networks and parameters, "quick" or "paper".
    borrowed: whether these stand in for missing ones of the quick profile; the examples then have no records.
    home: the folder that holds data/, a Path; data: the folder of the profile's pictures in it.
    deblurring, haze: the names of the protocols of the examples.
    figures: the folder whose figures/ the lesson may write.
    """

    profile: str
    borrowed: bool
    home: Path
    data: Path
    deblurring: str
    haze: str
    figures: Path


def at_hand(lesson: str, profile: str, root: Path) -> AtHand:
    """What there is to read for a lesson; prints one line if committed results stand in for missing ones.

    lesson: "gradient", "image", "haze" or "proofs". root: the project folder.
    Raises InputError for another lesson or profile.
    """
    if lesson not in NEEDS:
        raise InputError(f"there is no lesson {lesson!r}: choose from {', '.join(NEEDS)}")
    data = root / "data" / check_profile(profile)
    if profile == "paper" or _complete(lesson, profile, root):
        return AtHand(profile, False, root, data, *LIVE[profile], results(profile, root))
    print(
        "The results of the quick profile are not here (`make repro` makes them): tables and networks are the "
        "committed ones of the paper profile, the examples pictures that scikit-image brings, which have no records."
    )
    scratch = _scratch()
    home = root if (data / "test").is_dir() else scratch
    if home == scratch:
        sample(scratch / "data/quick", read_yaml(root / "params.yaml")["seed"])
    return AtHand("paper", True, home, home / "data/quick", *LIVE["quick"], scratch)


def _complete(lesson, profile, root):
    places = ("data/{}/test/*.png", *NEEDS[lesson])
    return all(any(root.glob(place.format(profile))) for place in places)


def _scratch():
    """A folder that goes when Python ends; the project's own may belong to somebody else."""
    folder = Path(tempfile.mkdtemp(prefix="padnet-lesson-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
