"""Periodic padding: its values are those of PyTorch's, and so is its derivative, which is written here."""

import pytest
import torch
import torch.nn.functional as F

from padnet.core.periodic_padding import padded_periodically


@pytest.mark.parametrize("height, width, border", [(5, 7, 2), (4, 4, 4), (3, 6, 0), (5, 6, 4)])
def test_values_and_derivative(height, width, border):
    rng = torch.Generator().manual_seed(1)
    z = torch.randn(2, 3, height, width, generator=rng, dtype=torch.float64, requires_grad=True)
    mine, theirs = padded_periodically(z, border), F.pad(z, (border,) * 4, mode="circular")
    assert torch.equal(mine, theirs)
    g = torch.randn(mine.shape, generator=rng, dtype=torch.float64)
    found, right = (torch.autograd.grad(x, z, g)[0] for x in (mine, theirs))
    torch.testing.assert_close(found, right)
