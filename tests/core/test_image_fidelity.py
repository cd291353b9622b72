"""The fidelities of the image domain: f_im with its weight, and f_ex of (16) as a function of g."""

import pytest
import torch
from toys import kernels, normal

from padnet.core.fidelity import LeastSquares, norm, per_sample
from padnet.core.image_fidelity import D, ImageFidelity, WeightedLeastSquares
from padnet.core.operators import Blur
from padnet.errors import InputError

SHAPES = [(8, 8), (7, 8), (8, 9), (7, 11)]
BETA, WEIGHT = 0.3, torch.tensor([0.5, 4.0], dtype=torch.float64)
TIGHT = {"rtol": 1e-11, "atol": 1e-12}


def blur(shape, batch=2):
    return Blur(kernels(batch, 4, 3), shape)


def f_ex(shape, beta=BETA, weight=WEIGHT):
    return ImageFidelity(blur(shape), normal(2, 1, *shape, seed=5), beta, weight)


def f_im(shape, weight=WEIGHT):
    return WeightedLeastSquares(blur(shape), normal(2, 1, *shape, seed=5), weight)


def field(shape, seed=1):
    return normal(2, 2, *shape, seed=seed)


def matrix(operator, shape, i):
    """The matrix of a linear operator on the images of sample i, a column per pixel."""
    points = torch.eye(shape[0] * shape[1], dtype=torch.float64).reshape(-1, 1, *shape)
    return torch.cat([operator(point[None].expand(2, 1, *shape))[i].reshape(-1, 1) for point in points], dim=1)


def infimum(f, g, i):
    """inf_x w/2 ||Kx - y||^2 + beta/2 ||Dx - g||^2 of sample i and its x, by dense least squares."""
    shape = g.shape[-2:]
    root, b = f.weight[i].sqrt(), f.beta**0.5
    A = torch.cat([root * matrix(f.blur, shape, i), b * matrix(D, shape, i)])
    right = torch.cat([root * f.y[i].flatten(), b * g[i].flatten()])
    x = torch.linalg.lstsq(A, right[:, None], driver="gelsd").solution
    return (A @ x - right[:, None]).square().sum() / 2, x.reshape(shape)


