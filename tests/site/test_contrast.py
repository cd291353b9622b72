"""Code on the site and the slides has a contrast of 4.5 : 1 or more, light and dark, computed from the style sheets."""

import re
from pathlib import Path

import pytest
from pygments.styles import get_style_by_name
from pygments.token import Whitespace

import padnet.site
from padnet.site import conf

LEAST = 4.5  # WCAG 2.2, 1.4.3, for text of normal size
SLIDES = (Path(padnet.site.__file__).parent / "slides.css").read_text()


def luminance(colour):
    """The relative luminance of "#rgb" or "#rrggbb", as WCAG 2.2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The contrast of two colours, 1 to 21."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def over(shade, share, ground):
    """The colour of `share` of a shade above a ground, all "#rrggbb"."""
    pairs = [(int(shade[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def test_contrast_is_that_of_the_definition():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert over("#000000", 0.5, "#ffffff") == "#808080"


@pytest.mark.parametrize("name, page", [(conf.pygments_style, "#ffffff"), (conf.pygments_dark_style, "#191919")])
def test_every_token_of_code_stands_out(name, page):
    style = get_style_by_name(name)
    share = float(re.search(r"rgba\(128, 128, 128, ([\d.]+)\)", SLIDES)[1])
    for ground in (style.background_color, over("#808080", share, page)):
        for token, look in style:
            behind = f"#{look['bgcolor']}" if look["bgcolor"] else ground
            if look["color"] and token is not Whitespace:
                assert contrast(f"#{look['color']}", behind) >= LEAST, f"{name}: {token} on {behind}"


@pytest.mark.parametrize("media, page", [("", "#ffffff"), ("dark", "#191919")])
def test_the_link_back_from_the_slides_stands_out(media, page):
    found = re.findall(r"\.back \{[^}]*?color: (#\w+); background: (#\w+)", SLIDES)
    colour, ground = found[bool(media)]
    assert contrast(colour, ground) >= LEAST and contrast(ground, page) < 1.3
