"""The BM3D frame: an analysis that its synthesis inverts, whatever the groups and weights."""

import pytest
import torch
from facades import facade, noisy
from toys import normal

from padnet.baselines.deblurring.blocks import Grouping
from padnet.baselines.deblurring.frames import Frame, dct, haar
from padnet.errors import InputError

SMALL = Grouping(size=8, step=3, members=8, reach=6)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("members", [1, 2, 16, 32])
def test_haar_is_orthonormal_and_begins_with_the_mean(members, dtype):
    H = haar(members, torch.zeros(1, dtype=dtype))
    assert H.dtype == dtype
    torch.testing.assert_close(H @ H.T, torch.eye(members, dtype=dtype))
    torch.testing.assert_close(H[0], torch.full_like(H[0], members**-0.5))


def test_dct_is_that_of_scipy():
    from scipy.fft import dctn

    x = normal(4, 8, 8)
    expected = torch.from_numpy(dctn(x.numpy(), axes=(1, 2), norm="ortho"))
    torch.testing.assert_close(x.flatten(1) @ dct(8, x).T, expected.flatten(1))


@pytest.mark.parametrize("size", [48, 49, 50])
@pytest.mark.parametrize("weighed", [False, True])
def test_synthesis_inverts_analysis(size, weighed):
    x = noisy(facade(size), 0.1)
    frame = Frame(x, SMALL)
    if weighed:
        frame.weigh(0.01 + normal(frame.groups.shape[1]).float().square())
    other = noisy(x, 0.3, seed=1)  # any image, not the one of the groups alone
    assert (frame.synthesis(frame.analysis(other)) - other).abs().max() <= 1e-5
    assert (frame.filtered(other, lambda omega: omega) - other).abs().max() <= 1e-5


def test_analysis_keeps_the_energy_of_the_groups():
    x = facade(48)
    frame = Frame(x, SMALL)
    blocks = frame.spectra(x)[frame.groups]
    torch.testing.assert_close(frame.analysis(x).square().sum((0, 2)), blocks.square().sum((0, 2)))


def test_synthesis_is_the_weighted_mean_of_the_blocks():
    """Psi minimises sum_r g_r ||omega_r - Phi_r x||^2: its gradient is zero there."""
    x = noisy(facade(48), 0.1).double()
    frame = Frame(x, SMALL)
    frame.weigh(1 + normal(frame.groups.shape[1]).square())
    omega = frame.analysis(x) + 0.1 * normal(*frame.analysis(x).shape)
    best = frame.synthesis(omega).requires_grad_()
    misfit = (frame.weights[:, None] * (omega - frame.analysis(best)).square()).sum()
    (slope,) = torch.autograd.grad(misfit, best)
    assert slope.abs().max() <= 1e-9 * float(misfit.detach())


def test_filtered_is_synthesis_after_analysis_and_measured_counts_groups():
    x, pilot = noisy(facade(48), 0.1), facade(48)
    frame = Frame(x, SMALL)
    omega, other = frame.analysis(x), frame.analysis(pilot)
    expected = frame.synthesis(omega * (other.abs() > 0.1))
    torch.testing.assert_close(frame.filtered(x, lambda o, p: o * (p.abs() > 0.1), pilot), expected)
    counts = frame.measured(lambda o: (o.abs() > 0.1).sum((0, 2)), x)
    assert torch.equal(counts, (omega.abs() > 0.1).sum((0, 2)))


def test_weights_change_the_synthesis_and_are_checked():
    x = noisy(facade(48), 0.1)
    frame = Frame(x, SMALL)
    omega = torch.nn.functional.hardshrink(frame.analysis(x), 0.3)
    plain = frame.synthesis(omega)
    frame.weigh(torch.arange(1.0, 1 + len(frame.weights)))
    assert (frame.synthesis(omega) - plain).abs().max() > 1e-3
    for bad in (torch.zeros(len(frame.weights)), torch.ones(3)):
        with pytest.raises(InputError, match="as many positive weights"):
            frame.weigh(bad)
