"""Bitwise reproducible runs: process environment, number of threads, deterministic algorithms."""

import os

import torch

from padnet.errors import InputError, PadnetError
from padnet.project import switches

# The MKL vector functions, by the names under which torch calls them.
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


def deterministic(threads=2, widest=False):
    """Make this process give the same bits on every run and every x86-64 processor; call it first in every stage.

    threads: number of threads per operation. It determines how sums are split, so another number changes the last
    bits. widest: whether PADNET_VECTORS=widest is accepted, as trainings of the profile paper do. They then depend on
    the processor, as they do on a GPU.

    Without the environment of padnet.project.switches, the process restarts itself or prints a line, see settle
    there.
    Raises InputError if threads is not an integer of at least 1, PadnetError if settle does or for
    PADNET_VECTORS=widest elsewhere.
    """
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 1:
        raise InputError(f"threads is {threads!r}: it must be a whole number of at least 1")
    if not widest and switches.widest(os.environ):
        raise PadnetError(f"{switches.CHOICE}=widest is for trainings of the profile paper: unset it for all else")
    switches.settle()
    # Read when CUDA is initialised, which is after this call.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", switches.CONVENIENT["CUBLAS_WORKSPACE_CONFIG"])
    torch.set_num_threads(threads)
    # The same switch as torch.use_deterministic_algorithms(True), which also imports torch's compiler: 2 s of CPU.
    torch.set_deterministic_debug_mode("error")
    # It would also fill new memory with NaN, 8 % of the time of a training; nothing here reads it unwritten.
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.benchmark = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    _warm_up()


def _warm_up():
    """Call each MKL vector function once, on one element.

    The first call initialises a table; if two threads do this at the same time, oneMKL 2024.2 can corrupt it (PyTorch
    issue 188792).
    """
    for dtype in (torch.float32, torch.float64):
        one = torch.full((1,), 0.5, dtype=dtype)
        for name in FUNCTIONS:
            getattr(torch, name)(one)
