"""The same bits on every run: the switches of the process, the number of threads, deterministic algorithms."""

import os

import torch

from padnet.errors import InputError
from padnet.project import switches

# MKL's functions of vectors, which torch calls by these names.
FUNCTIONS = (
    "acos",
    "asin",
    "atan",
    "cos",
    "sin",
    "tan",
    "cosh",
    "sinh",
    "tanh",
    "exp",
    "expm1",
    "erf",
    "erfc",
    "erfinv",
    "log",
    "log10",
    "log1p",
    "log2",
)


def deterministic(threads=2):
    """Make this process give the same bits on every run and on every x86-64 processor; call it first in every stage.

    threads: threads of one operation. Sums are split by it, so another number gives other last bits.

    Without the switches of padnet.project.switches the process begins anew, or says a line: see settle there.
    Raises InputError when threads is not a whole number of at least 1, PadnetError where settle does.
    """
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 1:
        raise InputError(f"threads is {threads!r}: it must be a whole number of at least 1")
    switches.settle()
    # Read when CUDA starts, which is later than this call.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", switches.CONVENIENT["CUBLAS_WORKSPACE_CONFIG"])
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    _warm_up()


def _warm_up():
    """Call each of MKL's functions of vectors once, on one element.

    Their first call sets a table up; from two threads at once oneMKL 2024.2 can get it wrong (PyTorch issue 188792).
    """
    for dtype in (torch.float32, torch.float64):
        one = torch.full((1,), 0.5, dtype=dtype)
        for name in FUNCTIONS:
            getattr(torch, name)(one)
