"""Copy trained networks of the paper profile into the package, which loads them from there; commit the files.

    python -m padnet.experiments.ship

The copies are part of the package's source rather than outputs of a stage: the quick profile and every installed
padnet use them and must not depend on the trainings of the paper profile. `make paper` copies the results of its
trainings; `padnet paper --check` and `padnet verify` report a copy that differs from its original.
"""

import argparse
import sys
from pathlib import Path

from padnet.errors import PadnetError
from padnet.project import console
from padnet.project.atomic_files import write_bytes
from padnet.project.paths import find_root

# The weights of the compared methods are listed separately, so that PADNet's results do not depend on them.
SHIPPED = {
    "padnet/pretrained": ("image-ipadnet", "airlight-network", "haze-ipadnet"),
    "padnet/baselines/weights": ("methods-csf", "methods-mlp", "methods-epll", "methods-cai", "methods-ren"),
}
# The stages of dvc.yaml that train these networks.
STAGES = ("train-image-ipadnet", "train-airlight", "train-haze-ipadnet", "train-compared", "train-dehazers")
ENDINGS = ("json", "csv", "safetensors")  # the weights are written last, so that they never exist without their card


def stale(root):
    """The shipped files that are missing or other than their originals in weights/paper: [(original, copy)].

    Raises PadnetError when an original is missing.
    """
    root, found = Path(root), []
    for folder, names in SHIPPED.items():
        for name in (f"{name}.{ending}" for name in names for ending in ENDINGS):
            original, copy = root / "weights/paper" / name, root / folder / name
            if not original.is_file():
                raise PadnetError(f"there is no weights/paper/{name} to ship: restore it with git, or train it")
            if not copy.is_file() or copy.read_bytes() != original.read_bytes():
                found.append((original, copy))
    return found


def ship(root):
    """Make every shipped file a copy of its original; return the paths of those that changed, relative to `root`."""
    changed = []
    for original, copy in stale(root):
        copy.parent.mkdir(parents=True, exist_ok=True)
        write_bytes(copy, original.read_bytes())
        changed.append(copy.relative_to(root))
    return changed


def add_arguments(parser):
    """This command has no options."""


def main(argv=None):
    """Ship, and say what changed."""
    parser = argparse.ArgumentParser(prog="padnet ship", description=__doc__.splitlines()[0])
    add_arguments(parser)
    parser.parse_args(argv)
    changed = ship(find_root())
    print("\n".join(f"{path}: copied" for path in changed) or "the package has the networks of weights/paper")


if __name__ == "__main__":
    sys.exit(console.run(main))
