"""Every experiment has its own entry point; `padnet train` finds it by its name."""

from importlib import import_module

import pytest

from padnet.errors import InputError
from padnet.experiments import train


def test_every_entry_point_is_named(root):
    found = {path.stem.removeprefix("train_") for path in (root / "padnet/experiments").glob("train_*.py")}
    assert found == {*train.NAMES}


@pytest.mark.parametrize("name", train.NAMES)
def test_help_lists_the_models_and_another_one_is_rejected(name, capsys):
    entry = import_module(f"padnet.experiments.train_{name}").ENTRY
    with pytest.raises(SystemExit) as ended:
        train.main(["--experiment", name, "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0 and f"padnet train --experiment {name}" in shown
    assert all(model in shown for model in entry.models)
    with pytest.raises(InputError, match="there is no"):
        train.main([f"--experiment={name}", "--profile", "quick", "--model", "none"])


def test_help_without_an_experiment_lists_them_and_an_unknown_one_is_rejected(capsys):
    with pytest.raises(SystemExit) as ended:
        train.main(["--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in train.NAMES)
    with pytest.raises(SystemExit):
        train.main(["--experiment", "none", "--help"])
    assert "invalid choice: 'none'" in capsys.readouterr().err


def test_without_an_experiment_it_is_the_gradient_domain_s(capsys):
    with pytest.raises(InputError, match="there is no model 'none': use one of ipadnet, epadnet-l1"):
        train.main(["--profile", "quick", "--model", "none"])
