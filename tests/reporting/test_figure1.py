"""Figure 1: curves as the runs have them, panels as the paper has them, bytes that repeat."""

import dataclasses
import io

import numpy as np
import pytest
import torch
from matplotlib.image import imread

from padnet.core.history import Run
from padnet.errors import InputError
from padnet.reporting.figure1 import PRIORS, Curves, figure1, rendered
from padnet.reporting.panels import LOOKS


def run(K=3, batch=1, **further):
    """A run whose columns are one longer than the K steps that it took, as those of a batch are."""
    names = {"iteration_error": 1.0, "reconstruction_error": 0.5, "u_error": 0.6, "error": 0.1, "moved": 2.0, **further}
    columns = {name: value * 0.5 ** torch.arange(K + 1.0)[:, None].repeat(1, batch) for name, value in names.items()}
    K = torch.full((batch,), K)
    return Run(torch.zeros(batch, 2, 4, 4), K, K > 0, columns, ())


def curves(factor=1.0, steps=5):
    """The four methods of one prior; the networks take 3 steps, the peers `steps`."""
    peer = Curves.of(run(steps, reconstruction_error=factor))
    return {"admm": peer, "hqs": peer, "ipadnet": Curves.of(run(3)), "epadnet": Curves.of(run(3), 0.2)}


@pytest.fixture(scope="module")
def figure():
    return figure1({prior: curves() for prior in PRIORS}, {})


def lines(axes):
    return [line.get_ydata() for line in axes.get_lines()]


def titled(figure, title):
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def test_curves_end_where_the_run_stopped_and_the_bound_has_its_constant():
    found = Curves.of(run(3), 0.2)
    assert np.array_equal(found.iteration_error, [1, 0.5, 0.25])
    assert np.allclose(found.error, [0.1, 0.05, 0.025]) and np.allclose(found.bound, [0.4, 0.2, 0.1])
    assert len(found.reconstruction_error) == len(found.u_error) == 3


def test_without_a_constant_there_is_no_condition():
    found = Curves.of(run(3))
    assert found.error is None and found.bound is None


def test_a_run_of_several_pairs_is_refused():
    with pytest.raises(InputError, match="one pair, this run has 2"):
        Curves.of(run(3, batch=2))


def test_a_run_without_the_monitor_is_refused():
    bare = run(3)
    del bare.columns["reconstruction_error"]
    with pytest.raises(InputError, match="no column reconstruction_error"):
        Curves.of(bare)
    del bare.columns["moved"]
    bare.columns["reconstruction_error"] = bare.columns["error"]
    with pytest.raises(InputError, match="no column moved"):
        Curves.of(bare, 0.2)


def test_a_method_that_records_no_u_has_no_curve_of_it():
    bare = run(3)
    del bare.columns["u_error"]
    assert Curves.of(bare).u_error is None


def test_there_is_a_panel_of_each_kind_for_each_prior(figure):
    titles = {axes.get_title(loc="left") for axes in figure.axes}
    assert {f"({part}) {title}" for part in "ab" for title in PRIORS.values()} <= titles


def test_the_iteration_error_starts_at_one_and_the_condition_at_zero(figure):
    shown = titled(figure, f"(a) {PRIORS['l1']}").get_lines()
    assert [line.get_xdata()[0] for line in shown] == [1, 1, 1, 1]
    assert [len(line.get_xdata()) for line in shown] == [4, 4, 2, 2]
    conditions = [axes for axes in figure.axes if axes.yaxis.get_ticks_position() == "right"]
    assert len(conditions) == 3
    first = titled(figure, f"(a) {PRIORS['l1']}")
    assert conditions[0].get_xlim() == first.get_xlim() and first.get_xscale() == "symlog"  # one axis of k
    error, bound = lines(conditions[0])
    assert np.allclose(error, [0.1, 0.05, 0.025]) and np.allclose(bound, [0.4, 0.2, 0.1])
    assert conditions[0].get_lines()[0].get_xdata()[0] == 0


