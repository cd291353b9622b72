"""1/2 ||A x - y||^2 for any A: its laws, the closed form of a blur, and what is refused."""

import pytest
import torch
from toys import kernels, normal

from padnet import Blur, Downsample, Identity, InputError, LeastSquares, Mask, PadnetError
from padnet.core.conjugate_gradients import conjugate_gradients
from padnet.core.fidelity import LeastSquares as Deconvolution
from padnet.testing import check_gradient, check_prox

SHAPE = (3, 1, 6, 8)
SEEN = normal(*SHAPE) > 0
BLUR = Blur(kernels(3, 3, 3), (6, 8))
PROBLEMS = {
    "inpainting": (Mask(SEEN), Mask(SEEN)(normal(*SHAPE, seed=1))),
    "super-resolution": (Downsample(2), normal(3, 1, 3, 4, seed=2)),
    "denoising": (Identity(), normal(*SHAPE, seed=3)),
    "blur": (BLUR, normal(*SHAPE, seed=4)),
}


class Matrix:
    """A dense matrix on whole pictures: compressed sensing."""

    def __init__(self, rows=20):
        self.matrix = normal(rows, 48) / 5

    def __call__(self, x):
        return x.reshape(len(x), 48) @ self.matrix.T.to(x.dtype)

    def adjoint(self, y):
        return (y @ self.matrix.to(y.dtype)).reshape(len(y), 1, 6, 8)


PROBLEMS["compressed sensing"] = (Matrix(), normal(3, 20, seed=5))


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.parametrize("weight", [1.0, torch.tensor([0.5, 2.0, 30.0], dtype=torch.float64)])
def test_the_laws_hold_for_every_problem(name, weight):
    f = LeastSquares(*PROBLEMS[name], weight)
    check_gradient(f, normal(*SHAPE, seed=6))
    check_prox(f, normal(*SHAPE, seed=7), tolerance=1e-12)
    assert f.lipschitz.shape == (3,) and f.lipschitz.dtype == torch.float64


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_prox_solves_its_equation_and_a_batch_is_its_samples(name):
    A, y = PROBLEMS[name]
    f, z, c = LeastSquares(A, y), normal(*SHAPE, seed=8), torch.tensor([0.01, 1.0, 100.0], dtype=torch.float64)
    u = f.prox(z, c)
    left = f.grad(u) + c.reshape(3, 1, 1, 1) * (u - z)
    assert left.abs().max() < 1e-11 * f.grad(z).abs().max()
    if name in ("super-resolution", "denoising", "compressed sensing"):
        alone = LeastSquares(A, y[1:2]).prox(z[1:2], 1.0)
        assert torch.allclose(alone, u[1:2], rtol=0, atol=1e-13)


def test_of_a_blur_it_is_the_fidelity_of_the_paper():
    A, y = PROBLEMS["blur"]
    f, g, x = LeastSquares(A, y), Deconvolution(A, y), normal(*SHAPE, seed=9)
    for ours, theirs in zip(f.value_and_grad(x), g.value_and_grad(x), strict=True):
        assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    assert torch.allclose(f.prox(x, 0.3), g.prox(x, 0.3), rtol=0, atol=1e-13)
    assert torch.allclose(f.lipschitz, g.lipschitz)
    # By conjugate gradients, as of an operator that nothing is known of.
    slow = LeastSquares(type("Plain", (), {"__call__": lambda _, x: A(x), "adjoint": lambda _, y: A.adjoint(y)})(), y)
    assert torch.allclose(slow.prox(x, 0.3), g.prox(x, 0.3), rtol=0, atol=1e-10)
    assert (slow.lipschitz >= g.lipschitz * (1 - 1e-12)).all() and (slow.lipschitz <= 1.06 * g.lipschitz).all()


def test_single_precision_stays_single():
    f = LeastSquares(Matrix(), normal(3, 20).float())
    u = f.prox(normal(*SHAPE).float(), 0.1)
    assert u.dtype == f.value(u).dtype == f.lipschitz.dtype == torch.float32


def test_conjugate_gradients_that_do_not_end_say_so():
    with pytest.raises(PadnetError, match="2 steps of conjugate gradients"):
        conjugate_gradients(lambda d: d * normal(1, 1, 3, 4).exp(), normal(1, 1, 3, 4, seed=1), 1e-12, limit=2)


class Wrong(Matrix):
    """Another matrix for the way back."""

    def adjoint(self, y):
        return (y @ self.matrix.roll(1, 0)).reshape(len(y), 1, 6, 8)


class Affine(Matrix):
    def __call__(self, x):
        return super().__call__(x) + 1


class Rectified(Matrix):
    def __call__(self, x):
        return super().__call__(x).relu()


class Numpy(Matrix):
    def adjoint(self, y):
        return super().adjoint(y).numpy()


class Single(Matrix):
    def adjoint(self, y):
        return super().adjoint(y).float()


class Flat(Matrix):
    def adjoint(self, y):
        return super().adjoint(y).flatten(1)


class Breaks(Matrix):
    def adjoint(self, y):
        raise ValueError("seven\nlines")


Y = normal(3, 20, seed=5)


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: LeastSquares(Wrong(), Y), "the adjoint is not that of the operator"),
        (lambda: LeastSquares(Affine(), Y), "not linear"),
        (lambda: LeastSquares(Rectified(), Y), "not linear"),
        (lambda: LeastSquares(Numpy(), Y), "returned ndarray"),
        (lambda: LeastSquares(Single(), Y), "float32 for torch.float64"),
        (lambda: LeastSquares(Flat(), Y), r"\(batch, channel, height, width\)"),
        (lambda: LeastSquares(Breaks(), Y), "cannot be applied to torch.float64 .*: seven$"),
        (lambda: LeastSquares(lambda x: x, Y), "function is not a linear operator"),
        (lambda: LeastSquares(Matrix(), Y.numpy()), "must be a torch tensor"),
        (lambda: LeastSquares(Matrix(), Y.long()), "float32 or float64"),
        (lambda: LeastSquares(Matrix(), Y.log()), "NaN or infinite"),
        (lambda: LeastSquares(Matrix(), normal(3, 19)), "cannot be applied"),
        (lambda: LeastSquares(Downsample(2), normal(3, 1, 3, 4), L=0.0), "L must be positive and finite"),
        (lambda: LeastSquares(Downsample(2), normal(3, 1, 3, 4), L=0.1), "at most 0.1, and there is a picture"),
        (lambda: LeastSquares(Downsample(2), normal(3, 1, 3, 4), L=torch.ones(2)), "one per sample, got 2 for 3"),
        (lambda: LeastSquares(Matrix(), Y, weight=-1.0), "weight of the data term must be positive"),
        (lambda: LeastSquares(Matrix(), Y, tolerance=0), "tolerance must lie"),
    ],
)
def test_a_mistake_is_one_sentence_at_the_door(make, words):
    with pytest.raises(InputError, match=words) as told:
        make()
    assert "\n" not in str(told.value)
