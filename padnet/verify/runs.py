"""Two small runs of the shipped networks: save and load the iterates, and recompute the certificates from them."""

import tempfile
from pathlib import Path

import numpy as np
import torch

from padnet.core.operators import Blur
from padnet.data.skimage_files import read_wheel
from padnet.errors import PadnetError
from padnet.imaging.kernels import camera_shake
from padnet.project.determinism import deterministic
from padnet.tasks.deconvolution import deconvolve
from padnet.tasks.framing import framed
from padnet.tasks.pretrained import METHODS, load
from padnet.verify import iterates
from padnet.verify.outcome import Outcome

SIDE, KERNEL, NOISE, SEED = 72, 13, 0.01, 1711


def observation(name="camera.png", top=60, left=180, side=None, seed=SEED):
    """(a crop of a picture of scikit-image, blurred and noisy, (side, side) float64 in [0, 1]; its kernel).

    Its contrast is reduced, because padnet.deconvolve treats saturated pixels as unknown.
    """
    rng, side = np.random.default_rng(seed), SIDE if side is None else side
    k = camera_shake(KERNEL, rng)
    crop = read_wheel(name)[top : top + side + 24, left : left + side + 24]
    wide = torch.from_numpy(0.1 + 0.8 * crop / 255.0)[None, None]
    blurred = Blur(torch.from_numpy(k)[None, None], wide.shape[-2:])(wide)[0, 0, 12:-12, 12:-12].numpy()
    return np.clip(blurred + NOISE * rng.normal(size=blurred.shape), 0, 1), k


def run(method, y, k, folder):
    """Deblur y and save the run: (path, the Deconvolved that padnet.deconvolve returns for the same input).

    Raises PadnetError if the saved run does not end at that image.
    """
    told = deconvolve(y, k, NOISE, method=method)
    restorer = load()
    frame = framed([y], k, NOISE, restorer.settings)
    kernel, noise = torch.from_numpy(k)[None, None], torch.tensor([NOISE], dtype=torch.float64)
    kept = restorer.ipadnet(frame.y, kernel, noise, frame.seen, keep=True)
    y = kept.run.iterates[0]  # IPADNet starts from the observation of its last pass
    if method == "epadnet":
        y = torch.where(frame.seen, y, Blur(kernel, y.shape[-2:])(kept.x))
        kept = restorer.epadnet(y, kernel, noise, keep=True, begin=kept)
    if not np.array_equal(frame.cut(kept.x)[0], told.image):
        raise PadnetError(f"the saved run of {method} does not end at the picture that padnet.deconvolve gives")
    path = Path(folder) / f"{method}.safetensors"
    iterates.save(path, method, restorer.settings, kept.run.iterates, y, kernel, noise, told.certificate[0])
    return path, told


def check(keep=None):
    """Deblur a small image with both networks and recompute the certificates from the files.

    keep: a folder in which the files are kept.
    """
    deterministic()
    findings, steps, y_k = [], 0, observation()
    with tempfile.TemporaryDirectory() as temporary:
        for method in METHODS:
            try:
                path, told = run(method, *y_k, keep or temporary)
                _, wrong = iterates.faults(path)
            except PadnetError as error:
                wrong, told = [str(error)], None
            findings += [f"a run of {method}: {one}" for one in wrong]
            if told:
                steps += len(told.certificate[0].rows)
    held = f"{len(METHODS)} runs on a picture of scikit-image: {steps} rows computed again in float64 from the iterates"
    return Outcome("iterates", held, findings)
