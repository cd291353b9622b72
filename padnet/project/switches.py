"""Environment variables that a process needs at start to give the same bits on every x86-64 processor.

Numerical libraries select their code by processor: the widest available vectors, and as many threads as there are
cores. The last bits of sums then differ. These variables make them select the same code on every processor with AVX2;
docs/bits.md lists the tested machines and the cost in run time. The variables are read when a library is loaded, so
no running process can set them for itself. They are only defined here; the Makefile runs everything through
padnet.project.pinned, which sets them.
"""

import os
import platform
import sys
from pathlib import Path

from padnet.errors import PadnetError

# For every processor.
REPEATED = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",  # limited by the number of cores: two would become one on a single core
}
# For x86-64 with AVX2: the AVX2 code path of each library, or the generic one of MKL.
VECTORS = {
    "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch's own loops
    "MKL_CBWR": "COMPATIBLE",  # PyTorch's FFT, BLAS, LAPACK, exp, log, sin; the AVX2 setting takes another path on AMD
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # convolutions
    "OPENBLAS_CORETYPE": "Haswell",  # BLAS of NumPy and SciPy
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # NumPy's exp, log, power
}
# Set to "widest" by the user: use the widest vectors of this processor. Only for trainings of the profile paper.
CHOICE = "PADNET_VECTORS"
# No result depends on these, or a process can set them for itself.
CONVENIENT = {
    "SOURCE_DATE_EPOCH": "1517961600",  # AAAI-18; replaces the current time in SVG and PDF files
    "OMP_NUM_THREADS": "2",
    "MKL_NUM_THREADS": "2",
    "OMP_WAIT_POLICY": "PASSIVE",  # waiting threads sleep; otherwise two jobs on two cores slow each other down tenfold
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    # glibc: keep freed memory for the next step; otherwise most of the time is spent on page faults.
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
}
AGAIN = "PADNET_STARTED_ANEW"  # process id of a restarted process, so that none restarts twice
# Other variables of the same libraries that could override the settings.
FAMILIES = (
    "OMP_",
    "KMP_",
    "GOMP_",
    "MKL_",
    "OPENBLAS_",
    "GOTO_",
    "ONEDNN_",
    "DNNL_",
    "NPY_",
    "ATEN_",
    "PYTHONOPTIMIZE",
)


def supported(cpuinfo="/proc/cpuinfo", machine=None):
    """Whether this processor can reproduce the committed bits: x86-64 with AVX2 and FMA.

    cpuinfo: the file in which Linux lists the processor's features; if it is missing, x86-64 is assumed to have them.
    machine: the processor type, by default as reported by Python.
    """
    if (machine or platform.machine()).lower() not in ("x86_64", "amd64"):
        return False
    path = Path(cpuinfo)
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "flags : avx2 fma"
    flags = next((line.partition(":")[2].split() for line in text.splitlines() if line.startswith("flags")), [])
    return {"avx2", "fma"} <= {*flags}


def widest(environment):
    """Whether the user chose the widest vectors of this processor, which give other last bits on another one."""
    return environment.get(CHOICE) == "widest"


def required(environment=None):
    """The variables that results depend on, {name: value}.

    Without VECTORS on a processor that lacks them, or if `environment` chooses the widest vectors.
    """
    return REPEATED | (VECTORS if supported() and not widest(environment or {}) else {})


def pinned(environment):
    """A copy of `environment` (a mapping) with these variables set, and without other variables of the same
    libraries.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith(FAMILIES)}
    return kept | CONVENIENT | required(environment)


def wrong(environment):
    """{name: problem} of the variables that results depend on: "is unset", "is 'AVX512', not 'AVX2'", "is set".

    Thread numbers of OpenMP and MKL are ignored: padnet.project.determinism sets them in the running process.
    """
    switches = required(environment)
    found = {
        name: "is unset" if name not in environment else f"is {environment[name]!r}, not {value!r}"
        for name, value in switches.items()
        if environment.get(name) != value
    }
    extra = (name for name in environment if name.startswith(FAMILIES) and name not in switches | CONVENIENT)
    return found | {name: "is set" for name in sorted(extra)}


def at_start(path="/proc/self/environ"):
    """The environment at the start of this process; the current one if the system does not provide it."""
    try:
        lines = Path(path).read_bytes().split(b"\0")
    except OSError:
        return dict(os.environ)
    return dict(os.fsdecode(line).split("=", 1) for line in lines if b"=" in line)


def settle():
    """Make sure that this process has the right environment; call it before anything is printed or written.

    A padnet command without it restarts itself with it. A notebook cannot restart: it prints a warning and continues.
    Raises PadnetError in any other process without it, such as a script that imports padnet.
    """
    if sys.flags.ignore_environment:
        raise PadnetError("Python was started with -E or -I, which ignore PYTHONHASHSEED: leave them out")
    faults = wrong(at_start())
    if not faults:
        return
    name, what = next(iter(faults.items()))
    if _is_command() and os.environ.get(AGAIN) != str(os.getpid()):
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], pinned(os.environ) | {AGAIN: str(os.getpid())})
    if _is_notebook():
        print(f"The last digits may differ from the committed ones: {name} {what}. `make lab` sets it.")
        return
    raise PadnetError(
        f"{name} {what} since this process began, so its last bits may differ: "
        "begin it with python -m padnet.project.pinned COMMAND …"
    )


def _is_command():
    """Whether this process is `python -m padnet…` or the script `padnet`, which can safely be restarted."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec.name.split(".")[0] == "padnet" if spec else Path(sys.argv[0]).name == "padnet"


def _is_notebook():
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None
