"""Runs that go on until they have converged, what is told of them, and the committed records."""

import json
from dataclasses import replace
from itertools import groupby
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from skimage.io import imsave
from tiny import parameters as tiny, write_parameters, write_weights
from toys import GARBAGE, prior, random_networks, toy as case_of

from padnet.core.explicit import explicit_padnet
from padnet.core.fidelity import norm
from padnet.core.schedule import Stop
from padnet.data.protocols import protocol
from padnet.errors import InputError, PadnetError
from padnet.evaluation import converge as module, survival
from padnet.evaluation.converge import COLUMNS, CURVES, KINDS, middle, parameters, read_converge
from padnet.evaluation.gradient import left_out
from padnet.evaluation.longrun import curves, go_on, judged, record
from padnet.evaluation.survival import read_survival, shares, spread_over
from padnet.experiments.gradient import PRIORS, Experiment
from padnet.experiments.gradient_problem import problem
from padnet.imaging.batch import Fields, stack
from padnet.project import console
from padnet.project.determinism import deterministic
from padnet.reporting.table1 import holds

TINY = {
    "pairs": 2,
    "size": 40,
    "margin": 4,
    "crop": 8,
    "epsilon": 0.01,
    "most": 8,
    "points": 5,
    "patience": 3,
    "survival": 1,
    "tolerance": 0.001,
}
PLANNED = 2  # stages of the tiny experiment


def write(folder, root, **changed):
    """params.yaml of the tiny experiment with a section converge."""
    raw = tiny(root)
    raw["benchmark"]["margin"] = 4
    write_parameters(folder, raw)
    path = folder / "params.yaml"
    read = json.loads(path.read_text())
    for profile in ("quick", "paper"):
        read[profile]["converge"] = TINY | changed
    path.write_text(json.dumps(read))


def write_pictures(folder):
    """data/quick/test and data/quick/kernels: two pictures of 48x48 pixels and two kernels."""
    for name in ("test", "kernels"):
        (folder / "data/quick" / name).mkdir(parents=True)
    for i, size in enumerate((3, 5)):
        rng = np.random.default_rng([9, i])
        picture = np.kron(rng.integers(0, 256, (12, 12)).astype(np.uint8), np.ones((4, 4), np.uint8))
        imsave(folder / f"data/quick/test/t{i}.png", picture, check_contrast=False)
        kernel = rng.random((size, size))
        np.save(folder / f"data/quick/kernels/k{i}.npy", kernel / kernel.sum())


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root):
    """Tiny pictures, parameters and weights of the gradient domain."""
    write(toy, root)
    write_pictures(toy)
    for name in PRIORS:
        write_weights(toy, f"epadnet-{name}")
    return toy


@pytest.fixture
def experiment(project):
    """The tiny experiment, with weights of the priors that suit the toys."""
    found = Experiment("quick")
    found.prior = lambda name: prior(float(name[1:]))
    return found


@pytest.fixture
def fields():
    """One pair, so well conditioned that a run comes to its limit in a few steps."""
    case, x = case_of(1), torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return Fields(x, case.k[:, None] / case.k.sum(), x, 2)


def files(folder):
    return {path.name: path.read_bytes() for path in (folder / "results/quick").iterdir()}


def test_rho_and_alpha_are_held_after_the_planned_stages(experiment, fields):
    seen = []
    go_on(experiment, fields, "l1", "descent", [lambda v, alpha: seen.append(alpha) or v], Stop(0, 5), 3)
    schedule = experiment.explicit
    assert seen == [schedule.alpha(0), *[schedule.alpha(1)] * 4] and not schedule.rescale


def test_the_patience_of_the_planned_stages_is_the_guards(experiment, fields):
    long, short = (go_on(experiment, fields, "l1", "descent", [GARBAGE["constant"]], Stop(0, 6), p) for p in (9, 0))
    inner = [run.columns["inner"][:, 0].tolist() for run in (long, short)]
    assert inner[0][:PLANNED] == inner[1][:PLANNED] and sum(inner[0]) > sum(inner[1])


