"""`padnet train --experiment NAME …` is `python -m padnet.experiments.train_NAME …`, which has its own help."""

import argparse
import sys

from padnet.project import console
from padnet.project.choice import chosen

NAMES = ("gradient", "image", "haze", "airlight", "baseline", "ladder", "seeds")


def add_arguments(parser):
    """Add the option that selects the experiment; its entry point has the other options."""
    parser.add_argument("--experiment", choices=NAMES, default="gradient")


def main(argv=None):
    """Run the entry point of an experiment."""
    parser = argparse.ArgumentParser(
        prog="padnet train",
        description="Train a PADNet by Algorithm 2, or a compared method.",
        epilog="padnet train --experiment NAME --help lists its models and options",
        usage="padnet train [--experiment NAME] --profile PROFILE --model MODEL [options]",
        add_help=False,
        allow_abbrev=False,
    )
    add_arguments(parser)
    arguments = sys.argv[1:] if argv is None else list(argv)
    if {"-h", "--help"} & {*arguments} and not any(word.startswith("--experiment") for word in arguments):
        parser.print_help()
        parser.exit()
    options, rest = parser.parse_known_args(arguments)
    chosen(f"padnet.experiments.train_{options.experiment}").main(rest)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
