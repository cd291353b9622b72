"""Run both image networks on small crops of pictures that scikit-image brings, and keep all iterates.

    python -m padnet.verify.kept_runs --profile paper

Writes results/PROFILE/iterates/PICTURE-METHOD.safetensors, in the format of padnet.verify.iterates. From these files
padnet verify computes every inequality of the certificates again, in float64 and without a network.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from padnet.project import console
from padnet.project.atomic_files import write_bytes
from padnet.project.determinism import deterministic
from padnet.project.paths import results
from padnet.tasks.pretrained import METHODS
from padnet.verify.runs import observation, run

SIDE = 96
# file -> the upper left corner of the crop, and the seed of kernel and noise
CROPS = {"camera.png": (60, 170, 1), "coins.png": (40, 60, 2)}


def kept_runs(profile: str, root: Path = Path()) -> list[Path]:
    """Write the file of every picture and method, and return their paths."""
    deterministic()
    made = []
    for name, (top, left, seed) in CROPS.items():
        y, k = observation(name, top, left, SIDE, seed)
        for method in METHODS:
            target = results(profile, root) / "iterates" / f"{Path(name).stem}-{method}.safetensors"
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory() as folder:
                path, _ = run(method, y, k, folder)
                write_bytes(target, path.read_bytes())
            made.append(target)
    return made


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(prog="padnet.verify.kept_runs", description=__doc__.splitlines()[0])
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    for path in kept_runs(parser.parse_args(argv).profile):
        print(path)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
