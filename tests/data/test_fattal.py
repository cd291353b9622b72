"""Fattal's benchmark from a folder of its form, made here; what is missing is said with where it was published."""

import shutil

import numpy as np
import pytest
from scipy.io import savemat
from skimage.io import imsave

from padnet.data import fattal
from padnet.errors import InputError, PadnetError

A = np.array([0.5, 0.6, 1.0])  # the page's


def write(path, x):
    imsave(path, np.round(255 * x).astype(np.uint8), check_contrast=False)


def truth(seed, h=20, w=26):
    rng = np.random.default_rng(seed)
    return rng.random((h, w, 3)), rng.uniform(0.2, 0.9, (h, w))


@pytest.fixture
def folder(tmp_path):
    """Three pictures, their transmissions in the three forms; one has a mask."""
    folder = tmp_path / "fattal"
    folder.mkdir()
    for seed, name in enumerate(("road1", "church", "lawn1")):
        J, t = truth(seed)
        write(folder / f"{name}_haze_free.png", J)
        write(folder / f"{name}_input.png", t[..., None] * J + (1 - t[..., None]) * A)
    np.save(folder / "road1_trans.npy", truth(0)[1])
    savemat(folder / "church_trans.mat", {"trans": truth(1)[1], "he": truth(9)[1]})
    write(folder / "lawn1_trans.png", truth(2)[1])
    write(folder / "lawn1_mask.png", np.repeat([[0.0], [1.0]], 10, axis=0).repeat(26, axis=1))
    return folder


def test_the_pairs_are_read_sorted_with_the_airlight_that_fits(folder):
    pairs = fattal.pairs(folder)
    assert [name for name, _ in pairs.names] == ["church", "lawn1", "road1"]
    for p, seed in zip(pairs, (1, 2, 0), strict=False):
        J, t = truth(seed)
        assert np.abs(p.J - J).max() <= 0.5 / 255 + 1e-9 and np.abs(p.t - t).max() <= 0.5 / 255 + 1e-9
        assert np.allclose(p.A, A, rtol=0, atol=2e-3) and p.beta is None and p.I.shape == (20, 26, 3)
    assert pairs[0].mask.all() and np.array_equal(pairs[1].mask, np.arange(20)[:, None].repeat(26, 1) >= 10)
    assert fattal.score(pairs[0], pairs[0].t, pairs[0].J)["psnr"] == np.inf


def test_the_airlight_is_exact_without_rounding():
    J, t = truth(3)
    assert np.allclose(fattal.known_airlight(t[..., None] * J + (1 - t[..., None]) * A, J, t), A, rtol=0, atol=1e-12)


def test_hazy_pictures_alone_can_be_read_but_not_scored(folder):
    for kind in ("haze_free", "trans", "mask"):
        for path in folder.glob(f"*_{kind}.*"):
            path.unlink()
    names, pictures = zip(*fattal.inputs(folder), strict=False)
    assert names == ("church", "lawn1", "road1") and pictures[0].dtype == np.float64 and pictures[0].max() <= 1
    with pytest.raises(
        PadnetError,
        match="church_haze_free.png is missing: .* published at http://www.cs.huji.ac.il/"
        ".*dehaze_cl/results/, and a folder of it holds NAME_input.png",
    ):
        fattal.pairs(folder)


def test_a_missing_file_or_folder_is_one_sentence(folder, tmp_path):
    (folder / "road1_trans.npy").unlink()
    with pytest.raises(PadnetError, match=r"road1_trans.npy \(.mat, .png\) is missing: Fattal's benchmark") as caught:
        fattal.pairs(folder)
    assert "\n" not in str(caught.value)
    for call in (fattal.pairs, fattal.inputs):
        with pytest.raises(PadnetError, match=r"nowhere/\*_input.png is missing: Fattal's benchmark was published"):
            call(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name, write_it, words",
    [
        ("church_trans.npy", lambda path: np.save(path, truth(1)[1][1:]), r"not a transmission of \(20, 26\) numbers"),
        ("church_trans.npy", lambda path: np.save(path, 2 * truth(1)[1]), r"numbers in \[0, 1\]: save it as .npy"),
        ("church_trans.npy", lambda path: np.save(path, np.nan * truth(1)[1]), r"numbers in \[0, 1\]"),
        ("church_trans.npy", lambda path: path.write_bytes(b"no"), "is not a readable transmission: save it as .npy"),
        ("church_trans.mat", lambda path: path.write_bytes(b"no"), "is not a readable transmission"),
        ("church_trans.mat", lambda path: path.write_bytes(path.read_bytes()[:400]), "is not a readable transmission"),
        ("church_trans.mat", lambda path: path.write_bytes(path.read_bytes()[:130]), "is not a readable transmission"),
        (
            "church_trans.mat",
            lambda path: savemat(path, {"a": truth(1)[1], "b": truth(2)[1]}),
            r"holds 2 arrays of "
            r"\(20, 26\) \(a, b\), and none is called trans: save the true transmission alone",
        ),
        ("church_trans.mat", lambda path: savemat(path, {"a": np.ones(3)}), r"holds 0 arrays of \(20, 26\) \(none\)"),
        ("church_trans.npy", lambda path: np.save(path, np.ones((20, 26))), "nothing to score or no haze"),
        ("church_trans.npy", lambda path: np.save(path, truth(5)[1]), r"church do not belong together: .* misses"),
        ("church_haze_free.png", lambda path: write(path, truth(1)[0][1:]), "files of church are of several sizes"),
        ("church_mask.png", lambda path: write(path, np.zeros((20, 26))), "nothing to score"),
        ("church_haze_free.png", lambda path: write(path, truth(1)[1]), "not an 8-bit colour picture"),
    ],
)
def test_files_of_another_form_are_refused(folder, name, write_it, words):
    write_it(folder / name)
    with pytest.raises(PadnetError, match=words):
        fattal.pairs(folder)[0]


def test_a_lone_array_of_another_name_and_pictures_in_false_colours(folder):
    savemat(folder / "church_trans.mat", {"t_true": truth(1)[1]})
    assert np.array_equal(fattal.pairs(folder)[0].t, truth(1)[1])
    shutil.copy(folder / "lawn1_input.png", folder / "lawn1_trans.png")
    with pytest.raises(InputError, match="lawn1_trans.png is not an 8-bit grey picture"):
        fattal.pairs(folder)[1]


def test_the_description_names_paper_and_place():
    assert "color-lines" in fattal.describe() and fattal.ADDRESS in fattal.describe()
