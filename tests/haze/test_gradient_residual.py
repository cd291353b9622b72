"""Gradient residual minimisation: its proximal step, what it leaves alone, and its energy."""

from itertools import islice

import numpy as np
import torch

from padnet.haze.gradient_residual import Residual, residual_minimisation
from padnet.haze.model import hazy, radiance


def numbers(*shape, seed=0):
    return torch.from_numpy(np.random.default_rng([seed, *shape]).random(shape))


def problem(lam=0.02, eta=0.02, h=8, w=9):
    t = 0.3 + 0.6 * numbers(1, 1, h, w, seed=2)
    return Residual(numbers(1, 3, h, w), t, torch.full((1, 3, 1, 1), 0.9, dtype=torch.float64), lam, eta)


def start(task):
    return radiance(task.I, task.t, task.A[..., 0, 0])


def after(task, steps):
    return next(islice(residual_minimisation(task, start(task)), steps - 1, None))


def test_the_proximal_step_minimises_its_function():
    task, tau = problem(), 0.7
    J, Z = numbers(1, 3, 8, 9, seed=3), numbers(1, 3, 8, 9, seed=4) - 0.5
    b = task.I - (1 - task.t) * task.A

    def function(u, v):
        near = ((u - J).square() + (v - Z).square()) / (2 * tau)
        return 0.5 * (task.t * u + v - b).square() + task.lam * v.abs() + near

    u, v = task.nearest(J, Z, tau)
    for du, dv in ((1e-3, 0), (-1e-3, 0), (0, 1e-3), (0, -1e-3), (1e-3, 1e-3), (1e-3, -1e-3)):
        assert (function(u + du, v + dv) >= function(u, v)).all()


def test_the_energy_ends_below_the_start_and_its_neighbours():
    task = problem()
    J, Z = after(task, 2000)
    least = task.energy(J, Z)
    assert least < task.energy(start(task), torch.zeros_like(J))
    noise = numbers(1, 3, 8, 9, seed=7) - 0.5
    for du, dv in ((noise, 0), (0 * noise, noise), (noise, -noise), (start(task) - J, -Z)):
        assert task.energy(J + 1e-3 * du, Z + 1e-3 * dv) >= least - 1e-9


def test_the_solution_is_a_fixed_point():
    task = problem()
    for x, y in zip(after(task, 2001), after(task, 2000), strict=True):
        torch.testing.assert_close(x, y, rtol=0, atol=1e-4)


def test_without_weight_it_is_the_plain_recovery():
    task = problem(lam=10.0, eta=1e-9)
    J, Z = after(task, 20)
    torch.testing.assert_close(J, start(task), rtol=0, atol=1e-6)
    assert not Z.any()


def test_a_few_wrong_pixels_go_to_the_residual():
    A = torch.full((1, 3), 0.9, dtype=torch.float64)
    J = torch.full((1, 3, 20, 20), 0.4, dtype=torch.float64)
    t = torch.full((1, 1, 20, 20), 0.3, dtype=torch.float64)
    I = hazy(J, t, A)
    I[..., 7, 9] += 0.1
    task = Residual(I, t, A[..., None, None], 0.01, 0.1)
    found, Z = after(task, 1500)
    assert (found - J).abs().max() < 0.1 * (start(task) - J).abs().max() and (Z[..., 7, 9] > 0.07).all()
