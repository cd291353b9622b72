"""One optimiser step computed in parts: gradients and batch statistics of each part, averaged in a fixed order.

The mean is taken over the parts in order, whichever process computed them. One process and several therefore give the
same bits, as long as each uses the same number of threads.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch
from torch import nn

T = TypeVar("T")


class SingleProcess:
    """A single process that computes every part."""

    rank, size = 0, 1

    def share(self, items: Sequence[T]) -> list[T]:
        """The items assigned to this process."""
        return list(items)

    def average(self, vectors: list[torch.Tensor], count: int, like: torch.Tensor) -> torch.Tensor:
        """The mean of ``count`` vectors, in the order of the items that ``share`` distributed.

        vectors: those of this process's items. like: a vector of the same size, dtype and device.
        """
        total = torch.zeros_like(like)
        for vector in vectors:
            total += vector
        return total / count

    def agree(self, value: T) -> T:
        """The value of the first process."""
        return value


def step_in_parts(
    weights: list[nn.Parameter],
    buffers: list[torch.Tensor],
    parts: int,
    ranks: SingleProcess,
    loss_of: Callable[[int], tuple[torch.Tensor, list[float]]],
) -> list[float]:
    """Store the mean over all parts in the weights' ``grad`` and in the buffers; return the mean figures.

    Args:
        weights: the trained parameters.
        buffers: the batch statistics that are updated; every part starts from their current values.
        parts: number of parts.
        ranks: distributes the parts over processes.
        loss_of: index of the part -> its loss and its figures.

    Sums are accumulated in float64, which does not change the result for a single part.
    """
    begun, vectors, figures = [b.clone() for b in buffers], [], 2
    for part in ranks.share(range(parts)):
        for buffer, old in zip(buffers, begun, strict=True):
            buffer.copy_(old)
        loss, told = loss_of(part)
        grads = torch.autograd.grad(loss, weights)
        numbers = torch.tensor(told, dtype=torch.float64, device=loss.device)
        vectors.append(torch.cat([numbers, *(t.detach().flatten().double() for t in (*grads, *buffers))]))
    sizes = [figures, *(t.numel() for t in (*weights, *buffers))]
    like = torch.zeros(sum(sizes), dtype=torch.float64, device=weights[0].device)
    means = ranks.average(vectors, parts, like).split(sizes)
    for weight, mean in zip(weights, means[1:], strict=False):
        weight.grad = mean.reshape(weight.shape).to(weight.dtype)
    for buffer, mean in zip(buffers, means[1 + len(weights) :], strict=True):
        buffer.copy_(mean.reshape(buffer.shape))
    return means[0].tolist()
