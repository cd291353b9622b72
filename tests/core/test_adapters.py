"""Operators of pylops, scipy and of objects like a physics of deepinv, as operators of a fidelity."""

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import aslinearoperator
from toys import kernels, normal

from padnet import Blur, InputError, LeastSquares, as_operator
from padnet.testing import check_adjoint, check_gradient, check_prox

BLUR = Blur(kernels(1, 3, 3), (6, 7))


class Physics:
    """What a physics of deepinv offers of a linear operator; calling it adds noise."""

    def A(self, x):
        return BLUR(x)

    def A_adjoint(self, y):
        return BLUR.adjoint(y)

    def __call__(self, x):
        return self.A(x) + 1


class Careless(Physics):
    """The adjoint of another border, as some have it."""

    def A_adjoint(self, y):
        return BLUR.adjoint(y) * (torch.arange(7) > 0)


def test_a_physics_is_an_operator_without_its_noise_and_its_adjoint_is_tried():
    x = normal(2, 1, 6, 7)
    check_adjoint(as_operator(Physics()), x, tolerance=1e-12)
    assert torch.equal(LeastSquares(Physics(), BLUR(x)).value(x), torch.zeros(2, dtype=x.dtype))
    with pytest.raises(InputError, match="the adjoint is not that of the operator"):
        LeastSquares(Careless(), BLUR(x))


def test_a_matrix_of_scipy_needs_the_shape_of_pictures():
    A, x = aslinearoperator(normal(9, 84).numpy()), normal(2, 2, 6, 7)
    with pytest.raises(InputError, match=r"as_operator\(A, picture=\(channel, height, width\)\)"):
        as_operator(A)
    B = as_operator(A, (2, 6, 7))
    check_adjoint(B, x, tolerance=1e-12)
    f = LeastSquares(B, normal(2, 9, seed=1))
    check_gradient(f, x)
    with pytest.raises(InputError, match="the operator takes"):
        B(x[..., 1:])


def test_complex_numbers_are_refused():
    with pytest.raises(InputError, match="complex numbers for real input"):
        LeastSquares(as_operator(aslinearoperator(np.eye(42) * 1j), (1, 6, 7)), normal(1, 42))


def test_operators_of_pylops_channel_by_channel():
    pylops = pytest.importorskip("pylops")
    x, dims = normal(2, 3, 6, 7), (6, 7)
    for A, made in (
        (pylops.signalprocessing.Convolve2D(dims, np.ones((3, 3)) / 9, offset=(1, 1)), (6, 7)),
        (pylops.Restriction(42, np.arange(0, 42, 3)), None),
        (pylops.FirstDerivative(dims, axis=-1, edge=True), (6, 7)),
    ):
        if made is None:  # a vector of samples of a picture
            B, y = as_operator(A, (1, 6, 7)), normal(2, 14, seed=1)
            z = x[:, :1]
        else:
            B, y, z = as_operator(A), normal(2, 3, *made, seed=1), x
        check_adjoint(B, z, y, tolerance=1e-10)
        f = LeastSquares(B, y)
        check_gradient(f, z)
        check_prox(f, z, weights=(0.5, 5.0))
