"""Plug-and-play with any denoiser: the safeguard makes it converge and costs next to nothing."""

import pytest
import torch
from skimage.restoration import denoise_nl_means
from toys import normal

from padnet import (
    TV,
    Blur,
    Denoiser,
    Descent,
    Identity,
    LeastSquares,
    Mask,
    Safeguard,
    Schedule,
    Stop,
    explicit_certificates,
    explicit_padnet,
)
from padnet.core.unshuffled_unit import UnshuffledUnit
from padnet.data.sample_pictures import photograph
from padnet.tasks.weights import read_tensors

TRUTH = torch.from_numpy(photograph("camera.png")[70:134, 205:269] / 255.0)[None, None]


def nlm(x, sigma):
    return denoise_nl_means(x, h=0.8 * sigma, sigma=sigma, patch_size=5, patch_distance=6, fast_mode=True)


@pytest.fixture(scope="module")
def trained(root):
    """The Gaussian denoiser that the joint training begins with; it is told the noise in units of 0.01."""
    tensors, _ = read_tensors(root / "weights/paper/ladder-denoiser.safetensors")
    unit = UnshuffledUnit(2, 48, [1, 1, 2, 3, 2, 1, 1], 0.01, 1.0)
    unit.load_state_dict({name.removeprefix("0.units.0."): tensor for name, tensor in tensors.items()})
    unit.fold().requires_grad_(False)
    return lambda v, sigma: v - unit(v.float(), torch.log2(torch.full((len(v),), sigma / 0.01))).to(v)


def problem(name):
    """f, r, x^0, rho^0 and the noise at alpha = 1."""
    if name == "inpainting":
        seen = normal(1, 1, 64, 64) > 0
        y = Mask(seen)(TRUTH + 0.02 * normal(1, 1, 64, 64, seed=1))
        x0 = torch.where(seen, y, y.sum() / seen.sum())
        return LeastSquares(Mask(seen), y), TV(0.006, tolerance=1e-3), x0, 0.02, 0.0113
    i = torch.arange(-3.0, 4.0, dtype=torch.float64)
    A = Blur(torch.exp(-(i[:, None] ** 2 + i**2) / 3), (64, 64))
    y = A(TRUTH) + 0.01 * normal(1, 1, 64, 64, seed=1)
    return LeastSquares(A, y), TV(0.0015, tolerance=1e-3), y, 0.01, 0.005


def restored(f, r, network, x0, rho0, guard, stages=8, epsilon=0.0):
    schedule = Schedule(0.1, rho0, 1.3, nu=1e-3, rescale=True, test=Descent(0.025, (f.lipschitz.item() + 0.1) / 0.99))
    stop = Stop(epsilon, stages)
    run = explicit_padnet(f, r, network, schedule, x0, stop, guard)
    return run, explicit_certificates(run, schedule, stop)[0]


def psnr(x):
    return -10 * torch.log10((x - TRUTH).square().mean()).item()


@pytest.mark.parametrize("name", ["inpainting", "deblurring"])
@pytest.mark.parametrize("denoiser", ["non-local means", "trained"])
def test_the_guard_costs_at_most_a_tenth_of_a_decibel_after_eight_stages(name, denoiser, trained):
    f, r, x0, rho0, noise = problem(name)
    network = Denoiser(nlm, noise) if denoiser != "trained" else Denoiser(trained, noise, takes="torch")
    free, _ = restored(f, r, network, x0, rho0, None)
    guarded, certificate = restored(f, r, network, x0, rho0, Safeguard())
    assert certificate.holds and psnr(guarded.x) > psnr(free.x) - 0.1
    assert psnr(guarded.x) > psnr(x0) + 1


def test_a_guarded_run_converges_whatever_the_denoiser(trained):
    y = TRUTH + 0.05 * normal(1, 1, 64, 64, seed=1)
    f, r, ends = LeastSquares(Identity(), y), TV(0.03, isotropic=False, tolerance=1e-6, warm=True), []
    for network in (Denoiser(lambda x, s: nlm(x, max(s, 0.002)), 0.05), Denoiser(trained, 0.05, takes="torch")):
        run, certificate = restored(f, r, network, y, 1.0, Safeguard(patience=1), stages=200, epsilon=2e-5)
        ends.append(run.x)
        distance = [row["distance"] for row in certificate.rows]
        assert certificate.verdict.startswith("converged") and distance[-1] < 2e-3 * distance[0]
    # F is strongly convex: there is one point to converge to.
    assert (ends[0] - ends[1]).norm() < 1e-3 * ends[0].norm()
