"""Roots and powers with the same bits everywhere, and that nothing which is hashed takes MKL's square root."""

import math

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import padnet
from padnet.baselines.deblurring import bm3ddeb, tv
from padnet.core.conv_unit import ConvUnit
from padnet.core.powers import power, root
from padnet.core.priors import LpNorm
from padnet.haze import gradient_residual as residual, tgv

KINDS = [torch.float32, torch.float64]


@pytest.mark.parametrize("dtype", KINDS)
def test_a_root_is_that_of_numpy_within_three_units(dtype):
    x = (
        torch.from_numpy(np.random.default_rng(1).random(20001)).to(dtype)
        * 10.0 ** torch.arange(-15, 15).to(dtype).repeat(667)[:20001]
    )
    true = np.sqrt(x.double().numpy())
    apart = np.abs(root(x).double().numpy() - true) / (true * torch.finfo(dtype).eps)
    assert root(x).dtype == dtype and apart.max() <= 3


@pytest.mark.parametrize("dtype", KINDS)
def test_a_root_of_nothing_of_the_infinite_and_of_the_negative(dtype):
    found = root(torch.tensor([0.0, -0.0, math.inf, -1.0, math.nan, torch.finfo(dtype).tiny], dtype=dtype))
    assert found[:2].tolist() == [0, 0] and found[2] == math.inf and found[3:5].isnan().all() and found[5] > 0


def test_the_derivative_of_a_root():
    x = torch.tensor([0.25, 4.0, 0.0], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(root(x).sum(), x)
    assert torch.allclose(slope[:2], torch.tensor([1.0, 0.25], dtype=torch.float64)) and slope[2].isnan()
    assert torch.autograd.gradcheck(root, torch.tensor([0.3, 2.0], dtype=torch.float64, requires_grad=True))


@pytest.mark.parametrize("exponent", [0.5, 0.8, -1.2, 1, 2.0])
def test_a_power(exponent):
    x = torch.rand(50, dtype=torch.float64, generator=torch.Generator().manual_seed(1)) + 0.1
    assert torch.allclose(power(x, exponent), x**exponent, rtol=1e-15, atol=0)
    assert torch.equal(power(x, exponent), root(x) if exponent == 0.5 else x**exponent)


class NoSquareRoot(TorchDispatchMode):
    """Raises where PyTorch computes a square root by MKL: sqrt, its forms for lists, and the power 1/2."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        name = function.overloadpacket.__name__.removeprefix("_foreach_").removesuffix("_")
        assert name != "sqrt" and not (name == "pow" and 0.5 in [one for one in args if isinstance(one, float)]), str(
            function
        )
        return function(*args, **(kwargs or {}))


def photograph(*shape):
    return np.random.default_rng([1, *shape]).random(shape)


def grown():
    """A step of Algorithm 2's optimiser, zero gradients among them."""
    from padnet.core.training import Learner  # its optimiser is made in begin_phase

    weights = torch.nn.Linear(3, 2)
    learner = Learner.__new__(Learner)
    learner.progress = type("P", (), {"networks": [weights], "joint": False})()
    learner.plan = type("P", (), {"rate": 0.1, "joint_rate": 0.1})()
    learner.begin_phase()
    before = [w.detach().clone() for w in weights.parameters()]
    for w in weights.parameters():
        w.grad = torch.zeros_like(w)
    learner.optimiser.step()
    assert all(torch.equal(a, b) for a, b in zip(before, weights.parameters(), strict=True))  # 0 / (0 + eps)
    for w in weights.parameters():
        w.grad = torch.ones_like(w)
    learner.optimiser.step()
    assert not any(torch.equal(a, b) for a, b in zip(before, weights.parameters(), strict=True))


def normalised():
    unit = ConvUnit(1, 4, (1, 2, 1), 1.0)
    unit.fold()


J, t = torch.rand(1, 3, 12, 12), torch.rand(1, 1, 12, 12)
WORK = {
    "deconvolve": lambda: padnet.deconvolve(photograph(40, 40), np.ones((3, 3)), 0.01),
    "deconvolve, epadnet": lambda: padnet.deconvolve(photograph(40, 40), np.ones((3, 3)), 0.01, method="epadnet"),
    "dehaze": lambda: padnet.dehaze(photograph(40, 40, 3)),
    **{f"prior {p}": lambda p=p: (LpNorm(p, 0.1).value(J), LpNorm(p, 0.1).prox(J, 0.5)) for p in (0, 0.5, 0.8, 1)},
    "TV": lambda: tv.tv(J[:, :1], torch.ones(1, 1, 3, 3) / 9, torch.tensor([0.01]), iterations=2),
    "BM3D's spread": lambda: bm3ddeb.spread_after(torch.ones(1, 1, 12, 7), torch.tensor(0.1), (12, 12), 4),
    "TGV": lambda: tgv.tensor(t, 9.0, 0.5),
    "residual": lambda: next(residual.residual_minimisation(residual.Residual(J, t, J[:, :, :1, :1], 0.1, 0.1), J)),
    "normalisation": normalised,
    "Adam": grown,
}


@pytest.mark.parametrize("name", WORK)
def test_nothing_takes_the_square_root_of_mkl(name):
    with NoSquareRoot():
        WORK[name]()


def test_the_watch_sees_every_form():
    x = torch.ones(3)
    for f in (
        torch.sqrt,
        lambda x: x.sqrt(),
        lambda x: x**0.5,
        lambda x: torch._foreach_sqrt([x]),
        lambda x: x.clone().sqrt_(),
    ):
        with pytest.raises(AssertionError), NoSquareRoot():
            f(x)
