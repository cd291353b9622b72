"""What a plain `pip install padnet` leaves out: which extra of pyproject.toml a command needs, and how it is told."""

import contextlib
import sys
from importlib.util import find_spec

from padnet.cli.commands import COMMANDS
from padnet.errors import PadnetError

# Of the other commands; those of CORE need none.
EXTRAS = {"site": "docs", "student": "notebooks"}
CORE = ("deconvolve", "dehaze", "kernel", "bench")
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
        if sentence := told(error, f"padnet {command}", extra_of(command)):
            raise PadnetError(sentence) from error
        raise


def told(error, what, extra):
    """The sentence that says what the command `what` lacks; None where it is a module of padnet itself."""
    package = (error.name or "padnet").split(".")[0]
    if package == "padnet":
        return None
    if package in sys.stdlib_module_names:
        return f"{what} needs {package}, which this system does not have: use Linux"
    return f'{what} needs {package}, which is not installed: pip install "padnet{f"[{extra}]" if extra else ""}"'


def hook(kind, error, trace):
    """The end of `python -m padnet.ROOM.NAME` by an exception: one sentence for a package that is missing."""
    name = sys.modules["__main__"].__spec__.name
    commands = {f"padnet.{module}": command for command, (module, _) in COMMANDS.items()}
    missing = isinstance(error, ModuleNotFoundError)
    if sentence := told(error, f"python -m {name}", extra_of(commands.get(name, name))) if missing else None:
        print(f"padnet: {sentence}", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, trace)
