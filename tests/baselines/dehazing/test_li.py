"""Structure and texture: their sum, the plain recovery without suppression, blocks of a real JPEG, and bad inputs."""

import io

import numpy as np
import pytest
import torch
from hazy import blocks
from PIL import Image

from padnet.baselines.dehazing.he import he
from padnet.baselines.dehazing.li import detail_map, li, structure
from padnet.errors import InputError
from padnet.haze.model import hazy, radiance

A = torch.tensor([[0.9, 0.85, 0.8]], dtype=torch.float64)


def tensor(picture):
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(picture, 2, 0)))[None]


def scene(h=50, w=60):
    """(J, t): blocks of five pixels with a dark pixel in each, behind haze that thickens to the right."""
    J = tensor(blocks(h, w))
    J[:, :, ::5, ::5] = 0.05
    return J, torch.linspace(0.9, 0.4, w, dtype=torch.float64).expand(1, 1, h, w)


def compressed(I, quality):
    """The picture after JPEG: (1, 3, h, w) in [0, 1] and the same."""
    file = io.BytesIO()
    Image.fromarray((255 * I[0]).round().byte().permute(1, 2, 0).numpy()).save(file, "JPEG", quality=quality)
    return tensor(np.asarray(Image.open(file), np.float64) / 255)


def border_steps(J):
    """Mean step across the borders of JPEG's blocks, less that within them."""
    steps = J.diff(dim=-1).abs().mean(dim=(0, 1, 2))
    border = torch.arange(1, len(steps) + 1) % 8 == 0
    return steps[border].mean() - steps[~border].mean()


def test_structure_minimises_its_energy():
    I = hazy(*scene(), A)
    S = structure(I, 0.05)

    def energy(S):
        right, down = S.diff(dim=-1, append=S[..., -1:]), S.diff(dim=-2, append=S[..., -1:, :])
        return 0.5 * (S - I).square().sum() + 0.05 * (right.square() + down.square()).sqrt().sum()

    noise = torch.from_numpy(np.random.default_rng(0).standard_normal(I.shape))
    others = [I, I.mean(dim=(-2, -1), keepdim=True).expand_as(I), 0.95 * S + 0.05 * I, S + 0.01 * noise]
    assert all(energy(S) < energy(other) for other in others)
    assert S.dtype == I.dtype and I.min() <= S.min() and S.max() <= I.max()


def test_without_suppression_it_is_the_plain_recovery():
    I = hazy(*scene(), A)
    t, J = li(I, A, threshold=0.0)
    torch.testing.assert_close(J, radiance(I, t, A), rtol=0, atol=1e-12)  # structure and texture sum up to I
    torch.testing.assert_close(t, he(structure(I, 0.01), A, omega=0.85), rtol=0, atol=0)


def test_the_map_tells_detail_from_smooth_blocks():
    T = torch.zeros(2, 3, 20, 29)  # the last blocks are cut
    T[0, :, 9, 17] = 0.2  # in block (1, 2)
    T[1] = torch.linspace(-1, 1, 29) * 0.01
    M = detail_map(T, 1e-3)
    assert M.shape == (2, 1, 20, 29) and M[0].sum() == 64 and M[0, 0, 8:16, 16:24].all() and not M[1].any()


def test_blocks_of_a_jpeg_are_suppressed():
    y, x = np.mgrid[:96, :96] / 96
    plain = tensor(np.stack([0.3 + 0.4 * x + 0.1 * np.sin(5 * y), 0.5 - 0.2 * x * y, 0.2 + 0.3 * y], axis=2))
    noise = 0.01 * torch.from_numpy(np.random.default_rng(0).standard_normal(plain.shape))
    haze = torch.full((1, 1, 96, 96), 0.25, dtype=torch.float64)
    I = compressed(hazy(plain + noise, haze, A), quality=60)
    t, clean = li(I, A)
    kept = li(I, A, threshold=0.0)[1]
    truth = radiance(hazy(plain, haze, A), t, A)  # what the t that was found makes of the picture before JPEG
    assert border_steps(truth) < 0.001 and border_steps(kept) > 0.008
    assert border_steps(clean) < 0.5 * border_steps(kept)
    assert (clean - truth).square().mean() < 0.7 * (kept - truth).square().mean()


def test_it_clears_the_picture():
    J, t = scene()
    I = hazy(J, t, A)
    found, clean = li(I, A)
    error = [(picture - J).square().mean() for picture in (I, clean)]
    assert error[1] < 0.3 * error[0] and found.shape == t.shape and 0 <= found.min() and found.max() <= 1


def test_a_picture_is_restored_by_itself_and_in_its_dtype():
    I = hazy(*scene(), A)
    both = li(torch.cat([I, I.flip(-1)]), A.expand(2, -1))
    for batch, single in zip(both, li(I, A), strict=True):
        torch.testing.assert_close(batch[:1], single, rtol=0, atol=1e-12)
    assert {x.dtype for x in li(I.float(), A.float())} == {torch.float32}


def test_every_option_changes_the_result():
    I = hazy(*scene(), A)
    I = I + 0.004 * torch.from_numpy(np.random.default_rng(0).standard_normal(I.shape))
    base = li(I, A)[1]
    changes = [
        {"weight": 0.05},
        {"threshold": 0.1},
        {"omega": 0.7},
        {"size": 9},
        {"radius": 5},
        {"eps": 0.1},
        {"least": 0.9},
    ]
    for change in changes:
        assert not torch.allclose(li(I, A, **change)[1], base, atol=1e-4), change


@pytest.mark.parametrize(
    "change, words",
    [
        ({"weight": 0.0}, "weight must be positive"),
        ({"threshold": -1.0}, "threshold is an energy"),
        ({"omega": 0.0}, "omega is the share"),
        ({"size": 4}, "odd"),
        ({"radius": 0}, "radius"),
        ({"eps": 0.0}, "eps of the guided filter"),
        ({"least": 0.0}, "least transmission"),
        ({"I": torch.zeros(1, 1, 9, 9)}, "must be in colour"),
        ({"A": 2 * A}, "must lie in"),
    ],
)
def test_unfit_arguments_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        li(**{"I": hazy(*scene(), A), "A": A} | change)
