"""The page of certificates counts what the files say and types nothing by hand."""

import json

import pytest
from executed import certificate

from padnet.errors import PadnetError
from padnet.site.certificates import counts, example, page, read_certificates

GOOD, DONE, BAD = "stopped at K = 3: …", "converged: …", "violated at k = 1: …"


def test_verdicts_are_counted_per_file_and_variant(toy):
    certificate(toy, "one", "haze-ipadnet", GOOD, DONE, BAD, GOOD)
    ((*key, verdicts, held),) = counts(read_certificates("paper", toy))
    assert key == ["one", "haze", "ipadnet", "bounded", ""] and held == 3
    assert verdicts == {"converged": 1, "stopped": 2, "violated": 1}
    assert "| `one` | haze removal | IPADNet | bounded |  | 1 | 2 | 1 | 3 of 4 |" in page("paper", toy)


STEP = {
    "k": 0,
    "energy": 5.0,
    "decrease": 0.1,
    "distance": 0.25,
    "subgradient_bound": 0.5,
    "error": 0.75,
    "error_bound": 0.125,
    "moved": 1.0,
    "inner": 0,
    "own": True,
    "restarted": False,
}
TOLD = {"C_E": 0.05, "a": 0.003, "b": 1.11, "mu": 0.1}  # as JSON sorts them
EXPLICIT = {"variant": "guarded", "test": "descent", "constants": TOLD, "verdict": GOOD, "holds": True, "rows": [STEP]}


def explicit(root, *changes):
    """Certificates of EPADNet, each with changes."""
    path = root / "results/paper/certificates/one/gradient-epadnet.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([EXPLICIT | change for change in changes]))


def test_verdicts_of_explicit_networks_are_counted_per_test(toy):
    failed = {"variant": "unguarded", "test": "condition1", "verdict": BAD, "holds": False}
    explicit(toy, {"test": "condition1"}, {}, {"verdict": DONE}, failed, {"variant": "left out"})
    found = counts(read_certificates("paper", toy))
    assert [(*key[3:], *verdicts.values(), held) for *key, verdicts, held in found] == [
        ("guarded", "condition1", 0, 1, 0, 1),
        ("guarded", "descent", 1, 1, 0, 2),
        ("unguarded", "condition1", 0, 0, 1, 0),
        ("left out", "descent", 0, 1, 0, 1),
    ]
    shown = page("paper", toy)
    assert "| `one` | gradient domain | EPADNet | guarded | (21) and (24) | 1 | 1 | 0 | 2 of 2 |" in shown
    assert (
        "| EPADNet | networks left out | (21) and (24) |" in shown
        and "| unguarded | Condition 1 | 0 | 0 | 1 | 0 of 1 |" in shown
    )


def test_the_one_in_full_is_of_the_default_test_and_names_it_with_its_constants(toy):
    explicit(toy, {"test": "condition1", "verdict": DONE}, {})
    shown = page("paper", toy)
    assert f"> {GOOD}" in shown
    assert "Every step was put to (21) and (24) with mu = 0.1, a = 0.003, b = 1.11;" in shown
    assert "| 0 | 5 | 0.1 | 0.25 | 0.5 | 0.75 | 0.125 | 1 | 0 | yes | no |" in shown


@pytest.mark.parametrize(
    "spoilt",
    [
        {"test": None},
        {"test": "other"},
        {"constants": {}},
        {"constants": {"a": "x"}},
        {"rows": [{key: value for key, value in STEP.items() if key != "distance"}]},
    ],
)
def test_an_explicit_certificate_without_its_test_is_one_sentence(toy, spoilt):
    explicit(toy, {}, spoilt)
    with pytest.raises(PadnetError, match="certificate 1 of one/gradient-epadnet.json lacks .* rows or test"):
        page("paper", toy)


def test_one_is_shown_in_full(toy):
    certificate(toy, "one", "image-ipadnet", GOOD)
    shown = page("paper", toy)
    assert f"> {GOOD}" in shown and "| k | (30), left | (30), right |" in shown and "| 0 | 1 | 2 |" in shown


def test_the_committed_ones_show_the_guarded_explicit_network(root):
    found = read_certificates("paper", root)
    (_, _, method), shown = example(found)
    assert method == "epadnet" and (shown["variant"], shown["test"]) == ("guarded", "descent")
    assert sum(sum(verdicts.values()) for *_, verdicts, _ in counts(found)) == sum(map(len, found.values()))
    assert shown["verdict"] in page("paper", root)


def test_missing_and_broken_files_are_one_sentence(toy):
    with pytest.raises(PadnetError, match="results/paper/certificates holds no certificates: run make paper first"):
        page("paper", toy)
    certificate(toy, "one", "image-ipadnet", GOOD)
    (toy / "results/paper/certificates/one/image-ipadnet.json").write_text("[")
    with pytest.raises(PadnetError, match="certificates one/image-ipadnet.json cannot be read as JSON"):
        page("paper", toy)


ROW = {"k": 0, "(30)": {"left": 1.0, "right": 2.0}}
WHOLE = {"variant": "bounded", "verdict": GOOD, "holds": True, "rows": [ROW, ROW]}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"rows": []},
        {"rows": [1]},
        {"rows": None},
        {"rows": [ROW, {"k": 1}]},
        {"rows": [ROW, {"k": 1, "(30)": 2}]},
        {"rows": [{"(30)": ROW["(30)"]}]},
        {"rows": [{"k": 0, "(30)": {"left": 1}}]},
        {"rows": [{"k": 0, "error_bound": 1}]},
        {"rows": [{"k": 0, "(30)": {"left": "a", "right": 1}}]},
        {"variant": None},
        {"verdict": 3},
    ],
)
def test_a_certificate_that_lacks_something_is_one_sentence(toy, spoilt):
    certificate(toy, "one", "image-ipadnet", GOOD)
    path = toy / "results/paper/certificates/one/image-ipadnet.json"
    path.write_text(json.dumps([WHOLE, WHOLE]))
    page("paper", toy)
    path.write_text(json.dumps([WHOLE, WHOLE | spoilt]))
    with pytest.raises(PadnetError, match="certificate 1 of one/image-ipadnet.json lacks its variant, verdict"):
        page("paper", toy)


@pytest.mark.parametrize("content", [WHOLE, [1], 3, [{key: WHOLE[key] for key in WHOLE if key != "holds"}]])
def test_a_file_of_something_else_is_one_sentence(toy, content):
    certificate(toy, "one", "image-ipadnet", GOOD)
    (toy / "results/paper/certificates/one/image-ipadnet.json").write_text(json.dumps(content))
    with pytest.raises(PadnetError, match="certificate 0 of one/image-ipadnet.json lacks"):
        page("paper", toy)
