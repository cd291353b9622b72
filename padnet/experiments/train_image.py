"""Train the networks of the image domain.

python -m padnet.experiments.train_image --profile paper --model ipadnet
"""

import sys

from padnet.experiments import command
from padnet.experiments.image import MODELS, ImageExperiment, weights_path
from padnet.experiments.learner import unrolled
from padnet.experiments.trainer import Entry
from padnet.project import console


def experiment(profile: str, model: str):
    """The experiment, configured by params.yaml."""
    return ImageExperiment(profile)


ENTRY = Entry("image", experiment, weights_path, MODELS, unrolled)


def main(argv=None):
    """Run `padnet train --experiment image`."""
    command.run(ENTRY, "image", argv)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
