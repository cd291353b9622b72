"""Settings, networks and blurred pictures so small that restoring one takes milliseconds."""

from copy import deepcopy

import torch
from toys import kernels, normal, pictures

from padnet.core.operators import Blur
from padnet.tasks.deconvolution_settings import Settings

RAW = {
    "energy": {"p": 0.8, "lam": 0.00025, "beta": 0.05, "noise": 0.01},
    "explicit": {"mu": 0.25, "C_E": 0.1225, "a": 0.002, "b": 0.3},
    "implicit": {"mu": 0.0001, "rho0": 0.001, "gamma": 4.0, "bound": 0.02, "rescale": True},
    "stop": {"epsilon": 0.0, "implicit": 3, "explicit": 2},
    "guard": {"patience": 3, "limit": 2000},
    "shrinkage": {"size": 3, "centres": 9, "reach": 0.019},
    "unit": {"features": 3, "dilations": [1, 2, 1], "scale": 0.005},
    "frame": {"margin": 4, "passes": 2},
}
NOISE = torch.tensor([0.01, 0.03], dtype=torch.float64)


def settings(**changes):
    """Small Settings; a change is named SECTION_NAME."""
    raw = deepcopy(RAW)
    for name, value in changes.items():
        part, key = name.split("_", 1)
        raw[part][key] = value
    return Settings(raw)


def random_networks(made, amplitude=1.0, seed=0):
    """Networks of every stage of these settings, untrained: all weights and statistics at random."""
    networks = made.networks([2] * made.stop(False).k_max)
    generator = torch.Generator().manual_seed(seed)
    for network in networks:
        for name, w in network.state_dict().items():
            if "running_var" in name:
                w.uniform_(0.5, 2, generator=generator)
            elif name.startswith("units.0.") and w.is_floating_point():
                # About the shrinkage that a new first unit is.
                w.add_(0.1 * amplitude * w.abs().mean() * torch.randn(w.shape, generator=generator))
            elif w.is_floating_point():
                w.normal_(0, 0.3 * amplitude, generator=generator)
    return networks


def blurred(size=20, margin=4):
    """y, k, noise, seen: two pictures in frames whose border of ``margin`` pixels was not seen."""
    k, shape = kernels(2, 3, 3), (size + 2 * margin,) * 2
    x = pictures(2, shape[0])
    y = Blur(k, shape)(x) + NOISE.reshape(2, 1, 1, 1) * normal(2, 1, *shape)
    seen = torch.zeros_like(y, dtype=torch.bool)
    seen[..., margin:-margin, margin:-margin] = True
    return torch.where(seen, y, torch.full_like(y, 0.5)), k[:, None], NOISE, seen
