"""dvc.yaml: its module lists, its graph, and its promises, tried on a copy with quick stand-ins for the long stages."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import fast_dvc
import pytest
import stub

from padnet.cli import paper
from padnet.errors import InputError, PadnetError
from padnet.experiments import ship
from padnet.labels import COMPARED, HAZE
from padnet.project import console, deps
from padnet.project.params import read_yaml
from padnet.project.paths import PROFILES
from padnet.reporting.table1 import METHODS
from padnet.reporting.table2 import TRAINED

SHORT = (
    "data/sample_pictures",
    "data/fetch",
    "experiments/tune",
    "experiments/train_gradient",
    "experiments/train_image",
    "experiments/train_haze",
    "experiments/train_airlight",
    "experiments/train_baseline",
    "experiments/train_ladder",
    "experiments/train_seeds",
    "evaluation/airlight",
    "evaluation/gradient",
    "evaluation/image",
    "evaluation/heldout",
    "evaluation/colour",
    "reporting/ssim_definitions",
    "verify/kept_runs",
    "evaluation/deblurring",
    "evaluation/haze",
    "evaluation/dehazing",
    "evaluation/levin_check",
    "notebook/run",
    "ablations/run",
    "evaluation/converge",
    "evaluation/explicit_networks",
)
LEFT = {method: ("quick",) for method in ("iddbm3d", "epll")}  # sets that a slow method is not run on


def dvc(folder, *arguments):
    """Run dvc in `folder`; return what it says."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("fast_dvc.py"), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def shipped(folder):
    """Make the networks of the package those that the stand-ins train."""
    for place, names in ship.SHIPPED.items():
        for name in names:
            for ending, text in stub.TRAINED.items():
                (folder / place / f"{name}.{ending}").write_text(text)


def git(folder, *arguments):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *arguments], cwd=folder, check=True, capture_output=True
    )


def ran(output):
    """The stages that a `dvc repro` ran."""
    return [line.split("'")[1] for line in output.splitlines() if line.startswith("Running stage")]


@pytest.fixture(scope="module", autouse=True)
def _fast():
    """padnet.cli.paper asks DVC in this process."""
    with pytest.MonkeyPatch.context() as patched:
        fast_dvc.hasten(patched.setattr)
        yield


@pytest.fixture(scope="module")
def made(root, tmp_path_factory):
    """A copy of the project, with stand-ins, that has run both profiles and committed them."""
    folder = tmp_path_factory.mktemp("made")
    for name in ("dvc.yaml", "params.yaml", ".gitignore", ".dvcignore", "notebooks", "reference", "padnet"):
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, folder / name)
    (folder / ".dvc").mkdir()
    shutil.copy(root / ".dvc/config", folder / ".dvc")
    (folder / ".dvc/.gitignore").write_text("/tmp\n/cache\n/config.local\n")
    (folder / "data.dvc").write_text("deps:\n- path: downloads\nouts:\n- path: data/paper\n  cache: false\n")
    for name in SHORT:
        shutil.copy(Path(__file__).with_name("stub.py"), folder / f"padnet/{name}.py")
    shipped(folder)
    git(folder, "init", "-q")
    deps.write_lists(folder / deps.FOLDER, folder)  # those of the stand-ins
    first = ran(dvc(folder, "repro", "compare@quick"))
    assert "hash" not in (folder / "data.dvc").read_text() and not (folder / "downloads").exists()
    second = ran(dvc(folder, "repro", *paper.TARGETS))
    assert len(first) == len(set(first)) and "fetch" not in first and "fetch" in second and "sample" not in second
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "made")
    return folder


@pytest.fixture
def clone(made, tmp_path):
    """A fresh clone of `made`: neither data nor the quick profile's results."""
    git(tmp_path, "clone", "-q", str(made), "clone")
    return tmp_path / "clone"


def test_the_files_of_the_stages_are_what_the_code_says(root):
    advice = "run python -m padnet.project.deps --write"
    assert (root / "dvc.yaml").read_text() == deps.rewritten(root), advice
    assert deps.stale(root) == [], advice


@pytest.fixture
def bare(toy):
    """A toy project with a package and a reference folder of its own."""
    for name in ("padnet", "reference"):
        (toy / name).unlink()  # links to the project's
        (toy / name).mkdir()
    return toy


