"""Compared methods inside and outside of the range that other publications let expect."""

import math

from padnet.reporting.expected_ranges import judged, limits, section

PUBLISHED = {
    "bands": [
        {"protocol": "a", "method": "hyperlaplacian", "above": "tv", "source": "X"},
        {"protocol": "a", "method": "epll", "from": 29.0, "source": "Y"},
        {"protocol": "a", "method": "mlp", "above": "csf", "source": "not run"},
    ],
    "haze_bands": [{"protocol": "h", "method": "he", "beta": 1, "from": 20.0, "source": "Z"}],
}
ROWS = (
    ("table2", "a", "tv", "tuned", "psnr", 30.0),
    ("table2", "a", "hyperlaplacian", "tuned", "psnr", 29.5),
    ("table2", "a", "epll", "trained", "psnr", 31.0),
    ("table2", "a", "mlp", "trained", "psnr", 31.0),
    ("table3", "h", "he", "known", "psnr@1", 19.5),
    ("table3", "h", "he", "estimated", "psnr@1", 25.0),
)
OURS = [dict(zip(("table", "protocol", "method", "variant", "metric", "value"), row, strict=True)) for row in ROWS]


def test_a_range_is_two_numbers_a_bound_or_another_method():
    found = {"tv": 30.0, "hyperlaplacian": 29.5}
    assert limits({"from": 29, "to": 31}, found) == (29, 31, "29.00 to 31.00")
    assert limits({"from": 29}, found) == (29, math.inf, "29.00 or more")
    assert limits({"above": "tv"}, found) == (30.0, math.inf, "above TV, 30.00")
    assert judged(30, 29, 31) == "inside"
    assert judged(32.5, 29, 31) == "+1.50 dB above" and judged(28, 29, 31) == "-1.00 dB"


def test_each_row_stands_beside_its_range_and_the_known_airlight_counts():
    title, told, lines = section(OURS, PUBLISHED)
    assert title == "## Expected ranges" and "1 of 3 are inside" in told
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines.splitlines()[2:]]
    assert [row[2:5] for row in rows] == [
        ["29.50", "above TV, 30.00", "-0.50 dB"],
        ["31.00", "29.00 or more", "inside"],
        ["19.50", "20.00 or more", "-0.50 dB"],
    ]


def test_without_a_range_for_this_profile_there_is_no_section():
    assert section([], PUBLISHED) == [] and section(OURS, {}) == []
