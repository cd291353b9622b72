"""Algorithm 2 on a toy: when it adds a unit, a stage, stops; what every option changes."""

import hashlib
from dataclasses import fields, replace

import pytest
import torch
from toys import kernels, prior, toy

from padnet.core.conditions import ConditionOne
from padnet.core.conv_unit import ConvUnit
from padnet.core.explicit import explicit_padnet, explicit_stage
from padnet.core.fidelity import LeastSquares
from padnet.core.networks import Network, RBFUnit
from padnet.core.operators import Blur
from padnet.core.plan import Plan
from padnet.core.schedule import Safeguard, Schedule, Stop
from padnet.core.training import Learner, Problem, every, relative_error, run_stages
from padnet.errors import InputError

PLAN = Plan(
    stages=2,
    units=2,
    steps=4,
    joint_steps=3,
    rate=0.02,
    joint_rate=0.01,
    accepted=2.0,
    penalty=0.1,
    aim=0.9,
    direct=1.0,
    patience=3,
)
EXPLICIT = Schedule(mu=0.5, rho0=0.05, gamma=1.5, C_E=0.2, test=ConditionOne())
IMPLICIT = Schedule(mu=0.01, rho0=0.05, gamma=1.5)


def new_unit(k, t):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(100 * k + t)
        return RBFUnit(2, 3, 3, 5, 0.1)


def problem(seed, r, batch=2):
    t = toy(batch, 8, seed=seed)
    f = LeastSquares(Blur(kernels(batch, 3, 3, 6.0, seed).float(), (8, 8)), t.y.float())
    truth = t.truth.float()
    return Problem(f, r, t.x0.float(), lambda g: relative_error(g, truth), stage=explicit_stage)


def learner(plan=PLAN, p=0.8, guard=Safeguard(5, 500), bound=None):
    r = None if p is None else prior(p)
    return Learner(
        plan,
        IMPLICIT if r is None else EXPLICIT,
        guard,
        new_unit,
        batch=lambda phase, step, part: problem(1000 * phase + step + 10**5 * part, r),
        validation=problem(10**6, r, 4),
        bound=bound,
    )


def finish(one):
    one.start()
    while not one.progress.finished:
        one.advance()
    return one.progress


def digest(progress):
    """All weights, bit by bit."""
    weights = [w for network in progress.networks for w in network.state_dict().values()]
    return hashlib.sha256(b"".join(w.numpy().tobytes() for w in weights)).hexdigest()


def units(progress):
    return [len(network.units) for network in progress.networks]


@pytest.fixture(scope="module")
def usual():
    return digest(finish(learner()))


def test_training_repeats_itself_to_the_bit(usual):
    assert digest(finish(learner())) == usual


CHANGES = {
    "stages": 1,
    "units": 1,
    "steps": 5,
    "joint_steps": 0,
    "rate": 0.01,
    "joint_rate": 0.02,
    "accepted": 0.0,
    "penalty": 1.0,
    "aim": 0.1,
    "direct": 0.0,
    "patience": 0,
    "first_steps": 5,
    "inherit": True,
    "parts": 2,
}


def test_every_option_is_tried():
    assert {*CHANGES, "violation", "bfloat16"} == {f.name for f in fields(Plan)}


@pytest.mark.parametrize("name", CHANGES)
def test_every_option_of_the_plan_changes_the_result(name, usual):
    assert digest(finish(learner(replace(PLAN, **{name: CHANGES[name]})))) != usual


def test_the_weight_of_a_violated_decrease_changes_the_result():
    """The toys' steps fall from 0 all the same; from the truth, whose F is little, they rise."""

    def trained(violation):
        one = learner(replace(PLAN, violation=violation))
        at_zero = one.batch

        def batch(*place):
            found = at_zero(*place)
            truth = toy(2, 8, seed=1000 * place[0] + place[1]).truth.float()
            return replace(found, x0=truth)

        one.batch = batch
        return digest(finish(one))

    assert trained(5.0) != trained(0.0)


def test_guard_and_prior_and_bound_change_the_result(usual):
    assert digest(finish(learner(guard=None))) != usual
    assert digest(finish(learner(p=1))) != usual
    assert digest(finish(learner(p=None, bound=1e-4))) != digest(finish(learner(p=None, bound=10.0)))


def test_units_are_added_until_the_condition_holds():
    progress = finish(learner(replace(PLAN, accepted=0.0, units=3)))
    assert units(progress) == [1, 1]
    assert len(progress.rows) == 2 * 4 + 3


def test_units_are_added_until_t_max():
    progress = finish(learner(replace(PLAN, units=3)))  # accepted = 2: more than all pairs, never
    assert units(progress) == [3, 3]
    assert len(progress.rows) == 2 * 3 * 4 + 3


def test_the_condition_is_asked_of_the_validation_pairs():
    """A stage closes exactly when its own steps are accepted on the share of pairs asked for."""
    one = learner(replace(PLAN, stages=1, units=1, joint_steps=0))
    finish(one)
    _, steps = run_stages(one.validation, one.progress.networks, one.schedule, one.guard)
    share = (steps[-1].ratio <= 1).double().mean().item()
    for accepted, closes in ((share, True), (share + 1e-9, False)):
        one.plan = replace(one.plan, accepted=accepted)
        assert one.condition_holds() is closes


