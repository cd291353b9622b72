"""What torchrun starts in the tests: the commands of the pipeline, one after the other, on one thread each."""

import sys
import time

from padnet.pipeline import benchmark, console, train
from padnet.pipeline.determinism import deterministic


def slowly(path, data, write=train.write_bytes):
    """A disk so slow that the other process would read the weights of before."""
    time.sleep(2)
    write(path, data)


def everything(argv=None):
    """A training in parts with batch statistics, one in a single part, and a benchmark of its weights."""
    train.main(["--profile", "quick", "--experiment", "image", "--model", "ipadnet"])
    train.main(["--profile", "quick", "--model", "epadnet-l1"])
    benchmark.main(["--profile", "quick", "--set", "quick", "--method", "epadnet"])


if __name__ == "__main__":
    for module in (benchmark, train):
        module.deterministic = lambda: deterministic(1)
    train.write_bytes = slowly
    sys.exit(console.run(everything))
