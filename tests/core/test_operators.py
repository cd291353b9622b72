"""Blur and Gradient against definitions written out: sums, matrices, scipy."""

import pytest
import torch
from scipy.ndimage import convolve
from scipy.signal import convolve2d
from toys import kernels, normal

from padnet.core.operators import Blur, Gradient
from padnet.errors import InputError

IMAGES = [(8, 8), (9, 8), (8, 9), (7, 11)]
KERNELS = [(3, 3), (4, 3), (2, 4), (1, 1), (5, 7)]
SHAPES = [(image, kernel) for image in IMAGES for kernel in KERNELS]


def dot(a, b):
    return (a * b).flatten(1).sum(dim=1)


def matrix(operator, channels, shape):
    """The operator on one sample as an explicit matrix: its columns are the images of unit vectors."""
    n = channels * shape[0] * shape[1]
    units = torch.eye(n, dtype=torch.float64).reshape(n, channels, *shape)
    return torch.stack([operator(u[None]).flatten() for u in units], dim=1)


@pytest.mark.parametrize("image, kernel", SHAPES)
def test_adjoint_with_a_kernel_per_sample(image, kernel):
    blur = Blur(kernels(3, *kernel), image)
    x, y = normal(3, 2, *image, seed=1), normal(3, 2, *image, seed=2)
    gap = (dot(blur(x), y) - dot(x, blur.adjoint(y))).abs()
    assert (gap <= 1e-12 * x.flatten(1).norm(dim=1) * y.flatten(1).norm(dim=1)).all()


@pytest.mark.parametrize("image, kernel", SHAPES)
def test_norm_is_the_largest_singular_value(image, kernel):
    k = kernels(2, *kernel) - 0.4  # negative weights too, so that the norm is not simply the sum
    k[:, 0, 0] += 2
    blur = Blur(k, image)
    for i in range(2):
        one = Blur(k[i], image)
        singular = torch.linalg.matrix_norm(matrix(one, 1, image), 2)
        assert abs(singular / blur.norm[i] - 1) <= 1e-12
        assert abs(singular / one.norm[0] - 1) <= 1e-12


@pytest.mark.parametrize("image", IMAGES)
@pytest.mark.parametrize("kernel", [(3, 3), (5, 7), (1, 3)])
def test_agrees_with_scipy_for_odd_kernels(image, kernel):
    x, k = normal(1, 1, *image), kernels(1, *kernel)
    k = k / k.sum()
    found = Blur(k, image)(x)[0, 0].numpy()
    tight = {"rtol": 1e-12, "atol": 1e-12}
    torch.testing.assert_close(found, convolve2d(x[0, 0], k[0], mode="same", boundary="wrap"), **tight)
    torch.testing.assert_close(found, convolve(x[0, 0].numpy(), k[0].numpy(), mode="wrap"), **tight)


@pytest.mark.parametrize("image, kernel", SHAPES)
def test_is_the_sum_it_says(image, kernel):
    x, k = normal(1, 1, *image), kernels(1, *kernel)
    k = k / k.sum()
    expected = torch.zeros_like(x)
    for i in range(kernel[0]):
        for j in range(kernel[1]):
            expected += k[0, i, j] * x.roll((i - kernel[0] // 2, j - kernel[1] // 2), dims=(-2, -1))
    torch.testing.assert_close(Blur(k, image)(x), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("image", IMAGES)
def test_batch_is_the_stack_of_singles(image):
    k, x = kernels(3, 4, 3), normal(3, 2, *image)
    blur = Blur(k, image)
    for i in range(3):
        one = Blur(k[i], image)
        torch.testing.assert_close(blur(x)[i], one(x[i : i + 1])[0], rtol=1e-14, atol=1e-14)
        torch.testing.assert_close(blur.adjoint(x)[i], one.adjoint(x[i : i + 1])[0], rtol=1e-14, atol=1e-14)


def test_one_kernel_serves_a_batch():
    k, x = kernels(1, 3, 3), normal(3, 1, 8, 8)
    torch.testing.assert_close(Blur(k, (8, 8))(x), Blur(k.expand(3, 3, 3), (8, 8))(x), rtol=1e-14, atol=1e-14)


def test_float32_stays_float32():
    k, x = kernels(1, 3, 3).float(), normal(1, 1, 8, 9).float()
    assert Blur(k, (8, 9))(x).dtype == torch.float32


def test_a_constant_stays_as_it_is():
    x = torch.full((1, 1, 7, 8), 0.3, dtype=torch.float64)
    torch.testing.assert_close(Blur(7 * kernels(1, 4, 3), (7, 8))(x), x, rtol=1e-14, atol=0)


def test_another_size_or_batch_is_refused():
    blur = Blur(kernels(2, 3, 3), (8, 9))
    with pytest.raises(InputError, match="made for images of 8x9 pixels, got 8x8"):
        blur(normal(2, 1, 8, 8))
    with pytest.raises(InputError, match="2 kernels do not fit a batch of 3 images: give one kernel, or one per"):
        blur.adjoint(normal(3, 1, 8, 9))


@pytest.mark.parametrize("shape", IMAGES)
def test_gradient_and_its_adjoint(shape):
    D = Gradient()
    x, g = normal(2, 1, *shape, seed=1), normal(2, 2, *shape, seed=2)
    torch.testing.assert_close(dot(D(x), g), dot(x, D.adjoint(g)), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(D(x)[:, 0, :, :-1], x[:, 0].diff(dim=-1))
    torch.testing.assert_close(D(x)[:, 1, :-1], x[:, 0].diff(dim=-2))
    torch.testing.assert_close(D(x)[:, 0, :, -1], x[:, 0, :, 0] - x[:, 0, :, -1])


def test_gradient_commutes_with_blur():
    """D(x ⊗ k) = D(x) ⊗ k, on which equation (13) rests."""
    blur, D, x = Blur(kernels(2, 3, 4), (8, 9)), Gradient(), normal(2, 1, 8, 9)
    torch.testing.assert_close(D(blur(x)), blur(D(x)), rtol=1e-12, atol=1e-12)


def test_gradient_wants_one_channel_and_its_adjoint_two():
    with pytest.raises(InputError, match="takes one channel, got 3"):
        Gradient()(normal(1, 3, 4, 4))
    with pytest.raises(InputError, match="has two channels, got 1"):
        Gradient().adjoint(normal(1, 1, 4, 4))
