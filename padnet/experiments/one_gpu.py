"""All that waits for a GPU, in one run: train the image networks, time them, and restore the full set `sun`.

    python -m padnet.experiments.one_gpu --out FOLDER

The networks are trained for --minutes on the GPU, shipped, and timed there; the 640 pairs of `sun` are restored on the
CPU, shared by as many processes as there are cores, because records come from the CPU. Weights, records and times are
copied to FOLDER after every step, also when a later one fails. Meant for 15 minutes of one GPU with 16 cores, which has
not been tried yet.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import torch

from padnet.errors import InputError, PadnetError
from padnet.project import console, switches
from padnet.project.paths import find_root

KEPT = (
    "weights/paper/image-ipadnet.*",
    "checkpoints/paper/image-ipadnet.*",
    "results/paper/records/{}/image-*.csv",
    "results/paper/certificates/{}/image-*.json",
)


def commands(out: Path, minutes: float, name: str, device: str, processes: int) -> list[list[str]]:
    """The arguments of Python for every step, in order."""
    share = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    times = ["-m", "padnet.evaluation.bench", "--device", device, "--json", str(out / "bench.json")]
    train = ["-m", "padnet.experiments.train_image", "--profile", "paper", "--model", "ipadnet"]
    return [
        [*train, "--device", device, "--minutes", f"{minutes:g}"],
        ["-m", "padnet.experiments.ship"],
        times,
        [*share, "-m", "padnet.evaluation.image", "--profile", "paper", "--set", name],
    ]


def bring(root: Path, out: Path, name: str) -> None:
    """Copy what the steps have made so far to `out`, with its path below the project folder."""
    for pattern in KEPT:
        for path in root.glob(pattern.format(name)):
            target = out / path.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def run(out: Path, minutes: float, name: str = "sun", device: str = "cuda", root: Path | None = None) -> None:
    """Take every step. Raises PadnetError that names the first one to fail; its predecessors' files are in `out`.

    Raises InputError for minutes that are not positive, and where torch has no GPU.
    """
    if not minutes > 0:
        raise InputError(f"the minutes of training are {minutes:g}: give a positive number")
    if device == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no GPU that torch can use: give --device cpu to try the steps without one")
    root, out = find_root(root), out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    processes = max(1, len(os.sched_getaffinity(0)))
    for words in commands(out, minutes, name, device, processes):
        settings = switches.pinned(os.environ) | {"PYTHONPATH": str(root)}
        if "torch.distributed.run" in words:
            settings["OMP_NUM_THREADS"] = "1"
        done = subprocess.run([sys.executable, *words], cwd=root, env=settings, check=False)
        bring(root, out, name)
        if done.returncode:
            raise PadnetError(f"{' '.join(words)} failed; what was made before is in {out}")


def main(argv=None):
    """Run all steps."""
    parser = argparse.ArgumentParser(prog="padnet.experiments.one_gpu", description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the results are copied to")
    parser.add_argument("--minutes", type=float, default=7, help="of training; default: 7")
    parser.add_argument("--set", default="sun", help="the test set; default: sun, all 640 pairs")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cuda", help="default: cuda")
    options = parser.parse_args(argv)
    run(options.out, options.minutes, options.set, options.device)


if __name__ == "__main__":
    sys.exit(console.run(main))
