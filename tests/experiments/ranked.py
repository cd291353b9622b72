"""What torchrun starts in the tests: the commands of the pipeline, one after the other, on one thread each."""

import sys
import time
from pathlib import Path

from padnet.evaluation import gradient as benchmark, image as benchmark_image
from padnet.experiments import train_gradient, train_image, trainer
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.tasks import pretrained


def slowly(path, data, write=trainer.write_bytes):
    """A disk so slow that the other process would read the weights of before."""
    time.sleep(0.5)
    write(path, data)


def everything(argv=None):
    """Trainings with batch statistics in parts, one in a single part, and benchmarks of their weights."""
    train_image.main(["--profile", "quick", "--model", "ipadnet"])
    pretrained.SHIPPED = Path("weights/quick").resolve()
    pretrained.load.cache_clear()
    benchmark_image.main(["--profile", "quick", "--set", "quick"])
    train_gradient.main(["--profile", "quick", "--model", "epadnet-l1"])
    benchmark.main(["--profile", "quick", "--set", "quick", "--method", "epadnet"])


if __name__ == "__main__":
    for module in (benchmark, benchmark_image, trainer):
        module.deterministic = lambda **options: deterministic(1, **options)
    trainer.write_bytes = slowly
    sys.exit(console.run(everything))
