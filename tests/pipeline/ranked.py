"""What torchrun starts in the tests: the commands of the pipeline, one after the other, on one thread each."""

import sys

from padnet.pipeline import benchmark, console, train
from padnet.pipeline.determinism import deterministic


def everything(argv=None):
    """A training in parts with batch statistics, one in a single part, and a benchmark of its weights."""
    train.main(["--profile", "quick", "--experiment", "image", "--model", "ipadnet"])
    train.main(["--profile", "quick", "--model", "epadnet-l1"])
    benchmark.main(["--profile", "quick", "--set", "quick", "--method", "epadnet"])


if __name__ == "__main__":
    for module in (benchmark, train):
        module.deterministic = lambda: deterministic(1)
    sys.exit(console.run(everything))
