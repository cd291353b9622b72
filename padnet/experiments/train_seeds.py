"""Train IPADNet of the gradient domain with another seed.

python -m padnet.experiments.train_seeds --profile paper --model ipadnet-1712
"""

import sys

from padnet.experiments import command
from padnet.experiments.learner import unrolled
from padnet.experiments.seeds import SeedExperiment, split, weights_path
from padnet.experiments.trainer import Entry
from padnet.project import console


def experiment(profile: str, model: str):
    """The experiment, configured by params.yaml."""
    return SeedExperiment(profile)


ENTRY = Entry("seeds", experiment, weights_path, ("ipadnet-SEED",), unrolled, split=split)


def main(argv=None):
    """Run `padnet train --experiment seeds`."""
    command.run(ENTRY, "seeds", argv)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
