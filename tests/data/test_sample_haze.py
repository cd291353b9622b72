"""The quick profile's haze data: out of the wheel, parts that share no pixel, holes marked, the same bytes."""

import numpy as np
import pytest

from padnet.data.haze_protocols import haze_protocol
from padnet.data.readers import training_photographs
from padnet.data.sample_haze import PHOTOGRAPHS, motorcycle, write_haze
from padnet.data.skimage_files import read_wheel, wheel_file
from padnet.errors import PadnetError


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    (root / "haze").mkdir()
    write_haze(root / "haze")
    return root


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_parts_put_together_are_the_scene(root):
    entry = haze_protocol("quick-haze")
    upper, lower = entry.scenes(root, "training")
    right = entry.scenes(root, "test")[0]
    J, disparity = motorcycle()
    assert np.array_equal(np.hstack([np.vstack([upper.J, lower.J]), right.J]), J / 255)
    assert np.array_equal(np.hstack([np.vstack([upper.mask, lower.mask]), right.mask]), disparity > 0)


def test_the_scene_is_the_wheel_s_in_half_size():
    J, disparity = motorcycle()
    stored = read_wheel("motorcycle_left.png")
    with np.load(wheel_file("motorcycle_disp.npz")) as file:
        full = file["arr_0"]
    assert J.shape == (250, 370, 3) and disparity.shape == (250, 370) and disparity.dtype == np.float32
    assert np.array_equal(J[9, 11], np.round(stored[18:20, 22:24].mean(axis=(0, 1))))
    for i, j in ((9, 11), (200, 300), (249, 369)):
        block = full[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        assert disparity[i, j] == (block.max() / 2 if np.isfinite(block).all() else 0)
    holes = ~np.isfinite(full[:500, :740])
    assert 0.05 < (disparity == 0).mean() < 0.2 and (disparity == 0).sum() >= holes.sum() / 4
    assert np.isfinite(disparity).all()


def test_the_photographs_are_in_colour_and_not_of_the_scene(root):
    photographs = training_photographs(root)
    assert [name for name, _ in photographs] == ["astronaut", "chelsea", "coffee", "rocket"]
    assert all(x.ndim == 3 and x.dtype == np.float64 and 0 <= x.min() < x.max() <= 1 for _, x in photographs)
    assert not any("motorcycle" in name for name in PHOTOGRAPHS)


def test_the_same_bytes_every_time(root, tmp_path):
    write_haze(tmp_path)
    assert content(tmp_path) == content(root / "haze") and len(content(tmp_path)) == 10


def test_a_wheel_without_the_picture_is_named():
    with pytest.raises(PadnetError, match="carries no unicorn.png: install the version of requirements.lock"):
        read_wheel("unicorn.png")