@pytest.mark.parametrize("name", PRIORS)
@pytest.mark.parametrize("test", ["descent", "condition1"])
def test_a_long_run_ends_at_a_critical_point_with_any_network(experiment, fields, name, test):
    """One run of a batch, of which each sample meets another network, and then each sample as a run by itself."""
    random, names = random_networks(2), ["constant", "NaN", "noise 1"]

    def at(stage):
        of = [left_out, random[stage], *(GARBAGE[one] for one in names)]
        return lambda v, alpha: torch.cat([network(v[i : i + 1], alpha) for i, network in enumerate(of)])

    stop, fields = Stop(1e-8, 3000), fields[[0] * 5]
    run = go_on(experiment, fields, name, test, [at(0), at(1)], stop, 3)
    for i, network in enumerate(["left out", "random", *names]):
        columns = {key: column[: run.K[i], i : i + 1] for key, column in run.columns.items()}
        alone = replace(run, x=run.x[i : i + 1], K=run.K[i : i + 1], settled=run.settled[i : i + 1], columns=columns)
        told = record(alone, experiment, test, stop)
        assert told["stopped"] == "epsilon" and told["verdict"].startswith("converged"), network
        assert told["violations"] == 0 and told["distance"] <= 1e-6 and told["iteration_error"] <= 1e-8, network
        assert told["own"] + told["restarted"] <= told["iterations"], network
        assert told["planned"] == PLANNED < told["iterations"], network


def test_a_convex_energy_forgets_the_network(experiment, fields):
    first, second = (
        go_on(experiment, fields, "l1", "descent", networks, Stop(1e-9, 3000), 3)
        for networks in ([left_out], [GARBAGE["constant"]])
    )
    assert norm(first.x - second.x) <= 1e-6 * norm(first.x)


def test_the_planned_stages_are_those_of_the_run_that_ends_there(experiment, fields):
    stop, networks = Stop(1e-6, 40), random_networks(2)
    told = record(go_on(experiment, fields, "l0.8", "descent", networks, stop, 3), experiment, "descent", stop)
    f, x0, error = problem(fields)
    short = explicit_padnet(
        f, experiment.prior("l0.8"), networks, experiment.explicit, x0, experiment.stop, experiment.guard
    )
    assert told["planned"] == int(short.K)
    assert told["early_error"] == pytest.approx(error(short.x).item(), rel=1e-9)
    assert told["early_energy"] == pytest.approx(short.columns["energy"][-1].item(), rel=1e-9)


def test_a_run_that_rests_at_zero_has_not_ended(experiment, fields):
    experiment.prior = lambda name: type(prior(1))(1, 1e3)
    stop = Stop(1e-6, 5)
    told = record(go_on(experiment, fields, "l1", "descent", [left_out], stop, 0), experiment, "descent", stop)
    assert (told["planned"], told["iterations"], told["stopped"]) == (PLANNED, 5, "most") and told["early_error"] == 1


def run_of(**columns):
    """A run of one sample with these columns of numbers."""
    columns = {name: torch.tensor(column, dtype=torch.float64)[:, None] for name, column in columns.items()}
    return SimpleNamespace(K=torch.tensor([len(columns["moved"])]), columns=columns)


def test_steps_that_rounding_hides_are_counted_and_the_others_judged(root):
    schedule = Experiment("quick", root / "params.yaml").explicit
    a = schedule.test.a
    good = {"error": 0.0, "distance": 1.0, "moved": 1.0, "fall": 1.1 * a, "rounding": 1e-3 * a}
    rows = {
        "good": good,
        "hidden": good | {"fall": -a, "rounding": 1.1 * a},
        "within": good | {"fall": 0.9995 * a},
        "rises": good | {"fall": 0.9 * a},
        "NaN": good | {"fall": float("nan")},
        "steep": good | {"distance": 2.0},
        "hidden and steep": good | {"rounding": 2 * a, "distance": 2.0},
    }
    found = {
        name: judged(run_of(**{key: [value] for key, value in row.items()}), schedule)[:2] for name, row in rows.items()
    }
    assert found == {
        "good": (0, 0),
        "hidden": (1, 0),
        "within": (0, 0),
        "rises": (0, 1),
        "NaN": (0, 1),
        "steep": (0, 1),
        "hidden and steep": (1, 1),
    }
    together = judged(run_of(**{key: [row[key] for row in rows.values()] for key in good}), schedule)
    assert together[:2] == (2, 4) and together[2].startswith("k = 3: F falls by")


