"""Soft matting: the matting Laplacian by its definition, the linear system, options, and bad inputs."""

import numpy as np
import pytest
import torch
from hazy import blocks

from padnet.errors import InputError
from padnet.haze.matting import CLOSE, matting_laplacian, soft_matting

H, W = 7, 6
EPS = 1e-4


def by_definition(I, eps):
    """L of Levin, Lischinski, Weiss (TPAMI 2008), their entries window by window: (h w, h w). I: (h, w, 3)."""
    h, w = I.shape[:2]
    L, index = np.zeros((h * w, h * w)), np.arange(h * w).reshape(h, w)
    for y in range(h):
        for x in range(w):
            window = np.s_[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2]
            colours, places = I[window].reshape(-1, 3), index[window].ravel()
            away, n = colours - colours.mean(axis=0), len(places)
            ridge = away.T @ away / n + eps * np.eye(3)
            L[np.ix_(places, places)] += np.eye(n) - (1 + away @ np.linalg.inv(ridge) @ away.T) / n
    return L


@pytest.fixture(name="I")
def _I():
    return np.random.default_rng(1).uniform(size=(H, W, 3))


def tensor(x):
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, 2, 0)))[None]


def test_the_laplacian_is_that_of_its_definition(I):
    L = by_definition(I, EPS)
    columns = [
        matting_laplacian(unit.view(1, 1, H, W), tensor(I), EPS).flatten().numpy()
        for unit in torch.eye(H * W, dtype=torch.float64)
    ]
    np.testing.assert_allclose(np.stack(columns, axis=1), L, atol=1e-9)
    assert np.linalg.eigvalsh(L).min() > -1e-9


def test_what_is_linear_in_the_colours_is_free(I):
    guide = tensor(I)
    linear = (guide * torch.tensor([0.5, -1, 2], dtype=torch.float64)[None, :, None, None]).sum(dim=1, keepdim=True) + 3
    assert matting_laplacian(linear, guide, 1e-12).abs().max() < 1e-6
    assert matting_laplacian(guide[:, :1] ** 2, guide, 1e-12).abs().max() > 1e-3


def test_the_solution_solves_the_system(I):
    t = torch.rand(1, 1, H, W, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    wanted = np.linalg.solve(by_definition(I, EPS) + 0.1 * np.eye(H * W), 0.1 * t.flatten().numpy())
    found = soft_matting(t, tensor(I), 0.1, EPS)
    np.testing.assert_allclose(found.flatten().numpy(), wanted, atol=20 * CLOSE)


def test_edges_of_the_picture_are_found_again():
    """A coarse step, two pixels beside the picture's, moves to it."""
    picture = np.full((12, 16, 3), 0.2)
    picture[:, 8:] = 0.8
    t = torch.full((1, 1, 12, 16), 0.3, dtype=torch.float64)
    t[..., 10:] = 0.9
    found = soft_matting(t, tensor(picture))
    steps = found.diff(dim=-1)[0, 0].mean(dim=0)
    assert steps.argmax() == 7 and steps[7] > 0.9 * (found.max() - found.min())


def test_options_pictures_and_dtypes(I):
    guide, t = tensor(blocks(20, 22)), torch.linspace(0.2, 0.9, 440, dtype=torch.float64).view(1, 1, 20, 22)
    base = soft_matting(t, guide)
    for change in ({"lam": 1e-2}, {"eps": 1e-2}):
        assert (soft_matting(t, guide, **change) - base).abs().max() > 1e-3, change
    both = soft_matting(torch.cat([t, t.flip(-1)]), torch.cat([guide, guide.flip(-1)]))
    assert torch.equal(both[:1], base)
    assert soft_matting(t.float(), guide.float()).dtype == torch.float32


def test_refusals():
    t, guide = torch.rand(1, 1, 8, 8), torch.rand(1, 3, 8, 8)
    for lam in (0.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="lam, the weight of the coarse transmission"):
            soft_matting(t, guide, lam)
    with pytest.raises(InputError, match="eps"):
        soft_matting(t, guide, eps=0.0)
    with pytest.raises(InputError, match="must have the picture's number, size and dtype"):
        soft_matting(t, guide[..., 1:])
