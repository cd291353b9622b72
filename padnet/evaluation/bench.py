"""Time and memory of a deconvolution on this machine.

    padnet bench --json bench.json
    padnet bench --against ../before     # another checkout: see padnet.evaluation.against

Time: ratio of the time of a complete deconvolution to that of its convolutions alone, for images of 255x255, single
and in batches of 8 (on a GPU also 32). The complete deconvolution covers everything from the image as an array to the
result as an array: framing and its updates, all passes and stages, the safeguard, certificates and cropping. It does
not include files or the loading of weights. The convolutions alone are the convolution layers of the executed stages
on the same padded sizes, without ReLU and everything else. The two alternate; each time is the median of the repeats.

Share: floating-point operations of those convolutions per second of the complete deconvolution, relative to the rate
of a large matrix product on the same device in the same process (in TF32 on a GPU, like the convolutions).

Memory: peak memory of a separate process that deconvolves a square image in one pass, on the CPU.
"""

import argparse
import json
import platform
import re
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import padnet
from padnet.core.shrinkage_unit import ShrinkageUnit
from padnet.core.unshuffled_unit import UnshuffledUnit
from padnet.errors import InputError, PadnetError
from padnet.evaluation import against
from padnet.imaging.kernels import sample_kernel
from padnet.project import console
from padnet.project.atomic_files import write_json
from padnet.tasks.deconvolution import restore
from padnet.tasks.framing import frame_of
from padnet.tasks.pretrained import METHODS, load

SIZE, KERNEL, NOISE = 255, 21, 0.01
SIDES = (500, 1000, 2000)  # 0.25, 1 and 4 megapixels
MATRIX = 4096  # side of the matrix product that the share refers to; a quarter of it on a CPU


