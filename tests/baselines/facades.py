"""Pictures with much that repeats, as houses have: what block matching lives on."""

import numpy as np
import torch
from toys import normal

from padnet.core.operators import Blur


def facade(size=96, seed=0):
    """(1, 1, size, size) float32: a wall of bricks with windows under a slanted roof and a smooth sky."""
    rng = np.random.default_rng([seed, size])
    i, j = np.mgrid[:size, :size]
    x = 0.9 - 0.2 * i / size
    roof = i > size // 4 - 0.2 * j
    x[roof] = 0.35 + 0.1 * ((i + j) // 6 % 2)[roof]
    wall = i > size // 3
    x[wall] = 0.6 + 0.06 * rng.random() - 0.08 * ((i % 6 == 0) | ((j + 3 * (i // 6 % 2)) % 12 == 0))[wall]
    for left in range(8, size - 16, 24):
        x[size // 2 : size // 2 + 18, left : left + 12] = 0.1
        x[size // 2 + 8, left : left + 12] = 0.8
    return torch.from_numpy(x)[None, None].float()


def noisy(x, noise, seed=0):
    """x with white noise of that standard deviation."""
    return x + noise * normal(*x.shape, seed=seed).to(x)


def shake(size=7):
    """(1, 1, size, size) float32: a bent stroke."""
    k = torch.zeros(1, 1, size, size)
    for a in range(size):
        k[..., a, min(a, size // 2)] = 1.0 + a
    return k / k.sum()


def blurred(x, noise=0.01, seed=0):
    """(y, k) of one facade: a periodic blur and white noise."""
    k = shake()
    return noisy(Blur(k, x.shape[-2:])(x), noise, seed), k


def psnr(a, b):
    return -10 * float((a - b).square().mean().log10())
