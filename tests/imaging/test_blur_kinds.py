"""Training kernels of every kind: kernels all, of the size asked for, each kind another, none a test kernel."""

import numpy as np
import pytest

from padnet.errors import InputError
from padnet.imaging.blur_kinds import KINDS, SHAPES, blur_kernel, mixed_kernel
from padnet.imaging.kernels import check_kernel


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [9, 15, 41])
def test_a_kernel_of_every_kind(kind, size):
    k = blur_kernel(kind, size, np.random.default_rng(3))
    check_kernel(k)
    assert k.shape == (size, size) and k.min() >= 0 and k.sum() == pytest.approx(1, abs=1e-12)
    assert np.array_equal(k, blur_kernel(kind, size, np.random.default_rng(3)))
    whole = k / k.max() * 65535
    assert np.abs(whole - np.round(whole)).max() < 1e-6
    if kind != "shake":  # symmetric about the middle pixel
        assert np.allclose(k, k[::-1, ::-1], atol=1e-4)
    assert (k > 0).sum() == 1 if kind == "point" else (k > 0).sum() > 2


def test_another_draw_is_another_kernel():
    for kind in (*SHAPES, "shake"):
        assert not np.array_equal(*(blur_kernel(kind, 13, np.random.default_rng(seed)) for seed in (1, 2)))


def test_shapes_have_the_widths_that_they_say():
    at = np.arange(31) - 15
    for seed in range(5):
        disk = blur_kernel("disk", 31, np.random.default_rng(seed))
        assert 0.4 * 15.5 - 1 <= np.hypot(*np.nonzero(disk) - np.array([[15], [15]])).max() <= 15.5 + 0.8
        gauss = blur_kernel("gaussian", 31, np.random.default_rng(seed))
        assert 0.15 * 15.5 * 0.97 <= np.sqrt((gauss * at**2).sum()) <= 0.4 * 15.5


def test_mixed_kernels_are_of_all_kinds_and_sizes_and_follow_the_seed():
    drawn = [mixed_kernel(7, i, ("disk", "point"), (5, 7)) for i in range(40)]
    assert {k.shape[0] for k in drawn} == {5, 7} and 5 < sum((k > 0).sum() == 1 for k in drawn) < 35
    assert np.array_equal(drawn[3], mixed_kernel(7, 3, ("disk", "point"), (5, 7)))
    assert not np.array_equal(mixed_kernel(7, 3, ("disk",), (7,)), mixed_kernel(8, 3, ("disk",), (7,)))


@pytest.mark.parametrize(
    "kind, size, says", [("star", 9, "no kind of kernel 'star'"), ("disk", 8, "odd"), ("disk", 1, "at least 3")]
)
def test_another_kind_or_size_is_refused(kind, size, says):
    with pytest.raises(InputError, match=says):
        blur_kernel(kind, size, np.random.default_rng(0))
