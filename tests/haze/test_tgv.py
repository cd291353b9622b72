"""Guided TGV: its operators, its null space, its duality gap and a step that it keeps."""

from itertools import islice

import numpy as np
import pytest
import torch

from padnet.haze.tgv import Guided, divergence, gradient, primal_dual, tensor


def numbers(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng([seed, *shape]).random(shape))


def guided(h=12, w=14, n=1, alpha1=0.5, alpha0=1.0):
    guide = numbers(n, 1, h, w, seed=1)
    return Guided(numbers(n, 1, h, w), tensor(guide, 5.0, 0.85), alpha1, alpha0)


def after(problem, steps):
    return next(islice(primal_dual(problem), steps - 1, None))


def test_the_operators_have_these_adjoints():
    x, g = numbers(2, 3, 7, 9), numbers(2, 3, 2, 7, 9)
    torch.testing.assert_close((gradient(x) * g).sum(), -(x * divergence(g)).sum())
    problem = guided(7, 9, n=2)
    t, w, p, q = (numbers(2, *shape, 7, 9, seed=5) for shape in ((1,), (2,), (2,), (2, 2)))
    forward, back = problem.forward(t, w), problem.adjoint(p, q)
    left = (forward[0] * p).sum() + (forward[1] * q).sum()
    right = (t * back[0]).sum() + (w * back[1]).sum()
    torch.testing.assert_close(left, right)


def test_the_tensor_frees_steps_across_an_edge_only():
    guide = torch.zeros(1, 1, 5, 6, dtype=torch.float64)
    guide[..., 3:] = 1.0
    xx, xy, yy = tensor(guide, 2.0, 1.0)[0]
    assert torch.allclose(xx[:, 2], xx.new_tensor(np.exp(-2.0))) and (yy == 1).all() and (xy == 0).all()
    assert (xx[:, [0, 1, 3, 4, 5]] == 1).all()


def test_an_affine_map_stays_as_it_is():
    y, x = torch.meshgrid(torch.arange(12.0).double(), torch.arange(14.0).double(), indexing="ij")
    plane = (0.1 + 0.03 * x + 0.02 * y)[None, None]
    problem = Guided(plane, guided().T, 5.0, 50.0)
    w = torch.tensor([0.03, 0.02], dtype=torch.float64).view(1, 2, 1, 1).expand(1, 2, 12, 14)
    assert problem.energy(plane, w).item() == pytest.approx(0, abs=1e-10)
    torch.testing.assert_close(after(problem, 600)[0], plane, rtol=0, atol=1e-3)


def test_the_gap_falls_and_bounds_the_energy():
    problem = guided(n=2)
    points = list(islice(primal_dual(problem, ratio=100.0), 1600))
    gaps = torch.stack([problem.gap(*points[k - 1]) for k in (50, 200, 800, 1600)])
    assert (gaps >= -1e-9).all() and (gaps[1:] < gaps[:-1]).all() and (gaps[-1] < 0.01 * gaps[0]).all()
    t, w, p, q = points[-1]
    for y, allowed in zip((p, q), problem.projected(p, q), strict=True):
        torch.testing.assert_close(y, allowed, rtol=0, atol=1e-12)
    assert 0 <= t.min() and t.max() <= 1 and w.abs().max() <= 1
    other = numbers(2, 2, 12, 14, seed=9) - 0.5  # no point is below a dual value
    assert (problem.energy(problem.coarse, other) >= problem.dual(p, q)).all()


def test_the_solution_is_a_fixed_point():
    before, last = islice(primal_dual(guided(8, 8), ratio=100.0), 1500, 1502)
    for x, y in zip(last, before, strict=True):
        torch.testing.assert_close(x, y, rtol=0, atol=1e-3)


def test_an_edge_of_the_guide_takes_the_step_of_t():
    truth = torch.full((1, 1, 30, 40), 0.8, dtype=torch.float64)
    truth[..., 20:] = 0.4
    coarse = truth.clone()
    coarse[..., 12:16, 17:20] = 0.4  # too wide a window, in part
    problem = Guided(coarse, tensor(truth, 20.0, 0.85), 3.0, 10.0)
    t = after(problem, 1500)[0]
    assert (t - truth).abs().max() < 0.05


def test_the_pace_does_not_change_the_least_energy():
    problem = guided(8, 8)
    slow, fast = (next(islice(primal_dual(problem, ratio), 999, None)) for ratio in (30.0, 300.0))
    assert problem.energy(*slow[:2]).item() == pytest.approx(problem.energy(*fast[:2]).item(), rel=5e-3)
