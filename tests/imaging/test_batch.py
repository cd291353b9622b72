"""Pairs stacked as tensors: frames, observed pixels, parts, devices and dtypes, refusals."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from standin import pair, texture

from padnet.errors import InputError
from padnet.imaging.batch import centred, stack

PAIRS = [pair(1, 9), pair(2, 13), pair(3, 11)]


@pytest.fixture(scope="module")
def fields():
    return stack(PAIRS, margin=6)


@pytest.fixture(scope="module")
def full(fields):
    """With all that a training or a benchmark may know."""
    return replace(fields, noise=torch.tensor([0.01, 0.02, 0.03]))


def test_frames_have_5_smooth_sizes_with_the_margin(fields):
    assert fields.y.shape[-2:] == (60, 60)
    assert fields.k.shape == (3, 1, 13, 13)
    assert stack([pair(1)], margin=0).y.shape[-2:] == (48, 48)


def test_the_observed_pixels_are_in_the_frame_as_they_were(fields):
    for i, p in enumerate([pair(1, 9), pair(2, 13), pair(3, 11)]):
        top = 6 + p.offset[0]
        seen = fields.y[i, 0, top : top + p.y.shape[0], top : top + p.y.shape[1]]
        assert np.array_equal(seen.numpy(), p.y)


def test_seen_is_where_the_observation_lies(fields):
    assert fields.seen.shape == fields.y.shape and fields.seen.dtype == torch.bool
    for i, p in enumerate(PAIRS):
        expected = np.zeros(fields.y.shape[-2:], bool)
        top = 6 + p.offset[0]
        expected[top : top + p.y.shape[0], top : top + p.y.shape[1]] = True
        assert np.array_equal(fields.seen[i, 0].numpy(), expected)
        assert np.array_equal(fields.y[i][fields.seen[i]].numpy(), p.y.ravel())


def test_the_middle_of_a_kernel_stays_the_middle():
    for shape in ((3, 5), (4, 4), (7, 7), (1, 2)):
        k = np.arange(1.0, 1 + shape[0] * shape[1]).reshape(shape)
        out = centred(k, 7)
        assert out.shape == (7, 7) and out.sum() == k.sum()
        assert out[3, 3] == k[shape[0] // 2, shape[1] // 2]


@pytest.mark.parametrize("index", [slice(1, 3), torch.tensor([2, 0]), torch.tensor([True, False, True])])
def test_a_part_takes_its_share_of_everything(full, index):
    part = full[index]
    for name in ("y", "k", "x", "seen", "noise"):
        assert torch.equal(getattr(part, name), getattr(full, name)[index])
    assert (len(part), part.crop) == (2, full.crop)


def test_what_is_not_known_stays_so(fields):
    part = fields[1:].to(torch.float32)
    assert part.noise is None and part.seen is not None


def test_another_dtype_leaves_the_mask_boolean(full):
    there = full.to(torch.float32)
    assert {getattr(there, name).dtype for name in ("y", "k", "x", "noise")} == {torch.float32}
    assert torch.equal(there.seen, full.seen)
    assert full.y.dtype == torch.float64  # the original is left alone
    assert torch.equal(full.to("cpu").seen, full.seen)


@pytest.mark.parametrize("other", [{"x": texture(5, 40)}, {"crop": 4}])
def test_pairs_of_different_sizes_or_crops_are_not_stacked(other):
    with pytest.raises(InputError, match="pairs that are stacked must share the size of the truth and the crop"):
        stack([pair(1), replace(pair(2), **other)], margin=6)


def test_nothing_to_stack_is_refused():
    with pytest.raises(InputError, match="pairs that are stacked must"):
        stack([], margin=6)


def test_what_does_not_fit_a_frame_is_refused():
    with pytest.raises(InputError, match="a kernel of 9x9 does not fit into 7x7 pixels"):
        centred(np.ones((9, 9)), 7)
    with pytest.raises(InputError, match="margin of zero or more"):
        stack([pair(1)], margin=-1)
