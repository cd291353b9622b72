"""Which pictures meet which kernels."""

import shutil

import pytest

from padnet.data.sets import kernels, pictures, selected
from padnet.errors import InputError, PadnetError


def test_all_is_images_before_kernels():
    assert selected("all", 2, 3) == [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)]


def test_eighty_counts_picture_and_kernel_from_0():
    chosen = selected("80", 80, 8)
    assert chosen == [(i, i % 8) for i in range(80)] and chosen[9] == (9, 1)


def test_twenty_is_a_fourth_that_meets_every_kernel():
    chosen = selected("20", 80, 8)
    assert [i for i, _ in chosen] == [0, 4, 9, 13, 18, 22, 27, 31, 32, 36, 41, 45, 50, 54, 59, 63, 64, 68, 73, 77]
    assert set(chosen) < set(selected("80", 80, 8)) and {j for _, j in chosen} == set(range(8))
    assert {i % 8 for i in range(0, 80, 4)} == {0, 4}  # what a plain stride would have met


def test_an_unknown_selection_is_named_with_the_known_ones():
    with pytest.raises(InputError, match="no selection '40': choose from all, 80, 20"):
        selected("40", 80, 8)


def test_pictures_are_named_in_order_and_looked_for_before_they_are_read(levin, quick, sun, tmp_path):
    assert [name for name, _ in pictures("levin09", levin)] == ["im1", "im2", "im3", "im4"]
    assert [name for name, _ in pictures("sample", quick)] == ["a", "b"]
    assert [name for name, _ in pictures("sun13", sun)] == [f"img_{i:03d}" for i in range(1, 81)]
    assert [name for name, _ in kernels("sample", quick)] == ["k1", "k2"] and len(kernels("sun13", sun)) == 8
    shutil.copytree(sun, tmp_path / "paper")
    path = tmp_path / "paper/sun13/img_042_SRF_8_HR.png"
    path.write_bytes(path.read_bytes()[:200])
    read = dict(pictures("sun13", tmp_path / "paper"))["img_042"]
    with pytest.raises(PadnetError, match="img_042_SRF_8_HR.png is not a readable picture"):
        read()
    path.unlink()
    with pytest.raises(PadnetError, match="img_042_SRF_8_HR.png is missing: `padnet fetch"):
        pictures("sun13", tmp_path / "paper")
