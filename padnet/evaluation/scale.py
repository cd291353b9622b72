"""How time and memory grow on this machine: over processes, pixels, and the stages of a pipeline.

    python -m padnet.evaluation.scale

Writes reference/scale.csv and the tables of docs/scale.md. Processes are those of torchrun, of one thread each,
connected by gloo; their first rank is timed, after a warm-up. A training step is that of the networks for haze removal,
on random pictures; what the ranks exchange is timed again by itself. A benchmark is pictures of 255x255, deblurred one
by one. Memory is the peak of a process above that of a small picture. The pipelines are chains of copies made by
`dvc repro`.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

import padnet
from padnet.core.gradient_accumulation import step_in_parts
from padnet.errors import PadnetError
from padnet.evaluation.bench import NOISE, SIZE, own_peak, pictures
from padnet.evaluation.scale_model import page
from padnet.experiments.distributed import join
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.markers import rewrite
from padnet.project.paths import find_root
from padnet.tasks import dehazer as dehazers
from padnet.tasks.deconvolution import restore
from padnet.tasks.pretrained import load

COLUMNS = ("what", "size", "value", "unit")
OUT, PAGE = "reference/scale.csv", "docs/scale.md"
PROCESSES = (1, 2)
PARTS, PER_PART, SIDE = 4, 2, 160  # of a training step: parts, pictures in each, and their side in pixels
STEPS, PICTURES = 5, 8
ALPHA = 1.0  # of the networks: the time does not depend on it
MEGAPIXELS = ((1000, 1000), (1500, 2000), (2000, 3000))
STAGES = (10, 20, 40, 80)


def training(ranks) -> dict[str, float]:
    """Seconds of an optimiser step and of its exchange, medians of STEPS, and the bytes that a part contributes."""
    dehazer = dehazers.load()
    networks = torch.nn.ModuleList(dehazer.settings.networks([1] * len(dehazer.networks)))
    weights = list(networks.parameters())
    given = torch.rand(PER_PART, 4, SIDE, SIDE, generator=torch.Generator().manual_seed(0))

    def loss_of(part):
        t = given[:, :1]
        for network in networks:
            t = network(t, ALPHA, guide=given[:, 1:])
        found = t.square().mean()
        return found, [found.item()] * 2

    numbers = sum(w.numel() for w in weights)
    vectors = [torch.zeros(numbers, dtype=torch.float64) for _ in ranks.share(range(PARTS))]
    return {
        "step": _median(lambda: step_in_parts(weights, [], PARTS, ranks, loss_of)),
        "exchange": _median(lambda: ranks.average(vectors, PARTS, torch.zeros(numbers, dtype=torch.float64))),
        "bytes": 8 * numbers,
    }


def benchmark(ranks) -> dict[str, float]:
    """Seconds of PICTURES deblurred pictures, the median of two runs."""
    restorer, (planes, k) = load(), pictures(PICTURES, SIZE)

    def run():
        ranks.each(lambda y: restore(restorer, "ipadnet", [y], k, NOISE)[0], planes, "pictures", "picture")

    return {"pictures": _median(run, 2)}


def memory(task: str, height: int, width: int) -> int:
    """Bytes by which the peak of this process grows when a colour picture is deblurred or dehazed."""
    # Made of bytes, so that making it needs less memory than the work on it.
    tile = np.kron(np.random.default_rng(0).integers(0, 256, (20, 20, 3)), np.ones((10, 10, 1))).astype(np.uint8)
    picture = np.tile(tile, (height // 200 + 1, width // 200 + 1, 1))[:height, :width]
    work = {"deconvolve": lambda x: padnet.deconvolve(x, np.full((1, 21), 1 / 21), NOISE), "dehaze": padnet.dehaze}[
        task
    ]
    work(picture[:64, :64])
    before = own_peak()
    work(picture)
    return own_peak() - before


def _median(work, times=STEPS):
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def pipeline(stages: int) -> float:
    """Seconds of `dvc repro` on a chain of `stages` stages that are up to date."""
    with tempfile.TemporaryDirectory() as folder:
        chain = "".join(
            f"  s{i}:\n    cmd: cp f{i} f{i + 1}\n    deps: [f{i}]\n    outs: [f{i + 1}: {{cache: false}}]\n"
            for i in range(stages)
        )
        Path(folder, "dvc.yaml").write_text("stages:\n" + chain, encoding="utf-8")
        Path(folder, "f0").write_text("0", encoding="utf-8")
        for words in (["init", "-q", "--no-scm"], ["repro", "-q"]):
            _ran([sys.executable, "-m", "dvc", *words], folder, {})
        return _median(lambda: _ran([sys.executable, "-m", "dvc", "repro", "-q"], folder, {}), 2)


def _ran(command, folder, settings) -> str:
    """The output of a process. PadnetError if it fails."""
    done = subprocess.run(command, cwd=folder, env=os.environ | settings, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip() or "it was killed").splitlines()[-1]
        raise PadnetError(f"{' '.join(command[1:4])} cannot be measured: {why}")
    return done.stdout


def measured(root: Path) -> list[dict]:
    """The rows, dicts with the keys COLUMNS. PadnetError if a measurement fails."""
    rows = []

    def add(what, size, value, unit):
        rows.append(
            dict(zip(COLUMNS, (what, size, f"{value:.3g}" if unit == "s" else round(value), unit), strict=True))
        )

    for count in PROCESSES:
        start = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
        for job in ("training", "benchmark"):
            said = _ran([*start, "-m", "padnet.evaluation.scale", "--job", job], root, {"OMP_NUM_THREADS": "1"})
            for what, value in json.loads(said.splitlines()[-1]).items():
                add(what, count, value, "B" if what == "bytes" else "s")
    for task in ("deconvolve", "dehaze"):
        for height, width in MEGAPIXELS:
            job = ["--job", task, "--size", str(height), str(width)]
            said = _ran([sys.executable, "-m", "padnet.evaluation.scale", *job], root, {})
            add(task, height * width, float(said), "B")
    for stages in STAGES:
        add("repro", stages, pipeline(stages), "s")
    return rows


def main(argv=None):
    """Measure and write; --job is what the started processes are called with."""
    parser = argparse.ArgumentParser(prog="padnet.evaluation.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--job", choices=("training", "benchmark", "deconvolve", "dehaze"), help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.job in ("deconvolve", "dehaze"):
        print(memory(args.job, *args.size))
    elif args.job:
        torch.set_num_threads(1)
        ranks = join()
        found = {"training": training, "benchmark": benchmark}[args.job](ranks)
        if ranks.first:
            print(json.dumps(found))
    else:
        root = find_root()
        rows = measured(root)
        write_csv(root / OUT, rows, COLUMNS)
        rewrite(root, PAGE, page(root), "scale")


if __name__ == "__main__":
    sys.exit(console.run(main))
