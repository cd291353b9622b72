"""Seconds that every method of Table 2 takes for a picture on this machine.

    python -m padnet.pipeline.timing --set levin-1pct

A measurement, not a result: it is made on request only and committed as data with what it was made on. Time is
from the observation as an array to the image as an array, frame and passes included, weights loaded before; the
median over the first pairs of the set, each method after one run that does not count.
"""

import argparse
import platform
import statistics
import sys
import time
from pathlib import Path

import torch

from padnet.benchmarks.protocols import PROTOCOLS, protocol
from padnet.errors import InputError
from padnet.pipeline import benchmark_image, benchmark_method, console
from padnet.pipeline.files import write_csv
from padnet.pipeline.layout import COMPARED
from padnet.pipeline.paths import find_root
from padnet.tasks.pretrained import load

COLUMNS = ["set", "method", "seconds", "pairs", "device", "threads", "torch"]
OUT = "reference/seconds.csv"


def works(noise):
    """{method: pair -> None}, all that is timed; noise as the protocol tells it."""
    restorer = load("epadnet")
    found = {name: lambda pair, m=benchmark_method.method_of(name): benchmark_method.restore(m, pair, noise) for name in COMPARED}
    for name, variant in (("ipadnet", "bounded"), ("epadnet", "guarded")):
        found[name] = lambda pair, variant=variant: benchmark_image.restore(restorer, pair, noise, variant)
    return found


def measure(work, pairs):
    """The median of the seconds that `work` takes for a pair, after one run that does not count."""
    work(pairs[0])
    taken = []
    for pair in pairs:
        begun = time.perf_counter()
        work(pair)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def timing(name, count, root=Path()):
    """A row per method, dicts with the keys COLUMNS: the first `count` pairs of the protocol `name`.

    Raises InputError for a count under 1, PadnetError when data or weights are missing.
    """
    if count < 1:
        raise InputError(f"--pairs is a whole number of at least 1, not {count}.")
    setting = protocol(name)
    pairs = list(setting.pairs(Path(root) / "data" / ("quick" if setting.source == "sample" else "paper"))[:count])
    told = {"device": platform.processor() or platform.machine(), "threads": torch.get_num_threads(),
            "torch": torch.__version__.split("+")[0]}  # fmt: skip
    return [
        {"set": name, "method": method, "seconds": float(f"{measure(work, pairs):.3g}"), "pairs": len(pairs), **told}
        for method, work in works(setting.noise).items()
    ]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `padnet timing`."""
    parser.add_argument("--set", default="levin-1pct", choices=sorted(PROTOCOLS), help="default: levin-1pct")
    parser.add_argument("--pairs", type=int, default=3, help="pictures that are timed; default: 3")
    parser.add_argument("--out", type=Path, default=OUT, help=f"default: {OUT}")


def main(argv=None):
    """Run `padnet timing`: measure, print, and write the file."""
    parser = argparse.ArgumentParser(prog="padnet timing", description="Seconds per picture of every method of Table 2.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    root = find_root()
    rows = timing(options.set, options.pairs, root)
    write_csv(root / options.out, rows, COLUMNS)
    for row in rows:
        print(f"{row['method']}: {row['seconds']:g} s")


if __name__ == "__main__":
    sys.exit(console.run(main))
