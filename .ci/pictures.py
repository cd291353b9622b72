"""The pictures of .ci/wheel: `make` writes them, `look` compares what padnet made of them with the truth.

Flat patches of colour; the blur is a short line, the haze thicker to the right.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

import padnet

AIRLIGHT = 0.9


def save(name, picture):
    """Write (h, w) or (h, w, 3) in [0, 1] as a PNG file of 8 bits."""
    Image.fromarray(np.uint8(np.rint(255 * np.clip(picture, 0, 1)))).save(name)


def error(name, truth):
    """The root of the mean squared difference of a file's picture and the truth, white being 1."""
    return float(np.sqrt(np.mean((np.asarray(Image.open(name)) / 255 - truth) ** 2)))


def main():
    rng = np.random.default_rng(7)
    truth = np.kron(rng.uniform(0.05, 0.75, (8, 10, 3)), np.ones((16, 16, 1)))
    if sys.argv[1] == "make":
        kernel = np.zeros((7, 7))
        kernel[3] = 1 / 7
        save("kernel.png", kernel * 7)
        save("blurred.png", sum(np.roll(truth, i, axis=1) for i in range(-3, 4)) / 7)
        t = np.linspace(0.8, 0.35, truth.shape[1])[None, :, None]
        save("hazy.png", truth * t + AIRLIGHT * (1 - t))
        return
    # Not the project that this script lies in.
    assert Path(sys.prefix) in Path(padnet.__file__).parents, padnet.__file__
    for before, after in (("blurred.png", "sharp.png"), ("hazy.png", "clear.png")):
        was, now = error(before, truth), error(after, truth)
        print(f"{after}: error {now:.3f}, of {before} {was:.3f}")
        assert now < 0.8 * was, f"{after} is no better than {before}"


if __name__ == "__main__":
    main()
