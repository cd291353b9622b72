"""EM: the log-likelihood rises at every step, a mixture is found again, and a resumed training is the same."""

import itertools

import pytest
import torch
from simulated import picture
from toys import normal

from padnet.baselines.deblurring.em import FLOOR, MixtureTraining
from padnet.baselines.deblurring.mixture import Mixture, draw_patches
from padnet.errors import InputError
from padnet.tasks.weights import checksummed, read_tensors


def training(components=6, most=8, seed=3, count=1500):
    pictures = [(str(i), picture(i, 48)) for i in range(4)]
    return MixtureTraining(draw_patches(pictures, count, 0), draw_patches(pictures, 200, 1), components, most, seed)


def test_the_log_likelihood_rises_at_every_step():
    t = training(most=12)
    t.patches = t.patches.double()
    before = t.validate()["log_likelihood"]
    errors = []
    while not t.finished:
        errors.append(t.advance()["error"])
    assert all(b <= a + 1e-9 * abs(a) for a, b in itertools.pairwise(errors))
    assert errors[-1] < errors[0] - 1 and t.validate()["log_likelihood"] > before + 1
    assert t.rows[2] == {
        "phase": 0,
        "stage": "em",
        "units": 1,
        "step": 2,
        "error": errors[2],
        "within": pytest.approx(float("nan"), nan_ok=True),
    }
    eigenvalues = torch.linalg.eigvalsh(t.mixture.covariances)
    assert eigenvalues.min() > 0.99 * FLOOR
    assert eigenvalues[:, 0].max() < 1.01 * FLOOR  # along the mean, which patches lack


def test_a_mixture_of_two_is_found_again():
    a = normal(6000, 2) * torch.tensor([1.0, 0.1])
    b = normal(2000, 2, seed=1) * torch.tensor([0.2, 2.0])
    t = MixtureTraining(torch.cat([a, b]), a[:9], 2, 60, 0)
    while not t.finished:
        t.advance()
    wide = t.mixture.weights.argmax()
    assert t.mixture.weights[wide].item() == pytest.approx(0.75, abs=0.03)
    for k, variances in ((wide, [1.0, 0.01]), (1 - wide, [0.04, 4.0])):
        expected = torch.tensor(variances, dtype=torch.float64)
        torch.testing.assert_close(t.mixture.covariances[k].diag(), expected, rtol=0.1, atol=0)


def test_a_resumed_training_gives_the_same_bits(tmp_path):
    whole, first, second = training(), training(), training()
    while not whole.finished:
        whole.advance()
    for _ in range(3):
        first.advance()
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(checksummed(first.tensors(), {}))
    second.rows = list(first.rows)
    second.load(read_tensors(path)[0])
    while not second.finished:
        second.advance()
    assert len(second.rows) == len(whole.rows) == whole.most
    assert [row["error"] for row in second.rows] == [row["error"] for row in whole.rows]
    for name, value in whole.weights().items():
        assert torch.equal(value, second.weights()[name]) and value.dtype == torch.float32
    assert second.validate() == whole.validate()


def test_seed_and_number_of_components_change_the_start():
    a, b = training(), training(seed=4)
    assert not torch.equal(a.mixture.covariances, b.mixture.covariances)
    assert len(training(components=9).mixture.weights) == 9
    assert torch.equal(a.mixture.covariances, training().mixture.covariances)


def test_a_component_of_too_few_patches_keeps_its_covariance():
    t = training(components=2, count=200)
    far = 1e6 * torch.eye(64, dtype=torch.float64)
    t.mixture = Mixture(t.mixture.weights, torch.stack([t.mixture.covariances[0], far]))
    t.advance()
    assert torch.equal(t.mixture.covariances[1], far) and not torch.equal(t.mixture.covariances[0], far)


def test_unfit_arguments_are_refused():
    z = normal(20, 64)
    for given, words in [
        ((z, z, 0, 5, 0), "components must be a whole number"),
        ((z, z, 2, 0, 0), "most must be a whole number"),
        ((z, z, 21, 5, 0), "20 patches are too few for 21"),
        ((z[0], z, 2, 5, 0), "training patches are"),
        ((z, z[:0], 2, 5, 0), "held-out patches are"),
        ((z * float("nan"), z, 2, 5, 0), "training patches are"),
        ((z, z[:, :9], 2, 5, 0), "have 64 and 9 pixels"),
    ]:
        with pytest.raises(InputError, match=words):
            MixtureTraining(*given)
    t = training(most=1)
    t.advance()
    with pytest.raises(InputError, match="is finished"):
        t.advance()
    with pytest.raises(InputError, match="belongs to another training"):
        t.load(training(components=5).tensors())
    with pytest.raises(InputError, match="belongs to another training"):
        t.load({"weights": torch.ones(1)})
