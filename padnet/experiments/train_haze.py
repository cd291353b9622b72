"""Train the networks for haze removal.

python -m padnet.experiments.train_haze --profile paper --model first
python -m padnet.experiments.train_haze --profile paper --model ipadnet
"""

import sys
from pathlib import Path

from padnet.experiments import command
from padnet.experiments.haze import MODELS, HazeExperiment, weights_path
from padnet.experiments.learner import unrolled
from padnet.experiments.trainer import Entry
from padnet.project import console


def experiment(profile: str, model: str):
    """The experiment, configured by params.yaml."""
    return HazeExperiment(profile, model=model)


def pairs(experiment: HazeExperiment, network: str, root: Path, seed: int, workers: int):
    """(training, held-out) pairs of hazy images from a data folder."""
    return experiment.pairs(root, seed)


ENTRY = Entry("haze", experiment, weights_path, MODELS, unrolled, pairs=pairs)


def main(argv=None):
    """Run `padnet train --experiment haze`."""
    command.run(ENTRY, "haze", argv)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
