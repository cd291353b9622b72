"""Other publications' numbers beside ours."""

from padnet.project.params import read_yaml
from padnet.reporting.other_publications import others, section

PUBLISHED = {
    "table2": {
        "a": [
            {"method": "EPLL", "psnr": 34.75, "source": "A"},
            {"method": "FDN", "psnr": 35.8, "ssim": 0.9, "source": "B", "note": "c | d"},
        ],
        "b": [{"method": "EPLL", "psnr": 32.0, "source": "A"}],
    },
    "table3": {"h": [{"method": "dark channel", "airlight": "known", "psnr": {"0.3": 19.1}, "source": "C"}]},
}
OURS = [
    dict(zip(("table", "protocol", "method", "variant", "metric", "value"), row, strict=True)) | {"prior": ""}
    for row in (
        ("table2", "a", "epll", "trained", "psnr", 35.0),
        ("table2", "a", "ipadnet", "bounded", "psnr", 35.2),
        ("table2", "a", "ipadnet", "bounded", "ssim", 0.95),
        ("table3", "h", "he", "estimated", "psnr@0.3", 18.0),
        ("table3", "h", "he", "known", "psnr@0.3", 20.0),
    )
]
RULES = {"published": {"why": "others did otherwise", "same": {"dark channel": "he"}}}


def test_numbers_meet_the_row_of_their_method_protocol_and_airlight():
    found = others(OURS, PUBLISHED, RULES["published"]["same"])
    told = [(row["protocol"], row["method"], row["metric"], row["printed"], row["ours"]) for row in found]
    assert told == [
        ("a", "EPLL", "psnr", 34.75, 35.0),
        ("a", "FDN", "psnr", 35.8, None),
        ("a", "FDN", "ssim", 0.9, None),
        ("b", "EPLL", "psnr", 32.0, None),
        ("h", "dark channel", "psnr@0.3", 19.1, 20.0),
    ]
    assert others(OURS, PUBLISHED, {})[-1]["ours"] is None


def test_the_section_says_source_and_note_and_what_padnet_reaches():
    text = "\n".join(section(others(OURS, PUBLISHED, RULES["published"]["same"]), OURS, RULES, "on other pictures"))
    assert "| EPLL | psnr | 34.75 | 35.00 | +0.25 | A |  |" in text
    assert "| FDN | ssim | 0.90 |  |  | B | c \\| d |" in text
    assert "PADNet here, PSNR / SSIM: IPADNet, bounded, 35.20 / 0.950." in text and "Not run in this profile." in text
    # no difference where the pictures are others
    assert "| dark channel | known | psnr@0.3 | 19.1 | 20.00 | C |  |" in text and "on other pictures" in text
    assert "Others did otherwise." in text


def test_every_published_number_is_there(root):
    published = read_yaml(root / "reference/published.yaml")
    found = others([], published, {})
    entries = [entry for table in ("table2", "table3") for of in published[table].values() for entry in of]
    count = sum(len(e["psnr"]) if isinstance(e["psnr"], dict) else 1 + ("ssim" in e) for e in entries)
    assert len(found) == count and {row["source"] for row in found} == {entry["source"] for entry in entries}
