"""Figures of the notebooks: bitwise reproducible and with alternative text.

The style is padnet.reporting.style. Figures have a white background, so that they are also legible on a dark page.
The colours are those of Okabe and Ito, which colour-blind readers can distinguish.
"""

import io

import numpy as np
import torch
from IPython.display import display
from matplotlib.figure import Figure
from PIL import Image as Picture

from padnet.errors import InputError
from padnet.notebook.shown import Shown
from padnet.reporting.figure1 import rendered

__all__ = ["COLOURS", "animate", "pictures", "sharp", "show"]

# Okabe and Ito: blue, vermilion, green, purple, orange, sky blue, black.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000")
DPI = 100
MOST = 120_000  # bytes of a figure that has twice the pixels of its width on the page, or is drawn as curves
FEWEST = 20  # minimum length of an alternative text, in characters


def show(figure: Figure, alt: str) -> None:
    """Display a figure with the alternative text `alt`, sharp on a screen of high density where its file stays small.

    Raises InputError if `alt` is too short to be informative.
    """
    _check(alt)
    data, ending = sharp(figure)
    display(Shown(data, ending, alt, round(DPI * figure.get_size_inches()[0])))


def sharp(figure: Figure) -> tuple[bytes, str]:
    """(file, "svg" or "png"): the smaller of SVG and a PNG of 2 DPI, of at most MOST bytes; else a PNG of DPI."""
    files = [(rendered(figure, "svg"), "svg"), (rendered(figure, "png", 2 * DPI), "png")]
    data, ending = min(files, key=lambda file: len(file[0]))
    return (data, ending) if len(data) <= MOST else (rendered(figure, "png", DPI), "png")


def pictures(named, alt: str, *, low: float = 0, high: float = 1, columns: int | None = None, zoom: float = 1) -> None:
    """Display images side by side, each with its title.

    named: {title: (h, w) grey or (h, w, 3) colour}, numpy arrays or torch tensors, which may require gradients.
    low, high: the values shown as black and white. columns: images per row, by default all. zoom: scale on the page.
    Raises InputError if there is no image, or as show().
    """
    if not named:
        raise InputError("there is no picture to show: give at least one.")
    columns = columns or len(named)
    rows = -(-len(named) // columns)
    named = {title: _array(picture) for title, picture in named.items()}
    height, width = next(iter(named.values())).shape[:2]
    wide = 9.2 / columns
    figure = Figure(figsize=(9.2 * zoom, zoom * rows * (wide * height / width + 0.25)), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).flat
    for axes in places:
        axes.axis("off")
    for axes, (title, picture) in zip(figure.axes, named.items(), strict=False):
        axes.imshow(np.clip(picture, low, high), cmap="gray", vmin=low, vmax=high, interpolation="nearest")
        axes.set_title(title)
    show(figure, alt)


def animate(frames, alt: str, *, seconds: float = 0.8) -> None:
    """Display figures in a loop, as an animated PNG.

    frames: matplotlib Figures of the same size. seconds: duration of each frame.
    Raises InputError for fewer than two frames, different sizes, a duration that is not positive, or as show().
    """
    if len(frames) < 2 or not seconds > 0:
        raise InputError(f"an animation has two frames or more and a positive time, not {len(frames)} and {seconds}.")
    sizes = sorted({tuple(map(float, figure.get_size_inches())) for figure in frames})
    if len(sizes) > 1:
        raise InputError(f"the frames of an animation have one size, not {' and '.join(map(str, sizes))} inches.")
    # Not cropped to the content: all frames must have the same size.
    _check(alt)
    images = []
    for figure in frames:
        buffer = io.BytesIO()
        figure.savefig(
            buffer,
            format="png",
            dpi=DPI,
            facecolor="white",
            bbox_inches=figure.bbox_inches,
            metadata={"Software": None},
        )
        images.append(Picture.open(buffer).convert("RGB"))
    out = io.BytesIO()
    images[0].save(out, format="PNG", save_all=True, append_images=images[1:], duration=round(1000 * seconds), loop=0)
    display(Shown(out.getvalue(), "png", alt, images[0].width))


def _array(picture):
    """An image as a numpy array, detached from the computation graph."""
    return np.asarray(picture.detach() if isinstance(picture, torch.Tensor) else picture)


def _check(alt):
    if not isinstance(alt, str) or len(alt.strip()) < FEWEST:
        raise InputError(f"a figure needs an alt text of a sentence that says what is seen, not {alt!r}.")
