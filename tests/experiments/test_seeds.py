"""Trainings with other seeds: what the seed changes and what it does not, their benchmark, their mean and spread."""

import json
import statistics

import pytest
from tiny import SEEDS, parameters, write_benchmark, write_parameters, write_pictures, write_test_set

from padnet.cli import main as cli
from padnet.errors import InputError, PadnetError
from padnet.evaluation import gradient as benchmark
from padnet.evaluation.columns import GRADIENT as RECORD
from padnet.experiments import trainer
from padnet.experiments.gradient import Experiment
from padnet.experiments.seeds import SeedExperiment, split, weights_path
from padnet.project import deps
from padnet.project.atomic_files import write_csv
from padnet.project.determinism import deterministic
from padnet.reporting import seed_statistics as spread
from padnet.reporting.table1 import read_records
from padnet.verify import certificates, tables

TRAIN = ["train", "--profile", "quick", "--experiment", "seeds", "--model"]


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    for module in (trainer, benchmark):
        monkeypatch.setattr(module, "deterministic", lambda **options: deterministic(1, **options))


@pytest.fixture
def project(toy, root):
    write_parameters(toy, parameters(root), seeds=SEEDS)
    write_pictures(toy)
    return toy


def card(project, seed):
    return json.loads((project / weights_path("quick", f"ipadnet-{seed}", "json")).read_text())


def test_the_plan_is_the_gradient_domain_s_with_the_numbers_of_seeds(project):
    own, usual = SeedExperiment("quick"), Experiment("quick")
    assert own.seeds == [5, 6, 7] and (own.data.pairs, own.data.size, own.plan.steps, own.batch) == (5, 30, 3, 2)
    assert (own.plan.units, own.data.held, own.raw["unit"]) == (usual.plan.units, usual.data.held, usual.raw["unit"])
    assert usual.data.pairs != own.data.pairs and usual.plan.steps != own.plan.steps


@pytest.mark.parametrize("seeds", [[5, 5], [-1, 2]])
def test_seeds_that_are_no_seeds_are_refused(toy, root, seeds):
    write_parameters(toy, parameters(root), seeds=SEEDS | {"seeds": seeds})
    with pytest.raises(InputError, match="must be different whole numbers, 0 or more"):
        SeedExperiment("quick")


@pytest.mark.parametrize("model", ["ipadnet", "ipadnet-", "ipadnet-x", "epadnet-l1", "ipadnet--3", "ipadnet-1.5"])
def test_another_model_is_refused(model, project, capsys):
    with pytest.raises(InputError, match="write ipadnet-SEED"):
        split(model)
    assert cli.main([*TRAIN, model]) == 1 and "write ipadnet-SEED" in capsys.readouterr().err


def test_the_seed_changes_the_training_and_not_its_pairs(project):
    for seed in (5, 6):
        assert cli.main([*TRAIN, f"ipadnet-{seed}"]) == 0
    first, second = card(project, 5), card(project, 6)
    assert first["data_sha256"] == second["data_sha256"] and first["weights_sha256"] != second["weights_sha256"]
    assert (first["seed"], second["seed"], first["steps"]) == (5, 6, 2 * 2 * 3 + 4)
    assert cli.main([*TRAIN, "ipadnet-5"]) == 0 and card(project, 5) == first


@pytest.fixture(name="records")
def _records(toy, root):
    """A project with the records of two seeds."""
    write_benchmark(toy, root)
    raw = json.loads((toy / "params.yaml").read_text())
    for profile in ("quick", "paper"):
        raw[profile]["seeds"] = SEEDS
    (toy / "params.yaml").write_text(json.dumps(raw))
    write_pictures(toy)
    write_test_set(toy)
    for seed in (5, 6):
        assert cli.main([*TRAIN, f"ipadnet-{seed}"]) == 0
        for method in ("ipadnet", "epadnet"):
            assert (
                cli.main(["benchmark", "--profile", "quick", "--set", "quick", "--method", method, "--seed", str(seed)])
                == 0
            )
    return toy / "results/quick/records/quick"