def pictures(count, side):
    """`count` images (side, side) float64 of random blocks with 1 % noise, and a camera-shake kernel."""
    found = []
    for i in range(count):
        rng = np.random.default_rng([1, i, side])
        blocks = np.kron(rng.random((side // 15 + 1,) * 2), np.ones((15, 15)))[:side, :side]
        found.append(np.clip(blocks + NOISE * rng.standard_normal((side, side)), 0, 1))
    return found, sample_kernel(1, 0, (KERNEL,))


def layers_of(unit):
    """The convolutions of a unit in order: (weight, bias or None, dilation) of each."""
    if isinstance(unit, ShrinkageUnit):
        count, side = len(unit.basis), unit.basis.shape[-1]
        # The time does not depend on the values of the filters.
        return [(unit.basis[:, None], None, 1), (unit.basis.reshape(1, count, side, side), None, 1)]
    inner = unit.unit if isinstance(unit, UnshuffledUnit) else unit
    return [(layer.weight, layer.bias, layer.dilation[0]) for layer in inner.convolutions]


def sizes_of(unit, shape):
    """Height and width of the input of a unit's first convolution, for frames of `shape`."""
    factor = unit.factor if isinstance(unit, UnshuffledUnit) else 1
    return [-(-n // factor) + 2 * unit.halo // factor for n in shape]


@torch.no_grad()
def bare(unit, batch, shape, device):
    """Run only the convolution layers of a unit on frames of `shape`, one after the other."""
    wide, layers = sizes_of(unit, shape), layers_of(unit)
    z = torch.zeros(batch, layers[0][0].shape[1], *wide, device=device)
    for weight, bias, dilation in layers:
        z = F.conv2d(z, weight, bias, dilation=dilation)
    return z


def operations(unit, batch, shape):
    """The number of floating-point operations of these convolutions; a multiply-add counts as two."""
    total, sizes = 0, sizes_of(unit, shape)
    for weight, _, dilation in layers_of(unit):
        sizes = [n - dilation * (weight.shape[-1] - 1) for n in sizes]
        total += 2 * weight.numel() * sizes[0] * sizes[1]
    return batch * total


def seconds(work, device):
    """The duration of a call in seconds, including the queue of the device."""
    if device != "cpu":
        torch.cuda.synchronize()
    begun = time.perf_counter()
    work()
    if device != "cpu":
        torch.cuda.synchronize()
    return time.perf_counter() - begun


def units(restorer):
    """All units of a Restorer's networks."""
    return [unit for stage in restorer.networks for unit in stage.network.units]


def timing(restorer, method, batch, device, repeats):
    """One row for a batch of 255x255 images: complete time, convolution time, their ratio, share of the peak rate."""
    planes, k = pictures(batch, SIZE)
    layers = []  # the units in the order in which a complete deconvolution calls them
    hooks = [unit.register_forward_hook(lambda unit, given, found: layers.append(unit)) for unit in units(restorer)]
    restore(restorer, method, planes, k, NOISE, device=device)  # also a warm-up
    for hook in hooks:
        hook.remove()
    shape = frame_of((SIZE, SIZE), k, restorer.settings)

    def convolve():
        for unit in layers:
            bare(unit, batch, shape, device)

    convolve()
    whole_s, bare_s, rates = [], [], []
    for _ in range(repeats):
        whole_s.append(seconds(lambda: restore(restorer, method, planes, k, NOISE, device=device), device))
        bare_s.append(seconds(convolve, device))
        rates.append(matrix_rate(device))
    whole, least = statistics.median(whole_s), statistics.median(bare_s)
    rate = sum(operations(unit, batch, shape) for unit in layers) / whole
    return {
        "method": method,
        "size": SIZE,
        "batch": batch,
        "units": len(layers),
        "whole_seconds": whole,
        "bare_seconds": least,
        "ratio": whole / least,
        "share": rate / max(rates),
    }


def matrix_rate(device):
    """Floating-point operations per second of a large matrix product in single precision, TF32 on a GPU."""
    side = MATRIX // 4 if device == "cpu" else MATRIX
    a, before = torch.ones(side, side, device=device), torch.backends.cuda.matmul.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = True
    try:
        a @ a
        return 2 * side**3 / min(seconds(lambda: a @ a, device) for _ in range(5))
    finally:
        torch.backends.cuda.matmul.allow_tf32 = before


def peak(side, method, weights):
    """Peak memory in bytes of a process that deconvolves an image of side x side.

    side 0 measures the process without a deconvolution. PadnetError if the process fails.
    """
    command = [sys.executable, "-m", "padnet.evaluation.bench", "--method", method, "--child", str(side)]
    command += [] if weights is None else ["--weights", str(weights)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip() or "killed").splitlines()[-1]
        raise PadnetError(f"the measurement of {side}x{side} pixels failed: {why}")
    return int(done.stdout)


def child(side, method, weights):
    """The code of the process that `peak` starts; it prints its own peak memory."""
    restorer = load(weights)
    if side:
        planes, k = pictures(1, side)
        restore(restorer, method, planes, k, NOISE, passes=1)
    print(own_peak())


def own_peak():
    """Peak resident memory of this process in bytes."""
    status = Path("/proc/self/status")
    if status.is_file():  # on Linux ru_maxrss would include the parent's memory
        return 1024 * int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def machine(device):
    """The hardware and software of the measurement."""
    name = torch.cuda.get_device_name() if device == "cuda" else platform.processor() or platform.machine()
    return {"device": name, "threads": torch.get_num_threads(), "torch": torch.__version__}


def add_arguments(parser):
    """The options of `padnet bench`."""
    parser.add_argument("--method", choices=METHODS, default="ipadnet", help="default: ipadnet")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu", help="for the times; default: cpu")
    parser.add_argument("--repeats", type=int, default=5, help="of each time; default: 5")
    parser.add_argument("--batches", type=int, nargs="*", help="default: 1 8, on a GPU 1 8 32")
    parser.add_argument("--sides", type=int, nargs="*", default=SIDES, help="of the squares for the memory")
    parser.add_argument("--weights", type=Path, metavar="FOLDER", help="trained networks; default: the project's")
    parser.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="measure padnet.deconvolve here and there, and no more"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the measurements there")
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)


def check(options):
    """Raise InputError for a number that cannot be measured, or a GPU that is not available."""
    batches = options.batches if options.batches is not None else [1, 8] + [32] * (options.device == "cuda")
    if min([options.repeats, *batches, *options.sides]) < 1:
        raise InputError("repeats, batches and sides are whole numbers, at least 1")
    if options.sides and min(options.sides) < KERNEL:
        raise InputError(f"a side is at least {KERNEL} pixels, the size of the kernel")
    if options.device == "cuda" and not torch.cuda.is_available():
        raise InputError("there is no GPU that torch can use: leave --device out")
    return batches


def main(argv=None):
    """Run `padnet bench`."""
    parser = argparse.ArgumentParser(prog="padnet bench", description="Time and memory of a deconvolution.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    weights = None if options.weights is None else str(options.weights)
    if options.child is not None:
        child(options.child, options.method, weights)
        return
    if options.against is not None:
        rows = against.compare(Path(padnet.__file__).parents[1], options.against.resolve())
        for row in rows:
            print(against.told(row))
        if options.json is not None:
            write_json(options.json, rows)
        return
    batches = check(options)
    restorer = load(weights, options.device)
    told = {"machine": machine(options.device), "time": [], "memory": []}
    print(json.dumps(told["machine"], sort_keys=True))
    for batch in batches:
        row = timing(restorer, options.method, batch, options.device, options.repeats)
        told["time"].append(row)
        print(
            f"{row['method']}, {batch} of {SIZE}x{SIZE}: {row['whole_seconds']:.3f} s, convolutions "
            f"{row['bare_seconds']:.3f} s, ratio {row['ratio']:.2f}, {row['share']:.0%} of the matrix units"
        )
    empty = peak(0, options.method, options.weights) if options.sides else 0
    for side in options.sides:
        row = {"pixels": side**2, "peak_bytes": peak(side, options.method, options.weights), "empty_bytes": empty}
        told["memory"].append(row)
        each = (row["peak_bytes"] - empty) / side**2
        print(
            f"{side}x{side} pixels: peak {row['peak_bytes'] / 2**20:.0f} MiB, {each:.0f} bytes a pixel "
            f"beside the {empty / 2**20:.0f} MiB of the program"
        )
    if options.json is not None:
        write_json(options.json, told)


if __name__ == "__main__":
    sys.exit(console.run(main))
