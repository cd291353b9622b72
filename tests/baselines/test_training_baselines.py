"""Gradient descent through phases: what each trains, how it resumes, what it refuses."""

import pytest
import torch
from torch import nn

from padnet.baselines.training import Descent, Phase
from padnet.errors import InputError


class Two(nn.Module):
    """Two numbers that shall become 1 and 2."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Parameter(torch.zeros(())), nn.Parameter(torch.zeros(()))


def descent(steps=(3, 2, 4), quick=False, entered=None):
    model = Two()
    entered = [] if entered is None else entered

    def loss(phase, step):
        target = torch.tensor(1.0 + 0.01 * step + 0.1 * phase)  # every step has a problem of its own
        error = (model.a - target).square() + (model.b - 2 * target).square()
        return error, error.item()

    def phase(name, weights, count):
        return Phase(name, count, 0.1, weights, (model.b,) if quick else (), lambda: entered.append(name))

    weights = ([model.a], [model.b], [model.a, model.b])
    phases = [phase(name, w, n) for name, w, n in zip(("0", "1", "joint"), weights, steps, strict=True)]
    return Descent(model, phases, loss, lambda: {"sum": (model.a + model.b).item()})


def run(training, steps):
    for _ in range(steps):
        training.advance()
    return training


def numbers(training):
    return [w.item() for w in training.weights().values()]


def test_each_phase_trains_its_own_weights():
    entered = []
    training = descent(entered=entered)
    assert entered == ["0"] and (training.most, training.finished) == (9, False)
    a, b = numbers(run(training, 3))
    assert a > 0 and b == 0 and entered == ["0", "1"]
    assert numbers(run(training, 2))[0] == a and numbers(training)[1] > 0
    last = numbers(training)
    run(training, 4)
    assert all(new > old for new, old in zip(numbers(training), last, strict=True))
    assert training.finished and entered == ["0", "1", "joint"]
    assert [row["stage"] for row in training.rows] == ["0"] * 3 + ["1"] * 2 + ["joint"] * 4
    assert training.validate() == {"sum": pytest.approx(sum(numbers(training)))}
    with pytest.raises(InputError, match="this training is finished: start another"):
        training.advance()


def test_train_9_equals_train_any_and_resume():
    whole = run(descent(), 9)
    for cut in range(1, 9):
        first, again, entered = run(descent(), cut), None, []
        again = descent(entered=entered)
        again.rows[:] = first.rows
        again.load(first.tensors())
        assert numbers(again) == numbers(first)
        run(again, 9 - cut)
        assert numbers(again) == numbers(whole)
        assert str(again.rows) == str(whole.rows)


def test_what_was_kept_does_not_move_with_the_training():
    training = run(descent(), 2)
    kept = {name: w.clone() for name, w in training.tensors().items()}
    held = training.tensors()
    run(training, 3)
    assert all(torch.equal(held[name], w) for name, w in kept.items())


def test_a_finished_training_comes_back_finished():
    whole, again = run(descent(), 9), descent()
    again.load(whole.tensors())
    assert again.finished and numbers(again) == numbers(whole)


def test_quick_weights_learn_ten_times_as_fast():
    slow, fast = (run(descent((0, 0, 1), quick), 1) for quick in (False, True))
    assert numbers(fast)[0] == numbers(slow)[0]
    assert numbers(fast)[1] == pytest.approx(10 * numbers(slow)[1])


def test_phases_without_steps_are_left_out_and_some_step_is_needed():
    training = run(descent((0, 2, 0)), 2)
    assert training.finished and [row["phase"] for row in training.rows] == [1, 1]
    with pytest.raises(InputError, match="a training needs at least one step"):
        descent((0, 0, 0))


def test_the_checkpoint_of_another_training_is_refused():
    for tensors in ({}, {"place": torch.tensor([0, 0])}):
        with pytest.raises(InputError, match="this checkpoint belongs to another training: delete it"):
            descent().load(tensors)
