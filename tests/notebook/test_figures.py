"""Figures of the notebooks: the same bytes twice, an alt text always, animations with every frame."""

import io

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from padnet.errors import InputError
from padnet.notebook import figures as course
from padnet.notebook.shown import embedded, without_images
from padnet.reporting import style

ALT = "a line that rises from the left to the right"


@pytest.fixture
def shown(monkeypatch):
    """The images that are displayed."""
    found = []
    monkeypatch.setattr(course, "display", found.append)
    return found


def line(slope, size=(3, 2)):
    figure = Figure(figsize=size)
    figure.subplots().plot([0, slope])
    return figure


def test_a_figure_is_shown_with_its_alt_text_and_the_same_bytes_twice(shown):
    course.show(line(1), ALT)
    course.show(line(1), ALT)
    course.show(line(2), ALT)
    first, second, other = shown
    assert first.data == second.data != other.data
    assert first.alt == ALT and first.width == 300 and repr(first) == f"Figure: {ALT}"


def test_jupyter_gets_an_image_element_with_the_alt_text(shown):
    course.show(line(1), f'{ALT}, "0 < x & y"')
    markup = shown[0]._repr_html_()
    assert 'alt="a line' in markup and "&quot;0 &lt; x &amp; y&quot;" in markup and markup.count("<") == 1
    assert embedded(markup) == shown[0] and embedded("<b>x</b>") is None
    assert without_images(f"<p>{markup}</p>") == f'<p>Figure: {ALT}, "0 < x & y"</p>'


def test_a_figure_is_sharp_where_its_file_stays_small(shown, monkeypatch):
    course.show(line(1), ALT)
    noise = {"noise": torch.rand(200, 300, generator=torch.Generator().manual_seed(0))}
    course.pictures({"grey": torch.zeros(8, 8)}, ALT)
    monkeypatch.setattr(course, "MOST", 20_000)
    course.pictures(noise, ALT)
    curves, small, large = shown
    assert curves.format == "svg" or Image.open(io.BytesIO(curves.data)).width > 1.7 * curves.width
    assert small.format == "svg" or Image.open(io.BytesIO(small.data)).width > 1.7 * small.width
    assert large.format == "png" and Image.open(io.BytesIO(large.data)).width < 1.1 * large.width


@pytest.mark.parametrize("alt", [None, "", "a figure", " " * 40])
def test_a_figure_without_an_alt_text_is_refused(shown, alt):
    with pytest.raises(InputError, match="alt text of a sentence"):
        course.show(line(1), alt)
    assert not shown


def test_pictures_stand_side_by_side_or_in_rows(shown):
    named = {name: torch.rand(8, 12, generator=torch.Generator().manual_seed(i)) for i, name in enumerate("abcd")}
    course.pictures(named, ALT)
    course.pictures(named, ALT, columns=2)
    course.pictures({"colour": np.ones((6, 6, 3))}, ALT, zoom=0.5)
    wide, square, half = (Image.open(io.BytesIO(image.data)) for image in shown)
    assert wide.width / wide.height > 2 * square.width / square.height and half.width < 0.6 * wide.width


def test_the_range_decides_what_is_black_and_white(shown):
    picture = {"p": np.linspace(0, 0.5, 64).reshape(8, 8)}
    course.pictures(picture, ALT)
    course.pictures(picture, ALT, high=0.5)
    course.pictures(picture, ALT, low=0.25)
    assert len({image.data for image in shown}) == 3
    with pytest.raises(InputError, match="no picture"):
        course.pictures({}, ALT)


def test_an_animation_has_its_frames_and_their_time(shown):
    course.animate([line(k) for k in range(3)], ALT, seconds=0.5)
    course.animate([line(k) for k in range(3)], ALT, seconds=0.5)
    moving = Image.open(io.BytesIO(shown[0].data))
    assert (moving.n_frames, moving.info["duration"], moving.info["loop"]) == (3, 500, 0)
    assert shown[0].data == shown[1].data and shown[0].alt == ALT


@pytest.mark.parametrize("frames, seconds", [(1, 1), (2, 0), (2, -1)])
def test_what_is_no_animation_is_refused(shown, frames, seconds):
    with pytest.raises(InputError, match="two frames or more and a positive time"):
        course.animate([line(k) for k in range(frames)], ALT, seconds=seconds)


def test_frames_of_two_sizes_are_refused(shown):
    with pytest.raises(InputError, match=r"one size, not \(3.0, 2.0\) and \(4.0, 2.0\) inches"):
        course.animate([line(1), line(1, size=(4, 2)), line(2)], ALT)
    assert not shown


def test_a_tensor_that_needs_a_gradient_is_shown_like_any_other(shown):
    picture = torch.rand(8, 8, generator=torch.Generator().manual_seed(0))
    course.pictures({"p": picture}, ALT)
    course.pictures({"p": picture.clone().requires_grad_()}, ALT)
    assert shown[0].data == shown[1].data


def test_the_style_of_the_package_has_the_same_colours_on_white():
    from matplotlib import rc_context, rcParams

    with rc_context({"savefig.facecolor": "red"}):
        style.apply()
        cycle = [f"#{colour.lstrip('#')}" for colour in rcParams["axes.prop_cycle"].by_key()["color"]]
        assert tuple(cycle) == course.COLOURS and rcParams["savefig.facecolor"] == "white"
