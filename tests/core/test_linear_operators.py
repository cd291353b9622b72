"""Known pixels, means of blocks and the bound of a norm."""

import pytest
import torch
from toys import normal

from padnet import Blur, Downsample, Gradient, Identity, InputError, Mask
from padnet.core.linear_operators import norm_bound
from padnet.testing import check_adjoint

SEEN = normal(3, 1, 6, 8) > 0
OPERATORS = {
    "mask": Mask(SEEN),
    "blocks": Downsample(2),
    "identity": Identity(),
    "blur": Blur(torch.rand(3, 3), (6, 8)),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_adjoints_are_exact_and_the_norm_is_found_from_below_and_above(name):
    A, x = OPERATORS[name], normal(3, 2, 6, 8, seed=1)
    check_adjoint(A, x, tolerance=1e-13)
    true = (A.norm.double() ** 2).expand(3)
    assert torch.allclose(norm_bound(A, x, safety=1.0), true, rtol=1e-6)
    assert (norm_bound(A, x) >= true).all()


def test_the_bound_of_the_norm_holds_where_the_largest_eigenvalues_lie_close_together():
    # ||D||^2 of a large picture is nearly 8, in the middle of a crowd.
    x = normal(1, 1, 64, 65)
    assert 7.99 < norm_bound(Gradient(), x).item() < 8.4
    dense = normal(40, 48)

    class Dense:
        def __call__(self, x):
            return x.reshape(len(x), 48) @ dense.T

        def adjoint(self, y):
            return (y @ dense).reshape(len(y), 1, 6, 8)

    true = torch.linalg.matrix_norm(dense, 2).item() ** 2
    assert true <= norm_bound(Dense(), x[:, :, :6, :8]).item() <= 1.0500001 * true


def test_a_mask_and_blocks_by_hand():
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    assert Downsample(2)(x).flatten().tolist() == [2.5, 4.5, 10.5, 12.5]
    assert Downsample(2).adjoint(torch.ones(1, 1, 2, 2)).unique().tolist() == [0.25]
    seen = torch.eye(4)[None, None]
    assert Mask(seen)(x).sum() == x[0, 0].diagonal().sum()
    assert Mask(seen == 1)(torch.full_like(x, float("nan")).where(seen == 0, 1.0)).sum() == 4  # unseen is unseen


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Mask(torch.ones(4, 4)), "got the shape"),
        (lambda: Mask([[1]]), "got list"),
        (lambda: Mask(torch.full((1, 1, 4, 4), 0.5)), "0 elsewhere"),
        (lambda: Mask(torch.zeros(1, 1, 4, 4)), "at least one observed pixel"),
        (lambda: Mask(SEEN)(normal(2, 1, 6, 8)), "does not fit"),
        (lambda: Downsample(0), "at least 1"),
        (lambda: Downsample(True), "at least 1"),
        (lambda: Downsample(2)(normal(1, 1, 5, 4)), "cannot be divided into blocks"),
        (lambda: norm_bound(Mask(SEEN[:1]), torch.zeros(1, 1, 0, 8)), "empty"),
    ],
)
def test_a_bad_argument_is_one_sentence(make, words):
    with pytest.raises(InputError, match=words):
        make()
