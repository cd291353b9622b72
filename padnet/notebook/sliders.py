"""Sliders for JupyterLab. When papermill runs a notebook, they are replaced by a static cell.

def stage(p, guard): ...           # prints a number, shows a figure
explore(stage, p=Slider(0, 1, 0.1, 0.8), guard=Switch(True))   # a separate cell, tagged `interactive`
stage(p=0.8, guard=True)           # the next cell: static version with the initial values of the sliders
"""

import os
from collections.abc import Callable
from dataclasses import dataclass

import ipywidgets
from IPython.display import Javascript, display

from padnet.errors import InputError

__all__ = ["Choice", "Slider", "Switch", "explore"]

STATIC = "PADNET_STATIC"  # set by the notebook runner: no widgets, because their state differs between runs
# The handle of an ipywidgets slider has no name that a screen reader could say: it gets that of the label beside it.
NAMED = """for (const wait of [0, 300, 1500, 5000]) setTimeout(() => {
  for (const slider of document.querySelectorAll('.widget-slider')) {
    const label = slider.querySelector('.widget-label');
    slider.querySelectorAll('[role=slider]').forEach(e => label && e.setAttribute('aria-label', label.textContent));
  }
}, wait);"""


@dataclass(frozen=True)
class Slider:
    """Numbers from `least` to `most` in steps of `step`, initially `value`; integers if all four are integers."""

    least: float
    most: float
    step: float
    value: float

    def __post_init__(self):
        if not self.least <= self.value <= self.most or not 0 < self.step <= self.most - self.least:
            raise InputError(
                f"a slider from {self.least} to {self.most} in steps of {self.step} cannot begin at {self.value}."
            )

    def widget(self, name: str):
        """The ipywidget, labelled `name`."""
        whole = all(isinstance(v, int) for v in (self.least, self.most, self.step, self.value))
        kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        return kind(
            value=self.value,
            min=self.least,
            max=self.most,
            step=self.step,
            description=name,
            continuous_update=False,
            **({} if whole else {"readout_format": ".3g"}),
        )


@dataclass(frozen=True)
class Switch:
    """A Boolean control."""

    value: bool

    def widget(self, name: str):
        """The ipywidget, labelled `name`."""
        return ipywidgets.Checkbox(value=self.value, description=name)


@dataclass(frozen=True)
class Choice:
    """A selection of one of several values; initially the first."""

    options: tuple

    def __post_init__(self):
        if len(self.options) < 2:
            raise InputError(f"a choice is between two things or more, not {len(self.options)}.")

    @property
    def value(self):
        """The initial value."""
        return self.options[0]

    def widget(self, name: str):
        """The ipywidget, labelled `name`."""
        return ipywidgets.Dropdown(options=list(self.options), value=self.value, description=name)


def explore(function: Callable, **controls) -> None:
    """Call `function` whenever a control changes, with its output below the controls.

    controls: a Slider, Switch or Choice for every argument. When the notebook runner executes the notebook, one line
    states the initial values instead; the next cell, the static version, calls the function with them.
    Raises InputError if there is no control, or an argument is not a control.
    """
    if not controls:
        raise InputError("there is nothing to move: give explore a Slider, Switch or Choice for every argument.")
    for name, control in controls.items():
        if not isinstance(control, Slider | Switch | Choice):
            raise InputError(f"{name} = {control!r} is nothing to move: give explore a Slider, Switch or Choice.")
    if os.environ.get(STATIC):
        starts = ", ".join(f"{name} = {control.value}" for name, control in controls.items())
        print(f"In JupyterLab there are controls here, which begin with {starts}.")
        return
    widgets = {name: control.widget(name) for name, control in controls.items()}
    display(ipywidgets.VBox([*widgets.values(), ipywidgets.interactive_output(function, widgets)]))
    display(Javascript(NAMED))