def test_the_reconstruction_error_has_u_and_an_inset_of_the_networks(figure):
    axes = titled(figure, f"(b) {PRIORS['l0']}")
    assert len(lines(axes)) == 6  # four methods, and u of two
    (inset,) = axes.child_axes
    assert len(lines(inset)) == 4


def test_tuned_peers_and_condition_1_are_drawn_beside_when_they_are_given():
    beside = {"l1": {method: curves()[method] for method in ("admm", "hqs", "epadnet")}}
    drawn = figure1({"l1": curves()}, beside)
    dashed = [line for line in titled(drawn, f"(b) {PRIORS['l1']}").get_lines() if line.get_linewidth() == 0.9]
    assert [line.get_color() for line in dashed] == [LOOKS[method][1] for method in beside["l1"]]


def test_both_sides_of_condition_1_are_named_and_drawn_where_it_fails():
    failing = dataclasses.replace(curves()["epadnet"], error=np.ones(3), bound=np.full(3, 0.5))
    drawn = figure1({"l1": {**curves(), "epadnet": failing}}, {})
    (axes,) = [axes for axes in drawn.axes if axes.yaxis.get_ticks_position() == "right"]
    error, bound = lines(axes)
    assert (error > bound).all()
    named = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert sum(text.startswith("Condition 1: ") for text in named) == 2 and "EPADNet under Condition 1" in named
    assert "Condition 1, both sides" in [axes.get_ylabel() for axes in drawn.axes]


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_bytes_repeat_and_hold_no_date(ending):
    first, second = (rendered(figure1({"l1": curves()}, {}), ending, 50) for _ in range(2))
    assert first == second
    assert b"dc:date" not in first and b"Software" not in first
    assert rendered(figure1({"l1": curves(2)}, {}), ending, 50) != first  # other curves


def test_the_resolution_changes_the_picture_and_the_ground_is_white(figure):
    small, large = (imread(io.BytesIO(rendered(figure, "png", dpi)), format="png") for dpi in (20, 40))
    assert large.shape[0] > 1.9 * small.shape[0]
    assert np.all(small[0, 0] == 1)


@pytest.mark.filterwarnings("error")
def test_a_run_that_moves_nothing_is_drawn_without_a_warning():
    still = dataclasses.replace(curves()["epadnet"], error=np.zeros(3), bound=np.zeros(3))
    assert rendered(figure1({"l1": {**curves(), "epadnet": still}}, {}), "png", 40)
    at_rest = dataclasses.replace(still, iteration_error=np.zeros(3))
    assert rendered(figure1({"l1": {**dict.fromkeys(curves(), at_rest)}}, {}), "png", 40)


@pytest.mark.parametrize(
    ("priors", "sentence"),
    [
        ({}, "not for no prior"),
        ({"l2": {}}, "not for l2"),
        ({"l1": {"admm": curves()["admm"]}}, "need the methods admm, hqs, ipadnet, epadnet: given are admm"),
        ({"l1": {**curves(), "epadnet": curves()["ipadnet"]}}, "lacks the curves of Condition 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(priors, sentence):
    with pytest.raises(InputError, match=sentence):
        figure1(priors, {})


def test_another_kind_of_file_is_refused(figure):
    with pytest.raises(InputError, match="not pdf"):
        rendered(figure, "pdf")


def test_every_curve_can_be_told_apart_without_its_colour(figure):
    above = titled(figure, f"(a) {PRIORS['l1']}")
    (right,) = [axes for axes in figure.axes if axes.bbox.bounds == above.bbox.bounds and axes is not above]
    marks = [line.get_marker() for axes in (above, right) for line in axes.get_lines()]
    assert len(set(marks)) == len(marks) == 6 and "None" not in marks


def test_epadnet_hides_no_other_curve(figure):
    shown = {line.get_label(): line for line in titled(figure, f"(b) {PRIORS['l1']}").get_lines()}
    assert shown["EPADNet"].get_markerfacecolor() == "white" != shown["IPADNet"].get_markerfacecolor()
    assert shown["EPADNet"].get_zorder() > shown["IPADNet"].get_zorder()
