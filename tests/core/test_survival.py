"""The share of a proposal that survives its correction, and the point that a stage without a network comes to."""

import pytest
import torch
from toys import normal, prior, toy

from padnet.core.fidelity import norm
from padnet.core.safeguard import error_correction, step_size
from padnet.core.survival import proximal_point, share
from padnet.errors import PadnetError

MU = 0.3


@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_the_proximal_point_is_stationary(p):
    case, r = toy(), prior(p)
    x = 0.1 * normal(2, 2, 16, 16)
    z = proximal_point(case.f, r, x, MU)
    s = step_size(case.f, MU)
    *_, e = error_correction(case.f, r, x, z, case.f.grad(z), MU, s)
    assert (norm(e) <= 1e-6 * norm(z - x)).all() and (norm(z - x) > 0.1).all()
    left = r.subgradient_distance(z, case.f.grad(z) + MU * (z - x))
    assert (left <= 1e-5 * norm(z - x)).all()


def test_the_proximal_point_of_a_critical_point_is_itself():
    case, r = toy(), prior(1)
    x = torch.zeros_like(case.y)
    f = case.f
    big = type(r)(1, 1e3)  # under such a weight zero is the minimiser
    assert torch.equal(proximal_point(f, big, x, MU), x)


def test_a_limit_that_is_too_low_is_one_sentence():
    case = toy()
    with pytest.raises(PadnetError, match="1 repetitions of .7. did not reach the proximal point"):
        proximal_point(case.f, prior(1), normal(2, 2, 16, 16), MU, limit=1)


def test_the_share_is_one_at_the_proposal_and_nothing_at_the_proximal_point():
    v, z = normal(3, 2, 8, 8, seed=1), normal(3, 2, 8, 8, seed=2)
    assert share(v, v, z).tolist() == [1, 1, 1] and share(z, v, z).tolist() == [0, 0, 0]
    torch.testing.assert_close(share(0.25 * z + 0.75 * v, v, z), torch.full((3,), 0.75, dtype=torch.float64))
    assert (share(2 * z - v, v, z) < 0).all()
    assert share(z, v, v).isnan().all() and share(z, float("nan") * v, z).isnan().all()
