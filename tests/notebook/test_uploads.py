"""Photographs that readers bring: what the button gives, and what it refuses."""

import datetime
import io

import numpy as np
import pytest
from PIL import ExifTags, Image

from padnet.errors import InputError
from padnet.notebook import uploads


def packed(photo, form="PNG", **more):
    made = io.BytesIO()
    Image.fromarray(photo).save(made, form, **more)
    return made.getvalue()


@pytest.fixture
def photo():
    return np.random.default_rng(0).integers(0, 256, (80, 100, 3)).astype(np.uint8)


def test_a_photograph_arrives_as_it_is_and_a_grey_one_in_three_channels(photo):
    np.testing.assert_array_equal(uploads.opened(packed(photo)), photo)
    assert uploads.opened(packed(photo[..., 0])).shape == (80, 100, 3)


def test_a_camera_that_was_turned_is_upright(photo):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    assert uploads.opened(packed(photo, "JPEG", exif=exif)).shape == (100, 80, 3)


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n"])
def test_another_file_is_one_sentence(content):
    with pytest.raises(InputError, match="no photograph that can be read"):
        uploads.opened(content)


def test_a_tiny_one_is_refused(photo):
    with pytest.raises(InputError, match="40 x 30 pixels"):
        uploads.opened(packed(photo[:30, :40]))


def test_the_button_calls_the_function_and_a_bad_file_stops_nothing(photo, monkeypatch):
    shown, seen = [], []
    monkeypatch.delenv(uploads.STATIC, raising=False)
    monkeypatch.setattr(uploads, "display", shown.append)
    uploads.upload(seen.append)
    button = shown[0].children[0]
    file = {"name": "a", "type": "", "size": 1, "last_modified": datetime.datetime(2020, 1, 1)}
    button.value = ({**file, "content": memoryview(b"no picture")},)
    button.value = ({**file, "content": memoryview(packed(photo))},)
    assert len(seen) == 1 and seen[0].shape == photo.shape


def test_the_runner_gets_a_line_and_no_button(monkeypatch, capsys):
    monkeypatch.setenv(uploads.STATIC, "1")
    uploads.upload(lambda photo: None)
    assert "there is a button here" in capsys.readouterr().out
