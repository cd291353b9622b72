"""A reader of a file sees the old one or the new one, never half of either."""

import errno
import hashlib
import os
import threading
import time

import pytest

from padnet.errors import InputError, PadnetError
from padnet.project.atomic_files import (
    atomic_folder,
    atomic_write,
    sha256,
    write_bytes,
    write_csv,
    write_json,
    write_text,
)


def full_disk(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, FileNotFoundError])
def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    with pytest.raises(error), atomic_write(path) as file:
        file.write(b"half of the new")
        raise error
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.txt"]


def test_folders_are_made_and_a_stale_part_file_is_no_obstacle(tmp_path):
    path = tmp_path / "new" / "folder" / "a.bin"
    path.parent.mkdir(parents=True)
    (path.parent / ".a.bin.part").write_bytes(b"left by a killed process")
    write_bytes(path, b"\x00\x01")
    assert path.read_bytes() == b"\x00\x01" and os.listdir(path.parent) == ["a.bin"]


def test_a_full_disk_is_one_sentence_and_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    write_text(path, "old")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(PadnetError, match=r"no space left on the disk that holds .*a\.txt: free some and run the same"):
        write_text(path, "new")
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["a.txt"]


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PadnetError, match="cannot write .*choose another place"):
        write_text(tmp_path / "file" / "a.txt", "x")
    with pytest.raises(PadnetError, match="cannot write"):
        write_text(tmp_path, "x")


def test_the_mode_is_bytes_or_text(tmp_path):
    with atomic_write(tmp_path / "a", "w") as file:
        file.write("\u00e9\n")
    assert (tmp_path / "a").read_bytes() == b"\xc3\xa9\n"
    with pytest.raises(InputError, match='mode "wb" or "w"'), atomic_write(tmp_path / "a", "a"):
        pass


def test_a_second_writer_waits_for_the_first_and_no_mixture_of_both_is_left(tmp_path):
    path = tmp_path / "a"
    second = threading.Thread(target=write_bytes, args=(path, b"second, longer"))
    with atomic_write(path) as file:
        file.write(b"fi")
        file.flush()
        second.start()
        time.sleep(0.2)
        assert second.is_alive() and not path.exists()
        file.write(b"rst")
    second.join(10)
    assert not second.is_alive() and path.read_bytes() == b"second, longer" and os.listdir(tmp_path) == ["a"]


def test_csv_has_the_columns_in_order_and_floats_in_full(tmp_path):
    write_csv(tmp_path / "a.csv", [{"p": None, "error": 0.1 + 0.2, "image": "im1"}], ["image", "p", "error"])
    assert (tmp_path / "a.csv").read_bytes() == b"image,p,error\nim1,,0.30000000000000004\n"


@pytest.mark.parametrize("row", [{"a": 1}, {"a": 1, "b": 2, "c": 3}])
def test_csv_refuses_a_row_of_other_columns(tmp_path, row):
    with pytest.raises(InputError, match="row 0 of .* it needs exactly"):
        write_csv(tmp_path / "a.csv", [row], ["a", "b"])
    assert not os.listdir(tmp_path)


def test_json_is_canonical_and_refuses_what_json_has_not(tmp_path):
    write_json(tmp_path / "a.json", {"b": 0.1, "a": [1, None]})
    assert (tmp_path / "a.json").read_text() == '{\n "a": [\n  1,\n  null\n ],\n "b": 0.1\n}\n'
    for bad in (float("nan"), float("inf"), object()):
        with pytest.raises(InputError, match="cannot be written as JSON"):
            write_json(tmp_path / "b.json", {"x": bad})
    assert os.listdir(tmp_path) == ["a.json"]


def test_sha256_is_the_file_s(tmp_path):
    write_bytes(tmp_path / "a", b"abc")
    assert sha256(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


def test_a_folder_is_replaced_as_a_whole_or_not_at_all(tmp_path):
    path = tmp_path / "data"
    with atomic_folder(path) as folder:
        (folder / "old.txt").write_text("old")
    with pytest.raises(RuntimeError), atomic_folder(path) as folder:
        (folder / "new.txt").write_text("half")
        raise RuntimeError
    assert os.listdir(path) == ["old.txt"] and os.listdir(tmp_path) == ["data"]
    (tmp_path / ".data.part").mkdir()
    with atomic_folder(path) as folder:
        (folder / "new.txt").write_text("new")
    assert os.listdir(path) == ["new.txt"] and os.listdir(tmp_path) == ["data"]


def test_a_folder_whose_new_version_cannot_be_moved_in_comes_back(tmp_path, monkeypatch):
    path, rename = tmp_path / "data", os.rename
    with atomic_folder(path) as folder:
        (folder / "old.txt").write_text("old")

    def rename_but_not_the_new_one(source, target):
        full_disk() if str(source).endswith(".part") else rename(source, target)

    monkeypatch.setattr(os, "rename", rename_but_not_the_new_one)
    with pytest.raises(PadnetError, match="no space left"), atomic_folder(path):
        pass
    assert os.listdir(path) == ["old.txt"] and os.listdir(tmp_path) == ["data"]
