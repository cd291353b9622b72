"""Pairs as problems on the gradient domain: the start, the truth, refusals."""

import numpy as np
import pytest
import torch
from standin import pair

from padnet.errors import InputError
from padnet.experiments.gradient_problem import D, problem
from padnet.imaging.batch import centred, stack


@pytest.fixture(scope="module")
def fields():
    return stack([pair(1, 9), pair(2, 13), pair(3, 11)], margin=6)


def placed(fields):
    """The truth in its frame, zero outside, as a gradient field."""
    height, width = fields.y.shape[-2:]
    h, w = fields.x.shape[-2:]
    x = torch.zeros_like(fields.y)
    top, left = (height - h) // 2, (width - w) // 2
    x[..., top : top + h, left : left + w] = fields.x
    return x


def test_the_start_is_zero_and_has_error_one(fields):
    f, x0, error = problem(fields)
    assert x0.shape == (3, 2, *fields.y.shape[-2:])
    assert (x0 == 0).all()
    assert error(x0).tolist() == [1.0, 1.0, 1.0]
    torch.testing.assert_close(f.value(x0), 0.5 * D(fields.y).flatten(1).norm(dim=1) ** 2)


def test_the_truth_has_error_zero_and_explains_the_observation(fields):
    f, _, error = problem(fields)
    x = placed(fields)
    assert error(D(x)).max() <= 1e-12
    inner = (f.blur(x) - fields.y)[..., 20:-20, 20:-20]  # away from the frame, where y was seen
    assert inner.abs().max() <= 1e-10


def test_the_error_is_per_sample_and_on_the_scored_pixels_only(fields):
    _, _, error = problem(fields)
    g = D(placed(fields))
    g[1] *= 2
    torch.testing.assert_close(error(g), torch.tensor([0.0, 1.0, 0.0], dtype=g.dtype), rtol=0, atol=1e-12)
    g = D(placed(fields))
    border = (g.shape[-1] - 48) // 2 + 8
    g[..., :border, :] = 5
    g[..., -border:] = 5
    assert error(g).max() <= 1e-12
    g[..., border, border] = 5
    assert error(g).min() > 0.01


def test_a_padded_kernel_blurs_as_the_kernel_itself():
    fields = stack([pair(1, 9), pair(2, 13)], margin=6)
    alone = stack([pair(1, 9)], margin=6)
    assert alone.k.shape[-1] == 9
    x = placed(fields)
    both, one = problem(fields)[0].blur(x)[0], problem(alone)[0].blur(x[:1])[0]
    torch.testing.assert_close(both, one, rtol=1e-12, atol=1e-12)
    even = np.zeros((4, 4))
    even[2, 2] = 1  # its centre
    assert centred(even, 7)[3, 3] == 1


def test_part_of_the_fields_is_the_same_problem(fields):
    _, x0, error = problem(fields[1:])
    assert len(fields[1:]) == 2
    x = D(placed(fields))
    torch.testing.assert_close(error(0.5 * x[1:]), problem(fields)[2](0.5 * x)[1:])
    assert len(fields[torch.tensor([0, 2])]) == 2
    assert fields.to(torch.float32).y.dtype == torch.float32
    assert x0.dtype == torch.float64


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match="a crop of 24 pixels a side leaves nothing of 48x48"):
        problem(stack([pair(1, crop=24)], margin=6))
