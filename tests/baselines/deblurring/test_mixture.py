"""Mixtures on patches: densities, files, and the patches that they are learned from."""

import hashlib
import json
import math

import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal
from simulated import picture
from toys import normal

from padnet.baselines import pretrained as trained
from padnet.baselines.deblurring.mixture import BLOCK, ROWS, Mixture, Scores, draw_patches, read_mixture, without_mean
from padnet.errors import InputError, PadnetError
from padnet.tasks.weights import checksummed


def mixture(K=3, d=2 * BLOCK + 5):
    """A mixture whose d is no multiple of a block."""
    A = normal(K, d, d, seed=4)
    w = torch.arange(1.0, K + 1, dtype=torch.float64)
    return Mixture(w / w.sum(), A @ A.mT / d + 0.1 * torch.eye(d))


@pytest.mark.parametrize("d", [1, 5, BLOCK, 2 * BLOCK + 5])
@pytest.mark.parametrize("variance", [0.0, 0.3])
def test_scores_are_the_log_densities(d, variance):
    m, z = mixture(d=d), normal(7, d)
    found = Scores(m, variance, torch.float64)(z)
    for k in range(3):
        C = m.covariances[k].numpy() + variance * np.eye(d)
        density = multivariate_normal(np.zeros(d), C).logpdf(z.numpy()) + math.log(m.weights[k])
        np.testing.assert_allclose(found[:, k].numpy(), np.reshape(density, 7), rtol=1e-9, atol=1e-9)


def test_single_precision_chooses_the_same_components():
    m, z = mixture(K=8), normal(2 * ROWS + 3, 2 * BLOCK + 5)
    best = Scores(m, 0.01, torch.float32).best(z.float())
    exact = Scores(m, 0.01, torch.float64)(z)
    # Where two components are as likely as rounding can tell, either may be chosen.
    assert (exact.max(1)[0] - exact.gather(1, best[:, None])[:, 0] < 1e-3).all()
    assert (best == exact.argmax(1)).float().mean() > 0.999


def test_a_component_of_no_weight_is_never_chosen():
    m = mixture()
    none = Mixture(torch.tensor([0.0, 0.5, 0.5], dtype=torch.float64), m.covariances)
    assert (Scores(none, 0.0, torch.float64).best(normal(50, 37)) > 0).all()


def written(folder, tensors):
    """As a training writes them: the tensors, and the card that states their SHA-256."""
    data = checksummed(tensors, {"settings": json.dumps({"components": 3})})
    (folder / "methods-epll.safetensors").write_bytes(data)
    card = {"weights_sha256": hashlib.sha256(data).hexdigest()}
    (folder / "methods-epll.json").write_text(json.dumps(card))
    return data


def test_a_file_gives_the_mixture_back(tmp_path):
    m = mixture(d=16)
    written(tmp_path, m.tensors())
    found = read_mixture(tmp_path)
    assert torch.equal(found.weights, m.weights.float()) and torch.equal(found.covariances, m.covariances.float())
    assert found.covariances.dtype == torch.float32 and m.to(torch.float32).weights.dtype == torch.float32


def test_unfit_files_are_refused(tmp_path):
    def refused(words):
        with pytest.raises(PadnetError, match=words) as error:
            read_mixture(tmp_path)
        assert "\n" not in str(error.value)

    path, m = tmp_path / "methods-epll.safetensors", mixture(d=16)
    refused("methods-epll.safetensors is missing")
    good = m.tensors()
    for tensors in ({"weights": m.weights}, good | {"more": torch.ones(1)}, good | {"weights": -m.weights}):
        written(tmp_path, tensors)
        refused("methods-epll.safetensors does not hold the weights of epll: train it again")
    data = written(tmp_path, m.tensors())
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    refused("truncated or altered")
    path.write_bytes(checksummed(mixture(d=5).tensors(), {"settings": "{}"}))
    refused("is not the file that its card describes")
    path.with_suffix(".json").unlink()
    refused("methods-epll.json states no weights_sha256")


def test_without_a_folder_the_package_s_own_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(trained, "SHIPPED", tmp_path)
    written(tmp_path, mixture(d=16).tensors())
    assert read_mixture().covariances.shape == (3, 16, 16)


def test_unfit_mixtures_are_refused():
    m = mixture(d=4)
    w, C = m.weights, m.covariances
    broken = C.clone()
    broken[1, 0, 0] = -1
    for weights, covariances, words in [
        (w[:2], C, "covariances \\(K, d, d\\)"),
        (w, C[..., :3], "covariances \\(K, d, d\\)"),
        (w[:0], C[:0], "covariances \\(K, d, d\\)"),
        (w, C * float("nan"), "NaN"),
        (2 * w, C, "these sum to 2"),
        (torch.tensor([-0.5, 0.5, 1.0]), C, "none is negative"),
        (w, broken, "not positive definite"),
    ]:
        with pytest.raises(InputError, match=words):
            Mixture(weights, covariances)


def test_patches_are_parts_of_the_pictures_without_their_mean():
    pictures = [("a", picture(0, 24)), ("b", picture(1, 40))]
    z = draw_patches(pictures, 300, 5)
    assert z.shape == (300, 64) and z.dtype == torch.float32
    assert z.mean(1).abs().max() < 1e-6
    windows = [np.lib.stride_tricks.sliding_window_view(x, (8, 8)).reshape(-1, 64) for _, x in pictures]
    windows = [torch.from_numpy(v - v.mean(1, keepdims=True)).float() for v in windows]
    near = torch.stack([torch.cdist(z, v, compute_mode="donot_use_mm_for_euclid_dist").amin(1) for v in windows])
    assert near.amin(0).max() < 1e-5
    assert all(100 < (near[i] < 1e-5).sum() < 200 for i in (0, 1))
    assert torch.equal(z, draw_patches(pictures, 300, 5)) and not torch.equal(z, draw_patches(pictures, 300, 6))


def test_the_mean_comes_back():
    z, mean = without_mean(normal(4, 64))
    torch.testing.assert_close(z + mean, normal(4, 64))
    assert mean.shape == (4, 1)


def test_pictures_without_a_patch_are_refused():
    with pytest.raises(InputError, match="there are none"):
        draw_patches([], 3, 0)
    with pytest.raises(InputError, match="picture a of \\(7, 9\\) is smaller than a patch"):
        draw_patches([("a", np.zeros((7, 9)))], 3, 0)
