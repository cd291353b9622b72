"""Algorithm 1, explicit as the paper prints it and implicit: each line by hand on a small problem."""

from dataclasses import replace

import pytest
import torch
from toys import GARBAGE, normal, prior, random_networks, same, smooth, toy

from padnet.core.conditions import ConditionOne, Descent
from padnet.core.explicit import explicit_padnet
from padnet.core.fidelity import norm, per_sample
from padnet.core.networks import Network
from padnet.core.propagation import State, implicit_padnet, preliminary
from padnet.core.safeguard import step_size
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.errors import InputError

SCHEDULE = Schedule(mu=0.5, rho0=0.05, gamma=1.5, C_E=0.2, test=ConditionOne())
IMPLICIT = Schedule(mu=0.01, rho0=0.05, gamma=1.5)
TIGHT = {"rtol": 1e-10, "atol": 1e-12}


@pytest.fixture(autouse=True)
def _no_grad():
    with torch.no_grad():
        yield


def test_preliminary_estimation_solves_3():
    f, x, w = toy().f, normal(2, 2, 16, 16, seed=1), normal(2, 2, 16, 16, seed=2)
    u = preliminary(f, x, w, 0.5, 0.05)
    assert norm(f.grad(u) + 0.5 * (u - x) + 0.05 * (u - w)).max() <= 1e-10


@pytest.mark.parametrize("p", [1, 0.8, 0])
def test_explicit_padnet_line_by_line(p):
    t, r, K = toy(), prior(p), 4
    f, networks = t.f, random_networks(K)
    mu, s = SCHEDULE.mu, per_sample(step_size(f, SCHEDULE.mu), t.y)
    run = explicit_padnet(f, r, networks, SCHEDULE, t.x0, Stop(0, K), guard=None, keep=True)
    x, v, lam = t.x0, t.x0, torch.zeros_like(t.x0)
    for k in range(K):
        rho, alpha = 0.05 * 1.5**k, (1 / (0.05 * 1.5**k)) ** 0.5
        # (3): (K'K + mu + rho) u = K'y + mu x + rho (v - lam)
        Q = f.blur.adjoint(t.y) + mu * x + rho * (v - lam)
        u = f.blur.ifft(f.blur.fft(Q) / (f.blur.otf.abs() ** 2 + mu + rho))
        v_new = networks[k](u + lam, alpha)
        # (7) on f + mu/2 ||. - x||^2, with the step s
        gradient = f.blur.adjoint(f.blur(v_new) - t.y) + mu * (v_new - x)
        x_new = r.prox(v_new - s * gradient, s.flatten())
        lam = lam + (u - v_new)
        e = (mu - 1 / s) * (x_new - v_new) + f.grad(x_new) - f.grad(v_new)  # (12)
        row = {name: column[k] for name, column in run.columns.items()}
        torch.testing.assert_close(run.iterates[k + 1], x_new, **TIGHT)
        torch.testing.assert_close(row["error"], norm(e), **TIGHT)
        torch.testing.assert_close(row["moved"], norm(x_new - x), **TIGHT)
        torch.testing.assert_close(row["energy_before"], f.value(x) + r.value(x), **TIGHT)
        torch.testing.assert_close(row["energy"], f.value(x_new) + r.value(x_new), **TIGHT)
        torch.testing.assert_close(row["ratio"], norm(e) / (0.2 * norm(x_new - x)), **TIGHT)
        assert torch.equal(row["own"], row["holds"])
        assert not row["restarted"].any()
        x, v = x_new, v_new


def test_the_error_12_is_a_subgradient_error():
    """e - grad f^mu_x(x+) lies in the subdifferential of r at x+ (11), p = 1."""
    t, r = toy(), prior(1)
    f = t.f
    run = explicit_padnet(f, r, random_networks(3), SCHEDULE, t.x0, Stop(0, 3), guard=None, keep=True)
    for k in range(3):
        x, x_new = run.iterates[k : k + 2]
        distance = r.subgradient_distance(x_new, f.grad(x_new) + SCHEDULE.mu * (x_new - x))
        assert (distance <= run.columns["error"][k] * (1 + 1e-10)).all()


