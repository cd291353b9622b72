"""The recorder: when a sample stops, what stays still, what is kept."""

import torch
from toys import normal

from padnet.core.fidelity import norm
from padnet.core.history import Recorder
from padnet.core.schedule import Stop


def record(x0, shrink, stop, monitor=None, keep=False):
    """x^{k+1} = x^k + step shrink^k per sample, through a Recorder until it says stop."""
    recorder, x = Recorder(x0, stop, monitor, keep), x0
    for k in range(100):
        x = x + shrink.reshape(-1, 1, 1, 1) ** k
        if recorder.step(
            x, {"k": torch.full(x.shape[:1], float(k)), "flag": torch.ones(x.shape[0], dtype=bool)}, v=2 * x
        ):
            break
    return recorder.run()


X0 = normal(3, 1, 4, 4) + 3
SHRINK = torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)


def test_a_sample_that_stopped_stays_still_while_others_go_on():
    run = record(X0, SHRINK, Stop(0.01, 30), keep=True)
    assert run.K[0] < run.K[1] < run.K[2] < 30
    assert run.settled.all()
    for i, K in enumerate(run.K.tolist()):
        expected = X0[i] + sum(SHRINK[i] ** k for k in range(K))
        torch.testing.assert_close(run.x[i], expected)
        for x in run.iterates[K:]:
            assert torch.equal(x[i], run.x[i])
        assert torch.isfinite(run.columns["k"][:K, i]).all()
        assert torch.isnan(run.columns["k"][K:, i]).all()
        assert run.columns["flag"][:K, i].all()
        assert not run.columns["flag"][K:, i].any()
    assert len(run.iterates) == run.K.max() + 1


def test_iteration_error_is_the_relative_change():
    run = record(X0, SHRINK, Stop(0.01, 30), keep=True)
    for k, (x, new) in enumerate(zip(run.iterates, run.iterates[1:], strict=False)):
        going = k < run.K
        torch.testing.assert_close(run.columns["iteration_error"][k][going], (norm(new - x) / norm(x))[going])
    last = run.columns["iteration_error"][run.K - 1, torch.arange(3)]
    assert (last <= 0.01).all()
    assert (run.columns["iteration_error"][0] > 0.01).all()


def test_epsilon_and_k_max_change_the_result():
    run = record(X0, SHRINK, Stop(0.01, 30))
    assert (record(X0, SHRINK, Stop(0.1, 30)).K < run.K).any()
    short = record(X0, SHRINK, Stop(0.01, 2))
    assert short.K.tolist() == [2, 2, 2]
    assert not short.settled.any()


def test_batch_is_the_stack_of_singles():
    run = record(X0, SHRINK, Stop(0.01, 30))
    for i in range(3):
        one = record(X0[i : i + 1], SHRINK[i : i + 1], Stop(0.01, 30))
        assert one.K[0] == run.K[i]
        assert torch.equal(one.x[0], run.x[i])


def test_from_zero_the_change_is_infinite_and_without_movement_zero():
    x0 = torch.zeros(2, 1, 2, 2)
    recorder = Recorder(x0, Stop(0.5, 5))
    x = torch.stack([torch.zeros(1, 2, 2), torch.ones(1, 2, 2)])
    assert not recorder.step(x, {})
    run = recorder.run()
    assert run.columns["iteration_error"].tolist() == [[0.0, float("inf")]]
    assert run.settled.tolist() == [False, False]


def test_waiting_at_zero_is_not_the_end():
    """The first steps of a splitting method may be thresholded to zero while its multiplier grows."""
    recorder = Recorder(torch.zeros(1, 1, 2, 2), Stop(0.1, 9))
    for x in (0.0, 0.0, 1.0, 1.0):
        done = recorder.step(torch.full((1, 1, 2, 2), x), {})
    assert done
    assert recorder.run().K.tolist() == [4]


def test_not_a_number_never_counts_as_settled():
    recorder = Recorder(torch.ones(1, 1, 2, 2), Stop(0.5, 3))
    while not recorder.step(torch.full((1, 1, 2, 2), float("nan")), {}):
        pass
    assert recorder.run().settled.tolist() == [False]


def test_monitor_sees_the_iterates_and_adds_columns():
    run = record(X0, SHRINK, Stop(0.01, 5), lambda x, v: {"twice": norm(v) - 2 * norm(x)})
    assert run.columns["twice"].shape == (5, 3)
    assert run.columns["twice"].nan_to_num().abs().max() < 1e-12


def test_iterates_are_kept_on_request_only():
    assert record(X0, SHRINK, Stop(0.01, 3)).iterates == ()
    assert len(record(X0, SHRINK, Stop(0.01, 3), keep=True).iterates) == 4
