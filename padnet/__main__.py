"""`python -m padnet` is the `padnet` command."""

import sys

from padnet.cli import main

sys.exit(main())
