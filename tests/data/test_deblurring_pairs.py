"""Training pairs: the same for any number of workers, held-out pairs of other pictures and kernels."""

from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from padnet.data.deblurring_pairs import ROUNDING, DataSpec, fresh_noise, make_pair, training_fields
from padnet.errors import InputError
from padnet.imaging.boundary import to_frame

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


CHANGES = {
    "pairs": 19,
    "held": 3,
    "held_pictures": 1,
    "size": 38,
    "noise": 0.02,
    "margin": 6,
    "crop": 3,
    "noise_most": 0.05,
    "sizes": (9, 11),
    "kinds": ("disk",),
    "border": "periodic",
    "quantise": False,
    "known": True,
}


@pytest.mark.parametrize("name", [f.name for f in fields(DataSpec) if f.name not in ("fresh", "mistold")])
def test_every_option_changes_the_result(pairs, name):
    other = training_fields(pictures(), replace(SPEC, **{name: CHANGES[name]}), 7)
    assert not (equal(other[0], pairs[0]) and equal(other[1], pairs[1]))


def test_the_noise_is_one_number_or_drawn_between_two(pairs):
    assert all((part.noise == torch.tensor(0.01)).all() and part.noise.shape == (len(part),) for part in pairs)
    spec = replace(SPEC, noise=0.005, noise_most=0.05)
    levels = np.array([spec.level(7, i) for i in range(400)])
    assert levels.min() >= 0.005 and levels.max() <= 0.05
    parts = np.log(levels / 0.005) / np.log(10)  # uniform in [0, 1] when the logarithm is
    assert abs(parts.mean() - 0.5) < 0.05 and abs(parts.std() - 12**-0.5) < 0.03
    assert spec.level(7, 3) == spec.level(7, 3) != spec.level(8, 3)
    assert replace(spec, noise_most=0.005).level(7, 3) == 0.005
    train, held = training_fields(pictures(), spec, 7)
    for part, first in ((train, 0), (held, 10**6)):
        expected = torch.tensor([spec.level(7, first + i) for i in range(len(part))])
        torch.testing.assert_close(part.noise, expected, rtol=1e-6, atol=0)


def test_the_noise_of_a_pair_is_that_of_its_level():
    """The more noise a pair is said to have, the more its observation differs from the noiseless one's."""
    spec = replace(SPEC, noise=0.005, noise_most=0.05)
    for index in range(4):
        clean, noisy = (make_pair(pictures(1), s, 7, index) for s in (replace(SPEC, noise=0.0), spec))
        # 8-bit rounding of both adds 2/12 of a level squared
        found = np.sqrt(np.var(noisy.y - clean.y) - 2 / 12 / 255**2)
        assert abs(found / spec.level(7, index) - 1) < 0.15


def test_kernels_have_the_sizes_asked_for():
    spec = replace(SPEC, sizes=(9, 13))
    assert {make_pair(pictures(1), spec, 7, i).k.shape[0] for i in range(12)} == {9, 13}


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


@pytest.mark.parametrize("noise, most", [(0.0, 0.05), (0.02, 0.01), (0.02, float("nan"))])
def test_a_range_of_noise_that_is_none_is_refused(noise, most):
    with pytest.raises(InputError, match=f"^data.noise must be positive and up to .*, got {noise} and {most}"):
        replace(SPEC, noise=noise, noise_most=most)


@pytest.mark.parametrize("sizes", [(), (7,), (9, 10), (9, 43)])
def test_kernel_sizes_that_cannot_be_simulated_are_refused(sizes):
    with pytest.raises(InputError, match=r"^data.sizes must be odd numbers from 9 to 41, got"):
        replace(SPEC, sizes=sizes)


def test_sizes_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="data.crop of 20 pixels a side leaves nothing of data.size 40"):
        replace(SPEC, crop=20)
    with pytest.raises(InputError, match=r"picture p0 of \(44, 48\) is smaller than the training size 45"):
        training_fields(pictures(), replace(SPEC, size=45), 7)
    with pytest.raises(InputError, match="held_pictures is 5, it must leave some of 5 pictures"):
        training_fields(pictures(), replace(SPEC, held_pictures=5), 7)
    with pytest.raises(InputError, match="is larger than the image"):
        training_fields(pictures(), replace(SPEC, size=10, crop=1), 7)