@pytest.mark.parametrize("shape", [(6, 6), (5, 7)])
def test_the_value_is_the_infimum_and_x_of_g_reaches_it(shape):
    f, g = f_ex(shape), field(shape)
    for i in range(2):
        least, x = infimum(f, g, i)
        torch.testing.assert_close(f.value(g)[i], least, rtol=1e-11, atol=1e-12)
        torch.testing.assert_close(f.image(g)[i, 0], x, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_other_image_is_below_the_value(shape):
    f, g = f_ex(shape), field(shape)
    x = f.image(g)
    for seed in range(4):
        z = x + 10.0 ** (-seed) * normal(2, 1, *shape, seed=20 + seed)
        own = f.weight * norm(f.blur(z) - f.y) ** 2 + f.beta * norm(D(z) - g) ** 2
        assert (own / 2 > f.value(g)).all()


@pytest.mark.parametrize("shape", SHAPES)
def test_the_gradient_of_f_ex_by_autograd_and_finite_differences(shape):
    f, g = f_ex(shape), field(shape).requires_grad_()
    (expected,) = torch.autograd.grad(f.value(g).sum(), g)
    value, grad = f.value_and_grad(g)
    torch.testing.assert_close(grad, expected, **TIGHT)
    torch.testing.assert_close(f.grad(g), grad, rtol=0, atol=0)
    torch.testing.assert_close(f.value(g), value, rtol=0, atol=0)
    h, way = 1e-4, field(shape, 2)
    with torch.no_grad():
        slope = (f.value(g + h * way) - f.value(g - h * way)) / (2 * h)
        exact = (grad * way).flatten(1).sum(1)
    assert ((slope - exact).abs() <= 1e-6 * exact.abs().clamp(min=1)).all()


@pytest.mark.parametrize("c", [1e-3, 0.5, 30.0, torch.tensor([1e-3, 30.0], dtype=torch.float64)])
@pytest.mark.parametrize("make, channels", [(f_ex, 2), (f_im, 1)])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_prox_makes_the_gradient_of_its_objective_zero(make, channels, shape, c):
    f, z = make(shape), normal(2, channels, *shape)
    u = f.prox(z, c)
    assert norm(f.grad(u) + per_sample(torch.as_tensor(c, dtype=z.dtype).expand(2), z) * (u - z)).max() <= 1e-10


def test_the_prox_takes_a_weight_per_sample():
    for make, channels in ((f_ex, 2), (f_im, 1)):
        f, z, c = make((8, 9)), normal(2, channels, 8, 9), torch.tensor([0.1, 10.0], dtype=torch.float64)
        for i in range(2):
            torch.testing.assert_close(f.prox(z, c)[i], f.prox(z, c[i].item())[i], **TIGHT)
        assert (f.prox(z, 0.1) - f.prox(z, 10.0)).abs().max() > 0.01


@pytest.mark.parametrize("make, channels", [(f_ex, 2), (f_im, 1)])
@pytest.mark.parametrize("shape", SHAPES)
def test_lipschitz_bounds_the_norm_of_the_hessian(make, channels, shape):
    """The Hessian's norm by power iteration; a quadratic's Hessian is a difference of gradients."""
    f, zero = make(shape), torch.zeros(2, channels, *shape, dtype=torch.float64)
    v, at_zero = normal(2, channels, *shape, seed=7), f.grad(zero)
    for _ in range(300):
        v = v / per_sample(norm(v), v)
        v = f.grad(v) - at_zero
    largest = norm(v)
    assert (largest <= f.lipschitz * (1 + 1e-10)).all()
    assert (largest >= 0.99 * f.lipschitz).all()  # and it is reached: the bound is no idle one


def test_a_field_of_no_image_keeps_the_whole_curvature():
    """Off the range of D, the Hessian beta (I - D x') is beta; a pure curl is such a field."""
    f, s = f_ex((8, 8)), normal(2, 1, 8, 8)
    up = s.roll(1, -2) - s
    left = s.roll(1, -1) - s
    curl = torch.cat([up, -left], dim=1)
    assert norm(D.adjoint(curl)).max() <= 1e-12
    zero = torch.zeros_like(curl)
    torch.testing.assert_close(f.grad(curl) - f.grad(zero), BETA * curl, **TIGHT)


def test_the_weight_scales_f_im():
    shape, x = (8, 9), normal(2, 1, 8, 9)
    plain = LeastSquares(blur(shape), normal(2, 1, *shape, seed=5))
    f = f_im(shape)
    torch.testing.assert_close(f.value(x), WEIGHT * plain.value(x), **TIGHT)
    torch.testing.assert_close(f.grad(x), per_sample(WEIGHT, x) * plain.grad(x), **TIGHT)
    torch.testing.assert_close(f.lipschitz, WEIGHT * plain.lipschitz, **TIGHT)
    torch.testing.assert_close(f.prox(x, 0.3), plain.prox(x, 0.3 / WEIGHT), **TIGHT)
    one = f_im(shape, 1.0)
    torch.testing.assert_close(one.value(x), plain.value(x), **TIGHT)
    torch.testing.assert_close(one.prox(x, 0.3), plain.prox(x, 0.3), **TIGHT)


@pytest.mark.parametrize("shape", SHAPES)
def test_f_im_gradient_agrees_with_autograd(shape):
    f, x = f_im(shape), normal(2, 1, *shape).requires_grad_()
    expected = torch.autograd.grad((f.weight / 2 * norm(f.f.blur(x) - f.f.y) ** 2).sum(), x)[0]
    torch.testing.assert_close(f.grad(x).detach(), expected, **TIGHT)


def test_the_weight_of_f_ex_is_that_of_its_data_term():
    """w and beta times c are the energy times c; a larger w alone draws x(g) to the observation."""
    g, shape = field((8, 9)), (8, 9)
    f, both = f_ex(shape), f_ex(shape, 3 * BETA, 3 * WEIGHT)
    torch.testing.assert_close(both.value(g), 3 * f.value(g), **TIGHT)
    torch.testing.assert_close(both.image(g), f.image(g), **TIGHT)
    heavy = f_ex(shape, weight=10 * WEIGHT)
    assert (norm(heavy.blur(heavy.image(g)) - heavy.y) < norm(f.blur(f.image(g)) - f.y)).all()
    close = f_ex(shape, beta=10 * BETA)
    assert (norm(D(close.image(g)) - g) < norm(D(f.image(g)) - g)).all()
    torch.testing.assert_close(f_ex(shape, weight=1.0).value(g), f_ex(shape, weight=torch.ones(2)).value(g))


def test_the_linear_layer_finds_the_image_again():
    """g = D x of the x that was blurred, without noise: x itself comes back, for every beta and w."""
    shape, x = (8, 9), normal(2, 1, 8, 9)
    for beta, weight in ((0.01, 1.0), (5.0, WEIGHT)):
        f = ImageFidelity(blur(shape), blur(shape)(x), beta, weight)
        torch.testing.assert_close(f.image(D(x)), x, rtol=1e-10, atol=1e-10)
        assert f.value(D(x)).max() <= 1e-18
    a, b = field(shape), field(shape, 2)
    g = f_ex(shape)
    torch.testing.assert_close(g.image(a) - g.image(b), g.image(a - b) - g.image(0 * a), **TIGHT)  # linear in g


def test_batch_is_the_stack_of_singles():
    shape, g = (8, 9), field((8, 9))
    k, y = kernels(2, 4, 3), normal(2, 1, *shape, seed=5)
    f = f_ex(shape)
    for i in range(2):
        one = ImageFidelity(Blur(k[i], shape), y[i : i + 1], BETA, WEIGHT[i])
        for a, b in ((f.value(g), one.value(g[i : i + 1])), (f.prox(g, 0.3), one.prox(g[i : i + 1], 0.3))):
            torch.testing.assert_close(a[i], b[0], **TIGHT)


def test_float32_answers_in_float32():
    f = ImageFidelity(Blur(kernels(1, 3, 3).float(), (8, 8)), normal(1, 1, 8, 8).float(), 0.1, 2.0)
    g = normal(1, 2, 8, 8).float()
    assert {t.dtype for t in (f.value(g), f.grad(g), f.prox(g, 0.5), f.lipschitz, f.image(g))} == {torch.float32}
    w = WeightedLeastSquares(f.blur, f.y, 2.0)
    assert {t.dtype for t in (w.value(f.y), w.grad(f.y), w.prox(f.y, 0.5), w.lipschitz)} == {torch.float32}


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf"), torch.tensor([1.0, 0.0])])
def test_a_weight_that_is_not_positive_is_refused(weight):
    for make in (f_im, f_ex):
        with pytest.raises(InputError, match="the weight of the data term must be positive, between"):
            make((8, 8), weight=weight)


@pytest.mark.parametrize("beta", [0.0, -1.0, float("nan")])
def test_a_beta_that_is_not_positive_is_refused(beta):
    with pytest.raises(InputError, match="beta must be positive, between"):
        f_ex((8, 8), beta)


def test_a_bad_observation_is_refused():
    for make in (lambda y: ImageFidelity(blur((8, 8)), y, 1.0), lambda y: WeightedLeastSquares(blur((8, 8)), y, 1.0)):
        with pytest.raises(InputError, match="observation holds NaN"):
            make(torch.full((2, 1, 8, 8), float("nan"), dtype=torch.float64))
        with pytest.raises(InputError, match="made for images of 8x8 pixels, got 8x9"):
            make(normal(2, 1, 8, 9))
