"""The door of explicit and implicit PADNet: what it lets in, and fourteen deliberate mistakes and more."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from toys import GARBAGE, normal, pictures, same, smooth

import padnet
from padnet import (
    TV,
    Denoiser,
    Descent,
    Downsample,
    Identity,
    InputError,
    LeastSquares,
    LpNorm,
    Mask,
    Network,
    Safeguard,
    Schedule,
    Stop,
    explicit_certificates,
    explicit_padnet,
    implicit_certificates,
    implicit_padnet,
    norm,
    recompute,
)
from padnet.core import explicit, propagation

TRUTH = pictures(2, 12)
SEEN = normal(2, 1, 12, 12, seed=2) > -0.5
Y = Mask(SEEN)(TRUTH + 0.02 * normal(2, 1, 12, 12))
F, R, STOP = LeastSquares(Mask(SEEN), Y), TV(0.01, tolerance=1e-5), Stop(0, 3)
GUARD = Safeguard()
SCHEDULE = Schedule(mu=0.1, rho0=0.1, gamma=1.5, C_E=0.049, test=Descent(0.025, 1.12))
BOUNDED = Denoiser(lambda x, sigma: x - sigma * x, noise=0.1, bound=0.05)


def run(f=F, r=R, networks=smooth, schedule=SCHEDULE, x0=Y, stop=STOP, guard=GUARD):
    return explicit_padnet(f, r, networks, schedule, x0, stop, guard)


def implicit(networks=BOUNDED, f=F, x0=Y):
    return implicit_padnet(f, networks, SCHEDULE, x0, STOP)


def but(part, **methods):
    """The same part with other methods; None takes one away."""
    names = ("value", "grad", "value_and_grad", "prox", "lipschitz", "subgradient_distance")
    own = {name: getattr(part, name) for name in names if hasattr(part, name)}
    return SimpleNamespace(**{name: one for name, one in (own | methods).items() if one is not None})


def test_what_it_lets_in_runs_as_behind_the_door():
    ours, theirs = run(), explicit.explicit_padnet(F, R, [smooth] * 3, SCHEDULE, Y, STOP)
    assert torch.equal(ours.x, theirs.x) and all(one.holds for one in explicit_certificates(ours, SCHEDULE, STOP))
    ours = implicit()
    assert torch.equal(ours.x, propagation.implicit_padnet(F, [BOUNDED] * 3, SCHEDULE, Y, STOP).x)
    assert all(one.holds for one in implicit_certificates(ours, SCHEDULE, STOP))


@pytest.mark.parametrize("problem", ["inpainting", "super-resolution"])
def test_certificates_are_valid_for_any_network(problem):
    f, x0 = F, Y
    if problem == "super-resolution":
        f = LeastSquares(Downsample(2), Downsample(2)(TRUTH))
        x0 = 4 * f.A.adjoint(f.y)
    schedule = Schedule(mu=0.1, rho0=0.1, gamma=1.5, test=Descent(0.025, (f.lipschitz.max().item() + 0.1) / 0.99))
    for network in GARBAGE.values():
        done = run(f, LpNorm(0.8, 0.01), network, schedule, x0)
        certificates = explicit_certificates(done, schedule, STOP)
        assert all(one.holds for one in certificates), [one.verdict for one in certificates]
        first, last = (f.value(x) + LpNorm(0.8, 0.01).value(x) for x in (x0, done.x))
        assert (last <= first).all()


MISTAKES = {
    "no value_and_grad": (lambda: run(but(F, value_and_grad=None)), "has no method value_and_grad"),
    "the class of an operator": (lambda: LeastSquares(Mask, Y), r"give an object, Mask\("),
    "a gradient that works in place": (
        lambda: run(but(F, grad=lambda x: x.mul_(2))),
        "f.grad changes its argument in place",
    ),
    "a prox with its arguments changed": (
        lambda: run(but(F, prox=lambda weight, z: F.prox(z, weight))),
        r"it is called as prox\(z, weight\)",
    ),
    "an L that is a number": (lambda: run(but(F, lipschitz=1.0)), "torch.full"),
    "the class itself": (lambda: run(LeastSquares), "the fidelity is the class LeastSquares: give an object"),
    "prior in the place of the fidelity": (lambda: run(R, F), "has no method grad: is it the prior"),
    "one value for the batch": (
        lambda: run(but(F, value=lambda x: F.value(x).sum())),
        r"f.value .* \(2,\), and is .* \(\)",
    ),
    "a gradient in numpy": (lambda: run(but(F, grad=lambda x: F.grad(x).numpy())), "f.grad .* and is a numpy array"),
    "a gradient of one sample": (
        lambda: run(but(F, grad=lambda x: F.grad(x)[:1])),
        r"f.grad .* and is .* \(1, 1, 12, 12\)",
    ),
    "a gradient in float32": (lambda: run(but(F, grad=lambda x: F.grad(x).float())), "f.grad is torch.float32"),
    "value_and_grad of twice f": (
        lambda: run(but(F, value_and_grad=lambda x: tuple(2 * one for one in F.value_and_grad(x)))),
        "value_and_grad disagrees with f.value and f.grad",
    ),
    "value_and_grad without grad": (lambda: run(but(F, value_and_grad=F.value)), "must return the pair"),
    "L = 0": (lambda: run(but(F, lipschitz=0 * F.lipschitz)), "lipschitz of the fidelity must be positive"),
    "L a float": (lambda: run(but(F, lipschitz=1.0)), r"one number per sample, \(2,\), and is float"),
    "a prox that breaks": (lambda: run(but(F, prox=lambda z: z)), "f.prox failed at the starting point.*TypeError"),
    "a prior without prox": (lambda: run(r=but(R, prox=None)), "prior SimpleNamespace has no method prox"),
    "a prior's value of every pixel": (lambda: run(r=but(R, value=torch.abs)), r"r.value must be .* \(2, 1, 12, 12\)"),
    "a prior that knows one step only": (
        lambda: run(r=but(R, prox=lambda z, step: z.clamp(min=float(step)))),
        "r.prox failed",
    ),
    "a negative distance": (lambda: run(r=but(R, subgradient_distance=lambda x, q: -norm(x) - 1)), "is negative"),
    "a network of another shape": (lambda: run(networks=lambda v, alpha: v[..., 1:]), "network of stage 0 returned"),
    "a network that returns numpy": (lambda: run(networks=lambda v, alpha: v.numpy()), "stage 0 returned ndarray"),
    "a module that takes no alpha": (lambda: run(networks=torch.nn.Conv2d(1, 1, 3)), "give a denoiser of pictures as"),
    "no network": (lambda: run(networks=3), "must be a list of networks"),
    "a list of nothing that can be called": (lambda: run(networks=[1, 2, 3]), "stage 0 cannot be called, it is int"),
    "too few networks": (lambda: run(networks=[same, same]), "3 stages need as many networks, got 2"),
    "no bound": (lambda: implicit(Network([])), "has no bound"),
    "no C_N": (lambda: implicit(same), "has no method C_N"),
    "a C_N that is a tensor": (lambda: implicit(but_bound(torch.ones(2))), "must be a positive number"),
    "a photograph in numpy": (lambda: run(x0=np.ones((2, 1, 12, 12))), "must be a torch tensor, got ndarray"),
    "a picture without a batch": (lambda: run(x0=Y[0]), "must have 4 dimensions"),
    "a picture of another size": (lambda: run(x0=normal(2, 1, 10, 12)), r"the images of the fidelity have \(2, 1, 12"),
    "channels that would be broadcast": (lambda: run(x0=Y.expand(2, 3, 12, 12)), "the images of the fidelity have"),
    "a gradient twice too large": (
        lambda: run(but(F, grad=lambda x: 2 * F.grad(x), value_and_grad=lambda x: (F.value(x), 2 * F.grad(x)))),
        "f.grad is not the gradient of f.value",
    ),
    "an L that is too small": (lambda: run(but(F, lipschitz=F.lipschitz / 100)), "L must be an upper bound"),
    "a module in float32": (lambda: run(networks=Single()), "its weights are torch.float32: convert them"),
    "a denoiser that takes no sigma": (lambda: run(networks=Denoiser(lambda v: v)), "needs noise=None"),
    "a denoiser of tensors": (lambda: run(networks=Denoiser(lambda v, sigma: torch.relu(v))), 'needs takes="torch"'),
    "operator and observation changed": (
        lambda: LeastSquares(Y, Mask(SEEN)),
        "the operator first, then the observation",
    ),
    "an observation without a batch": (lambda: LeastSquares(Identity(), Y[0, 0]), r"as y\[None, None\]"),
    "a certificate of another schedule": (
        lambda: explicit_certificates(run(), replace(SCHEDULE, rho0=0.2), STOP),
        "the run was made with rho0 = 0.1, and this schedule has 0.2",
    ),
    "a certificate of another end": (
        lambda: explicit_certificates(run(), SCHEDULE, Stop(0.5, 9)),
        "the run was made with Stop",
    ),
    "a certificate of the other kind": (
        lambda: implicit_certificates(run(), SCHEDULE, STOP),
        "was not made by implicit_padnet",
    ),
    "a certificate of another kind": (
        lambda: explicit_certificates(implicit(), SCHEDULE, STOP),
        "was not made by explicit_padnet",
    ),
    "schedule and stop changed": (lambda: explicit_certificates(run(), STOP, SCHEDULE), "check the order"),
    "a run to recompute": (lambda: recompute(run(), F, R, SCHEDULE, STOP), r"recompute\(run.iterates"),
    "an implied test without a schedule": (lambda: Descent.implied(0.1, 1.0), "takes a Schedule and then L"),
    "a unit that is not in a list": (lambda: Network(torch.nn.Conv2d(1, 1, 3)), r"give \[unit\]"),
    "a prox that is none": (lambda: run(r=but(R, prox=lambda z, step: 1.5 * z)), "r.prox.z, step. does not minimise"),
    "a prox of NaN": (lambda: run(r=but(R, prox=lambda z, step: torch.nan * z)), "r.prox.z, step. does not minimise"),
    "a certificate of a picture": (lambda: explicit_certificates(run().x, SCHEDULE, STOP), "got Tensor"),
    "a picture in float32": (lambda: run(x0=Y.float()), "torch.float64 on cpu and the starting point torch.float32"),
    "stop and schedule changed": (lambda: run(schedule=STOP, stop=SCHEDULE), "schedule must be a Schedule, got Stop"),
    "a guard that is True": (lambda: run(guard=True), "guard must be a Safeguard, got bool"),
    "no test": (lambda: run(schedule=Schedule(0.1, 0.1, 1.5)), "names no test"),
    "an energy that is not finite": (lambda: run(r=but(R, value=lambda x: norm(x) * np.inf)), "r is not finite"),
}


class Single(torch.nn.Module):
    """A network in single precision."""

    def __init__(self):
        super().__init__()
        self.layer = torch.nn.Conv2d(1, 1, 3, padding=1)

    def forward(self, v, alpha):
        return self.layer(v)


def but_bound(found):
    network = lambda v, alpha: v
    network.C_N = lambda v: found
    return network


@pytest.mark.parametrize("name", MISTAKES)
def test_a_deliberate_mistake_is_one_clear_sentence(name):
    make, words = MISTAKES[name]
    with pytest.raises(InputError, match=words) as told:
        make()
    assert "\n" not in str(told.value) and len(str(told.value)) < 260


def test_the_front_door_is_listed_and_opens_at_the_first_knock():
    assert set(padnet.__all__) <= set(dir(padnet)) and padnet.__all__ == sorted(padnet.HOMES)
    for name in padnet.__all__:
        assert callable(getattr(padnet, name))
    with pytest.raises(AttributeError, match="no attribute 'Tv'"):
        _ = padnet.Tv


def watched(monitor):
    return explicit_padnet(F, R, smooth, SCHEDULE, Y, STOP, GUARD, monitor)


@pytest.mark.parametrize(
    "monitor, words",
    [
        (5, "monitor must be a function"),
        (lambda run: {}, "keyword arguments x, u, v"),
        (lambda **k: {"mine": 3.0}, "one number per sample"),
    ],
)
def test_a_bad_monitor_is_one_sentence(monitor, words):
    with pytest.raises(InputError, match=words):
        watched(monitor)


def test_a_monitor_may_return_nothing_or_a_column():
    assert "mine" not in watched(lambda **k: None).columns
    assert torch.equal(watched(lambda x, u, v: {"mine": norm(x)}).columns["mine"][-1], norm(watched(None).x))


def test_a_test_that_makes_the_safeguard_slow_is_warned_of():
    heavy = LeastSquares(Mask(SEEN), Y, weight=100.0)
    with pytest.warns(UserWarning, match="thousands of repetitions. Use Descent"):
        explicit_padnet(heavy, R, smooth, SCHEDULE, Y, Stop(0, 1), Safeguard(0, 1))


def test_a_run_is_printed_in_a_line():
    assert repr(run()).startswith("Run(K = 3, 3; converged: no, no; columns: iteration_error")


def test_validation_can_be_left_out():
    wrong, unbounded = but(F, lipschitz=F.lipschitz / 1.5), but_bound(-1.0)
    with pytest.raises(InputError, match="L must be an upper bound"):
        run(wrong)
    assert explicit_padnet(wrong, R, smooth, SCHEDULE, Y, STOP, GUARD, validate=False).x.isfinite().all()
    with pytest.raises(InputError, match="must be a positive number"):
        implicit(unbounded)
    assert implicit_padnet(F, unbounded, SCHEDULE, Y, STOP, validate=False).x.isfinite().all()
