"""How much noise and JPEG grow in the sky of a photograph when its haze is removed."""

import numpy as np
import torch

from padnet.baselines.dehazing.he import he
from padnet.data.haze_protocols import compressed
from padnet.haze.filters import box_mean
from padnet.haze.model import radiance
from padnet.notebook.tables import table
from padnet.tasks.dehazing import LEAST, dehaze

__all__ = ["sky_noise", "sky_noise_table"]

NOISE, QUALITY = 0.006, 60  # standard deviation of the noise added to a photograph, and quality of its JPEG file
RADIUS = 8  # pixels, of the windows of a sky
QUIET = 0.01  # standard deviation in a window of sky, at most
SHARE = 0.1  # of the quiet windows, those of least t


def sky_noise_table(photographs: list) -> None:
    """Show by how much noise and JPEG grow in the skies of photographs. photographs: (name, (h, w, 3) uint8)."""
    lines = []
    for name, photograph in photographs:
        grown = sky_noise(photograph)
        lines.append([name, f"{grown['share']:.1%}", f"{grown['ipadnet']:.2f}", f"{grown['he']:.2f}"])
    table(["photograph", "sky", "noise of PADNet's picture over that of the input", "of He's"], lines)


def sky_noise(photograph: np.ndarray) -> dict[str, float]:
    """How often the noise of a sky is enlarged, when a photograph gets noise and is stored as JPEG.

    photograph: (h, w, 3) uint8. The sky is where a window of the photograph is quiet, and of these windows those of
    least t.

    Returns:
        {"share": of the picture that is sky, "ipadnet" and "he": standard deviation about the local mean there, over
        that of the input}. NaN without any sky.
    """
    clean = photograph / 255
    noise = NOISE * np.random.default_rng(0).standard_normal(clean.shape)
    noisy = np.round(255 * compressed(clean + noise, QUALITY)).astype(np.uint8)
    found = dehaze(noisy)
    I, x = (torch.from_numpy(p).permute(2, 0, 1)[None].float() for p in (noisy / 255, clean))
    A = torch.tensor([found.airlight])
    J = torch.from_numpy(found.image / 255).permute(2, 0, 1)[None].float()
    J_he = radiance(I, he(I, A), A, LEAST).clamp(0, 1)
    variance = (box_mean(x * x, RADIUS) - box_mean(x, RADIUS).square()).mean(dim=1)[0]
    quiet = variance.numpy() < QUIET**2
    if not quiet.any():
        return {"share": 0.0, "ipadnet": np.nan, "he": np.nan}
    t = np.asarray(found.transmission)
    sky = torch.from_numpy(quiet & (t <= np.quantile(t[quiet], SHARE)))
    seen = _grain(I, sky)
    return {"share": float(sky.float().mean()), "ipadnet": _grain(J, sky) / seen, "he": _grain(J_he, sky) / seen}


def _grain(x, inside):
    """The standard deviation of (1, 3, h, w) about the local mean, over the pixels inside."""
    return float((x - box_mean(x, RADIUS))[0][:, inside].std(dim=1).mean())
