"""`import padnet` costs nothing: what it offers is imported when it is asked for."""

import subprocess
import sys

CODE = """
import sys, padnet
heavy = {"torch", "numpy", "scipy", "skimage", "PIL"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
assert "explicit_padnet" in dir(padnet)
from padnet import InputError
assert not heavy & set(sys.modules)
from padnet import LeastSquares
assert "torch" in sys.modules and "skimage" not in sys.modules
padnet.deconvolve
"""


def test_import_is_light():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
