"""The environment variables that a process must find at its start to give the same bits on every x86-64 processor.

Numerical libraries choose their code by the processor: the widest vectors that it has, as many threads as it has
cores. The sums then differ in their last bits. These variables make them choose alike, on every processor with AVX2;
docs/bits.md lists the machines that were tried, and what the variables cost. They are read when a library is
loaded, so no running process can set them for itself. This is the one place that names them; the Makefile runs
everything by padnet.project.pinned, which sets them.
"""

import os
import platform
import sys
from pathlib import Path

from padnet.errors import PadnetError

# Of every processor.
REPEATED = {
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",  # it takes no more threads than there are cores: two would be one on one core
}
# Of x86-64 with AVX2: each library's code for AVX2, or, of MKL, for every processor.
VECTORS = {
    "ATEN_CPU_CAPABILITY": "avx2",  # PyTorch's own loops
    "MKL_CBWR": "COMPATIBLE",  # PyTorch's FFT, BLAS, LAPACK, exp, log, sin; AVX2 takes another path on AMD
    "ONEDNN_MAX_CPU_ISA": "AVX2",  # convolutions
    "OPENBLAS_CORETYPE": "Haswell",  # BLAS of NumPy and SciPy
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",  # NumPy's exp, log, power
}
# No result depends on these, or a process can set them for itself.
CONVENIENT = {
    "SOURCE_DATE_EPOCH": "1517961600",  # AAAI-18; stands in for "now" in SVG and PDF files
    "OMP_NUM_THREADS": "2",
    "MKL_NUM_THREADS": "2",
    "OMP_WAIT_POLICY": "PASSIVE",  # waiting threads sleep: two jobs on two cores would slow each other tenfold
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    # glibc: keep freed memory for the next step; without these most of the time goes into page faults.
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
}
AGAIN = "PADNET_STARTED_ANEW"  # holds the number of a process that began anew, so that none does it twice
# Other variables of the same libraries could undo the switches.
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
    """Whether this processor can give the committed bits: x86-64 with AVX2 and FMA.

    cpuinfo: the file in which Linux lists the processor's features; where it is missing, x86-64 is taken to have them.
    machine: the processor's kind, by default what Python says.
    """
    if (machine or platform.machine()).lower() not in ("x86_64", "amd64"):
        return False
    path = Path(cpuinfo)
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "flags : avx2 fma"
    flags = next((line.partition(":")[2].split() for line in text.splitlines() if line.startswith("flags")), [])
    return {"avx2", "fma"} <= {*flags}


def required():
    """The switches that results depend on, {name: value}: without VECTORS on a processor that cannot follow them."""
    return REPEATED | (VECTORS if supported() else {})


def pinned(environment):
    """A copy of `environment` (a mapping) with the switches set, and without other variables of the same libraries."""
    kept = {name: value for name, value in environment.items() if not name.startswith(FAMILIES)}
    return kept | CONVENIENT | required()


def wrong(environment):
    """{name: what is wrong} of the variables on which results depend: "is unset", "is 'AVX512', not 'AVX2'", "is set".

    Numbers of threads of OpenMP and MKL do not count: padnet.project.determinism sets them in the running process.
    """
    switches = required()
    found = {
        name: "is unset" if name not in environment else f"is {environment[name]!r}, not {value!r}"
        for name, value in switches.items()
        if environment.get(name) != value
    }
    extra = (name for name in environment if name.startswith(FAMILIES) and name not in switches | CONVENIENT)
    return found | {name: "is set" for name in sorted(extra)}


def at_start(path="/proc/self/environ"):
    """The environment that this process found when it began; where the system does not keep it, the present one."""
    try:
        lines = Path(path).read_bytes().split(b"\0")
    except OSError:
        return dict(os.environ)
    return dict(os.fsdecode(line).split("=", 1) for line in lines if b"=" in line)


def settle():
    """See to it that this process has the switches; call it before anything is printed or written.

    A command of padnet that began without them begins anew, with them. A notebook cannot: it prints a line that says
    so and goes on.
    Raises PadnetError in any other process without them, such as a script that imports padnet.
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
    """Whether this process is `python -m padnet…` or the script `padnet`, which do the same when they begin anew."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec.name.split(".")[0] == "padnet" if spec else Path(sys.argv[0]).name == "padnet"


def _is_notebook():
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None
