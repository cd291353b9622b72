"""Training pairs: the same for any number of workers, held-out pairs of other pictures and kernels."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from padnet.errors import InputError
from padnet.pipeline.dataset import DataSpec, make_pair, training_fields

SPEC = DataSpec(pairs=20, held=4, held_pictures=2, size=40, noise=0.01, margin=4, crop=4)


def pictures(count=5, shape=(44, 48)):
    """Pictures whose mean grey names them: number i lies around (i + 1) / 10."""
    return [(f"p{i}", (i + 1) / 10 + 0.05 * np.random.default_rng(i).random(shape)) for i in range(count)]


@pytest.fixture(scope="module")
def pairs():
    return training_fields(pictures(), SPEC, 7)


def equal(a, b):
    return all(torch.equal(getattr(a, n), getattr(b, n)) for n in ("y", "k", "x")) and a.crop == b.crop


@pytest.mark.parametrize("workers", [2, 3])
def test_workers_do_not_change_the_pairs(pairs, workers):
    again = training_fields(pictures(), SPEC, 7, workers)
    assert equal(again[0], pairs[0])
    assert equal(again[1], pairs[1])


def test_shapes_and_types(pairs):
    for part, count in zip(pairs, (20, 4), strict=True):
        assert len(part) == count
        assert part.x.shape == (count, 1, 40, 40)
        assert part.y.shape == (count, 1, 48, 48)
        assert part.k.shape[-1] % 2 == 1
        assert {part.x.dtype, part.y.dtype, part.k.dtype} == {torch.float32}
        torch.testing.assert_close(part.k.sum(dim=(1, 2, 3)), torch.ones(count))


def test_held_out_pictures_are_the_last_and_not_trained_on(pairs):
    numbers = [((part.x.mean(dim=(1, 2, 3)) * 10 - 1).floor().int().unique()).tolist() for part in pairs]
    assert numbers == [[0, 1, 2], [3, 4]]


def test_held_out_kernels_are_not_trained_on(pairs):
    size = max(part.k.shape[-1] for part in pairs)
    train, held = (torch.nn.functional.pad(p.k, ((size - p.k.shape[-1]) // 2,) * 4).flatten(1) for p in pairs)
    assert torch.cdist(train, held).min() > 1e-3
    assert (torch.cdist(train, train) + torch.eye(20)).min() > 1e-3


CHANGES = {"pairs": 19, "held": 3, "held_pictures": 1, "size": 38, "noise": 0.02, "margin": 6, "crop": 3}


@pytest.mark.parametrize("name", [f.name for f in fields(DataSpec)])
def test_every_option_changes_the_result(pairs, name):
    other = training_fields(pictures(), replace(SPEC, **{name: CHANGES[name]}), 7)
    assert not (equal(other[0], pairs[0]) and equal(other[1], pairs[1]))


def test_the_seed_and_the_index_change_the_pair():
    found = [make_pair(pictures(1), SPEC, seed, index) for seed, index in ((7, 0), (8, 0), (7, 1))]
    for other in found[1:]:
        assert other.k.shape != found[0].k.shape or not np.array_equal(other.k, found[0].k)
        assert not np.array_equal(other.x, found[0].x)
    again = make_pair(pictures(1), SPEC, 7, 0)
    assert np.array_equal(again.y, found[0].y)


def test_a_pair_is_the_blur_of_its_truth():
    pair = make_pair(pictures(1), replace(SPEC, noise=0.0), 7, 0)
    m = pair.k.shape[0]
    assert pair.y.shape == (40 - m + 1,) * 2
    assert pair.offset == (m // 2, m // 2)
    middle = sum(
        pair.k[i, j] * pair.x[m - 1 - i, m - 1 - j] for i in range(m) for j in range(m)
    )  # the valid convolution at its first pixel
    assert abs(pair.y[0, 0] - middle) <= 0.5 / 255 + 1e-12  # rounded to 8 bits


@pytest.mark.parametrize("name", ["pairs", "held", "held_pictures", "size"])
def test_counts_below_one_are_refused(name):
    with pytest.raises(InputError, match=f"^data.{name} must be at least 1, got 0"):
        replace(SPEC, **{name: 0})


@pytest.mark.parametrize("name", ["noise", "margin", "crop"])
def test_negative_numbers_are_refused(name):
    with pytest.raises(InputError, match=f"^data.{name} must be zero or more, got -1"):
        replace(SPEC, **{name: -1})


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="data.crop of 20 pixels a side leaves nothing of data.size 40"):
        replace(SPEC, crop=20)
    with pytest.raises(InputError, match=r"picture p0 of \(44, 48\) is smaller than the training size 45"):
        training_fields(pictures(), replace(SPEC, size=45), 7)
    with pytest.raises(InputError, match="held_pictures is 5, it must leave some of 5 pictures"):
        training_fields(pictures(), replace(SPEC, held_pictures=5), 7)
    with pytest.raises(InputError, match="is larger than the image"):
        training_fields(pictures(), replace(SPEC, size=10, crop=1), 7)
