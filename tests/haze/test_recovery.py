"""The recovered radiance: (17) where there is texture, and a bounded amplification of noise where there is none."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from padnet.errors import InputError
from padnet.haze import recovery
from padnet.haze.filters import box_mean
from padnet.haze.model import hazy, radiance
from padnet.haze.recovery import noise_level, recovered

A = torch.tensor([[0.8, 0.85, 0.9]])


def draw(*shape, seed=4):
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def sky(noise=0.006, quality=None, h=128, w=160):
    """Half of a picture is sky in haze of t around 0.1, half is coloured blocks in haze of 0.6: (I, t)."""
    J = draw(1, 3, h // 8, w // 8).repeat_interleave(8, 2).repeat_interleave(8, 3)
    J[:, :, : h // 2] = torch.tensor([0.55, 0.7, 0.95])[:, None, None]
    t = torch.full((1, 1, h, w), 0.6)
    t[:, :, : h // 2] = torch.linspace(0.07, 0.14, h // 2)[:, None]
    I = hazy(J, t, A) + noise * torch.randn(J.shape, generator=torch.Generator().manual_seed(2))
    I = (255 * I.clamp(0, 1)).round() / 255
    if quality:
        file = io.BytesIO()
        picture = (255 * I[0].permute(1, 2, 0)).round().byte().numpy()
        Image.fromarray(picture).save(file, "jpeg", quality=quality)
        I = torch.from_numpy(np.asarray(Image.open(file)) / 255).permute(2, 0, 1)[None].float()
    return I, t


def grain(x):
    """The standard deviation inside the sky, around the local mean."""
    return float((x - box_mean(x, 8))[:, :, 16:48, 16:-16].std(dim=(-2, -1)).mean())


@pytest.mark.parametrize("quality", [None, 90, 60])
def test_noise_in_the_sky_grows_by_no_more_than_two_and_a_half(quality):
    I, t = sky(quality=quality)
    assert grain(radiance(I, t, A)) > 6 * grain(I)
    assert grain(recovered(I, t, A)) < 2.5 * grain(I)


def test_without_noise_it_is_the_radiance():
    I, t = hazy(draw(1, 3, 60, 70), 0.3 + 0.6 * draw(1, 1, 60, 70, seed=5), A), 0.3 + 0.6 * draw(1, 1, 60, 70, seed=5)
    torch.testing.assert_close(recovered(I, t, A, noise=torch.zeros(1)), radiance(I, t, A), rtol=1e-4, atol=1e-4)
    assert (recovered(I, t, A, noise=torch.full((1,), 0.1)) - radiance(I, t, A)).abs().mean() > 0.01


def test_the_noise_is_found():
    for noise in (0.004, 0.02):
        assert 0.6 * noise < noise_level(sky(noise)[0])[0] < 1.3 * noise
    assert noise_level(sky(0.0)[0])[0] < 0.002


@pytest.mark.parametrize(
    "name, value",
    [
        ("GAIN", 4.0),
        ("FACTOR", 40.0),
        ("FLOOR", 200.0),
        ("SKY", 9.0),
        ("SMOOTH", 0.1),
        ("NEAR", 1.0),
        ("RADIUS", 2),
        ("QUIETEST", 0.9),
    ],
)
def test_every_constant_counts(monkeypatch, name, value):
    I, t = sky()
    before = recovered(I, t, A)
    monkeypatch.setattr(recovery, name, value)
    assert (recovered(I, t, A) - before).abs().max() > 1e-3


def test_strips_and_batches_change_nothing(monkeypatch):
    I, t = (torch.cat([x, x.flip(-1)]) for x in sky())
    both, airlights = recovered(I, t, A.expand(2, 3)), A.expand(2, 3)
    torch.testing.assert_close(both[1:], recovered(I[1:], t[1:], A), rtol=0, atol=1e-6)
    monkeypatch.setattr(recovery, "STRIP", 1000)
    assert torch.equal(recovered(I, t, airlights), both)


def test_bad_inputs_are_refused():
    I, t = sky(h=32, w=32)
    with pytest.raises(InputError, match="the least transmission lies in"):
        recovered(I, t, A, 0)
    with pytest.raises(InputError, match="must be in colour"):
        recovered(I[:, :1], t, A)
    with pytest.raises(InputError, match="the transmission must be"):
        recovered(I, t[..., 1:], A)
    for noise in (torch.tensor([-1.0]), torch.zeros(2), torch.tensor([float("nan")])):
        with pytest.raises(InputError, match="one standard deviation per image, 0 or more"):
            recovered(I, t, A, noise=noise)