def test_steps_too_short_to_judge_are_told_in_the_record(experiment, fields):
    stop = Stop(1e-4, 50)
    run = go_on(experiment, fields, "l1", "descent", [left_out], stop, 3)
    assert record(run, experiment, "descent", stop)["undecided"] == 0
    run.columns["rounding"][-2:] = 1.0
    assert record(run, experiment, "descent", stop)["undecided"] == 2


def test_curves_begin_and_end_with_their_run(experiment, fields):
    run = go_on(experiment, fields, "l1", "descent", [left_out], Stop(1e-6, 100), 3)
    rows = curves(run, 10, run.columns["energy"][: int(run.K)].min().item())
    steps = [row["k"] for row in rows]
    assert steps == sorted({*steps}) and steps[0] == 1 and steps[-1] == int(run.K) and len(steps) <= 10
    assert rows[0]["iteration_error"] is None and rows[0]["gap"] > 0 and min(row["gap"] for row in rows) >= 0


def test_every_stage_has_a_share_and_a_kept_step_keeps_its_own(experiment, fields):
    rows = shares(experiment, fields, "l0.8", "descent", random_networks(2), 1e-6)
    assert [row["k"] for row in rows] == [0, 1] and all(-5 < row["share"] <= 1 for row in rows)
    lost = shares(experiment, fields, "l0.8", "descent", [GARBAGE["NaN"]] * 2, 1e-6)
    assert [row["share"] for row in lost] == [None, None] and all(row["restarted"] for row in lost)
    assert shares(experiment, fields, "l0.8", "condition1", random_networks(2), 1e-6) != rows


def test_pairs_are_spread_from_the_first_to_the_last():
    assert spread_over(list(range(32)), 4) == [0, 10, 20, 31] and spread_over(list(range(32)), 1) == [0]
    assert spread_over([5, 6], 2) == [5, 6] == spread_over([5, 6], 9)


def test_the_middle_of_a_picture_is_observed_anew(project):
    setting = protocol("quick")
    pair = setting.pairs(project / "data/quick")[3]
    part = middle(pair, TINY, setting, 1)
    assert part.x.shape == (40, 40) and np.array_equal(part.x, pair.x[4:44, 4:44]) and part.crop == 8
    assert part.y.shape == (36, 36) and part.offset == (2, 2) and len(stack([part], 4)) == 1
    assert not np.array_equal(middle(pair, TINY, setting, 2).y, part.y)
    with pytest.raises(InputError, match="size = 200 is more than the .48, 48. pixels of t1"):
        middle(pair, TINY | {"size": 200}, setting, 1)


def test_the_stage_writes_its_files_and_every_parameter_changes_them(project, root, monkeypatch):
    assert console.run(module.main, ["--profile", "quick"]) == 0
    rows, lines = read_converge(project / "results/quick")
    assert [(row["p"], row["kernel"], row["variant"], row["test"]) for row in rows] == [
        (float(name[1:]), kernel, *kind) for name in PRIORS for kernel in ("k0", "k1") for kind in KINDS
    ]
    for row in rows:
        of = [line for line in lines if all(line[key] == row[key] for key in CURVES[:5])]
        assert of[-1]["k"] == row["iterations"] and of[-1]["error"] == row["error"] and len(of) <= TINY["points"]
        assert (row["apart"] is None) == ((row["variant"], row["test"]) == KINDS[0])
        assert holds(row["verdict"]) and row["stopped"] == (
            "epsilon" if row["verdict"].startswith("converged") else "most"
        )
    followed = read_survival(project / "results/quick/survival.csv")
    assert len(followed) <= len(PRIORS) * 2 * PLANNED and {row["test"] for row in followed} == {"descent", "condition1"}
    for used in (module, survival):  # one prior tells as much
        monkeypatch.setattr(used, "PRIORS", PRIORS[:1])
    module.converge("quick", project)
    first = files(project)
    for name, value in {
        "pairs": 1,
        "size": 44,
        "margin": 8,
        "crop": 10,
        "epsilon": 0.2,
        "most": 3,
        "points": 3,
        "patience": 0,
        "survival": 2,
        "tolerance": 0.1,
    }.items():
        write(project, root, **{name: value})
        module.converge("quick", project)
        assert files(project) != first, name
    write(project, root)
    module.converge("quick", project)
    assert files(project) == first


