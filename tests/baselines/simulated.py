"""Small blurred pictures that the tests of the compared methods share."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from padnet.errors import InputError
from padnet.imaging.batch import stack
from padnet.imaging.boundary import crop_scored
from padnet.imaging.degradation import observe
from padnet.imaging.kernels import camera_shake
from padnet.imaging.pairs import Pair

CROP = 4  # pixels a side of a truth that are not scored


@dataclass(frozen=True)
class Case:
    """A batch of observations in frames: what a method is given, and the truths (n, 1, h, w)."""

    y: torch.Tensor
    k: torch.Tensor
    noise: torch.Tensor
    seen: torch.Tensor
    x: torch.Tensor

    @property
    def given(self):
        return {"y": self.y, "k": self.k, "noise": self.noise, "seen": self.seen}

    def only(self, i):
        """Sample i alone."""
        return Case(*(part[i : i + 1] for part in (self.y, self.k, self.noise, self.seen, self.x)))

    def psnr(self, estimate):
        """(n,) in dB, of the scored pixels."""
        size = self.x.shape[-2:]
        error = crop_scored(estimate, size, CROP) - crop_scored(self.x, size, CROP)
        return -10 * error.square().mean(dim=(1, 2, 3)).log10()


def picture(seed, size):
    """(size, size) flat patches of 8x8 pixels under a soft light, in [0, 1]."""
    rng = np.random.default_rng([seed, size])
    blocks = np.kron(rng.random((size // 8, size // 8)), np.ones((8, 8)))
    light = np.sin(np.linspace(0, 3, size))[:, None] * np.cos(np.linspace(0, 2, size))
    return np.clip(0.8 * blocks + 0.2 * light**2, 0, 1)


def case(noise=(0.01, 0.02), size=48, dtype=torch.float32):
    """As many observations as there are noise levels, each with a kernel of its own."""
    pairs = []
    for i, level in enumerate(noise):
        rng, x = np.random.default_rng([7, i]), picture(i, size)
        k = camera_shake(9, rng)
        pairs.append(Pair("toy", f"k{i}", x, observe(x, k, level, True, rng), k, (4, 4), CROP))
    fields = stack(pairs, 8).to(dtype)
    return Case(fields.y, fields.k, torch.tensor(noise, dtype=dtype), fields.seen, fields.x)


def check_common_laws(method, margin, **options):
    """What every compared method owes: a gain, independence of the batch, its passes, one sentence for bad input."""
    c = case()
    seen = []
    x = method(**c.given, **options, watch=seen.append)
    assert x.shape == c.y.shape and x.dtype == c.y.dtype and torch.isfinite(x).all()
    assert torch.equal(seen[-1], x) and len(seen) > 1
    assert (c.psnr(x) > c.psnr(c.y) + margin).all()
    assert torch.equal(x, method(**c.given, **options))
    for i in range(len(x)):
        torch.testing.assert_close(method(**c.only(i).given, **options), x[i : i + 1], rtol=0, atol=2e-4)
    # The padding is refreshed: a further pass changes the result, with every pixel seen there is none.
    once, twice = (method(**c.given, **options, passes=n) for n in (1, 2))
    assert not torch.allclose(once, twice, atol=1e-5) and (torch.equal(x, once) or torch.equal(x, twice))
    unmasked = c.given | {"seen": None}
    assert torch.equal(method(**unmasked, **options, passes=2), method(**unmasked, **options, passes=1))
    # The noise matters.
    assert not torch.allclose(method(**c.given | {"noise": 2 * c.noise}, **options), x, atol=1e-5)


def check_refusals(method, **options):
    """The bad inputs that every compared method refuses."""
    c = case(noise=(0.01, 0.01), size=32)
    for change, words in [
        ({"y": c.y[0]}, "4 dimensions"),
        ({"y": c.y.expand(-1, 3, -1, -1)}, "one channel, got 3"),
        ({"y": c.y * float("nan")}, "NaN"),
        ({"y": (255 * c.y).byte()}, "float32 or float64"),
        ({"k": -c.k}, "positive sum"),
        ({"k": torch.ones(2, 1, 99, 99)}, "larger than the image"),
        ({"k": c.k.expand(2, 1, -1, -1).repeat(2, 1, 1, 1)}, "4 kernels do not fit 2 observations"),
        ({"noise": torch.tensor([0.01])}, "one standard deviation per observation"),
        ({"noise": torch.tensor([0.01, 0.0])}, "noise must be positive"),
        ({"noise": torch.tensor([0.01, float("nan")])}, "noise must be positive"),
        ({"seen": c.seen.float()}, "seen must be bool"),
        ({"seen": c.seen[..., :-1]}, "seen must be bool"),
        ({"passes": 0}, "passes must be at least 1, got 0"),
    ]:
        with pytest.raises(InputError, match=words):
            method(**c.given | change, **options)
