"""Total variation: its proximal operator against its definition, the proven tolerance, and what a certificate bears."""

import pytest
import torch
from toys import kernels, normal, pictures, smooth

from padnet import (
    TV,
    Blur,
    Descent,
    InputError,
    LeastSquares,
    PadnetError,
    Schedule,
    Stop,
    explicit_certificates,
    explicit_padnet,
    norm,
)
from padnet.core.total_variation import SPECTRUM, differences, differences_adjoint
from padnet.testing import check_prox


def test_the_differences_have_their_adjoint_and_stop_at_the_border():
    x, p = normal(2, 3, 5, 6), normal(2, 3, 2, 5, 6, seed=1)
    assert abs((differences(x) * p).sum() - (x * differences_adjoint(p)).sum()) < 1e-12
    Dx = differences(x)
    assert (Dx[:, :, 0, :, -1] == 0).all() and (Dx[:, :, 1, -1] == 0).all()
    for _ in range(200):
        x = differences_adjoint(differences(x / norm(x).reshape(-1, 1, 1, 1)))
    assert (norm(x) < SPECTRUM).all()


@pytest.mark.parametrize("isotropic", [True, False])
def test_prox_is_a_minimiser_and_a_batch_is_its_samples(isotropic):
    r, z = TV(0.3, isotropic, tolerance=1e-6), normal(2, 1, 5, 6)
    check_prox(r, z, weights=(0.1, 1.0), tolerance=1e-10)
    many = r.prox(z, torch.tensor([0.2, 2.0], dtype=z.dtype))
    assert torch.equal(many[1:], r.prox(z[1:], 2.0))


def test_values_by_hand_and_one_step_between_two_planes():
    # lam (height) for a step of 1 over a picture of that height; its prox takes lam step / width off each side.
    x = torch.zeros(1, 1, 4, 6, dtype=torch.float64)
    x[..., 3:] = 1
    for isotropic in (True, False):
        r = TV(0.3, isotropic, tolerance=1e-6)
        assert torch.allclose(r.value(x), torch.tensor([1.2], dtype=x.dtype))
        assert torch.allclose(r.prox(x, 2.0), torch.where(x > 0, 0.8, 0.2).double(), atol=1e-5)
    x = torch.zeros(1, 1, 4, 6, dtype=torch.float64)
    x[..., 2, 2] = 1  # one pixel: two differences of its own, one of either neighbour
    assert torch.allclose(TV(1.0).value(x), torch.tensor([2 + 2**0.5], dtype=x.dtype))
    assert torch.allclose(TV(1.0, isotropic=False).value(x), torch.tensor([4.0], dtype=x.dtype))


@pytest.mark.parametrize("isotropic", [True, False])
def test_the_tolerance_is_kept_warm_or_not(isotropic):
    z = pictures(2, 16) + 0.1 * normal(2, 1, 16, 16)
    true = TV(0.05, isotropic, tolerance=1e-6).prox(z, 1.0)
    warm = TV(0.05, isotropic, tolerance=1e-4, warm=True)
    for r in (TV(0.05, isotropic, tolerance=1e-3), TV(0.05, isotropic, tolerance=1e-4), warm):
        for start in (z + 0.01 * normal(2, 1, 16, 16, seed=1), z):
            found = r.prox(start, 1.0)
        assert (norm(found - true) <= (r.tolerance + 1e-6) * norm(z)).all()


def test_a_picture_without_a_number_stays_one_and_disturbs_no_other():
    z = normal(2, 1, 5, 6)
    z[0, 0, 0, 0] = float("nan")
    r = TV(0.1, warm=True)
    found = r.prox(z, 1.0)
    assert found[0].isnan().any() and torch.equal(found[1:], TV(0.1).prox(z[1:], 1.0))
    assert r.prox(normal(2, 1, 5, 6), 1.0).isfinite().all()


def test_certificates_stay_what_they_are_at_every_tolerance():
    truth = pictures(2, 16)
    A = Blur(kernels(2, 3, 3, 1.0), (16, 16))
    f = LeastSquares(A, A(truth) + 0.02 * normal(2, 1, 16, 16))
    schedule, stop = Schedule(mu=0.1, rho0=0.05, gamma=1.3, test=Descent(0.025, 1.12)), Stop(0, 8)
    rows = {}
    for tolerance in (1e-3, 1e-4, 1e-5, 1e-6):
        r = TV(0.01, tolerance=tolerance)
        run = explicit_padnet(f, r, smooth, schedule, f.y, stop, keep=True)
        assert all(one.holds for one in explicit_certificates(run, schedule, stop))
        rows[tolerance] = run.columns
    # What the docstring promises: the slopes are as far apart as (L + 1/s) tolerance ||z|| allows, here at the first step.
    s = 0.99 / (f.lipschitz + schedule.mu)
    for tolerance in (1e-3, 1e-4):
        allowed = (f.lipschitz + 1 / s) * 2 * tolerance * norm(f.y) * 1.5
        assert ((rows[tolerance]["distance"][0] - rows[1e-6]["distance"][0]).abs() <= allowed).all()
        assert torch.allclose(rows[tolerance]["energy"][-1], rows[1e-6]["energy"][-1], rtol=10 * tolerance)


def test_bad_arguments_and_a_prox_that_is_not_found_are_one_sentence():
    for arguments in ({"lam": -1}, {"lam": 1, "tolerance": 0}, {"lam": 1, "limit": 0}, {"lam": "1"}):
        with pytest.raises(InputError):
            TV(**arguments)
    with pytest.raises(PadnetError, match="20 steps did not find"):
        TV(10.0, limit=20).prox(normal(1, 1, 16, 16), 1.0)