FRESH = replace(SPEC, border="periodic", margin=0, noise=0.005, noise_most=0.05, fresh=True)


def test_fresh_noise_is_drawn_for_every_step():
    train, held = training_fields(pictures(), FRESH, 7)
    assert train.y.shape == train.x.shape
    drawn = [fresh_noise(train, FRESH, np.random.default_rng(i)) for i in (1, 1, 2)]
    assert torch.equal(drawn[0].y, drawn[1].y) and not torch.equal(drawn[0].y, drawn[2].y)
    found = (drawn[0].y - train.y).flatten(1).std(dim=1)
    torch.testing.assert_close(found, drawn[0].noise, rtol=0.12, atol=0)
    assert torch.equal(held.noise, training_fields(pictures(), FRESH, 7)[1].noise)  # held-out pairs keep theirs
    level = torch.tensor([FRESH.level(7, 10**6 + i) for i in range(4)], dtype=torch.float64)
    torch.testing.assert_close(
        held.noise.double(), torch.hypot(level, torch.tensor(ROUNDING).double()), rtol=1e-6, atol=0
    )


def test_some_are_told_another_noise():
    train, _ = training_fields(pictures(), FRESH, 7)
    rng = lambda: np.random.default_rng(3)
    right, wrong = (fresh_noise(train, replace(FRESH, mistold=share), rng()) for share in (0, 0.5))
    assert torch.equal(right.y, wrong.y)
    ratio = wrong.noise / right.noise
    assert 0.5 <= ratio.min() < ratio.max() <= 2 and 3 < (ratio == 1).sum() < 17


def test_a_periodic_pair_without_rounding_is_its_blur():
    train, _ = training_fields(pictures(), replace(FRESH, kinds=("point",), sizes=(3,), quantise=False), 7)
    torch.testing.assert_close(train.y, train.x)


@pytest.mark.parametrize(
    "change, says",
    [
        ({"kinds": ("star",)}, "data.kinds must be some of point, shake"),
        ({"kinds": ()}, "got none"),
        ({"border": "zero"}, "data.border must be one of valid, periodic, got zero"),
        ({"fresh": True}, "data.fresh needs data.border periodic"),
        ({"mistold": 1.5}, "data.mistold is a share"),
        ({"kinds": ("disk",), "sizes": (1,)}, "odd numbers from 3 to 41, got 1"),
    ],
)
def test_pairs_that_cannot_be_made_are_refused(change, says):
    with pytest.raises(InputError, match=says):
        replace(SPEC, **change)


def test_a_stored_pair_can_be_told_a_wrong_level_too():
    """The fraction asked for, off by up to a factor of 2; what is seen stays the same."""
    spec = replace(SPEC, pairs=60, known=False)
    right, some, all_of_them = (training_fields(pictures(), replace(spec, mistold=m), 7)[0] for m in (0, 0.5, 1))
    assert equal(right, some) and equal(right, all_of_them)
    factor = all_of_them.noise / right.noise
    assert (factor != 1).all() and 0.5 <= factor.min() < 0.7 and 1.5 < factor.max() <= 2
    off = some.noise != right.noise
    assert 0.25 < off.double().mean() < 0.75 and torch.equal(some.noise[off], all_of_them.noise[off])


def test_a_frame_made_for_a_known_level_is_that_of_the_network(pairs):
    """The padding is the one that deconvolution makes from the same level, rounding included."""
    spec = replace(SPEC, known=True, pairs=1, mistold=1)
    fields = training_fields(pictures(), spec, 7)[0]
    pair = make_pair(pictures()[:-2], spec, 7, 0)
    level = fields.noise.item()
    assert not np.isclose(level, np.hypot(spec.noise, ROUNDING)) and fields.noise.shape == (1,)
    framed = to_frame(pair.y, pair.offset, pair.x.shape, pair.k, fields.y.shape[-2:], level)
    np.testing.assert_allclose(fields.y[0, 0].numpy(), framed, atol=1e-6)
    right = training_fields(pictures(), replace(spec, mistold=0), 7)[0]
    assert right.noise.item() == pytest.approx(np.hypot(spec.noise, ROUNDING))
    assert not torch.equal(right.y, fields.y)
