"""The run on one GPU: its steps in order, what is brought back, and what is refused. No step is executed here."""

from types import SimpleNamespace

import pytest

from padnet.errors import InputError, PadnetError
from padnet.experiments import one_gpu


@pytest.fixture
def steps(toy, monkeypatch):
    """The commands that were run in a toy project; each "training" writes weights, each restoration a record."""
    ran = []

    def run(words, cwd, env, check):
        ran.append((words[1:], env["OMP_NUM_THREADS"]))
        made = (
            "weights/paper/image-ipadnet.json" if "train_image" in words[2] else "results/paper/records/sun/image-x.csv"
        )
        (toy / made).parent.mkdir(parents=True, exist_ok=True)
        (toy / made).write_text("made")
        return SimpleNamespace(returncode=int(words[2] in ran_into))

    ran_into = set()
    monkeypatch.setattr(one_gpu.subprocess, "run", run)
    return SimpleNamespace(ran=ran, fail=ran_into, root=toy)


def test_the_steps_and_what_comes_back(steps, tmp_path):
    one_gpu.run(tmp_path / "out", 3, device="cpu", root=steps.root)
    modules = [next(word for word in words if word.startswith("padnet.")) for words, _ in steps.ran]
    assert modules == [
        "padnet.experiments.train_image",
        "padnet.experiments.ship",
        "padnet.evaluation.bench",
        "padnet.evaluation.image",
    ]
    assert steps.ran[0][0][-4:] == ["--device", "cpu", "--minutes", "3"] and steps.ran[-1][1] == "1"
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.*")) == ["image-ipadnet.json", "image-x.csv"]


def test_every_option_changes_the_steps(tmp_path):
    usual = one_gpu.commands(tmp_path, 7, "sun", "cuda", 16)
    for other in (
        (tmp_path / "a", 7, "sun", "cuda", 16),
        (tmp_path, 8, "sun", "cuda", 16),
        (tmp_path, 7, "sun-20", "cuda", 16),
        (tmp_path, 7, "sun", "cpu", 16),
        (tmp_path, 7, "sun", "cuda", 4),
    ):
        assert one_gpu.commands(*other) != usual


def test_what_was_made_before_a_failure_is_brought_back(steps, tmp_path):
    steps.fail.add("padnet.evaluation.bench")
    with pytest.raises(PadnetError, match=r"padnet.evaluation.bench .* failed; what was made before is in"):
        one_gpu.run(tmp_path / "out", 3, device="cpu", root=steps.root)
    assert len(steps.ran) == 3 and (tmp_path / "out/weights/paper/image-ipadnet.json").is_file()


def test_what_is_refused(steps, tmp_path, monkeypatch):
    monkeypatch.setattr(one_gpu.torch.cuda, "is_available", lambda: False)
    with pytest.raises(InputError, match="there is no GPU"):
        one_gpu.main(["--out", str(tmp_path / "out")])
    with pytest.raises(InputError, match="give a positive number"):
        one_gpu.run(tmp_path / "out", 0, device="cpu", root=steps.root)
    assert not steps.ran and not (tmp_path / "out").exists()
