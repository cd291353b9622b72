"""Radial basis functions phi(z) = sum_j w_j exp(-(z - m_j)^2 / (2 s^2)), one phi per channel."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import torch
from torch import nn

from padnet.errors import InputError

MOST = 17  # maximum number of centres; with more, exp(z)^j overflows in float32
BLOCK = 2**15  # entries that one thread computes at once: they fit in the cache
REACH = 5  # this many widths beyond the outermost centre phi is zero to 4e-6


def _values(weight: torch.Tensor, z: torch.Tensor, spent: bool = False) -> torch.Tensor:
    """sum_j w_j b_j(z), b_j(z) = exp(-(z - j)^2 / 2), j = -n, ..., n.

    exp(-(z - j)^2 / 2) = exp(-z^2 / 2) exp(z)^j exp(-j^2 / 2) is a polynomial in exp(z) for j >= 0 and in exp(-z) for
    j < 0: Horner's rule takes three exponentials instead of one per centre.
    spent: z is not needed afterwards, and its memory may be reused for the result.
    """
    n = weight.shape[1] // 2
    j = torch.arange(-n, n + 1, dtype=weight.dtype, device=weight.device)
    a = weight * torch.exp(-0.5 * j**2)
    if z.device.type == "cpu" and torch.get_num_threads() == 1:
        return _in_blocks(a, z, z if spent else torch.empty_like(z))
    return _horner([c[None, :, None, None] for c in a.unbind(1)], z)


def _horner(a: Sequence[Any], z: torch.Tensor) -> torch.Tensor:
    """The sum with a_j = w_j exp(-j^2 / 2), each a number or a tensor of the shape of z."""
    n = len(a) // 2
    up, down = torch.exp(z), torch.exp(-z)
    plus, minus = up * a[-1], down * a[0]
    for i in range(n - 1, 0, -1):  # in place, because memory traffic dominates the cost
        plus.add_(a[n + i]).mul_(up)
        minus.add_(a[n - i]).mul_(down)
    plus.add_(minus).add_(a[n])
    return plus.mul_(torch.exp(-0.5 * z**2))


def _in_blocks(a: torch.Tensor, z: torch.Tensor, found: torch.Tensor) -> torch.Tensor:
    """Compute the same sum into ``found``, (batch, channels, height, width), channel by channel in cache-sized
    blocks.

    Only for a single thread: several threads would synchronise after every operation on a block.
    """
    numbers = a.tolist()
    rows = max(1, BLOCK // max(1, z.shape[-1]))
    starts = range(0, z.shape[2], rows)
    blocks = [(b, c, slice(top, top + rows)) for b in range(z.shape[0]) for c in range(z.shape[1]) for top in starts]
    for block in blocks:
        found[block] = _horner(numbers[block[1]], z[block])
    return found


def _backward(weight: torch.Tensor, z: torch.Tensor, grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Gradients with respect to z and the weights, with z in units of the width."""
    n = weight.shape[1] // 2
    j = torch.arange(-n, n + 1, dtype=weight.dtype, device=weight.device)
    phi, moment = _values(weight, z), _values(weight * j, z)  # phi' = sum_j (j - z) w_j b_j
    inside = z.abs() < n + REACH
    bell = grad * torch.exp(-0.5 * z**2)
    up, down = torch.exp(z), torch.exp(-z)
    sums, plus, minus = [bell.sum(dim=(0, 2, 3))], bell, bell
    for i in range(1, n + 1):
        # bell exp(z)^i exp(-i^2 / 2), built up by its ratio exp(z) exp(1/2 - i): never overflows
        ratio = 2.718281828459045 ** (0.5 - i)
        plus, minus = plus * (up * ratio), minus * (down * ratio)
        sums.append(plus.sum(dim=(0, 2, 3)))
        sums.insert(0, minus.sum(dim=(0, 2, 3)))
    return torch.where(inside, grad * (moment - z * phi), torch.zeros_like(z)), torch.stack(sums, dim=1)


@lru_cache
def _on(device_type: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """(_values, _backward); fused on a GPU, where separate kernels would make sixty passes over the memory."""
    if device_type != "cuda":
        return _values, _backward
    return torch.compile(_values), torch.compile(_backward)


class _RBF(torch.autograd.Function):
    # Written by hand, because autograd would store every Horner step, which takes ten times the memory.
    @staticmethod
    def forward(ctx: Any, z: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(z, weight)
        return _on(z.device.type)[0](weight, z)

    @staticmethod
    def backward(ctx: Any, grad: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        z, weight = ctx.saved_tensors
        return _on(z.device.type)[1](weight, z, grad)


class RBF(nn.Module):
    """One scalar function per channel, represented by learned weights on equally spaced centres.

    Args:
        channels: number of functions.
        centres: number of centres in [-1, 1], odd, 3 to 17; their spacing is also the width s.

    Initialised to the identity on [-1, 1], as closely as the basis allows.

    Raises:
        InputError: for any other number of centres.
    """

    def __init__(self, channels: int, centres: int):
        super().__init__()
        if not 3 <= centres <= MOST or centres % 2 == 0:
            raise InputError(f"centres must be odd and from 3 to {MOST}, got {centres}.")
        self.n = centres // 2
        m = torch.linspace(-1, 1, centres)
        # sum_j exp(-(z - j)^2 / 2) = sqrt(2 pi) to 1e-8 away from the ends
        self.weight = nn.Parameter((m / (2 * torch.pi) ** 0.5).repeat(channels, 1))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """(batch, channels, height, width) -> the same shape, elementwise."""
        end = self.n + REACH
        if torch.is_grad_enabled():
            return _RBF.apply((z * self.n).clamp(-end, end), self.weight)
        return _on(z.device.type)[0](self.weight, (z * self.n).clamp_(-end, end), spent=True)