def test_a_network_of_nan_never_passes():
    one = learner(replace(PLAN, accepted=0.5))
    one.start()
    for weight in one.progress.networks[0].parameters():
        weight.data.fill_(float("nan"))
    assert not one.condition_holds()


def test_an_implicit_network_takes_all_its_units():
    progress = finish(learner(replace(PLAN, accepted=0.0), p=None, bound=0.1))
    assert units(progress) == [2, 2]
    assert all(row["within"] != row["within"] for row in progress.rows)


def test_the_order_of_phases():
    progress = finish(learner())
    found = [(row["phase"], row["stage"], row["units"], row["step"]) for row in progress.rows]
    expected = [(phase, str(phase // 2), 1 + phase % 2, step) for phase in range(4) for step in range(4)]
    assert found == expected + [(4, "joint", 2, step) for step in range(3)]


def test_a_stage_leaves_the_stages_before_it_alone_and_the_joint_phase_moves_all():
    one = learner()
    one.start()
    seen = {}
    while not one.progress.finished:
        phase = one.progress.phase
        one.advance()
        first = one.progress.networks[0].state_dict()["units.0.first.weight"].clone()
        seen.setdefault(phase, []).append(first)
    assert torch.equal(seen[1][-1], seen[2][-1])
    assert torch.equal(seen[2][-1], seen[3][-1])
    assert not torch.equal(seen[0][-1], seen[1][-1])
    assert not torch.equal(seen[3][-1], seen[4][-1])


def test_only_the_first_unit_of_stage_0_has_its_own_number_of_steps():
    plan = replace(PLAN, first_steps=7)
    rows = finish(learner(plan)).rows
    assert [sum(row["phase"] == phase for row in rows) for phase in range(5)] == [7, 4, 4, 4, 3]
    assert plan.max_steps() == len(rows) and PLAN.max_steps() == len(rows) - 3
    assert plan.max_steps(joint_only=True) == PLAN.max_steps(joint_only=True) == 3


def test_a_stage_that_inherits_begins_with_the_first_unit_of_the_one_before():
    for inherit in (True, False):
        one = learner(replace(PLAN, inherit=inherit, units=1))
        one.start()
        while len(one.progress.networks) < 2:
            one.advance()
        before, new = (network.units[0].state_dict() for network in one.progress.networks)
        assert all(torch.equal(w, before[n]) for n, w in new.items()) is inherit
        assert all(w.data_ptr() != before[n].data_ptr() for n, w in new.items())  # a copy, to go its own way


def test_further_units_are_new_in_the_first_stage_and_begin_like_their_like_in_the_next():
    one = learner(replace(PLAN, inherit=True))
    one.start()
    while len(one.progress.networks[0].units) < 2:
        one.advance()
    assert (one.progress.networks[0].units[1].second.weight == 0).all()
    while len(one.progress.networks) < 2 or len(one.progress.networks[1].units) < 2:
        one.advance()
    before, new = (network.units[1].state_dict() for network in one.progress.networks)
    assert all(torch.equal(w, before[n]) for n, w in new.items())
    assert before["second.weight"].abs().max() > 0


def image_learner(plan, p=None):
    """Conditioned convolutional units with batch statistics, on f_im or on the gradient field."""

    def batch(seed):
        t = problem(seed, None if p is None else prior(p))
        return replace(t, level=torch.tensor([0.1, -0.4]))

    def conv_unit(k, t):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(100 * k + t)
            return ConvUnit(2, 3, [1, 1, 1, 1], 0.1, conditioned=True)

    return Learner(
        plan,
        IMPLICIT if p is None else EXPLICIT,
        None if p is None else Safeguard(5, 500),
        conv_unit,
        batch=lambda phase, step, part: batch(1000 * phase + step + 10**5 * part),
        validation=batch(10**6),
        bound=1.0 if p is None else None,
    )


def statistics(network):
    """All running means and variances of a stage in one vector."""
    return torch.cat([b.flatten().double() for name, b in network.named_buffers() if "running" in name])


def test_reduced_precision_changes_the_result_and_is_over_after_the_training():
    exact, reduced = (image_learner(replace(PLAN, bfloat16=on)) for on in (False, True))
    assert digest(finish(exact)) != digest(finish(reduced))
    assert {w.dtype for n in reduced.progress.networks for w in n.parameters()} == {torch.float32}
    assert all(u.inner_dtype is None for n in reduced.progress.networks for u in n.units)


@pytest.mark.parametrize("p", [None, 0.8])
def test_batch_statistics_move_in_the_stage_that_is_trained_and_stand_still_afterwards(p):
    one = image_learner(replace(PLAN, units=1), p)
    one.start()
    while not one.progress.finished:
        k, joint = len(one.progress.networks) - 1, one.progress.joint
        trained, before = one.progress.networks, [statistics(network) for network in one.progress.networks]
        one.advance()
        after = [statistics(network) for network in trained[: k + 1]]
        still = [torch.equal(a, b) for a, b in zip(after, before, strict=True)]
        assert still == ([True] * (k + 1) if joint else [True] * k + [False])


def test_the_error_condition_and_the_end_leave_the_batch_statistics_alone():
    one = image_learner(replace(PLAN, units=1), 0.8)
    one.start()
    one.advance()
    before = statistics(one.progress.networks[0])
    first = one.condition_holds()
    assert torch.equal(statistics(one.progress.networks[0]), before)
    assert one.condition_holds() == first
    assert not any(module.training for module in one.progress.networks[0].modules())
    one.advance()  # and the training goes on with batches' own statistics
    assert one.progress.networks[0].training
    assert not torch.equal(statistics(one.progress.networks[0]), before)


def test_the_noise_level_is_told_to_the_networks():
    one = image_learner(replace(PLAN, units=1))
    finish(one)
    one.evaluate()

    def result(level):
        states, _ = run_stages(replace(one.validation, level=level), one.progress.networks, one.schedule, None)
        return states[-1].x

    with torch.no_grad():
        here = result(one.validation.level)
        assert not torch.allclose(result(one.validation.level + 1), here)


def test_the_loss_falls():
    one = learner(replace(PLAN, stages=1, units=1, steps=60, joint_steps=0), p=None, bound=10.0)
    one.batch = lambda phase, step, part: problem(step % 3, None)
    one.validation = problem(0, None)
    one.start()

    def error():
        states, _ = run_stages(one.validation, one.progress.networks, one.schedule, None)
        return one.validation.error(states[-1].x).mean().item()

    with torch.no_grad():
        before = error()
    while not one.progress.finished:
        one.advance()
    with torch.no_grad():
        assert error() < 0.9 * before


def test_networks_that_stand_already_are_only_tuned_together():
    grown = finish(learner(replace(PLAN, joint_steps=0))).networks
    before = [{n: w.clone() for n, w in network.state_dict().items()} for network in grown]
    one = learner()
    one.take(grown)
    assert not one.progress.finished
    while not one.progress.finished:
        one.advance()
    rows = [(row["phase"], row["stage"], row["step"]) for row in one.progress.rows]
    assert rows == [(0, "joint", step) for step in range(PLAN.joint_steps)]
    assert units(one.progress) == [2, 2]
    for network, old in zip(one.progress.networks, before, strict=True):
        assert any(not torch.equal(w, old[n]) for n, w in network.state_dict().items())


def test_taken_networks_get_the_bound_of_the_learner():
    bounded = finish(learner(replace(PLAN, joint_steps=0), p=None, bound=0.1)).networks
    one = learner()
    one.take(bounded)
    assert [network.bound for network in one.progress.networks] == [None, None]


def test_taken_networks_without_joint_steps_are_finished_at_once():
    grown = finish(learner(replace(PLAN, joint_steps=0)))
    one = learner(replace(PLAN, joint_steps=0))
    one.take(grown.networks)
    assert one.progress.finished
    assert one.progress.rows == []
    assert digest(one.progress) == digest(grown)
    with pytest.raises(InputError, match="this training is finished"):
        one.advance()


def test_finished_training_refuses_to_go_on():
    one = learner(replace(PLAN, stages=1, units=1, steps=1, joint_steps=0))
    finish(one)
    with pytest.raises(InputError, match="this training is finished: start another to train further"):
        one.advance()


def test_stages_run_as_algorithm_1_does():
    """run_stages is explicit_padnet without its record."""
    problem_, guard = problem(5, prior(0.8)), Safeguard(5, 500)
    networks = [Network([new_unit(k, 0)]) for k in range(2)]
    with torch.no_grad():
        states, steps = run_stages(problem_, networks, EXPLICIT, guard)
        run = explicit_padnet(problem_.f, problem_.r, networks, EXPLICIT, problem_.x0, Stop(0, 2), guard)
    assert torch.equal(states[-1].x, run.x)
    assert torch.equal(every(steps, "ratio"), run.columns["ratio"])


def test_relative_error():
    truth = torch.ones(2, 1, 2, 2)
    assert relative_error(torch.zeros(2, 1, 2, 2), truth).tolist() == [1.0, 1.0]
    assert relative_error(truth, truth).tolist() == [0.0, 0.0]
    assert relative_error(-truth, truth).tolist() == [2.0, 2.0]


BAD = {
    "stages": 0,
    "units": 0,
    "steps": 0,
    "joint_steps": -1,
    "rate": 0.0,
    "joint_rate": -1.0,
    "accepted": -0.1,
    "penalty": -1.0,
    "violation": -1.0,
    "aim": 0.0,
    "direct": -1.0,
    "patience": -1,
    "first_steps": 0,
    "parts": 0,
}


@pytest.mark.parametrize("name", BAD)
def test_a_plan_that_makes_no_sense_is_refused(name):
    with pytest.raises(InputError, match=f"^plan.{name} must be .*, got {BAD[name]}"):
        replace(PLAN, **{name: BAD[name]})