def test_implicit_padnet_line_by_line():
    t, K, bound = toy(), 4, 0.02
    f, networks, mu = t.f, random_networks(K, amplitude=10.0, bound=bound), IMPLICIT.mu
    run = implicit_padnet(f, networks, IMPLICIT, t.x0, Stop(0, K), keep=True)
    x, v, lam = t.x0, t.x0, torch.zeros_like(t.x0)
    for k in range(K):
        rho, alpha = 0.05 * 1.5**k, (1 / (0.05 * 1.5**k)) ** 0.5
        u = f.prox((mu * x + rho * (v - lam)) / (mu + rho), mu + rho)
        v_new = Network(networks[k].units)(u + lam, alpha) - (u + lam)
        size, radius = norm(v_new), bound * (2 * 16 * 16) ** 0.5 * alpha
        v_new = u + lam + per_sample((radius / size).clamp(max=1), v) * v_new
        lam_new = lam + u - v_new
        row = {name: column[k] for name, column in run.columns.items()}
        torch.testing.assert_close(run.iterates[k + 1], v_new, **TIGHT)
        torch.testing.assert_close(row["gradient"], norm(f.grad(u) + mu * (u - x)), **TIGHT)
        torch.testing.assert_close(row["u_step"], norm(u - v + lam), **TIGHT)
        torch.testing.assert_close(row["residual"], norm(v_new - u - lam), **TIGHT)
        torch.testing.assert_close(row["bound"], torch.full_like(row["bound"], radius), **TIGHT)
        torch.testing.assert_close(row["v_moved"], norm(v_new - v), **TIGHT)
        torch.testing.assert_close(row["lam"], norm(lam_new), **TIGHT)
        torch.testing.assert_close(row["lam_moved"], norm(lam_new - lam), **TIGHT)
        x, v, lam = v_new, v_new, lam_new


@pytest.mark.parametrize("mu", [0.02, 0.5])
def test_unguarded_networks_break_condition_1_late(mu):
    """alpha^k -> 0 freezes v, x stops moving, and what is left of e outgrows C_E ||dx||."""
    schedule = Schedule(mu, 0.05, 1.5, 0.4 * mu, test=ConditionOne())
    t = toy()
    for networks in (random_networks(40, amplitude=0.3), [smooth] * 40):
        run = explicit_padnet(t.f, prior(1), networks, schedule, t.x0, Stop(0, 40), guard=None)
        assert not run.columns["holds"][-1].any()
        assert (run.columns["ratio"][-1] > 10 * run.columns["ratio"][0]).all()
        assert (run.columns["ratio"][-1] > 10).all()


@pytest.mark.parametrize("rescale", [False, True])
@pytest.mark.parametrize("kind", [*GARBAGE, "random"])
def test_theorem_2_holds_for_any_bounded_network(kind, rescale):
    """(30), (31) and the first of (33) at every k; moves shrink like alpha^k, so the sequence is Cauchy."""

    class Garbage(torch.nn.Module):
        def forward(self, v):
            return GARBAGE[kind](v, 1.0)

    t, K, bound = toy(), 40, 0.02
    networks = random_networks(K, 2, 1e3, bound) if kind == "random" else [Network([Garbage()], bound)] * K
    run = implicit_padnet(t.f, networks, replace(IMPLICIT, rescale=rescale), t.x0, Stop(0, K), keep=True)
    c = run.columns
    M = c["gradient"].amax(dim=0)
    rounding = 1e-12
    for k in range(K):
        C_N = 0.02 * (2 * 16 * 16) ** 0.5
        alpha, rho = IMPLICIT.alpha(k), IMPLICIT.rho(k)
        assert (c["u_step"][k] <= M / rho * (1 + 1e-9) + rounding).all()  # Eq. (30)
        assert (c["residual"][k] <= C_N * alpha * (1 + 1e-9)).all()  # Eq. (31)
        assert (c["lam"][k] <= C_N * alpha * (1 + 1e-9) + rounding).all()  # Eq. (33)
        assert (c["v_moved"][k] <= (C_N + M * IMPLICIT.alpha(0)) * alpha * (1 + 1e-9) + rounding).all()  # Eq. (32)
    scaled = c["v_moved"] / torch.tensor([IMPLICIT.alpha(k) for k in range(K)], dtype=torch.float64)[:, None]
    assert scaled[20:].max() <= 2 * scaled[:20].max()
    assert (c["v_moved"][-1] < 0.01 * c["v_moved"][:3].amax(dim=0)).all()


def test_batch_is_the_stack_of_singles_and_stops_by_itself():
    t, K = toy(3), 12
    explicit, bounded = random_networks(K, amplitude=0.1), random_networks(K, amplitude=0.1, bound=0.02)
    stop = Stop(0.05, K)
    run = explicit_padnet(t.f, prior(0.8), explicit, SCHEDULE, t.x0, stop)
    implicit = implicit_padnet(t.f, bounded, IMPLICIT, t.x0, stop)
    for i in range(3):
        one = t.only(i)
        alone = explicit_padnet(one.f, prior(0.8), explicit, SCHEDULE, one.x0, stop)
        assert alone.K[0] == run.K[i]
        torch.testing.assert_close(alone.x[0], run.x[i], **TIGHT)
        alone = implicit_padnet(one.f, bounded, IMPLICIT, one.x0, stop)
        assert alone.K[0] == implicit.K[i]
        torch.testing.assert_close(alone.x[0], implicit.x[i], **TIGHT)


