"""Folders, patterns and lists of photographs: what is found, where results go, and what a failure does."""

from pathlib import Path

import pytest

from padnet.cli.batch import each, photographs, places
from padnet.errors import InputError, PadnetError


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("holiday").mkdir()
    for name in ("b.JPG", "a.png", "notes.txt"):
        (tmp_path / "holiday" / name).touch()
    Path("c.tif").touch()
    Path("empty").mkdir()
    return tmp_path


def test_files_folders_and_patterns(desk):
    inside = [Path("holiday/a.png"), Path("holiday/b.JPG")]
    assert photographs(["c.tif"]) == ([Path("c.tif")], False)
    assert photographs(["none.png"]) == ([Path("none.png")], False)  # its reader says that it is missing
    assert photographs(["holiday"]) == (inside, True)
    assert photographs(["holiday/*.[pJ]*"]) == (inside, True)
    assert photographs(["c.tif", "holiday"]) == ([Path("c.tif"), *inside], True)
    with pytest.raises(InputError, match="empty has no photographs"):
        photographs(["empty"])
    with pytest.raises(InputError, match=r"no file is like \*\.bmp"):
        photographs(["*.bmp"])


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(desk):
    Path("a[1].png").touch()
    assert photographs(["a[1].png"]) == ([Path("a[1].png")], False)


def test_results_of_many_go_into_a_folder():
    photos = [Path("x/a.png"), Path("b.webp"), Path("c.JPG")]
    assert places(photos[:1], Path("sharp.tif"), many=False) == [Path("sharp.tif")]
    assert places(photos, Path("out"), many=True) == [Path("out/a.png"), Path("out/b.png"), Path("out/c.JPG")]
    assert places(photos, Path("out"), many=True, ending=".json")[1] == Path("out/b.json")
    with pytest.raises(InputError, match="two photographs would become"):
        places([Path("x/a.png"), Path("y/a.png")], Path("out"), many=True)


def test_one_failure_does_not_stop_the_others(capsys):
    done = []

    def work(photo, progress):
        progress(1, 2)
        if photo.name == "b":
            raise InputError("is no picture")
        done.append(photo.name)

    photos = [Path("a"), Path("b"), Path("c")]
    with pytest.raises(PadnetError, match="1 of 3 photographs failed"):
        each(photos, True, work)
    assert done == ["a", "c"] and "padnet: b: is no picture" in capsys.readouterr().err
    with pytest.raises(InputError, match="is no picture"):
        each(photos[1:2], False, work)
