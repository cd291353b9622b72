"""Square roots and powers of tensors with the same bits on every x86-64 processor.

torch.sqrt, and `x**0.5`, which calls it, are MKL's, whose last bit depends on the processor even in its compatible
mode (docs/bits.md). rsqrt is PyTorch's own: a division by a correctly rounded root, as is the reciprocal.
"""

import torch


def root(x: torch.Tensor) -> torch.Tensor:
    """The square root of every entry, within three units in the last place; the shape and dtype of ``x``.

    0 and infinity have themselves as roots, negative numbers NaN. The derivative is that of the square root where x is
    positive, and NaN at 0, where there is none.
    """
    return x.rsqrt().reciprocal()


def power(x: torch.Tensor, exponent: float) -> torch.Tensor:
    """``x**exponent`` of every entry, by ``root`` where the exponent is 1/2."""
    return root(x) if exponent == 0.5 else x**exponent