@pytest.mark.parametrize(
    "change",
    [{"mu": 0.7}, {"rho0": 0.1}, {"gamma": 2.0}, {"C_E": 0.01}, {"rescale": True}, {"test": Descent(0.01, 1.6)}],
)
def test_every_number_of_the_schedule_changes_the_result(change):
    t = toy()
    numbers = {"mu": 0.5, "rho0": 0.05, "gamma": 1.5, "C_E": 0.2, "test": ConditionOne()}
    found = [
        explicit_padnet(t.f, prior(1), random_networks(4), Schedule(**n), t.x0, Stop(0, 4)).x
        for n in (numbers, numbers | change)
    ]
    assert not torch.allclose(*found)


def test_rescaling_divides_lambda_by_gamma_before_every_further_stage():
    t, networks = toy(), random_networks(3, bound=0.02)
    x = v = t.x0
    lam = torch.zeros_like(x)
    for k in range(3):
        u = preliminary(t.f, x, v - lam, IMPLICIT.mu, IMPLICIT.rho(k))
        v = networks[k](u + lam, IMPLICIT.alpha(k))
        x, lam = v, (lam + (u - v)) / IMPLICIT.gamma  # Eq. (5), the multiplier rho lambda kept
    run = implicit_padnet(t.f, networks, replace(IMPLICIT, rescale=True), t.x0, Stop(0, 3))
    torch.testing.assert_close(run.x, x, **TIGHT)
    assert not torch.allclose(implicit_padnet(t.f, networks, IMPLICIT, t.x0, Stop(0, 3)).x, x)


def test_the_start_monitor_and_keep_are_used():
    t, networks = toy(), random_networks(2)
    start = normal(2, 2, 16, 16)
    assert State.start(start).u is start

    def monitor(x, u, v):
        return {"x": norm(x), "gap": norm(u - v)}

    for run in (
        explicit_padnet(t.f, prior(1), networks, SCHEDULE, start, Stop(0, 2), None, monitor, keep=True),
        implicit_padnet(t.f, random_networks(2, bound=0.1), IMPLICIT, start, Stop(0, 2), monitor, keep=True),
    ):
        assert run.iterates[0] is start
        assert len(run.iterates) == 3
        torch.testing.assert_close(run.columns["x"][-1], norm(run.x))
        assert (run.columns["gap"] > 0).all()


def test_float32_runs_in_float32():
    t = toy()
    f = type(t)(t.k.float(), t.y.float(), t.truth.float()).f
    networks = [network.float() for network in random_networks(2)]
    run = explicit_padnet(f, prior(0.8), networks, SCHEDULE, t.x0.float(), Stop(0, 2))
    assert run.x.dtype == torch.float32


def test_refusals():
    t = toy()
    with pytest.raises(InputError, match="3 stages need as many networks, got 2"):
        explicit_padnet(t.f, prior(1), [same] * 2, SCHEDULE, t.x0, Stop(0, 3))
    with pytest.raises(InputError, match="3 stages need as many networks, got 2"):
        implicit_padnet(t.f, random_networks(2, bound=0.1), IMPLICIT, t.x0, Stop(0, 3))
    with pytest.raises(InputError, match="this network has no bound: Condition 2 is not enforced"):
        implicit_padnet(t.f, random_networks(2), IMPLICIT, t.x0, Stop(0, 2))
    for guard in (None, Safeguard()):
        with pytest.raises(
            InputError, match=r"names no test .*: give it test=Descent\(a, b\) or test=ConditionOne\(\)"
        ):
            explicit_padnet(t.f, prior(1), [same], replace(SCHEDULE, test=None), t.x0, Stop(0, 1), guard)
    for call in (
        lambda x0: explicit_padnet(t.f, prior(1), [same], SCHEDULE, x0, Stop(0, 1)),
        lambda x0: implicit_padnet(t.f, random_networks(1, bound=0.1), IMPLICIT, x0, Stop(0, 1)),
    ):
        with pytest.raises(InputError, match="starting point holds NaN"):
            call(torch.full_like(t.x0, float("nan")))
        with pytest.raises(InputError, match="made for images of 16x16 pixels, got 16x15"):
            call(t.x0[..., 1:])


@pytest.mark.parametrize(
    "wrong, says",
    [
        (lambda v, alpha: v[:1], r"stage 0 returned torch.float64 \(1, "),
        (lambda v, alpha: v[0], "for torch.float64"),
        (lambda v, alpha: v.float(), "returned torch.float32"),
        (lambda v, alpha: None, "returned NoneType"),
        (lambda v, alpha: v.numpy(), "returned ndarray"),
    ],
)
def test_a_network_returns_what_it_was_given(wrong, says):
    t = toy()
    wrong.C_N, wrong.bound = (lambda v: 1.0), 1.0
    with pytest.raises(InputError, match=says):
        explicit_padnet(t.f, prior(1), [wrong], SCHEDULE, t.x0, Stop(0, 1))
    with pytest.raises(InputError, match=says):
        implicit_padnet(t.f, [wrong], IMPLICIT, t.x0, Stop(0, 1))
