"""Train the networks of the gradient domain: IPADNet, and EPADNet for every p.

python -m padnet.experiments.train_gradient --profile paper --model ipadnet
"""

import sys

from padnet.experiments import command
from padnet.experiments.gradient import MODELS, Experiment, weights_path
from padnet.experiments.learner import unrolled
from padnet.experiments.trainer import Entry
from padnet.project import console


def experiment(profile: str, model: str):
    """The experiment, configured by params.yaml."""
    return Experiment(profile)


ENTRY = Entry("gradient", experiment, weights_path, MODELS, unrolled)


def main(argv=None):
    """Run `padnet train --experiment gradient`."""
    command.run(ENTRY, "gradient", argv)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
