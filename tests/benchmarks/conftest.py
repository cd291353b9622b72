"""A small stand-in for the Levin benchmark, in its file formats, with everything known."""

import shutil

import h5py
import numpy as np
import pytest
from scipy.ndimage import shift
from scipy.signal import correlate2d
from standin import SHIFT, texture, write_picture

from padnet.benchmarks.kernels import camera_shake


@pytest.fixture(scope="session")
def stored_kernels():
    """The eight stand-ins for Levin's f: correlation kernels."""
    return [camera_shake(size, np.random.default_rng([7, size])) for size in (13, 11, 9, 17, 9, 15, 19, 21)]


@pytest.fixture(scope="session")
def levin(tmp_path_factory, stored_kernels):
    """A data folder with levin09, levin09-kernels and train400; captures are correlations with f, shifted."""
    root = tmp_path_factory.mktemp("paper")
    for i in range(1, 5):
        x = np.round(255 * texture(i)) / 255
        write_picture(root / f"levin09/im{i}.png", x)
        for j, f in enumerate(stored_kernels, 1):
            y = shift(correlate2d(x, f, "same", "wrap"), SHIFT, order=3, mode="grid-wrap")
            write_picture(root / f"levin09/im{i}_kernel{j}_img.png", y)
    (root / "levin09-kernels").mkdir()
    with h5py.File(root / "levin09-kernels/Levin09.mat", "w") as file:
        cells = [file.create_dataset(f"#refs#/k{j}", data=f.T) for j, f in enumerate(stored_kernels)]
        references = file.create_dataset("kernels", (8, 1), dtype=h5py.ref_dtype)
        for j, cell in enumerate(cells):
            references[j, 0] = cell.ref
    for i in (2, 1, 3):
        write_picture(root / f"train400/test_{i:03d}.png", texture(10 + i, 40))
    return root


@pytest.fixture(scope="session")
def sun(tmp_path_factory, levin):
    """A data folder with sun13 and levin09-kernels: 80 small colour pictures of two sizes."""
    root = tmp_path_factory.mktemp("sun")
    shutil.copytree(levin / "levin09-kernels", root / "levin09-kernels")
    picture = np.stack([texture(20 + channel, 152) for channel in range(3)], axis=-1)
    for i in range(1, 81):
        write_picture(root / f"sun13/img_{i:03d}_SRF_8_HR.png", np.roll(picture, i, 0)[: 136 + 8 * (i % 2)])
    return root


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """A data folder of the quick profile's layout: two test pictures, two kernels, one training picture."""
    root = tmp_path_factory.mktemp("quick")
    for name in ("b", "a"):
        write_picture(root / f"test/{name}.png", texture(ord(name)))
    write_picture(root / "train/c.png", texture(3, 40))
    (root / "kernels").mkdir()
    for j in (2, 1):
        np.save(root / f"kernels/k{j}.npy", camera_shake(9 + 2 * j, np.random.default_rng(j)))
    return root
