"""EPLL: its Wiener steps against a direct computation, its wrapping patches, and what its options change."""

import hashlib
import json

import pytest
import torch
from simulated import case, check_common_laws, check_refusals, picture

from padnet.baselines import pretrained as trained
from padnet.baselines.deblurring import epll as module
from padnet.baselines.deblurring.em import MixtureTraining
from padnet.baselines.deblurring.epll import BETAS, Denoiser, epll
from padnet.baselines.deblurring.mixture import Mixture, draw_patches
from padnet.errors import InputError, PadnetError
from padnet.project.atomic_files import write_bytes, write_json
from padnet.tasks.weights import checksummed


@pytest.fixture(scope="module")
def mixture():
    """Eight components learned from pictures like those of the tests, but other ones."""
    pictures = [(str(i), picture(i, 48)) for i in range(10, 14)]
    z = draw_patches(pictures, 3000, 0)
    t = MixtureTraining(z, z, 8, 6, 0)
    while not t.finished:
        t.advance()
    return Mixture(**t.weights())


def direct(x, mixture, variance):
    """The average of Wiener estimates patch by patch, in the words of the paper; x (H, W) float64."""
    H, W = x.shape
    out = torch.zeros_like(x)
    C = mixture.covariances.double()
    noisy = C + variance * torch.eye(64)
    normals = [torch.distributions.MultivariateNormal(torch.zeros(64).double(), S) for S in noisy]
    for top in range(H):
        for left in range(W):
            rows = (top + torch.arange(8))[:, None] % H
            columns = (left + torch.arange(8)) % W
            z = x[rows, columns].flatten()
            mean = z.mean()
            likely = torch.stack([n.log_prob(z - mean) for n in normals]) + mixture.weights.double().log()
            k = likely.argmax()
            out[rows, columns] += (C[k] @ torch.linalg.solve(noisy[k], z - mean) + mean).reshape(8, 8) / 64
    return out


def test_the_common_laws(mixture):
    check_common_laws(epll, 2.0, mixture=mixture, betas=BETAS[::2])


@pytest.mark.parametrize("chunk", [1 << 16, 20])
def test_the_denoiser_is_the_average_of_wiener_estimates(mixture, monkeypatch, chunk):
    monkeypatch.setattr(module, "CHUNK", chunk)
    x = case(noise=(0.01,), size=16).y[0, 0, :9, :11].double()
    torch.testing.assert_close(Denoiser(mixture, 0.003, x)(x), direct(x, mixture, 0.003), rtol=0, atol=1e-10)


def test_patches_wrap_around(mixture):
    x = case(noise=(0.01,)).y[0, 0].double()
    denoise = Denoiser(mixture, 0.001, x)
    turned = denoise(x.roll((5, -3), (0, 1)))
    torch.testing.assert_close(turned, denoise(x).roll((5, -3), (0, 1)), rtol=0, atol=1e-10)


def test_no_noise_changes_nothing_and_endless_noise_leaves_the_means_of_patches(mixture):
    x = case(noise=(0.01,)).y[0, 0].double()
    assert (Denoiser(mixture, 1e-12, x)(x) - x).abs().max() < 1e-4
    means, again = (torch.zeros_like(x) for _ in range(2))
    shifts = [(i, j) for i in range(8) for j in range(8)]
    for i, j in shifts:
        means += x.roll((-i, -j), (0, 1)) / 64
    for i, j in shifts:
        again += means.roll((i, j), (0, 1)) / 64
    torch.testing.assert_close(Denoiser(mixture, 1e9, x)(x), again, rtol=0, atol=1e-6)


def test_it_denoises(mixture):
    truth = torch.from_numpy(picture(20, 48))
    noise = 0.05 * torch.randn(48, 48, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    left = Denoiser(mixture, 0.05**2, truth)(truth + noise) - truth
    assert left.square().mean() < 0.4 * noise.square().mean()


def test_unseen_pixels_are_refreshed_after_every_iteration(mixture):
    c = case(noise=(0.01,), size=32)
    blind = c.given | {"seen": None}
    once = {"mixture": mixture, "betas": BETAS[:1]}
    assert torch.equal(epll(**c.given, **once), epll(**blind, **once))
    refreshed, left = epll(**c.given, mixture=mixture), epll(**blind, mixture=mixture)
    assert c.psnr(refreshed) > c.psnr(left) + 0.05


def test_every_option_changes_the_result(mixture):
    c = case(noise=(0.01,), size=32)
    base = epll(**c.given, mixture=mixture)
    assert not torch.allclose(epll(**c.given, mixture=mixture, betas=BETAS[:3]), base, atol=1e-5)
    flat = Mixture(mixture.weights, 0.01 * mixture.covariances)
    assert not torch.allclose(epll(**c.given, mixture=flat), base, atol=1e-5)


def test_the_mixture_may_lie_in_a_folder_or_in_the_package(mixture, tmp_path, monkeypatch):
    c = case(noise=(0.01,), size=32)
    with pytest.raises(PadnetError, match="methods-epll.safetensors is missing"):
        epll(**c.given, mixture=tmp_path)
    data = checksummed(mixture.tensors(), {"settings": json.dumps({"components": 8})})
    write_bytes(tmp_path / "methods-epll.safetensors", data)
    write_json(tmp_path / "methods-epll.json", {"weights_sha256": hashlib.sha256(data).hexdigest()})
    base = epll(**c.given, mixture=mixture)
    assert torch.equal(epll(**c.given, mixture=tmp_path), base)
    monkeypatch.setattr(trained, "SHIPPED", tmp_path)
    assert torch.equal(epll(**c.given), base)


def test_unfit_arguments_are_refused(mixture):
    check_refusals(epll, mixture=mixture)
    c = case(noise=(0.01,), size=32)
    small = Mixture(torch.ones(1), torch.eye(9)[None])
    for change, words in [
        ({"betas": ()}, "betas is empty"),
        ({"betas": (1.0, 0.0)}, "beta must be positive"),
        ({"mixture": small}, "this one is on 9 numbers"),
        ({"y": c.y[..., :7, :], "seen": None, "k": torch.ones(1, 1, 3, 3)}, "the observation only 7x"),
    ]:
        with pytest.raises(InputError, match=words):
            epll(**c.given | {"mixture": mixture} | change)
