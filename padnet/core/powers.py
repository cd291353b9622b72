"""Square roots and powers of tensors with the same bits on every x86-64 processor.

torch.sqrt, and `x**0.5`, which calls it, use MKL, whose last bit depends on the processor even in its compatible mode
(docs/bits.md). rsqrt is implemented in PyTorch itself as a division by a correctly rounded root, as is the
reciprocal.
"""

import torch


def root(x: torch.Tensor) -> torch.Tensor:
    """The square root of every entry, within three units in the last place; keeps the shape and dtype of ``x``.

    The roots of 0 and infinity are 0 and infinity, those of negative numbers NaN. The derivative is correct for
    positive x, and NaN at 0, where it does not exist.
    """
    return x.rsqrt().reciprocal()


def power(x: torch.Tensor, exponent: float) -> torch.Tensor:
    """``x**exponent`` of every entry, using ``root`` if the exponent is 1/2."""
    return root(x) if exponent == 0.5 else x**exponent
