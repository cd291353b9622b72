"""MATLAB files: what scipy writes is read as it is, and damaged ones neither crash nor pass."""

import numpy as np
import pytest
import scipy.io

from padnet.cli.kernel_files import read_kernel
from padnet.cli.matlab_files import read_matlab
from padnet.errors import InputError

A = np.arange(6).reshape(2, 3)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8", "?"])
def test_numbers_are_read_as_they_were_written(kind, compressed, tmp_path):
    told = {"a": A.astype(kind), "text": "words", "complex": A * 1j, "list": {"b": A}, "a_name_of_some_length": A + 0.5}
    scipy.io.savemat(tmp_path / "a.mat", told, do_compression=compressed)
    found = read_matlab(tmp_path / "a.mat")
    assert np.array_equal(found["a"], told["a"]) and np.array_equal(found["a_name_of_some_length"], A + 0.5)
    assert found["text"] is found["complex"] is found["list"] is None and len(found) == 5


def test_a_file_with_a_damaged_type_is_refused_where_scipy_ends_the_process(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"kernel": A + 0.5})
    data = bytearray((tmp_path / "a.mat").read_bytes())
    for place in range(128, 200):
        for value in (0, 3, 255):
            changed = data.copy()
            changed[place] = value
            (tmp_path / "k.mat").write_bytes(changed)
            try:
                assert read_kernel(tmp_path / "k.mat")[0].ndim == 2
            except InputError as error:
                assert "\n" not in str(error)


def test_version_4_is_one_sentence(tmp_path):
    scipy.io.savemat(tmp_path / "a.mat", {"kernel": A}, format="4")
    with pytest.raises(InputError, match="one of version 4: save it again"):
        read_matlab(tmp_path / "a.mat")
