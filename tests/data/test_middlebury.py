"""Middlebury's scenes: read as stated, holes filled from behind, and no scene in both splits."""

import numpy as np
import pytest
from skimage.io import imsave

from padnet.data.middlebury import IN_FATTAL, SCENES, TEST, filled, number, parts, read, scene, title
from padnet.errors import InputError, PadnetError


def test_a_scene_is_its_picture_and_its_depth_over_the_median(tmp_path):
    (tmp_path / "middlebury").mkdir()
    stored = np.array([[0, 60, 90, 120], [30, 60, 90, 0], [30, 60, 90, 120]], np.uint8)
    picture = np.arange(36, dtype=np.uint8).reshape(3, 4, 3)
    imsave(tmp_path / "middlebury/Art_view5.png", picture, check_contrast=False)
    imsave(tmp_path / "middlebury/Art_disp5.png", stored, check_contrast=False)
    found = read(tmp_path, ("Art", 5))
    assert found.name == "Art_view5" and np.array_equal(found.J, picture / 255)
    assert np.array_equal(found.mask, stored > 0)
    median = np.median(3 / stored[stored > 0])
    assert np.allclose(found.d[found.mask], 3 / stored[stored > 0] / median)
    assert found.d[0, 0] == pytest.approx(3 / 60 / median) and found.d[1, 3] == pytest.approx(3 / 90 / median)
    assert np.median(found.d[found.mask]) == pytest.approx(1)


def test_holes_continue_the_background():
    D = np.array([[0, 5, 0, 0, 2, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0], [3, 0, 0, 7, 0, 0]])
    top, bottom = [5, 5, 2, 2, 2, 2], [3, 3, 3, 7, 7, 7]
    assert np.array_equal(filled(D), [top, top, bottom, bottom])
    whole = np.random.default_rng(1).random((4, 5)) + 1
    assert np.array_equal(filled(whole), whole)


def test_unknown_disparities_may_be_infinite_or_nan():
    D = np.array([[1.0, np.nan, 2.0, np.inf]])
    found = scene("x", np.zeros((1, 4, 3)), D)
    assert np.array_equal(found.mask, [[True, False, True, False]]) and np.isfinite(found.d).all()
    assert np.array_equal(found.d, scene("x", np.zeros((1, 4, 3)), np.array([[1.0, 0, 2.0, 0]])).d)


def test_no_scene_and_no_family_of_scenes_is_in_both_splits():
    training, test = parts("training"), parts("test")
    assert (len(training), len(test)) == (34, 9)
    assert {view for _, view in test} == {1} and set(TEST) == {name for name, _ in test}
    families = [{name.rstrip("0123456789") for name, _ in split} for split in (training, test)]
    assert not families[0] & families[1]
    assert {name for name, _ in training + test} == set(SCENES) and len(SCENES) == 26
    assert set(IN_FATTAL) <= set(TEST)  # nothing of Table 3's own benchmark is trained on
    assert len({number(part) for part in training + test}) == 43
    assert title(("Art", 1)) == "Art" and title(("Art", 5)) == "Art_view5"


def test_what_is_no_scene_is_refused(tmp_path):
    for part in (("Arts", 1), ("Art", 2)):
        with pytest.raises(InputError, match=f"no view {part[1]} of a scene '{part[0]}': choose .* Aloe, Art, Baby1"):
            read(tmp_path, part)
    with pytest.raises(PadnetError, match="Art_view1.png is missing: `padnet fetch"):
        read(tmp_path, ("Art", 1))
    with pytest.raises(InputError, match="no pixel of Art has a known disparity"):
        scene("Art", np.zeros((2, 2, 3)), np.zeros((2, 2)))
    with pytest.raises(InputError, match=r"Art has a picture of \(2, 2\) and a disparity of \(2, 3\): remove both"):
        scene("Art", np.zeros((2, 2, 3)), np.ones((2, 3)))
