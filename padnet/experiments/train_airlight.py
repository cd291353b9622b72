"""Train the estimator of the airlight.

python -m padnet.experiments.train_airlight --profile paper --model network
"""

import sys
from pathlib import Path

from padnet.errors import PadnetError
from padnet.experiments import command
from padnet.experiments.airlight import MODELS, AirlightExperiment, weights_path
from padnet.experiments.trainer import Entry
from padnet.experiments.training_kinds import BaselineTraining
from padnet.project import console


def experiment(profile: str, model: str):
    """The experiment, configured by params.yaml."""
    return AirlightExperiment(profile)


def pairs(experiment: AirlightExperiment, network: str, root: Path, seed: int, workers: int):
    """(training, held-out) pictures from a data folder."""
    return experiment.pairs(root, seed)


def job(experiment: AirlightExperiment, model: str, seed: int, train, held, begin, device, ranks) -> BaselineTraining:
    """The training. PadnetError under torchrun: it cannot be distributed."""
    if ranks.size > 1:
        raise PadnetError(f"{model} is trained by one process, not by {ranks.size}: run the command without torchrun")
    return BaselineTraining(experiment.trainee(train, held, seed, device), experiment.meta(model))


ENTRY = Entry("airlight", experiment, weights_path, MODELS, job, pairs=pairs)


def main(argv=None):
    """Run `padnet train --experiment airlight`."""
    command.run(ENTRY, "airlight", argv)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
