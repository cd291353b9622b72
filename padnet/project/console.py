"""How a command of the pipeline ends: its exit status, and one sentence when something is wrong."""

import sys

from padnet.errors import PadnetError
from padnet.project import switches


def run(main, argv=None, pinned=False):
    """Call `main(argv)` and return the exit status: 0, 1 after an error, 130 when interrupted.

    pinned: see first that the process has the switches of padnet.project.switches, as every stage of dvc.yaml needs
    them; commands for a user's own photographs do without, which is faster.
    A PadnetError becomes the one line `padnet: SENTENCE` on stderr; any other exception is a
    defect of ours and keeps its traceback.
    """
    try:
        if pinned:
            switches.settle()
        main(argv)
    except PadnetError as error:
        print(f"padnet: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("padnet: interrupted; run the same command again to go on", file=sys.stderr)
        return 130
    return 0