def test_a_file_tells_what_a_stage_runs_and_the_index_every_module(bare):
    toy = bare
    text = "stages:\n  a:\n    cmd: python -m padnet.errors\n  b:\n    do: {cmd: python -m padnet.b}\n  modules: {}\n"
    (toy / "dvc.yaml").write_text(text)
    for name, code in {"__init__": "", "errors": "x = 1\n", "b": "import padnet.errors\n"}.items():
        (toy / f"padnet/{name}.py").write_text(code)
    folder = toy / deps.FOLDER
    assert deps.stale(toy) == ["a", "b", "index"]
    deps.write_lists(folder, toy)
    assert deps.stale(toy) == [] and sorted(path.name for path in folder.iterdir()) == ["a.txt", "b.txt", "index.txt"]
    index = dict(line.split("  ")[::-1] for line in (folder / "index.txt").read_text().splitlines())
    assert list(index) == ["padnet/__init__.py", "padnet/b.py", "padnet/errors.py"]
    of = sorted({*index.values()} - {index["padnet/b.py"]})
    assert (folder / "a.txt").read_text() == hashlib.sha256("\n".join(of).encode()).hexdigest() + "\n"
    (toy / "padnet/b.py").write_text("import padnet.errors  # edited\n")
    assert deps.stale(toy) == [] == deps.changed_modules(toy)
    (toy / "padnet/b.py").write_text("import padnet.errors\n\ny = 1\n")
    assert deps.stale(toy) == ["b", "index"] and deps.changed_modules(toy) == ["padnet/b.py"]
    (toy / "padnet/errors.py").write_text("x = 2\n")
    assert deps.stale(toy) == ["a", "b", "index"] and deps.changed_modules(toy) == ["padnet/errors.py"]
    (folder / "gone.txt").write_text("")
    assert "gone" in deps.stale(toy)
    deps.write_lists(folder, toy)
    assert deps.stale(toy) == [] and not (folder / "gone.txt").exists()


