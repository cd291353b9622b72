"""What a case of a contract is, the small networks that it runs, and what every result must be."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from beside import ROOT
from hazy import haze_settings, write_haze_weights
from trained import small_settings, write_weights

from padnet.imaging.arrays import WHITE, dtype_name


class Case(NamedTuple):
    """call() gives a result, right(result) asserts what is promised of it; words: the arguments, for a report."""

    words: str
    call: Callable
    right: Callable


@cache
def weights():
    """A folder of small random networks of every task."""
    folder = Path(tempfile.mkdtemp(prefix="padnet-faults-"))
    write_weights(folder, small_settings(ROOT))
    return write_haze_weights(folder, haze_settings(ROOT, working_side=32))


def is_photograph(found, given):
    """`found` is of the kind, shape and dtype of the photograph `given`, in its range."""
    assert type(found) is type(given) and found.shape == given.shape and found.dtype == given.dtype
    values = found.double().numpy() if isinstance(found, torch.Tensor) else found.astype(np.float64)
    assert np.isfinite(values).all() and values.min() >= 0 and values.max() <= WHITE[dtype_name(given)], "its range"


def finite(x, shape=None, dtype=None):
    """`x` is a tensor without NaN or infinity, of that shape and dtype."""
    assert isinstance(x, torch.Tensor) and torch.isfinite(x).all(), "not finite"
    assert shape is None or tuple(x.shape) == tuple(shape), f"the shape {tuple(x.shape)}"
    assert dtype is None or x.dtype == dtype, f"the dtype {x.dtype}"
