"""`python -m padnet` is the `padnet` command."""

import sys

from padnet.cli.main import main

sys.exit(main())
