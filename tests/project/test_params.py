"""params.yaml is read as YAML 1.2 and found from below; what is missing or no YAML is told in one sentence."""

import pytest

from padnet.errors import InputError, PadnetError
from padnet.project import params
from padnet.project.paths import check_profile, find_root, results


@pytest.fixture
def write(tmp_path):
    def write(quick="{}", seed="1711"):
        path = tmp_path / "params.yaml"
        path.write_text(f"seed: {seed}\nquick: {quick}\npaper: {{}}\n")
        return path

    return write


def test_numbers_are_those_of_yaml_1_2(write):
    path = write("{gradient: {plan: {rate: 1e-4, name: on}}}")
    assert params.part_of("quick", "gradient.plan", path) == {"rate": 1e-4, "name": "on"}
    assert params.load("quick", path) == {"gradient": {"plan": {"rate": 1e-4, "name": "on"}}}
    assert params.load_seed(path) == 1711


def test_what_was_read_before_changes_nothing_of_what_is_read_again(write):
    params.load("quick", write("{gradient: {steps: 2}}"))["gradient"]["steps"] = 5
    assert params.load("quick", write("{gradient: {steps: 2}}")) == {"gradient": {"steps": 2}}
    assert params.load("quick", write("{gradient: {steps: 3}}")) == {"gradient": {"steps": 3}}


def test_a_missing_section_profile_or_file_is_named(write, tmp_path):
    for name in ("gradient.tune", "gradient.plan.rate"):
        with pytest.raises(InputError, match=f"^params.yaml has no section quick.{name}: add it$"):
            params.part_of("quick", name, write("{gradient: {plan: 3}}"))
    with pytest.raises(InputError, match="no profile 'fast': use one of quick, paper"):
        params.load("fast", write())
    path = tmp_path / "other.yaml"
    path.write_text("seed: 1\n")
    with pytest.raises(InputError, match="other.yaml has no section quick"):
        params.load("quick", path)
    with pytest.raises(InputError, match="none.yaml does not exist"):
        params.load("quick", tmp_path / "none.yaml")


@pytest.mark.parametrize("text", ["{a: 1, a: 2}", "[", '"', "{a: *b}"])
def test_what_is_no_yaml_is_told_in_one_line(write, text):
    with pytest.raises(InputError, match="params.yaml, line [2-4] cannot be read") as caught:
        params.load("quick", write(text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", "true", "'1'", ".nan", ""])
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

    quick, paper = (params.load(profile, root / "params.yaml") for profile in ("quick", "paper"))
    # The quick profile trains its networks for haze removal once, in full precision.
    for own in ("start", "first"):
        paper["haze"].pop(own)
    paper["haze"]["plan"].pop("bfloat16")
    assert keys(quick) == keys(paper)
    assert params.load_seed(root / "params.yaml") >= 0
