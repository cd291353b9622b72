"""Runtime in seconds per image of all methods of Table 2, or of Table 3, on this machine.

    python -m padnet.evaluation.runtimes --set levin-1pct
    python -m padnet.evaluation.runtimes --haze
    python -m padnet.evaluation.runtimes --ladder

Runtimes are only measured on request, and committed as data together with a description of the machine. The time is
from the observation as an array to the result as an array, including framing and all passes, with the weights loaded
beforehand. It is the median over the first pairs of the set, after one warm-up run of each method. Haze removal is
timed on an 8-bit image of 640x480 with estimated airlight: padnet.dehaze, and for every compared method the estimation
of the airlight, its transmission and its radiance. The ladder is timed on held-out training images of 180x180.
"""

import argparse
import platform
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch

from padnet.data.protocols import PROTOCOLS, protocol
from padnet.errors import InputError
from padnet.evaluation import (
    deblurring as benchmark_method,
    dehazing as benchmark_haze_method,
    heldout,
    image as benchmark_image,
)
from padnet.labels import COMPARED, DEHAZERS, IMAGE_NETWORKS
from padnet.project import console
from padnet.project.atomic_files import write_csv
from padnet.project.paths import find_root
from padnet.tasks.airlight import estimate_airlight
from padnet.tasks.dehazing import dehaze
from padnet.tasks.pretrained import load, of_file

COLUMNS = ["set", "method", "seconds", "pairs", "device", "threads", "torch"]
OUT = "reference/seconds.csv"
HAZE_COLUMNS = ["method", "size", "seconds", "pictures", "device", "threads", "torch"]
HAZE_OUT = "reference/seconds_haze.csv"
HAZE_SIZE = (480, 640)
LADDER_COLUMNS = ["weights", "seconds", "pictures", "device", "threads", "torch"]
LADDER_OUT = "reference/seconds_ladder.csv"


def works(noise):
    """{method: pair -> None}, the timed functions; noise as specified by the protocol."""
    restorer = load()
    found = {
        name: lambda pair, m=benchmark_method.method_of(name): benchmark_method.restore(m, pair, noise)
        for name in COMPARED
    }
    for name, variant in (("ipadnet", "bounded"), ("epadnet", "guarded")):
        found[name] = lambda pair, variant=variant: benchmark_image.restore(restorer, pair, noise, variant)
    return found


def measure(work, pairs):
    """The median of the seconds that `work` takes for a pair, after one warm-up run."""
    work(pairs[0])
    taken = []
    for pair in pairs:
        begun = time.perf_counter()
        work(pair)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def timing(name, count, root=Path()):
    """A row per method, dicts with the keys COLUMNS, for the first `count` pairs of the protocol `name`.

    Raises InputError for a count below 1, PadnetError if data or weights are missing.
    """
    check_count(count)
    setting = protocol(name)
    pairs = list(setting.pairs(Path(root) / "data" / ("quick" if setting.source == "sample" else "paper"))[:count])
    return [
        {
            "set": name,
            "method": method,
            "seconds": float(f"{measure(work, pairs):.3g}"),
            "pairs": len(pairs),
            **machine(),
        }
        for method, work in works(setting.noise).items()
    ]


def cleared(method, picture):
    """(t, J) of an 8-bit image (h, w, 3) by a compared method; the airlight is estimated."""
    I = torch.from_numpy(picture / np.float32(255)).permute(2, 0, 1)[None]
    return benchmark_haze_method.cleared(method, I, estimate_airlight(I))


def haze_works():
    """{method: image -> result} of haze removal, the timed functions."""
    found = {name: lambda picture, m=benchmark_haze_method.method_of(name): cleared(m, picture) for name in DEHAZERS}
    return found | {"ipadnet": dehaze}


def haze_timing(count):
    """A row per method of haze removal, dicts with the keys HAZE_COLUMNS, for `count` images of random blocks.

    Raises InputError for a count below 1, PadnetError if weights are missing.
    """
    check_count(count)
    h, w = HAZE_SIZE
    blocks = [np.random.default_rng([9, i]).integers(0, 256, (h // 20, w // 20, 3), np.uint8) for i in range(count)]
    pictures = [np.kron(block, np.ones((20, 20, 1), np.uint8)) for block in blocks]
    return [
        {
            "method": method,
            "size": f"{w}x{h}",
            "seconds": float(f"{measure(work, pictures):.3g}"),
            "pictures": count,
            **machine(),
        }
        for method, work in haze_works().items()
    ]


def ladder_timing(count, root=Path()):
    """A row per set of image networks, dicts with the keys LADDER_COLUMNS, for `count` held-out training images.

    Raises InputError for a count below 1, PadnetError if data or weights are missing.
    """
    check_count(count)
    cases = heldout.first_cases("paper", count, Path(root))
    rows = []
    for name in IMAGE_NETWORKS:
        restorer = of_file(Path(root) / f"weights/paper/{name}.safetensors")
        taken = measure(lambda case, restorer=restorer, name=name: heldout.measure(case, name, restorer), cases)
        rows.append({"weights": name, "seconds": float(f"{taken:.3g}"), "pictures": len(cases), **machine()})
    return rows


def check_count(count):
    """Raise InputError for a number of images below 1."""
    if count < 1:
        raise InputError(f"--pairs is a whole number of at least 1, not {count}.")


def machine():
    """The hardware and software of a measurement."""
    return {
        "device": platform.processor() or platform.machine(),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__.split("+")[0],
    }


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `padnet timing`."""
    parser.add_argument("--set", default="levin-1pct", choices=sorted(PROTOCOLS), help="default: levin-1pct")
    parser.add_argument("--pairs", type=int, default=3, help="pictures that are timed; default: 3")
    parser.add_argument("--haze", action="store_true", help="time haze removal instead, on pictures made for it")
    parser.add_argument("--ladder", action="store_true", help="time the image networks of every rung instead")
    parser.add_argument("--out", type=Path, help=f"default: {OUT}, with --haze {HAZE_OUT}, with --ladder {LADDER_OUT}")


def main(argv=None):
    """Run `padnet timing`: measure, print, and write the file."""
    parser = argparse.ArgumentParser(
        prog="padnet timing", description="Seconds per picture of every method of Table 2, or of Table 3."
    )
    add_arguments(parser)
    options = parser.parse_args(argv)
    root = find_root()
    if options.haze and options.ladder:
        raise InputError("--haze and --ladder are two measurements: give one of them")
    if options.ladder:
        rows, columns, out = ladder_timing(options.pairs, root), LADDER_COLUMNS, LADDER_OUT
    elif options.haze:
        rows, columns, out = haze_timing(options.pairs), HAZE_COLUMNS, HAZE_OUT
    else:
        rows, columns, out = timing(options.set, options.pairs, root), COLUMNS, OUT
    write_csv(root / (options.out or out), rows, columns)
    for row in rows:
        print(f"{row[columns[0] if options.ladder else 'method']}: {row['seconds']:g} s")


if __name__ == "__main__":
    sys.exit(console.run(main))
