"""Train a compared method that requires training.

python -m padnet.experiments.train_baseline --profile paper --model csf
"""

import sys
from pathlib import Path

from padnet.errors import PadnetError
from padnet.experiments import command
from padnet.experiments.baselines import MODELS, MethodExperiment, weights_path
from padnet.experiments.trainer import Entry
from padnet.experiments.training_kinds import BaselineTraining
from padnet.project import console


def experiment(profile: str, model: str):
    """The experiment, configured by params.yaml."""
    return MethodExperiment(profile)


def pairs(experiment: MethodExperiment, network: str, root: Path, seed: int, workers: int):
    """(training, held-out) pairs of the data folder ``root``: Fields, or HazeFields for haze removal."""
    return experiment.pairs(network, root, seed, workers)


def job(experiment: MethodExperiment, model: str, seed: int, train, held, begin, device, ranks) -> BaselineTraining:
    """The training of the method. PadnetError under torchrun: it cannot be distributed."""
    if ranks.size > 1:
        raise PadnetError(f"{model} is trained by one process, not by {ranks.size}: run the command without torchrun")
    return BaselineTraining(experiment.trainee(model, train, held, seed, device), experiment.meta(model))


ENTRY = Entry("methods", experiment, weights_path, MODELS, job, pairs=pairs)


def main(argv=None):
    """Run `padnet train --experiment baseline`."""
    command.run(ENTRY, "baseline", argv)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
