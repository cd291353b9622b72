"""The quick profile's data: out of the wheel, the same bytes every time, training and test apart."""

import errno
import os

import numpy as np
import pytest
from skimage.io import imread

from padnet.data import sample_pictures as module
from padnet.data.sample_pictures import TEST, TRAIN, main, photograph, sample, training_crops
from padnet.errors import InputError, PadnetError
from padnet.imaging.kernels import TEST as TEST_STREAM, TRAINING as TRAINING_STREAM


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    out = tmp_path_factory.mktemp("data") / "quick"
    sample(out)
    return out


def test_the_pictures_are_8_bit_grey_of_the_stated_sizes(quick):
    for folder, size, count in (("train", 180, sum(TRAIN.values())), ("test", 180, len(TEST))):
        paths = list((quick / folder).iterdir())
        assert len(paths) == count
        for path in paths:
            picture = imread(path)
            assert picture.shape == (size, size) and picture.dtype == np.uint8 and picture.std() > 5


def test_no_picture_is_in_both_parts_and_no_kernel_in_both_streams():
    assert not set(TRAIN) & set(TEST)
    assert TRAINING_STREAM != TEST_STREAM
    assert not any("motorcycle" in name for name in TEST)  # a stereo pair is one scene


def test_the_kernels_are_kernels(quick):
    kernels = [np.load(path) for path in sorted((quick / "kernels").iterdir())]
    assert [k.shape for k in kernels] == [(13, 13), (17, 17), (21, 21)]
    assert all(k.dtype == np.float64 and k.min() >= 0 and abs(k.sum() - 1) < 1e-12 for k in kernels)


def test_the_same_seed_gives_the_same_bytes_another_seed_others(quick, tmp_path):
    sample(tmp_path / "again")
    assert content(tmp_path / "again") == content(quick)
    main(["--out", str(tmp_path / "other"), "--seed", "5"])
    other = content(tmp_path / "other")
    assert set(other) == set(content(quick))
    changed = {name.split("/")[0] for name, data in content(quick).items() if other[name] != data}
    assert changed == {"train", "kernels"}  # the test crops are fixed


def test_an_old_folder_is_replaced_as_a_whole(tmp_path, monkeypatch):
    out = tmp_path / "quick"
    (out / "train").mkdir(parents=True)
    (out / "train/old.png").write_bytes(b"old")
    sample(out)
    assert not (out / "train/old.png").exists() and os.listdir(tmp_path) == ["quick"]


def test_a_full_disk_leaves_the_old_folder(quick, tmp_path, monkeypatch):
    out = tmp_path / "quick"
    (out / "train").mkdir(parents=True)

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(PadnetError, match="no space left on the disk that holds .*quick: free some"):
        sample(out)
    assert os.listdir(tmp_path) == ["quick"] and os.listdir(out) == ["train"]


def test_other_people_s_files_are_not_replaced(tmp_path):
    (tmp_path / "thesis.tex").write_text("three years")
    with pytest.raises(InputError, match="holds thesis.tex, which is not of the quick profile's data"):
        sample(tmp_path)
    with pytest.raises(InputError, match="thesis.tex is not a folder"):
        sample(tmp_path / "thesis.tex")
    assert os.listdir(tmp_path) == ["thesis.tex"]


def test_bad_seeds_and_missing_photographs_are_one_sentence(tmp_path):
    with pytest.raises(InputError, match="the seed is a whole number, zero or more, not -1"):
        sample(tmp_path / "x", -1)
    with pytest.raises(PadnetError, match="carries no unicorn.png: install the version of requirements.lock"):
        photograph("unicorn.png")


def test_training_crops_prefer_detail():
    picture = np.zeros((400, 400), np.uint8)
    picture[200:, 200:] = np.random.default_rng(0).integers(0, 255, (200, 200))
    crops = training_crops(picture, 20, np.random.default_rng(1))
    picked = np.mean([crop.mean() for crop in crops])
    rng = np.random.default_rng(2)
    plain = np.mean([picture[t : t + 180, l : l + 180].mean() for t, l in rng.integers(0, 221, (200, 2))])
    assert picked > 1.5 * plain and all(crop.shape == (180, 180) for crop in crops)


def test_the_crops_lie_inside_their_pictures():
    for name, (top, left) in TEST.items():
        h, w = photograph(name).shape
        assert top + module.TEST_SIZE <= h and left + module.TEST_SIZE <= w