def test_records_and_certificates_of_every_seed_and_their_spread(records):
    proofs = records.parents[1] / "certificates/quick"
    for method in ("ipadnet", "epadnet"):
        errors = [[row["error"] for row in read_records(records / f"seeds-{method}-{seed}.csv")] for seed in (5, 6)]
        assert errors[0] != errors[1]
        write_csv(records / f"gradient-{method}.csv", _texts(records / f"seeds-{method}-5.csv"), RECORD)
        for seed in (5, 6):
            stem = f"seeds-{method}-{seed}"
            count, rows, wrong = certificates.check_file(
                records.parents[3], "quick", proofs / f"{stem}.json", records / f"{stem}.csv"
            )
            assert count == len(errors[0]) and rows >= count and not wrong
    found = spread.rows("quick")
    assert [(row["method"], row["prior"]) for row in found] == [
        ("ipadnet", ""),
        *(("epadnet", prior) for prior in ("l1", "l0.8", "l0") for _ in range(2)),
    ]
    assert {row["test"] for row in found} == {"", "descent"}  # a second test would double the time
    means = [
        statistics.mean(row["error"] for row in read_records(records / f"seeds-ipadnet-{seed}.csv")) for seed in (5, 6)
    ]
    first = found[0]
    assert first["mean"] == pytest.approx(statistics.mean(means)) and first["spread"] == pytest.approx(
        statistics.stdev(means)
    )
    assert (first["least"], first["most"], first["seeds"]) == (pytest.approx(min(means)), pytest.approx(max(means)), 2)
    assert first["table1"] == pytest.approx(means[0])
    other = first | {"protocol": "second", "pairs": 9}
    assert "`second`, mean over 9 pairs" in spread.block([*found, other])
    assert f"| IPADNet, bounded |  | 2 | {first['mean']:.4f} | {first['spread']:.4f} |" in spread.block(found)


def _texts(path):
    return [{key: "" if value is None else value for key, value in row.items()} for row in read_records(path)]


def test_one_seed_gives_no_spread_and_none_gives_no_table(records):
    for path in records.glob("seeds-*-6.csv"):
        path.unlink()
    with pytest.raises(PadnetError, match="the records of 1 trainings of ipadnet: a spread needs two or more"):
        spread.rows("quick")
    for path in records.glob("seeds-*.csv"):
        path.unlink()
    with pytest.raises(PadnetError, match="holds no records of several seeds: make them with make paper"):
        spread.rows("quick")


def test_a_method_without_networks_has_no_seed(project, capsys):
    command = ["benchmark", "--profile", "quick", "--set", "quick", "--method", "admm", "--seed", "5"]
    assert cli.main(command) == 1 and "admm has no networks, so no seed" in capsys.readouterr().err


def test_the_committed_table_and_page_are_those_of_the_records(root):
    found = spread.rows("paper", root)
    assert found and all(row["seeds"] >= 3 for row in found)
    assert (root / "results/paper/tables/seeds.md").read_text(encoding="utf-8") == spread.seeds_page(found, "paper")
    assert not tables.check(root).findings


def test_the_stages_of_the_seeds_follow_their_module_and_other_trainings_do_not(root, modules):
    own = deps.stage_modules(
        "python -m padnet.experiments.train_seeds --profile paper --model ipadnet-1", root, modules
    )
    usual = "python -m padnet.experiments.train_gradient --profile paper --model ipadnet"
    assert "padnet/experiments/seeds.py" in own
    assert "padnet/experiments/seeds.py" not in deps.stage_modules(usual, root, modules)
    bench = "python -m padnet.evaluation.gradient --profile paper --set levin-1pct --method ipadnet"
    assert "padnet/experiments/seeds.py" in deps.stage_modules(f"{bench} --seed 1", root, modules)
    assert "padnet/experiments/seeds.py" not in deps.stage_modules(bench, root, modules)
