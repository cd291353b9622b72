"""What the lessons read before `make repro`: committed results, and one line that says so."""

import shutil

import pytest

from padnet.errors import InputError
from padnet.evaluation.gradient import benchmark_fields, load_networks
from padnet.experiments.gradient import Experiment
from padnet.notebook import inputs
from padnet.notebook.inputs import LIVE, NEEDS, at_hand


@pytest.fixture
def clone(tmp_path, root):
    """A fresh clone: what is committed of results and networks, and nothing of the quick profile."""
    for name in ("results/paper", "weights/paper"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(root / name, target_is_directory=True)
    shutil.copy(root / "params.yaml", tmp_path)
    return tmp_path


def filled(root, lesson):
    """Empty files in the places that a lesson reads in the quick profile."""
    for place in ("data/{}/test/*.png", *NEEDS[lesson]):
        path = root / place.format("quick").replace("*", "x")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.mark.parametrize("lesson", NEEDS)
def test_a_fresh_clone_reads_committed_results_and_says_so_in_one_line(clone, lesson, capsys):
    here = at_hand(lesson, "quick", clone)
    said = capsys.readouterr().out
    assert said.count("\n") == 1 and "`make repro`" in said
    assert here.profile == "paper" and here.borrowed and (here.deblurring, here.haze) == LIVE["quick"]
    assert sorted(path.name for path in (here.data / "test").glob("*.png"))[0] == "astronaut.png"
    assert not here.figures.is_relative_to(clone) and not (clone / "data").exists()
    assert all(any(clone.glob(place.format("paper"))) for place in NEEDS[lesson])


def test_the_examples_run_with_the_committed_networks(clone):
    here = at_hand("proofs", "quick", clone)
    experiment = Experiment(here.profile, clone / "params.yaml")
    pairs, fields = benchmark_fields(here.deblurring, experiment, here.home)
    networks = load_networks(here.profile, "epadnet-l1", experiment, clone)
    assert len(pairs) == len(fields.y) == 12 and len(networks) == experiment.stop.k_max


@pytest.mark.parametrize("lesson", NEEDS)
def test_after_make_repro_nothing_is_borrowed_and_nothing_said(clone, lesson, capsys):
    filled(clone, lesson)
    here = at_hand(lesson, "quick", clone)
    assert (here.profile, here.borrowed, here.home) == ("quick", False, clone)
    assert here.data == clone / "data/quick" and here.figures == clone / "results/quick"
    assert not capsys.readouterr().out


@pytest.mark.parametrize("place", NEEDS["gradient"])
def test_one_missing_file_is_enough_to_borrow(clone, place):
    filled(clone, "gradient")
    (clone / place.format("quick").replace("*", "x")).unlink()
    assert at_hand("gradient", "quick", clone).borrowed


def test_pictures_that_are_there_are_not_made_again(clone, monkeypatch):
    filled(clone, "image")
    shutil.rmtree(clone / "results/quick")
    monkeypatch.setattr(inputs, "sample", None)
    assert at_hand("image", "quick", clone).data == clone / "data/quick"


def test_the_paper_profile_is_never_replaced(clone, capsys):
    here = at_hand("haze", "paper", clone)
    assert (here.profile, here.borrowed, here.haze) == ("paper", False, "middlebury-haze")
    assert here.figures == clone / "results/paper" and not capsys.readouterr().out


def test_an_unknown_lesson_or_profile_is_one_sentence(clone):
    with pytest.raises(InputError, match="no lesson 'music'"):
        at_hand("music", "quick", clone)
    with pytest.raises(InputError, match="no profile 'slow'"):
        at_hand("haze", "slow", clone)
