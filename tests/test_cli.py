"""The `padnet` command: a thin way to the pipeline's modules, one sentence for an error."""

import importlib

import pytest

from padnet import __version__
from padnet.cli import main as cli
from padnet.errors import PadnetError
from padnet.project import console


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert all(command in said for command in cli.COMMANDS)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_reaches_its_module(command, capsys):
    module = importlib.import_module(f"padnet.{cli.COMMANDS[command][0]}")
    assert callable(module.main) and callable(module.add_arguments)
    with pytest.raises(SystemExit) as ended:
        cli.main([command, "--help"])
    assert ended.value.code == 0
    assert f"padnet {command}" in capsys.readouterr().out


def test_options_are_passed_on_and_errors_are_one_line(toy, capsys):
    assert cli.main(["report", "--profile", "quick"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("padnet: ") and "holds no records" in error and error.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["trian"], ["report", "--profile", "fast"]])
def test_a_wrong_command_line_says_what_is_possible(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == 2 and "usage: padnet" in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"padnet {__version__}\n"


def test_console_exit_status(capsys):
    def end(error):
        def main(argv):
            if error:
                raise error

        return main

    assert console.run(end(None)) == 0
    assert console.run(end(PadnetError("the disk is full"))) == 1
    assert capsys.readouterr().err == "padnet: the disk is full\n"
    assert console.run(end(KeyboardInterrupt())) == 130
    assert "run the same command again" in capsys.readouterr().err
    with pytest.raises(ZeroDivisionError):
        console.run(end(ZeroDivisionError()))
