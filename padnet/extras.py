"""What a plain `pip install padnet` leaves out: which extra of pyproject.toml a command needs, and how it is told."""

import contextlib
import sys
from importlib.util import find_spec

from padnet.errors import PadnetError

# Of the other commands; those of CORE need none.
EXTRAS = {"site": "docs", "student": "notebooks"}
CORE = ("deconvolve", "dehaze", "bench")
# Packages that a process which the command starts imports, and the command itself does not.
STARTED = {"selftest": ("matplotlib",)}


def extra_of(command):
    """The extra that a command of `padnet` needs, None for those of CORE."""
    return None if command in CORE else EXTRAS.get(command, "pipeline")


@contextlib.contextmanager
def named(command):
    """Turn a package that is not installed into one sentence, a PadnetError, that says how `command` gets it.

    A missing module of padnet itself is a defect of ours and stays what it is.
    """
    try:
        for package in STARTED.get(command, ()):
            if find_spec(package) is None:
                raise ModuleNotFoundError(f"No module named {package!r}", name=package)
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "padnet").split(".")[0]
        if package == "padnet":
            raise
        if package in sys.stdlib_module_names:
            raise PadnetError(
                f"padnet {command} needs {package}, which this system does not have: use Linux"
            ) from error
        extra = extra_of(command)
        what = f"padnet[{extra}]" if extra else "padnet"
        raise PadnetError(f'padnet {command} needs {package}, which is not installed: pip install "{what}"') from error