def test_imports_are_followed_through_packages_and_functions(tmp_path):
    files = {
        "padnet/__init__.py": "",
        "padnet/a/__init__.py": "",
        "padnet/a/b.py": "import numpy\nfrom padnet import c",
        "padnet/c.py": "def f():\n    import padnet.d",
        "padnet/d.py": "",
        "padnet/e.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    expected = ["padnet/__init__.py", "padnet/a/__init__.py", "padnet/a/b.py", "padnet/c.py", "padnet/d.py"]
    assert deps.imports("from padnet.a import b", tmp_path) == expected
    assert deps.stage_modules("python -m padnet.a.b --x", tmp_path) == expected
    with pytest.raises(InputError, match=r"not valid Python \(line 1\)"):
        deps.imports("import", tmp_path)
    with pytest.raises(InputError, match="cannot tell what the stage command"):
        deps.stage_modules("./train.sh", tmp_path)
    with pytest.raises(InputError, match="there is no notebook .*00_gone.ipynb"):
        deps.stage_modules("python -m padnet.a.b --name 00_gone", tmp_path)


def test_deps_prints_and_writes_only_when_asked(bare, capsys):
    toy = bare
    text = (
        "stages:\n  a:\n    cmd: python -m padnet.errors\n    deps:\n      - data\n      - reference/modules/gone.txt\n"
    )
    (toy / "dvc.yaml").write_text(text)
    for name in ("__init__", "errors"):
        (toy / f"padnet/{name}.py").touch()
    assert console.run(deps.main, []) == 0
    printed = capsys.readouterr().out
    assert "reference/modules/a.txt" in printed and "gone" not in printed and "- data" in printed
    assert (toy / "dvc.yaml").read_text() == text and not (toy / deps.FOLDER).exists()
    assert console.run(deps.main, ["--write"]) == 0
    assert (toy / "dvc.yaml").read_text() == printed and len((toy / deps.FOLDER / "a.txt").read_text()) == 65
    (toy / deps.FOLDER / "a.txt").unlink()
    assert console.run(deps.main, ["--out", deps.FOLDER]) == 0
    assert len((toy / deps.FOLDER / "a.txt").read_text()) == 65


def test_the_comparison_of_a_profile_needs_every_record_of_it(made):
    lock = read_yaml(made / "dvc.lock")["stages"]
    of = {out["path"]: name for name, stage in lock.items() for out in stage["outs"]}
    assert {"quick-train", "quick-benchmark", "quick-notebooks", "report@quick", "compare@quick"} <= set(lock)
    for profile in PROFILES:
        sets = {"quick": ["quick"], "paper": ["levin-1pct", "levin-real"]}[profile]
        compared = {"quick": ["quick"], "paper": [*sets, "sun-20"]}[profile]
        images = {"quick": ["quick"], "paper": [*compared, "sun-80"]}[profile]
        haze = {"quick": "quick-haze", "paper": "middlebury-haze"}[profile]
        records = [
            *(f"{name}/gradient-{method}" for method in METHODS for name in sets),
            *(f"{name}/image-{method}" for method in ("ipadnet", "epadnet") for name in images),
            *(f"{name}/compared-{m}" for m in COMPARED for name in compared if name not in LEFT.get(m, ())),
            *(f"{haze}/haze-{method}" for method in HAZE),
        ]
        weights = [*(f"methods-{name}" for name in (*TRAINED, "cai", "ren")), "image-ipadnet", "haze-ipadnet"]
        weights += ["airlight-network"] if profile == "paper" else []
        weights += [f"gradient-epadnet-{prior}{end}" for prior in ("l1", "l0.8", "l0") for end in ("", "-control")]
        wanted = [f"results/{profile}/records/{name}.csv" for name in records]
        wanted += [f"weights/{profile}/{name}.safetensors" for name in weights]
        assert set(wanted) <= set(of)
    assert "anchor" in lock


def test_run_again_does_nothing(made):
    assert ran(dvc(made, "repro")) == []
    dvc(made, "status", "-q")


def test_metrics_and_plots_can_be_shown(made):
    shown = dvc(made, "metrics", "show")
    assert "gradient_error.epadnet_l1" in shown and "failed" not in shown
    assert "index.html" in dvc(made, "plots", "show")


def test_a_clone_is_up_to_date_for_the_paper_profile(clone, monkeypatch, capsys):
    monkeypatch.chdir(clone)
    assert console.run(paper.main, []) == 0
    assert console.run(paper.main, ["--check"]) == 0
    assert capsys.readouterr().out.count("The paper profile is up to date") == 2
    assert not (clone / "data").exists() and not (clone / "downloads").exists()


def edit(folder, name):
    """Change what a module does, and the files of the stages that reach it."""
    path = folder / f"padnet/{name}.py"
    path.write_text(path.read_text() + "edited = True\n")
    deps.write_lists(folder / deps.FOLDER, folder)


def test_a_clone_fetches_only_for_stages_that_read_the_files(clone):
    edit(clone, "reporting/pages")  # only the report's, the comparison's and those of seeds and held-out pictures
    assert paper.needed(clone) == ["--allow-missing"]
    ran_now = ran(dvc(clone, "repro", "--allow-missing", *paper.TARGETS))
    assert sorted(ran_now) == ["compare@paper", "heldout-table", "modules", "report@paper", "spread"]
    assert not (clone / "data").exists()
    edit(clone, "experiments/train_gradient")
    assert paper.needed(clone) == []


def test_an_edit_that_no_list_of_the_paper_profile_sees_makes_nothing_stale(clone, monkeypatch, capsys):
    monkeypatch.chdir(clone)
    edit(clone, "project/deps")
    assert console.run(paper.main, ["--check"]) == 0
    assert "up to date" in capsys.readouterr().out


def test_a_parameter_reruns_its_own_profile_only(made, tmp_path):
    folder = shutil.copytree(made, tmp_path / "copy")
    params = folder / "params.yaml"
    text = params.read_text()

    def stages_after(old, new):
        assert old in text
        params.write_text(text.replace(old, new, 1))
        return ran(dvc(folder, "repro", "--dry"))

    # What a training does not read does not train again.
    stages = stages_after("quick:\n  gradient:\n", "quick:\n  gradient:\n    edited: 1\n")
    assert {"quick-train", "quick-benchmark", "quick-notebooks"} <= set(stages)
    assert not [name for name in stages if "paper" in name or "levin" in name]
    stages = stages_after("paper:\n  gradient:\n", "paper:\n  gradient:\n    edited: 1\n")
    assert "tune@admm" in stages and not {"train-ipadnet", "train-epadnet@l1"} & set(stages)
    assert not [name for name in stages if "quick" in name]
    head, tail = text.split("\npaper:\n")
    plan = tail[tail.index("    plan:") :].splitlines()[1]
    stages = stages_after(plan, plan.replace("{", "{edited: 1, "))
    assert {"train-ipadnet", "train-epadnet@l0.8"} <= set(stages) and plan not in head
    assert not [name for name in stages if "quick" in name]


def test_the_check_runs_nothing_and_fails_when_something_is_out_of_date(clone, monkeypatch, capsys):
    monkeypatch.chdir(clone)
    layout = clone / "padnet/reporting/table_format.py"
    layout.write_text(layout.read_text() + "edited = True\n")
    lock = (clone / "dvc.lock").read_bytes()
    assert console.run(paper.main, ["--check"]) == 1
    assert "the files in reference/modules are older than the code" in capsys.readouterr().err
    deps.write_lists(clone / deps.FOLDER, clone)
    assert console.run(paper.main, ["--check"]) == 1
    assert "older than what they depend on" in capsys.readouterr().err
    assert (clone / "dvc.lock").read_bytes() == lock


def test_an_output_that_no_run_has_made_is_told(clone):
    path = clone / "dvc.yaml"
    line = "      - results/paper/tables/seeds.md: {cache: false}\n"
    assert line in path.read_text()
    path.write_text(path.read_text().replace(line, line + line.replace("seeds.md", "more.md")))
    with pytest.raises(PadnetError, match="spread has an output that no run has made: run dvc repro -s spread"):
        paper.needed(clone)


@pytest.mark.parametrize(
    "lists, options, sentence",
    [
        (
            "old",
            None,
            "the files in reference/modules are older than the code: run python -m padnet.project.deps --write",
        ),
        ("old", [], "the committed results of the paper profile are older than what they depend on: run make paper"),
        ("new", [], "the committed results of the paper profile are older than what they depend on: run make paper"),
        ("new", None, ""),
    ],
)
def test_the_check_says_what_is_old(bare, monkeypatch, capsys, lists, options, sentence):
    (bare / "dvc.yaml").write_text("stages:\n  only-quick:\n    cmd: python -m padnet.errors\n  modules: {}\n")
    for name in ("__init__", "errors"):
        (bare / f"padnet/{name}.py").write_text("x = 1\n")
    deps.write_lists(bare / deps.FOLDER, bare)
    if lists == "old":
        (bare / "padnet/errors.py").write_text("x = 2\n")
    before = (bare / deps.FOLDER / "only-quick.txt").read_text()
    monkeypatch.setattr(paper, "needed", lambda root: options)  # what DVC finds
    monkeypatch.setattr(paper.ship, "stale", lambda root: [])
    monkeypatch.setattr(paper.subprocess, "run", lambda *a, **k: pytest.fail("--check ran something"))
    assert console.run(paper.main, ["--check"]) == (1 if sentence else 0)
    said = capsys.readouterr()
    assert said.err.startswith(f"padnet: {sentence}") if sentence else not said.err
    assert ("is up to date" in said.out) is not bool(sentence)
    assert (bare / deps.FOLDER / "only-quick.txt").read_text() == before


def test_a_broken_pipeline_is_one_sentence(bare, monkeypatch, capsys):
    (bare / ".dvc").mkdir()
    (bare / ".dvc/config").write_text("[core]\n    no_scm = true\n")
    (bare / "dvc.yaml").write_text("stages:\n  only:\n    cmd: python -m padnet.errors\n")
    for name, text in {"__init__": "", "errors": "raise SystemExit(1)\n"}.items():
        (bare / f"padnet/{name}.py").write_text(text)
    for owner, name in ((paper, "TARGETS"), (ship, "STAGES")):
        monkeypatch.setattr(owner, name, ("only",))
    assert console.run(paper.main, []) == 1
    assert "padnet: the paper profile is not complete" in capsys.readouterr().err
    (bare / "dvc.yaml").write_text("stages: [\n")
    with pytest.raises(PadnetError, match="DVC cannot tell"):
        paper.needed(bare)


def test_every_row_of_table_3_is_an_output(made):
    outputs = [out["path"] for stage in read_yaml(made / "dvc.lock")["stages"].values() for out in stage["outs"]]
    for name in ("quick-haze", "middlebury-haze"):
        assert {Path(out).stem for out in outputs if f"/records/{name}/" in out} == {
            f"haze-{method}" for method in HAZE
        }
