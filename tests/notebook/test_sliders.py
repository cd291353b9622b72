"""Sliders call the function again; under the notebook runner a line stands in their place."""

import ipywidgets
import pytest

from padnet.errors import InputError
from padnet.notebook import sliders
from padnet.notebook.sliders import Choice, Slider, Switch, explore

CONTROLS = {
    "p": Slider(0.0, 1.0, 0.1, 0.8),
    "stages": Slider(1, 6, 1, 3),
    "guard": Switch(True),
    "net": Choice(("own", "noise")),
}


def test_moving_a_slider_calls_the_function_with_the_new_value(monkeypatch):
    monkeypatch.delenv(sliders.STATIC, raising=False)
    calls, shown = [], []
    monkeypatch.setattr(sliders, "display", shown.append)
    explore(lambda **values: calls.append(values), **CONTROLS)
    begin = {"p": 0.8, "stages": 3, "guard": True, "net": "own"}
    assert calls == [begin]
    p, stages, guard, net, _ = shown[0].children
    assert "aria-label" in shown[1].data  # look.py sees in JupyterLab that every slider has its name
    assert isinstance(stages, ipywidgets.IntSlider) and isinstance(p, ipywidgets.FloatSlider)
    assert [w.description for w in (p, stages, guard, net)] == list(CONTROLS)
    stages.value = 5
    guard.value = False
    net.value = "noise"
    assert calls[1:] == [
        begin | {"stages": 5},
        begin | {"stages": 5, "guard": False},
        begin | {"stages": 5, "guard": False, "net": "noise"},
    ]


def test_the_notebook_runner_gets_a_line_and_no_widget(monkeypatch, capsys):
    monkeypatch.setenv(sliders.STATIC, "1")
    explore(lambda **values: pytest.fail("called"), **CONTROLS)
    assert capsys.readouterr().out == (
        "In JupyterLab there are controls here, which begin with p = 0.8, stages = 3, guard = True, net = own.\n"
    )


@pytest.mark.parametrize(
    "values", [(0, 1, 0.1, 2), (0, 1, 0, 0.5), (0, 1, 2, 0.5), (1, 0, 0.1, 0.5), (0, 1, 0.1, float("nan"))]
)
def test_a_slider_that_cannot_stand_is_refused(values):
    with pytest.raises(InputError, match="cannot begin at"):
        Slider(*values)


def test_nothing_to_choose_is_refused():
    with pytest.raises(InputError, match="between two things"):
        Choice(("one",))
    with pytest.raises(InputError, match="nothing to move"):
        explore(print)


@pytest.mark.parametrize("static", [True, False])
def test_what_is_no_control_is_refused(monkeypatch, static):
    monkeypatch.setenv(sliders.STATIC, "1" if static else "")
    with pytest.raises(InputError, match=r"q = 3 is nothing to move: give explore a Slider, Switch or Choice"):
        explore(print, p=CONTROLS["p"], q=3)
