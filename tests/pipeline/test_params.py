"""params.yaml: YAML 1.2, exact keys, exact types, one sentence for anything else."""

import pytest

from padnet.errors import InputError, PadnetError
from padnet.pipeline import params
from padnet.pipeline.paths import check_profile, find_root, results

SCHEMA = {"rate": float, "steps": int, "name": str, "flag": bool, "priors": [float], "net": {"width": int}}
GOOD = "rate: 1e-4, steps: 3, name: a, flag: false, priors: [1, 0.8], net: {width: 8}"


@pytest.fixture
def write(tmp_path):
    def write(quick=GOOD, seed="1711"):
        path = tmp_path / "params.yaml"
        path.write_text(
            f"seed: {seed}\nquick:\n  gradient:\n    train: {{{quick}}}\npaper: {{gradient: {{train: {{}}}}}}\n"
        )
        return path

    return write


def section(path):
    return params.section("quick", "gradient.train", SCHEMA, path)


def test_values_keep_their_types(write):
    assert section(write()) == {
        "rate": 1e-4,
        "steps": 3,
        "name": "a",
        "flag": False,
        "priors": [1.0, 0.8],
        "net": {"width": 8},
    }
    assert isinstance(section(write())["priors"][0], float)
    assert params.load("quick", write())["gradient"]["train"]["rate"] == 1e-4
    assert params.load_seed(write()) == 1711


@pytest.mark.parametrize(
    "text, named",
    [
        (
            GOOD + ", stepz: 1",
            "unknown parameter quick.gradient.train.stepz in params.yaml: the keys of .*train are rate, steps",
        ),
        (GOOD.replace("steps: 3, ", ""), "missing parameter quick.gradient.train.steps in params.yaml"),
        (GOOD.replace("width: 8", ""), "missing parameter quick.gradient.train.net.width"),
        (GOOD.replace("steps: 3", "steps: 3.5"), "steps in params.yaml is 3.5: it must be a whole number"),
        (GOOD.replace("steps: 3", "steps: true"), "steps in params.yaml is True"),
        (GOOD.replace("rate: 1e-4", "rate: fast"), "rate in params.yaml is 'fast': it must be a number"),
        (GOOD.replace("flag: false", "flag: 0"), "flag in params.yaml is 0: it must be true or false"),
        (GOOD.replace("name: a", "name: 1"), "it must be a text"),
        (GOOD.replace("[1, 0.8]", "1"), "it must be a list"),
        (GOOD.replace("[1, 0.8]", "[]"), "it must be a list of at least one entry"),
        (GOOD.replace("[1, 0.8]", "[1, x]"), r"priors\[1\] in params.yaml is 'x'"),
        (GOOD.replace("net: {width: 8}", "net: 8"), "net in params.yaml is 8: it must hold the keys width"),
        (GOOD + ", steps: 4", "line 4 cannot be read"),
        ("rate: [", "cannot be read"),
    ],
)
def test_a_bad_parameter_is_named_in_one_sentence(write, text, named):
    with pytest.raises(InputError, match=named) as caught:
        section(write(text))
    assert "\n" not in str(caught.value)


def test_missing_section_profile_and_file(write, tmp_path):
    with pytest.raises(InputError, match="no section quick.gradient.tune"):
        params.section("quick", "gradient.tune", SCHEMA, write())
    with pytest.raises(InputError, match="no profile 'fast': use one of quick, paper"):
        params.load("fast", write())
    path = tmp_path / "other.yaml"
    path.write_text("seed: 1\n")
    with pytest.raises(InputError, match="other.yaml has no section quick"):
        params.load("quick", path)
    with pytest.raises(InputError, match="none.yaml does not exist"):
        params.load("quick", tmp_path / "none.yaml")


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", "true", ""])
def test_bad_seed(write, seed):
    with pytest.raises(InputError, match="it must be a whole number, 0 or more"):
        params.load_seed(write(seed=seed))


def test_the_file_is_found_from_a_folder_below(toy, monkeypatch):
    monkeypatch.chdir(toy / "notebooks")
    assert params.load("paper")["gradient"]["steps"] == 3
    assert find_root() == toy
    assert results("quick") == toy / "results" / "quick"


def test_outside_the_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PadnetError, match="run the command inside the project folder"):
        find_root()
    with pytest.raises(InputError, match="no profile"):
        check_profile("fast")


def test_both_profiles_of_the_project_have_the_same_keys(root):
    def keys(value):
        return {key: keys(entry) for key, entry in value.items()} if isinstance(value, dict) else None

    assert keys(params.load("quick", root / "params.yaml")) == keys(params.load("paper", root / "params.yaml"))
    assert params.load_seed(root / "params.yaml") >= 0
