"""Run a command with the environment variables that give the same bits on every x86-64 processor.

python -m padnet.project.pinned COMMAND …
"""

import os
import sys

from padnet.errors import InputError
from padnet.project import console, switches


def main(argv=None):
    """Replace this process with a command that has the environment of padnet.project.switches.

    Raises InputError if no command is given, or it cannot be run.
    """
    command = sys.argv[1:] if argv is None else argv
    if not command:
        raise InputError("give the command to run: python -m padnet.project.pinned COMMAND …")
    try:
        os.execvpe(command[0], command, switches.pinned(os.environ))
    except OSError as error:
        raise InputError(f"cannot run {command[0]} ({error.strerror}): correct the command") from error


if __name__ == "__main__":
    sys.exit(console.run(main))
