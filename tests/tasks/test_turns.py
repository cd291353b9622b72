"""Orientations of the first plane: their mean, the number that is asked for, and kernels of even size."""

import numpy as np
import pytest
import torch
from trained import small_settings, write_weights

from padnet import InputError, deconvolve
from padnet.core.operators import Blur
from padnet.tasks.turns import AXES, averaged

K = np.array([[0.1, 0.5], [0.3, 0.1]])
X = np.random.default_rng(2).random((20, 23))


def blurred(x, k):
    """The periodic blur of x, (h, w)."""
    return Blur(torch.from_numpy(k.copy()), x.shape)(torch.from_numpy(x.copy())[None, None])[0, 0].numpy()


def oriented(x, i):
    """x in orientation i, in the order of padnet.tasks.turns."""
    return np.flip(x, AXES[i])


@pytest.fixture(name="weights", scope="module")
def _weights(tmp_path_factory, root):
    return write_weights(tmp_path_factory.mktemp("weights"), small_settings(root))


def test_the_mean_is_that_of_runs_on_reversed_pictures():
    seen = []

    def run(y, k, saturated):
        seen.append((y, k, saturated))
        return y**2 + len(seen), [len(seen)]

    mask = X > 0.9
    mean, proofs = averaged(run, X, K, mask, 4)
    np.testing.assert_allclose(mean, X**2 + 2.5)
    assert proofs == [1, 2, 3, 4] and len(seen) == 4
    for y, _, saturated in seen:
        np.testing.assert_array_equal(saturated, y > 0.9)
    assert all((a[0] != b[0]).any() for i, a in enumerate(seen) for b in seen[:i])
    once, proofs = averaged(run, X, K, None, 1)
    assert (once == X**2 + 5).all() and proofs == [5]


def test_every_orientation_has_the_kernel_that_blurs_it():
    """K has no middle pixel: reversed as it is, it would move the picture by a pixel."""
    y, seen = blurred(X, K), []

    def run(turned, k, saturated):
        seen.append(np.abs(blurred(oriented(X, len(seen)), k) - turned).max())
        return turned, []

    averaged(run, y, K, None, 4)
    assert len(seen) == 4 and max(seen) < 1e-12


@pytest.mark.parametrize("method", ["ipadnet", "epadnet"])
def test_the_number_of_orientations_changes_the_result(weights, method):
    photo = np.random.default_rng(1).random((24, 26, 3))
    results = {n: deconvolve(photo, K, 0.02, method=method, turns=n, weights=weights) for n in (None, 1, 2, 4)}
    assert [len(results[n].certificate) for n in (1, 2, 4)] == [3, 4, 6]
    assert all(one.holds for one in results[4].certificate)
    default = 4 if method == "ipadnet" else 1
    assert (results[None].image == results[default].image).all()
    assert (results[1].image != results[2].image).any() and (results[2].image != results[4].image).any()
    grey = photo[..., 0]
    once, told = (deconvolve(grey, K, 0.02, method=method, turns=n, weights=weights) for n in (None, 4))
    assert len(once.certificate) == 1 and len(told.certificate) == 4 and (once.image != told.image).any()


def test_a_kernel_of_one_row_is_reversed_too(weights):
    photo = np.random.default_rng(1).random((24, 26, 3))
    assert len(deconvolve(photo, np.array([[0.2, 0.5, 0.3]]), 0.02, weights=weights).certificate) == 6


@pytest.mark.parametrize("turns", [0, 5, 1.0, True, "2"])
def test_another_number_is_refused(weights, turns):
    with pytest.raises(InputError, match="turns is a whole number from 1 to 4, not"):
        deconvolve(X, K, 0.02, turns=turns, weights=weights)
