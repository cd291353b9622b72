"""What DVC calls: a module for each command, `python -m padnet.pipeline.COMMAND`."""

import sys

from padnet.pipeline.choice import chosen

if sys.argv[:1] == ["-m"]:  # Python is about to run a module of this package, and has not named it yet
    # Chosen, so that no stage depends on the words for a missing package.
    sys.excepthook = lambda *raised: chosen("padnet.extras").hook(*raised)
