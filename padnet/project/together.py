"""Run pipeline commands two at a time, each in a process that has already imported everything.

    python -m padnet.project.together "experiments.tune --profile quick --method admm" wait "reporting.report …"

DVC runs one stage after the other, and importing PyTorch takes seconds in each process. The stages of the quick
profile are therefore lists of commands: they start in the given order, as soon as one of two slots is free, and the
word `wait` blocks until all earlier commands have finished.
"""

import argparse
import contextlib
import os
import shlex
import signal
import sys
import tempfile
import time
import traceback

from padnet.errors import InputError, PadnetError
from padnet.project import console
from padnet.project.choice import chosen
from padnet.project.commands import WAIT

PLACES = 2  # each command uses two threads, as it does alone, so that its bits are the same
PAUSE = 0.02  # seconds between two looks at the processes


def module_of(command):
    """The module of a command, a str: "padnet." and its first word. InputError if it is empty."""
    words = shlex.split(command)
    if not words:
        raise InputError("a command is empty: write the name of a module of padnet, ROOM.NAME, and its options")
    return f"padnet.{words[0]}"


def run(commands, places=PLACES):
    """Run commands, a list of str, `places` at a time; the output of each is printed as a whole when it has finished.

    Raises InputError for a command whose module does not exist, before anything runs, and PadnetError if a command
    fails: the others are then terminated.
    """
    if places < 1:
        raise InputError(f"places is {places}: at least one command has to run")
    modules = {one: _imported(module_of(one)) for one in commands if one != WAIT}
    running, waiting = {}, list(commands)
    try:
        while waiting or running:
            while waiting and len(running) < places and (waiting[0] != WAIT or not running):
                command = waiting.pop(0)
                if command != WAIT:
                    running.update([_start(command, modules[command])])
            if running:
                _end_of_one(running)
    finally:
        _stop(running)


def _imported(name):
    try:
        return chosen(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise InputError(f"there is no module {name}: correct the command") from error


def _start(command, module):
    """(process id, (command, its output, its start time)) of a new process that runs `command`."""
    output = tempfile.TemporaryFile()  # noqa: SIM115, closed when the process has ended
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return child, (command, output, time.monotonic())
    # An exception that left this function would continue with the code of the parent process.
    status = 1
    try:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115, the parent's may not write there
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.argv = shlex.split(command)
        status = console.run(module.main, sys.argv[1:], pinned=True)
        sys.stdout.flush()
        sys.stderr.flush()
    except SystemExit as error:  # raised by argparse
        status = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stderr.flush()
        os._exit(status)


def _end_of_one(running):
    """Wait until a process of `running` has ended; print its output, and remove it."""
    child, status = _ended(running)
    command, output, born = running.pop(child)
    with output:
        output.seek(0)
        said = output.read().decode("utf-8", "replace")
    print(f"{command}: {time.monotonic() - born:.0f} s", flush=True)
    print("".join(f"  {line}\n" for line in said.splitlines()), end="", flush=True)
    if code := os.waitstatus_to_exitcode(status):
        how = f"was stopped by signal {-code}" if code < 0 else f"ended with status {code}"
        raise PadnetError(f"{command} {how}: see its output above")


def _ended(running):
    """(process id, status) of a process of `running` that has ended. Other children of this process are left alone."""
    while True:
        for child in running:
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                return found, status
        time.sleep(PAUSE)


def _stop(running):
    """Terminate the processes that still run, by their ids."""
    for child in running:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
    for child, (_, output, _) in running.items():
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
        output.close()


def add_arguments(parser):
    """Add this command's options to an argparse parser."""
    parser.add_argument("commands", nargs="+", metavar="COMMAND", help=f"a module of padnet, ROOM.NAME, or {WAIT}")
    parser.add_argument(
        "--places", type=int, default=PLACES, help="number of commands that run at a time; the default is %(default)s"
    )


def main(argv=None):
    """Run the commands."""
    parser = argparse.ArgumentParser(prog="padnet together", description=__doc__.splitlines()[0])
    add_arguments(parser)
    options = parser.parse_args(argv)
    run(options.commands, options.places)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
