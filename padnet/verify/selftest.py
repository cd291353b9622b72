"""Test whether this processor reproduces the committed bits: nineteen operations, compared with reference/bits.json.

    padnet selftest            with the environment variables of padnet.project.switches
    padnet selftest --as-is    with the current variables, to see the effect of one of them

The operations run in a fresh process. Inputs are computed from integers only, so they are the same everywhere.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from padnet.errors import InputError, PadnetError
from padnet.project import console, switches
from padnet.project.atomic_files import write_json
from padnet.project.paths import find_root

REFERENCE = Path("reference/bits.json")
PACKAGES = ("torch", "numpy", "scipy", "scikit-image", "matplotlib", "pillow")
LIMIT = 300  # seconds


@dataclass(frozen=True)
class Answer:
    """The result of the self-test: the number of operations, and {operation: likely reason} for those that differ."""

    count: int
    other: dict[str, str]
    unset: dict[str, str]
    packages: dict[str, str]

    @property
    def same(self):
        """Whether every operation reproduced the committed bits."""
        return not self.other

    def sentence(self):
        """ "this processor gives the committed bits: yes …", or "no: convolution (ONEDNN_MAX_CPU_ISA is unset)"."""
        said = "this processor gives the committed bits: "
        loose = "; ".join(f"{name} {what}" for name, what in self.unset.items())
        if self.same:
            return f"{said}yes ({self.count} operations)" + (f", although {loose}" if loose else "")
        return said + "no: " + ", ".join(f"{name} ({why})" for name, why in self.other.items()) + self.others()

    def others(self):
        """ "; torch is 2.14.1, not 2.13.0", for every package of another version than the bits are of."""
        return "".join(f"; {name} {what}" for name, what in self.packages.items())


def versions():
    """{package: version without its build} of those whose code affects the bits; None for a missing one."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name).partition("+")[0]
        except PackageNotFoundError:
            found[name] = None
    return found


def run(environment=None):
    """{operation: hash} from a fresh process; its variables are `environment`, by default the current ones with the
    settings of padnet.project.switches.

    Raises PadnetError if it fails.
    """
    environment = switches.pinned(os.environ) if environment is None else environment
    try:
        done = subprocess.run(
            [sys.executable, "-m", "padnet.verify.operations"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PadnetError(f"the self-test timed out after {LIMIT} s: wait until this machine is idle") from error
    if done.returncode < 0:
        raise PadnetError(
            f"the self-test's process was ended by signal {-done.returncode}: by 4 where this processor has no AVX2 "
            "and the system hides it, by 9 where memory is short"
        )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"status {done.returncode}"])[-1]
        raise PadnetError(f"the self-test's process failed ({last}): recreate the environment with make environment")
    try:
        return json.loads(done.stdout.splitlines()[-1])  # a Python startup file may print too
    except (ValueError, IndexError) as error:
        raise PadnetError(
            f"the self-test printed no hashes but {done.stdout[-60:]!r}: check Python's startup files"
        ) from error


def answer(root, environment=None):
    """The Answer of this machine, compared with reference/bits.json in the project folder `root`.

    environment: as for run().
    Raises InputError if that file is missing or invalid, PadnetError if the operations cannot be run.
    """
    path = Path(root) / REFERENCE
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        expected, wanted, packages = told["operations"], told["switches"], told["packages"]
        known = {name: (one["hash"], one["switch"]) for name, one in expected.items()}
        wanted, packages = dict(wanted), dict(packages)
        if not known:
            raise ValueError("no operations")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} cannot be read ({type(error).__name__}): restore it with git checkout") from error
    environment = switches.pinned(os.environ) if environment is None else environment
    found = run(environment)
    # Compare with the committed file, which lists a variable even if switches.py has lost it.
    unset = {
        name: "is unset" if name not in environment else f"is {environment[name]!r}, not {value!r}"
        for name, value in wanted.items()
        if environment.get(name) != value
    }
    other = {name: _why(switch, unset) for name, (one, switch) in known.items() if found.get(name) != one}
    other |= {name: f"{REFERENCE} has no such operation" for name in found if name not in known}
    changed = {
        name: f"is {now}, not {packages.get(name)}" for name, now in versions().items() if now != packages.get(name)
    }
    return Answer(len(known), other, unset, changed)


def _why(switch, unset):
    """The likely reason that an operation differs, from the variable that affects it."""
    if not switches.supported():
        return "this is no x86-64 processor with AVX2"
    if switch in unset:
        return f"{switch} {unset[switch]}"
    return "; ".join(f"{name} {what}" for name, what in unset.items()) or f"although {switch} is set"


def write(root):
    """Write the hashes of this machine to reference/bits.json. Returns its path."""
    from padnet.verify.operations import SWITCH

    path = Path(root) / REFERENCE
    found = {name: {"hash": one, "switch": SWITCH[name]} for name, one in run().items()}
    write_json(path, {"operations": found, "packages": versions(), "switches": switches.REPEATED | switches.VECTORS})
    return path


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("--as-is", action="store_true", help="use the current environment variables")
    parser.add_argument("--write", action="store_true", help=f"write the hashes of this processor to {REFERENCE}")


def main(argv=None):
    """Print one line: yes, or no and which operation or variable."""
    parser = argparse.ArgumentParser(prog="padnet selftest", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    root = find_root()
    if options.write:
        print(f"wrote {write(root).relative_to(root)}")
        return
    print(answer(root, dict(os.environ) if options.as_is else None).sentence(), flush=True)


if __name__ == "__main__":
    sys.exit(console.run(main))
