"""A photograph before and after deblurring, side by side, with its kernel and the noise that was found."""

import numpy as np
from PIL import Image, ImageDraw

WIDEST = 900  # pixels of one of the two pictures
GAP, LINE = 8, 18  # pixels between them, and below for the words
KERNEL = 96  # pixels of the kernel's larger side, at least


def preview(before, result, kernel):
    """(h, w, 3) uint8: before, after and the kernel, with the noise in words.

    before: the photograph, (h, w) or (h, w, 3). result: its Deconvolved. kernel: (m, n).
    """
    white = np.iinfo(before.dtype).max if before.dtype.kind == "u" else max(float(before.max()), 1e-12)
    left, right = (_shown(pixels / white) for pixels in (before, result.image))
    k = Image.fromarray(np.uint8(np.rint(255 * np.clip(kernel / kernel.max(), 0, 1))))
    times = max(1, KERNEL // max(k.size))
    k = k.resize((k.width * times, k.height * times), Image.Resampling.NEAREST)
    w, h = left.size
    page = Image.new("RGB", (2 * w + k.width + 4 * GAP, max(h, k.height) + LINE + 2 * GAP), "white")
    for place, picture in ((GAP, left), (w + 2 * GAP, right), (2 * w + 3 * GAP, k)):
        page.paste(picture, (place, GAP))
    words = ImageDraw.Draw(page)
    below = page.height - LINE
    for place, word in (
        (GAP, "before"),
        (w + 2 * GAP, f"after, noise {result.noise:.4f}"),
        (2 * w + 3 * GAP, f"kernel {kernel.shape[1]}x{kernel.shape[0]}"),
    ):
        words.text((place, below), word, fill="black")
    return np.asarray(page)


def _shown(pixels):
    picture = Image.fromarray(np.uint8(np.rint(255 * np.clip(pixels, 0, 1)))).convert("RGB")
    picture.thumbnail((WIDEST, WIDEST))
    return picture
