"""The images in scikit-image's wheel: data that need no network access."""

from pathlib import Path

import numpy as np
import skimage
from skimage.io import imread

from padnet.errors import PadnetError


def wheel_file(name):
    """The path of the data file `name`. Raises PadnetError if the installed wheel does not contain it."""
    path = Path(skimage.__file__).parent / "data" / name
    if not path.is_file():
        raise PadnetError(f"the installed scikit-image carries no {name}: install the version of requirements.lock")
    return path


def read_wheel(name):
    """The image `name` as stored, (h, w) or (h, w, 3) uint8. Errors as for wheel_file."""
    return np.asarray(imread(wheel_file(name)))
