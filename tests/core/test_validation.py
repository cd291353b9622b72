"""What is refused as an image or a kernel, with the sentence that says why."""

import pytest
import torch
from toys import kernels, normal

from padnet.core import operator_checks
from padnet.core.operators import Blur, Gradient
from padnet.core.propagation import State
from padnet.core.validation import LARGEST, check_image, check_kernel, check_number, check_observation, check_weight
from padnet.errors import InputError

NAN, INF = float("nan"), float("inf")
IMAGES = [
    ("numpy", normal(1, 1, 4, 4).numpy(), "must be a torch tensor, got ndarray: convert it first"),
    ("rank", normal(4, 4), r"must have 4 dimensions .* got shape \(4, 4\)"),
    ("empty", torch.zeros(0, 1, 4, 4), "is empty"),
    ("dtype", torch.ones(1, 1, 4, 4, dtype=torch.uint8), "must be float32 or float64, got torch.uint8"),
    ("half", torch.ones(1, 1, 4, 4, dtype=torch.float16), "must be float32 or float64"),
    ("NaN", torch.full((1, 1, 4, 4), NAN), "holds NaN or infinite values: remove or mask"),
    ("inf", torch.full((1, 1, 4, 4), INF), "holds NaN or infinite values"),
]
KERNELS = [
    ("list", [[1.0]], "kernel must be a torch tensor, got list"),
    ("rank 1", torch.ones(3), r"kernel must be \(height, width\), .* got shape \(3,\)"),
    ("two channels", torch.ones(1, 2, 3, 3), "kernel must be"),
    ("empty", torch.zeros(0, 3), "kernel is empty"),
    ("dtype", torch.ones(3, 3, dtype=torch.int64), "kernel must be float32 or float64, got torch.int64"),
    ("NaN", torch.full((3, 3), NAN), "kernel holds NaN"),
    ("inf", torch.full((3, 3), INF), "kernel holds NaN or infinite"),
    ("zero sum", torch.tensor([[1.0, -1.0]]), "kernel must have a positive sum"),
    ("all zero", torch.zeros(3, 3), "kernel must have a positive sum"),
    ("negative sum", -torch.ones(3, 3), "kernel must have a positive sum"),
    ("one bad of two", torch.stack([torch.ones(3, 3), -torch.ones(3, 3)]), "kernel must have a positive sum"),
    ("too high", torch.ones(9, 3), "kernel of 9x3 pixels is larger than the image of 8x8: crop the kernel"),
    ("too wide", torch.ones(3, 9), "kernel of 3x9 pixels is larger than the image of 8x8"),
]


@pytest.mark.parametrize("x, sentence", [case[1:] for case in IMAGES], ids=[case[0] for case in IMAGES])
def test_bad_image(x, sentence):
    for use in (check_image, Gradient(), Gradient().adjoint, State.start):
        with pytest.raises(InputError, match=sentence) as error:
            use(x)
        assert "\n" not in str(error.value)
    with pytest.raises(InputError, match="^observation "):
        check_image(x, "observation")


@pytest.mark.parametrize("k, sentence", [case[1:] for case in KERNELS], ids=[case[0] for case in KERNELS])
def test_bad_kernel(k, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        Blur(k, (8, 8))
    assert "\n" not in str(error.value)


def test_kernels_of_every_rank_are_normalised_alike():
    k = kernels(2, 3, 5)
    for shaped in (k, k[:, None]):
        found = check_kernel(shaped)
        assert found.shape == (2, 1, 3, 5)
        torch.testing.assert_close(found.sum(dim=(1, 2, 3)), torch.ones(2, dtype=k.dtype), rtol=1e-14, atol=0)
    torch.testing.assert_close(check_kernel(k[0])[0], found[0], rtol=0, atol=0)


def test_a_negative_lobe_is_no_fault():
    assert torch.isfinite(check_kernel(torch.tensor([[-0.1, 1.0, -0.1]]))).all()


def test_what_is_good_is_returned_as_it_is():
    x = normal(1, 2, 3, 4)
    assert check_image(x) is x


@pytest.mark.parametrize("value", ["0.01", b"1", None, [], [1.0, 2.0], 1j, torch.ones(2), 10**400])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError, match=r"^eps must be a number, got "):
        check_number(value, "eps")


@pytest.mark.parametrize("value", [2, 0.5, True, torch.tensor(0.5), torch.ones(1, dtype=torch.float64)])
def test_numbers_and_tensors_of_one_entry_are_numbers(value):
    found = check_number(value, "eps")
    assert type(found) is float and found == value


@pytest.mark.parametrize("value", [0.0, -1.0, NAN, INF, 1e-46, 1e31, 1e300])
def test_a_weight_that_single_precision_cannot_hold_is_refused(value):
    with pytest.raises(InputError, match=r"^lam must be positive, between 1e-30 and 1e\+30, got"):
        check_weight(value, "lam")
    assert check_weight(1e-30, "lam") == 1e-30


@pytest.mark.parametrize("dtype", LARGEST)
@pytest.mark.parametrize("values", [(1, 1, 2, 3), (1, 6)])
def test_an_observation_whose_energy_would_be_infinite_is_refused(dtype, values):
    y = torch.full(values, LARGEST[dtype], dtype=dtype)
    check = check_observation if y.dim() == 4 else operator_checks.check_observation
    assert check(y) is y and torch.isfinite(1e4 * y.square().sum())
    with pytest.raises(InputError, match="observation has values beyond 1e.*: scale it first"):
        check(2 * y)


@pytest.mark.parametrize("x", [normal(4, 4), normal(1, 1, 1, 4, 4), torch.ones(1, 1, 4, 4, dtype=torch.int64), [[1.0]]])
def test_a_blur_takes_float_batches_only(x):
    K = Blur(torch.ones(3, 3), (4, 4))
    for apply in (K, K.adjoint):
        with pytest.raises(InputError, match=r"takes float tensors \(batch, channel, height, width\), got"):
            apply(x)
