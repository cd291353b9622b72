"""The exit status and error output of pipeline commands."""

import sys

from padnet.errors import PadnetError
from padnet.project import switches


def run(main, argv=None, pinned=False, resumed=True):
    """Call `main(argv)` and return the exit status: 0, 1 after an error, 130 after an interrupt.

    pinned: first check that the process has the environment of padnet.project.switches, as every stage of dvc.yaml
    requires; commands for a user's own photographs do without, which is faster.
    resumed: whether the command goes on where it was interrupted when it is run again.
    A PadnetError is printed as one line `padnet: MESSAGE` on stderr; any other exception is a bug and keeps its
    traceback.
    """
    try:
        if pinned:
            switches.settle()
        main(argv)
    except PadnetError as error:
        print(f"padnet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        told = "run the same command again to go on" if resumed else "no unfinished file was left"
        print(f"padnet: interrupted; {told}", file=sys.stderr)
        return 130
    return 0
