"""The scores of haze removal: only the mask counts, in every score, and what cannot be scored is refused."""

from dataclasses import replace

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from padnet.errors import InputError
from padnet.imaging.haze_scores import HazePair, score
from padnet.imaging.metrics import psnr


def pair(h=24, w=30):
    rng = np.random.default_rng(4)
    J, t = rng.random((h, w, 3)), rng.uniform(0.2, 0.9, (h, w))
    return HazePair("x", J, J, t, np.ones(3), np.ones((h, w), bool), 1.0)


def estimate(pair, spread=0.1):
    rng = np.random.default_rng(5)
    return pair.t + spread * rng.standard_normal(pair.t.shape), pair.J + spread * rng.standard_normal(pair.J.shape)


def test_the_truth_is_perfect():
    p = pair()
    assert score(p, p.t, p.J) == {"psnr": float("inf"), "ssim": 1.0, "l1_t": 0.0, "l1_J": 0.0}


def test_without_a_mask_the_scores_are_the_usual_ones():
    p = pair()
    t, J = estimate(p)
    found, J = score(p, t, J), np.clip(J, 0, 1)
    flat = psnr(J.reshape(24, 90), p.J.reshape(24, 90), data_range=1, border=0, quantise=False)
    assert found["psnr"] == pytest.approx(flat, abs=1e-10)
    usual = np.mean(
        [
            structural_similarity(
                J[..., c], p.J[..., c], data_range=1, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
            )
            for c in range(3)
        ]
    )
    assert found["ssim"] == pytest.approx(usual, abs=1e-12)
    assert found["l1_t"] == pytest.approx(np.abs(t - p.t).mean())
    assert found["l1_J"] == pytest.approx(np.abs(J - p.J).mean())


def test_what_lies_outside_the_mask_changes_nothing():
    p = pair()
    mask = np.ones(p.t.shape, bool)
    mask[8:14, 5:20] = False
    masked = replace(p, mask=mask)
    t, J = estimate(p)
    t2, J2 = np.where(mask, t, 7), np.where(mask[..., None], J, 0)
    assert score(masked, t, J) == score(masked, t2, J2)
    assert all(abs(score(masked, t, J)[key] - score(p, t, J)[key]) > 1e-6 for key in ("psnr", "ssim", "l1_t", "l1_J"))
    assert score(masked, p.t, np.where(mask[..., None], p.J, 0))["ssim"] == 1


def test_the_radiance_is_clipped_and_not_rounded():
    p = pair()
    outside = np.where(p.J > 0.5, p.J + 2, p.J)
    assert score(p, p.t, outside) == score(p, p.t, np.clip(outside, 0, 1))
    assert score(p, p.t, np.clip(p.J + 1e-4, 0, 1))["psnr"] == pytest.approx(80, abs=0.1)


def test_what_cannot_be_scored_is_refused():
    p = pair()
    t, J = estimate(p)
    for bad_t, bad_J, words in (
        (t[1:], J, r"estimated transmission of x has the shape of its truth, \(24, 30\)"),
        (t, J[..., 0], r"estimated radiance of x has the shape of its truth, \(24, 30, 3\)"),
        (t * np.nan, J, "estimated transmission of x holds NaN"),
        (t, J * np.inf, "estimated radiance of x holds NaN or infinite"),
    ):
        with pytest.raises(InputError, match=words):
            score(p, bad_t, bad_J)
    small = pair(10, 30)
    with pytest.raises(InputError, match="SSIM needs 11 pixels a side"):
        score(small, *estimate(small))
    edge = replace(p, mask=np.zeros(p.t.shape, bool))
    edge.mask[0] = True
    with pytest.raises(InputError, match="one to score inside"):
        score(edge, t, J)
