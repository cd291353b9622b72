"""A button in JupyterLab that takes a photograph from the reader's computer."""

import io
import os
from collections.abc import Callable

import ipywidgets
import numpy as np
from IPython.display import display
from PIL import Image, ImageOps, UnidentifiedImageError

from padnet.errors import InputError
from padnet.notebook.sliders import STATIC

__all__ = ["opened", "upload"]


def upload(process: Callable[[np.ndarray], None]) -> None:
    """Show a button for a photograph, and below it what `process` prints and shows of it.

    process: called with the photograph, (h, w, 3) uint8, upright. A file that is no photograph is one sentence. When
    the notebook runner executes the notebook, a line stands in the button's place; the next cell is its static version.
    """
    if os.environ.get(STATIC):
        print("In JupyterLab there is a button here, for a photograph of your own.")
        return
    button = ipywidgets.FileUpload(accept="image/*", multiple=False, description="photograph")
    below = ipywidgets.Output()

    def given(_):
        below.clear_output()
        with below:
            try:
                for file in button.value:
                    process(opened(bytes(file["content"])))
            except InputError as error:
                print(error)

    button.observe(given, names="value")
    display(ipywidgets.VBox([button, below]))


def opened(content: bytes) -> np.ndarray:
    """The photograph in the bytes of a file: (h, w, 3) uint8, upright. Raises InputError for anything else."""
    try:
        with Image.open(io.BytesIO(content)) as file:
            photo = np.array(ImageOps.exif_transpose(file).convert("RGB"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise InputError("This file is no photograph that can be read: take a JPEG or a PNG.") from error
    if min(photo.shape[:2]) < 64:
        raise InputError(
            f"This photograph has {photo.shape[1]} x {photo.shape[0]} pixels: take one of 64 or more a side."
        )
    return photo
