"""Kernel files of every kind: read at full precision, with a ground that is not black taken away."""

import h5py
import numpy as np
import pytest
import scipy.io
from PIL import Image
from tifffile import imwrite

from padnet.cli.kernel_files import on_black, read_kernel
from padnet.errors import InputError
from padnet.imaging.kernels import sample_kernel

K = sample_kernel(1, 0)


def pfm(path, array, order="<"):
    head = f"{'PF' if array.ndim == 3 else 'Pf'}\n{array.shape[1]} {array.shape[0]}\n{-1.0 if order == '<' else 1.0}\n"
    path.write_bytes(head.encode() + array[::-1].astype(f"{order}f4").tobytes())


def hdf5(path, **arrays):
    with h5py.File(path, "w", userblock_size=512) as file:
        for name, array in arrays.items():
            file[name] = array.T  # as MATLAB stores it
    with open(path, "r+b") as file:
        file.write(b"MATLAB 7.3 MAT-file".ljust(124) + b"\0\2IM")


WRITERS = {
    "k.npy": lambda path: np.save(path, K),
    "k.npz": lambda path: np.savez(path, K),
    "k.mat": lambda path: scipy.io.savemat(path, {"kernel": K, "note": "text", "one": 3.0}),
    "new.mat": lambda path: hdf5(path, kernel=K),
    "k.csv": lambda path: np.savetxt(path, K, delimiter=",", header="a kernel", fmt="%.17g"),
    "k.txt": lambda path: np.savetxt(path, K, fmt="%.17g"),
    "semicolon.csv": lambda path: np.savetxt(path, K, delimiter=";", fmt="%.17g"),
    "k.pfm": lambda path: pfm(path, K),
    "big.pfm": lambda path: pfm(path, K, ">"),
    "grey.pfm": lambda path: pfm(path, np.stack([K] * 3, -1)),
    "float.tif": lambda path: imwrite(path, K.astype(np.float32)),
    "deep.tif": lambda path: imwrite(path, np.rint(K / K.max() * (2**32 - 1)).astype(np.uint32)),
    "k.png": lambda path: Image.fromarray(np.rint(K / K.max() * 65535).astype(np.uint16)).save(path),
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_kernel_is_read_as_it_is(name, tmp_path):
    WRITERS[name](tmp_path / name)
    found, notes = read_kernel(tmp_path / name)
    assert found.dtype == np.float64 and notes == []
    assert np.allclose(found / found.sum(), K, rtol=1e-6, atol=2e-6 * K.max())


def test_which_variable_is_said_where_there_are_several(tmp_path):
    for name, write in (
        ("k.npz", lambda path: np.savez(path, other=np.eye(3), psf=K)),
        ("k.mat", lambda path: scipy.io.savemat(path, {"other": np.eye(3), "psf": K})),
        ("new.mat", lambda path: hdf5(path, other=np.eye(3), psf=K)),
    ):
        write(tmp_path / name)
        with pytest.raises(InputError, match=r"several matrices, other \(3, 3\), psf .*--variable"):
            read_kernel(tmp_path / name)
        assert np.array_equal(read_kernel(tmp_path / name, "psf")[0], K)
        with pytest.raises(InputError, match="no variable 'none': it has other, psf"):
            read_kernel(tmp_path / name, "none")


@pytest.mark.parametrize("level", [0.02, 3 / 255, 0.2])
def test_a_ground_that_is_not_black_is_subtracted_and_told(level):
    wide = np.pad(K / K.max(), 6)
    found, notes = on_black(wide * (1 - level) + level)
    assert np.allclose(found / found.sum(), wide / wide.sum(), atol=1.5 / 255 * wide.max() / wide.sum())
    assert len(notes) == 1 and f"{level:.1%}" in notes[0]


def test_a_kernel_on_black_and_one_without_a_ground_stay_as_they_are():
    at = np.arange(9) - 4
    gaussian = np.exp(-(at[:, None] ** 2 + at**2) / 8)  # cut at its border, where it is not black
    for kernel in (K, np.pad(K, 9), gaussian, np.ones((5, 5)), np.eye(7)):
        found, notes = on_black(kernel)
        assert np.array_equal(found, kernel) and notes == []


def bad(path, content):
    path.write_bytes(content) if isinstance(content, bytes) else np.save(path, content)
    return path


@pytest.mark.parametrize(
    "name, content, says",
    [
        ("k.npy", b"nothing", "is damaged or no .npy file"),
        ("k.npz", b"PK\x03\x04", "is damaged or no .npz file"),
        ("k.mat", b"MATLAB 5.0 MAT-file", "is no MATLAB file, or one of version 4"),
        ("cut.mat", b"MATLAB 5.0".ljust(126) + b"IM" + b"\x0e\0\0\0\xff\0\0\0", "is damaged or no .mat file"),
        ("k.csv", b"1,2\n3", "is damaged or no .csv file"),
        ("k.txt", b"a b\n", "is damaged or no .txt file"),
        ("k.pfm", b"Pf\n2 2\n-1.0\n\0\0", "is damaged or no .pfm file"),
        ("nan.npy", np.array([[1, np.nan]]), "holds NaN"),
        ("zero.npy", np.zeros((3, 3)), "black all over"),
        ("line.npy", np.ones(3), r"float64 of the shape \(3,\)"),
        ("words.npy", np.array([["a"]]), "give real numbers"),
        ("negative.npy", 1 - np.pad(np.eye(3), 6), "dark on a bright ground: give its negative"),
    ],
)
def test_a_file_without_a_kernel_is_one_sentence(name, content, says, tmp_path):
    with pytest.raises(InputError, match=says):
        read_kernel(bad(tmp_path / name, content))


def test_a_variable_of_a_picture_and_a_missing_file_are_rejected(tmp_path):
    WRITERS["k.png"](tmp_path / "k.png")
    with pytest.raises(InputError, match="has no variables"):
        read_kernel(tmp_path / "k.png", "psf")
    with pytest.raises(InputError, match="there is no file"):
        read_kernel(tmp_path / "none.npy")
