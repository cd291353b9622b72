"""The kinds of work that are disturbed, each so small that it takes a second or two."""

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import nbformat
import numpy as np
from beside import ROOT
from tiny import parameters, write_benchmark, write_parameters, write_pictures, write_test_set, write_weights

from padnet.data import fetch
from padnet.evaluation import gradient as benchmark
from padnet.experiments import train_gradient, trainer
from padnet.experiments.gradient import PRIORS
from padnet.notebook import run as notebook
from padnet.project.determinism import deterministic

HOST = "publisher.example"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class Job(NamedTuple):
    """prepare(folder, seed) makes a project; work() runs the stage in it; outputs: patterns of what it leaves."""

    name: str
    prepare: Callable
    work: Callable
    outputs: tuple[str, ...]

    def results(self, folder):
        """The files at their final places: {path from `folder`: bytes}."""
        found = (path for pattern in self.outputs for path in folder.glob(pattern))
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(found)
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        }


def project(folder):
    """A folder that is a project, as the tests' fixture `toy`."""
    (folder / "notebooks").mkdir(parents=True)
    (folder / "dvc.yaml").write_text("stages: {}\n")
    (folder / "params.yaml").write_text("seed: 1\nquick: {notebooks: {}}\npaper: {notebooks: {}}\n")
    for name in ("padnet", "reference"):
        os.symlink(ROOT / name, folder / name)


def _prepare_training(folder, seed):
    project(folder)
    write_parameters(folder, parameters(ROOT), seed)
    write_pictures(folder)


def _train():
    trainer.deterministic = partial(deterministic, 1)  # so small a training is slowed down by sharing it out
    trainer.train(train_gradient.ENTRY, "quick", "epadnet-l0.8")


def _prepare_benchmark(folder, seed):
    project(folder)
    write_benchmark(folder, ROOT)
    write_test_set(folder)
    here = os.getcwd()
    os.chdir(folder)
    try:
        for model in ("ipadnet", *(f"epadnet-{prior}" for prior in PRIORS)):
            write_weights(folder, model, amplitude=30.0 + seed)
    finally:
        os.chdir(here)


def _benchmark():
    benchmark.deterministic = partial(deterministic, 1)
    benchmark.benchmark("quick", "quick", "epadnet")


def _prepare_fetch(folder, seed):
    lines = ["set,url,sha256,bytes"]
    for i in range(24):
        body = np.random.default_rng([seed, i]).bytes(150_000 + 1000 * i)
        address = f"{HOST}/data/f{i}.bin"
        path = folder / "mirror" / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        lines.append(f"{'ab'[i % 2]},https://{address},{hashlib.sha256(body).hexdigest()},{len(body)}")
    (folder / "table.csv").write_text("\n".join(lines) + "\n")


def _fetch():
    fetch.fetch(Path("downloads"), ["a", "b"], "mirror", "table.csv", retries=0)


def _prepare_notebook(folder, seed):
    project(folder)
    cells = [
        'profile = "quick"',
        "import hashlib, time\nfor i in range(5):\n    print(i)\n    time.sleep(0.05)",
        f"print(hashlib.sha256(b'{seed}' * 10**6).hexdigest())",
        "[profile] * 3",
    ]
    book = nbformat.v4.new_notebook(
        metadata={"kernelspec": KERNEL}, cells=[nbformat.v4.new_code_cell(code) for code in cells]
    )
    book.cells[0].metadata["tags"] = ["parameters"]
    for number, cell in enumerate(book.cells):
        cell.id = f"s{number}"
    (folder / "notebooks/toy.ipynb").write_text(nbformat.writes(book))


def _notebook():
    notebook.run("quick", "toy")


deterministic(1)  # PyTorch reads thousands of files at the first call: once, in the parent of all forks

JOBS = {
    job.name: job
    for job in (
        Job("train", _prepare_training, _train, ("weights/**/*",)),
        Job("benchmark", _prepare_benchmark, _benchmark, ("results/**/*",)),
        Job("fetch", _prepare_fetch, _fetch, ("downloads/**/*",)),
        Job("notebook", _prepare_notebook, _notebook, ("results/**/*",)),
    )
}
