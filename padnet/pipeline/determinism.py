"""The same bytes on every run: fixed thread count, deterministic algorithms, no hidden state."""

import os

import torch

from padnet.errors import InputError

# What a process must find at its start; the Makefile sets the same for every command.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "SOURCE_DATE_EPOCH": "1517961600",  # AAAI-18; stands in for "now" in SVG and PDF files
    "OMP_NUM_THREADS": "2",
    "OMP_WAIT_POLICY": "PASSIVE",
    "MKL_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    # glibc: keep freed memory for the next step; without these most of the time goes into page faults.
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
}


def deterministic(threads=2):
    """Make PyTorch in this process repeat itself to the bit; call it first in every stage.

    threads: threads of one operation. Sums are split by it, so another number gives other last bits.
    Raises InputError when it is not a whole number of at least 1.
    """
    if not isinstance(threads, int) or isinstance(threads, bool) or threads < 1:
        raise InputError(f"threads is {threads!r}: it must be a whole number of at least 1")
    # Read when CUDA starts, which is later than this call.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ENVIRONMENT["CUBLAS_WORKSPACE_CONFIG"])
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    torch.backends.cudnn.benchmark = False
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
