"""Train a rung of the ladder of image networks.

python -m padnet.experiments.train_ladder --profile paper --model denoiser
"""

import sys

from padnet.experiments import command
from padnet.experiments.ladder import LadderExperiment
from padnet.experiments.learner import unrolled
from padnet.experiments.rungs import weights_path
from padnet.experiments.schemas.image import AGAIN, RUNGS
from padnet.experiments.trainer import Entry
from padnet.project import console
from padnet.project.params import load_seed


def experiment(profile: str, model: str):
    """The experiment, configured by params.yaml."""
    return LadderExperiment(profile, model)


def split(model: str) -> tuple[str, int]:
    """Every rung trains IPADNet, with the project's seed or, to tell chance from gain, the next one."""
    return "ipadnet", load_seed() + (model == AGAIN)


ENTRY = Entry("ladder", experiment, weights_path, RUNGS, unrolled, split=split)


def main(argv=None):
    """Run `padnet train --experiment ladder`."""
    command.run(ENTRY, "ladder", argv)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