@pytest.mark.parametrize(
    "changed, words",
    [
        ({"pairs": 0}, "converge.pairs must be at least 1, got 0"),
        ({"survival": 0}, "converge.survival must be at least 1"),
        ({"points": 1}, "converge.points must be at least 2"),
        ({"patience": -1}, "converge.patience must be at least 0"),
        ({"margin": -1}, "converge.margin must be at least 0"),
        ({"most": 0}, "converge.most must be at least 1"),
        ({"epsilon": 0}, "converge.epsilon must lie between 0 and 1, got 0"),
        ({"epsilon": 1.5}, "converge.epsilon must lie between 0 and 1"),
        ({"tolerance": 1}, "converge.tolerance must lie between 0 and 1, got 1"),
        ({"crop": 20}, "converge.crop = 20 leaves nothing of 40 pixels"),
        ({"size": 40.5}, "converge.size in params.yaml is 40.5: it must be a whole number"),
        ({"speed": 1}, "unknown parameter quick.converge.speed"),
    ],
)
def test_a_bad_parameter_is_one_sentence(toy, root, capsys, changed, words):
    write(toy, root, **changed)
    with pytest.raises(InputError, match=words):
        parameters("quick")
    assert console.run(module.main, ["--profile", "quick"]) == 1
    told = capsys.readouterr().err
    assert words in told and told.count("\n") == 1


def test_missing_records_are_one_sentence(tmp_path):
    with pytest.raises(PadnetError, match="converge.csv are missing"):
        read_converge(tmp_path)
    with pytest.raises(PadnetError, match="survival.csv are missing"):
        read_survival(tmp_path / "survival.csv")


def test_the_committed_records_agree_with_themselves(root):
    rows, lines = read_converge(root / "results/paper")
    raw = parameters("paper", root / "params.yaml")
    assert len(rows) == len(PRIORS) * len(KINDS) * len({(row["image"], row["kernel"]) for row in rows})
    for row in rows:
        assert row["own"] + row["restarted"] <= row["iterations"] <= raw["most"] and row["planned"] <= row["iterations"]
        assert row["undecided"] <= row["iterations"] and (row["violations"] > 0) == (not holds(row["verdict"]))
        assert (row["stopped"] == "epsilon") == (row["iteration_error"] <= raw["epsilon"])
        assert row["energy"] <= row["early_energy"] and row["violations"] == 0
    for key, of in groupby(lines, key=lambda line: [line[name] for name in CURVES[:5]]):
        (row,) = (row for row in rows if [row[name] for name in COLUMNS[:5]] == key)
        assert max(line["k"] for line in of) == row["iterations"]


def test_a_convex_energy_has_one_limit_in_the_committed_records(root):
    rows, _ = read_converge(root / "results/paper")
    for row in rows:
        if row["p"] == 1 and row["stopped"] == "epsilon" and row["apart"] is not None:
            assert row["energy_apart"] < 1e-3 and row["apart"] < 0.1


def test_much_of_a_proposal_survives_the_descent_test_in_the_committed_records(root):
    rows = read_survival(root / "results/paper/survival.csv")
    experiment, raw = Experiment("paper", root / "params.yaml"), parameters("paper", root / "params.yaml")
    for p in (1.0, 0.8, 0.0):
        for test in experiment.tests:
            of = [row for row in rows if (row["p"], row["test"]) == (p, test)]
            pairs = {(row["image"], row["kernel"]) for row in of}
            assert 1 <= len(pairs) <= raw["survival"] and len(of) <= len(pairs) * experiment.stop.k_max
            assert not any(row["own"] and row["restarted"] for row in of)
            kept = [row["share"] for row in of if row["share"] is not None]
            assert p == 0 or test != "descent" or sum(kept) / len(kept) >= 0.3
