"""Lets these modules import the helpers of the other tests, from a command as in pytest; imported before them."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tests"), str(ROOT / "tests/pipeline")]
