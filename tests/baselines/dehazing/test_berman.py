"""Haze lines: they recover t where their assumption holds; what the options change; and bad inputs."""

import numpy as np
import pytest
import torch

from padnet.baselines.dehazing.berman import berman, directions, haze_lines, lines_of
from padnet.errors import InputError
from padnet.haze.model import hazy, radiance

A = torch.tensor([[0.9, 0.85, 0.8]], dtype=torch.float64)
COLOURS = [[0.1, 0.2, 0.6], [0.7, 0.1, 0.1], [0.15, 0.5, 0.1], [0.5, 0.4, 0.05]]
LEVELS = [1.0, 0.8, 0.6, 0.4]


def scene():
    """(J, t): stripes of four colours, each seen through every one of four thicknesses of haze, t = 1 among them."""
    J = torch.tensor(COLOURS, dtype=torch.float64).repeat_interleave(12, 0).T[None, :, None].expand(1, 3, 48, 48)
    t = torch.tensor(LEVELS, dtype=torch.float64).repeat_interleave(12)[:, None].expand(1, 1, 48, 48)
    return J.contiguous(), t


def picture_and_airlight(I):
    return I[0].movedim(0, 2).numpy(), A[0].numpy()


def test_haze_lines_recover_a_transmission_whose_colours_are_each_seen_without_haze():
    J, t = scene()
    found, weight = haze_lines(*picture_and_airlight(hazy(J, t, A)), 1000)
    np.testing.assert_allclose(found, t[0, 0], rtol=0, atol=1e-12)
    assert weight.shape == (48, 48) and 0 < weight.min() and weight.max() == 1


def test_rounding_to_eight_bits_parts_few_pixels_from_their_line():
    J, t = scene()
    rounded = (255 * hazy(J, t, A)).round() / 255
    error = np.abs(haze_lines(*picture_and_airlight(rounded), 1000)[0] - t[0, 0].numpy())
    # A colour at the border of two clusters may change from one to the other, where it is the farthest of its line.
    assert (error < 0.02).mean() > 0.9 and np.median(error) < 0.01


def test_the_smoothing_keeps_what_the_lines_have_found():
    J, t = scene()
    I = hazy(J, t, A)
    assert (berman(I, A, smooth=1e-4) - t).abs().max() < 0.01
    assert (berman(I, A) - t).abs().mean() < 0.06  # stripes of 12 pixels, no darker at the edge of two hazes


def test_without_a_haze_free_pixel_the_line_is_off_by_its_least_haze():
    J, t = scene()
    found = haze_lines(*picture_and_airlight(hazy(J, 0.9 * t, A)), 1000)[0]
    np.testing.assert_allclose(found, t[0, 0], rtol=0, atol=1e-12)


def test_the_radiance_is_never_negative_before_the_smoothing():
    I = torch.rand(1, 3, 40, 41, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    t = torch.from_numpy(haze_lines(*picture_and_airlight(I), 1000)[0])[None, None]
    assert radiance(I, t, A).min() > -1e-12 and t.min() >= 0.1 and t.max() <= 1


def test_directions_are_unit_vectors_spread_evenly():
    D = directions(1000)
    np.testing.assert_allclose(np.linalg.norm(D, axis=1), 1)
    np.testing.assert_allclose(D.mean(axis=0), 0, atol=2e-3)
    nearest = np.sort(D @ D.T, axis=1)[:, -2]  # the cosine to the nearest other one
    angles = np.degrees(np.arccos(nearest))
    assert angles.min() > 4.5 and angles.max() < 7  # a cell of equal area is about 6.5 degrees wide


def test_every_pixel_goes_to_the_nearest_direction_at_any_distance():
    v = np.random.default_rng(0).normal(size=(200, 3))
    line, r = lines_of(np.concatenate([v, 0.3 * v, np.zeros((1, 3))]), 500)
    assert (line[:200] == (v @ directions(500).T).argmax(axis=1)).all() and (line[200:400] == line[:200]).all()
    np.testing.assert_allclose(r[200:400], 0.3 * r[:200])
    assert line[-1] == 500 and r[-1] == 0


def test_short_and_narrow_lines_are_trusted_less():
    J, t = scene()
    t = t.clone()
    t[..., 12:24] = 1.0  # the second colour is seen without haze alone
    J[..., :5, :3] = torch.tensor([0.3, 0.6, 0.7], dtype=torch.float64)[:, None, None]  # and few pixels of a fifth
    t[..., :5, :3] = torch.linspace(0.3, 1, 15, dtype=torch.float64).reshape(5, 3)
    weight = haze_lines(*picture_and_airlight(hazy(J, t, A)), 1000)[1]
    assert weight[30, 20] == pytest.approx(0.003) and weight[30, 5] > 0.9 and 0.02 < weight[0, 0] < 0.31


def test_flat_pictures_and_pixels_at_the_airlight_are_no_trouble():
    I = A[:, :, None, None].expand(1, 3, 40, 42).clone()
    torch.testing.assert_close(berman(I, A), torch.full_like(I[:, :1], 0.1))
    assert berman(0.5 * I, A).isfinite().all()


def test_it_clears_the_picture():
    J, t = scene()
    I = hazy(J, t, A)
    found = berman(I.float(), A.float())
    error = [(picture - J).square().mean() for picture in (I, radiance(I, found.double(), A))]
    assert error[1] < 0.15 * error[0] and found.dtype == torch.float32 and 0 <= found.min() and found.max() <= 1


def test_a_picture_is_restored_by_itself():
    I = hazy(*scene(), A)
    both = berman(torch.cat([I, 0.9 * I]), A.expand(2, -1))
    torch.testing.assert_close(both[:1], berman(I, A), rtol=0, atol=0)


def test_every_option_changes_the_result():
    I = torch.rand(1, 3, 40, 41, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    base = berman(I, A)
    for change in ({"lines": 300}, {"smooth": 1.0}):
        assert not torch.allclose(berman(I, A, **change), base, atol=1e-4), change
    assert not torch.allclose(berman(I, 0.9 * A), base, atol=1e-4)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"lines": 10}, "at least 20"),
        ({"lines": 99.5}, "whole number"),
        ({"smooth": 0.0}, "smooth must be positive"),
        ({"smooth": float("nan")}, "smooth must be positive"),
        ({"I": torch.zeros(1, 1, 9, 9)}, "must be in colour"),
        ({"A": 2 * A}, "must lie in"),
        ({"A": A.expand(2, -1)}, "must be a float tensor"),
    ],
)
def test_unfit_arguments_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        berman(**{"I": hazy(*scene(), A), "A": A} | change)
