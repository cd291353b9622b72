"""Helpers of lesson 08: crops of photographs, starting points, and the interface that Algorithm 1 requires."""

import torch
import torch.nn.functional as F

from padnet.data.sample_pictures import photograph
from padnet.notebook.tables import table

__all__ = ["contract_table", "local_means", "picture"]

CONTRACT = (
    ("fidelity", "`f.prox(z, weight)`", "argmin_u f(u) + weight/2 ‖u − z‖²", "(3), the preliminary estimation"),
    ("", "`f.grad(x)`", "∇f(x)", "(7), the error correction"),
    ("", "`f.value_and_grad(x)`", "f(x) of shape (batch,), and ∇f(x)", "(12), (21), the test of a step"),
    ("", "`f.value(x)`", "f(x), (batch,)", "F at the start"),
    ("", "`f.lipschitz`", "L, (batch,), with ‖∇f(a) − ∇f(b)‖ ≤ L ‖a − b‖", "the step size of (7)"),
    ("prior", "`r.value(x)`", "r(x), (batch,)", "(21)"),
    ("", "`r.prox(z, step)`", "argmin_x r(x) + 1/(2 step) ‖x − z‖²", "(7)"),
    (
        "",
        "`r.subgradient_distance(x, q)`",
        "distance of −q to ∂r(x), (batch,)",
        "dist(0, ∂F) of the second test, and certifying again",
    ),
    ("network", "`network(v, alpha)`", "a tensor like v; anything", "(6), in the place of (4)"),
    ("", "`network.C_N(v)`", "C_N of Condition 2", "implicit PADNet only"),
)


def contract_table() -> None:
    """Show which methods a stage of Algorithm 1 calls on a fidelity, a prior and a network."""
    table(["part", "called as", "returns", "needed in"], CONTRACT)


def picture(name: str, top: int, left: int, size: int) -> torch.Tensor:
    """A square crop of a photograph, (1, 1, size, size) float64 in [0, 1]. top, left: its corner, in pixels."""
    square = photograph(name)[top : top + size, left : left + size]
    return torch.from_numpy(square / 255.0)[None, None]


def local_means(y: torch.Tensor, seen: torch.Tensor) -> torch.Tensor:
    """y at observed pixels and a local mean of observed pixels elsewhere: a starting point for inpainting.

    y: (batch, 1, h, w), 0 at unobserved pixels. seen: boolean mask like y.
    """
    bell = torch.exp(-(torch.arange(-4, 5, dtype=y.dtype) ** 2) / 2)
    kernel = (bell[:, None] * bell)[None, None]
    near, count = (F.conv2d(F.pad(z, (4,) * 4, mode="replicate"), kernel) for z in (y, seen.to(y.dtype)))
    return torch.where(seen, y, near / count.clamp(min=1e-6))
