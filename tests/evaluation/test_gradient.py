"""The benchmark: its records and certificates, its variants, and what it refuses."""

import csv
import json

import pytest
import torch
from tiny import parameters, write_benchmark as write, write_parameters, write_pictures, write_test_set, write_weights

from padnet.core.history import Run
from padnet.errors import InputError, PadnetError
from padnet.evaluation import gradient as module
from padnet.evaluation.columns import GRADIENT as RECORD
from padnet.evaluation.gradient import CONTROLS, TESTS, VARIANTS, benchmark, benchmark_fields, main, solve
from padnet.experiments import tune as tuning
from padnet.experiments.gradient import PRIORS, Experiment, networks_path
from padnet.project.determinism import deterministic
from padnet.reporting.table1 import holds, read_records
from padnet.tasks.weights import fill, read_tensors

PAIRS = [(f"t{i}", f"k{j}") for i in range(2) for j in range(2)]


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch):
    threads, algorithms = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    for used in (module, tuning):
        monkeypatch.setattr(used, "deterministic", lambda **options: deterministic(1, **options))
    yield
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(algorithms)


@pytest.fixture
def project(toy, root):
    write(toy, root)
    write_test_set(toy)
    for model in ("ipadnet", *(f"epadnet-{prior}" for prior in PRIORS)):
        write_weights(toy, model)
    return toy


@pytest.fixture(scope="module")
def once():
    """{path: bytes} of the records and certificates of explicit PADNet, once one test has made them."""
    return {}


@pytest.fixture
def explicit(project, once):
    """The project with the records and certificates of explicit PADNet; they are made once in a process."""
    if not once:
        benchmark("quick", "quick", "epadnet")
        once |= {path.relative_to(project): path.read_bytes() for path in sorted((project / "results").rglob("*.*"))}
        assert len(once) == 2
    for path, body in once.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_bytes(body)
    return project


def records(method):
    return read_records(f"results/quick/records/quick/gradient-{method}.csv")


def certificates(folder, method):
    return json.loads((folder / f"results/quick/certificates/quick/gradient-{method}.json").read_text())


def test_explicit_records_and_certificates(explicit):
    rows, proofs = records("epadnet"), certificates(explicit, "epadnet")
    assert list(rows[0]) == RECORD
    runs = [*((v, test) for v in ("guarded", "unguarded") for test in TESTS), *((v, "descent") for v in CONTROLS)]
    expected = [(p, *run, *pair) for p in (1.0, 0.8, 0.0) for run in runs for pair in PAIRS]
    assert [(row["p"], row["variant"], row["test"], row["image"], row["kernel"]) for row in rows] == expected
    for row, proof in zip(rows, proofs, strict=True):
        assert (proof["prior"], proof["variant"], proof["test"]) == (f"l{row['p']:g}", row["variant"], row["test"])
        assert proof["constants"]["mu"] == {"descent": 0.1, "condition1": 0.3}[row["test"]]
        assert (proof["image"], proof["kernel"], proof["verdict"]) == (row["image"], row["kernel"], row["verdict"])
        assert proof["holds"] is holds(row["verdict"])
        assert len(proof["rows"]) == row["iterations"] <= 2
        assert 0 <= row["accepted"] <= row["iterations"]
        assert sum(step["own"] for step in proof["rows"]) == row["accepted"]
        assert row["energy"] == proof["rows"][-1]["energy"]
        assert row["stopped"] == ("k_max" if row["verdict"].startswith("stopped") else row["stopped"])
    assert all(holds(row["verdict"]) for row in rows if row["variant"] != "unguarded")
    assert not all(holds(row["verdict"]) for row in rows if row["variant"] == "unguarded")


def test_implicit_records_and_certificates(project):
    benchmark("quick", "quick", "ipadnet")
    rows, proofs = records("ipadnet"), certificates(project, "ipadnet")
    assert [(row["p"], row["variant"], row["test"], row["image"], row["kernel"]) for row in rows] == [
        (None, "bounded", None, *p) for p in PAIRS
    ]
    assert all(row["accepted"] is None and row["energy"] is None for row in rows)
    assert all(holds(row["verdict"]) for row in rows)
    assert [proof["verdict"] for proof in proofs] == [row["verdict"] for row in rows]
    assert {"(30)", "(31)", "(32)", "(33)"} < set(proofs[0]["rows"][0])


def test_a_record_is_of_its_own_sample_at_its_own_end(project):
    pairs, _ = benchmark_fields("quick", Experiment("quick"))
    columns = {
        "iteration_error": [[0.5, 0.4], [float("nan"), 0.3]],
        "reconstruction_error": [[0.7, 0.6], [float("nan"), 0.12345678912345]],
        "energy": [[2.0, 4.0], [float("nan"), 3.0]],
    }
    columns = {name: torch.tensor(rows, dtype=torch.float64) for name, rows in columns.items()}
    columns["own"] = torch.tensor([[True, True], [False, True]])
    run = Run(torch.zeros(2, 2, 4, 4), torch.tensor([1, 2]), torch.tensor([True, False]), columns, ())
    rows = module.records(run, pairs[:2], "l0.8", "guarded", "descent", ["a", "b"])
    assert [list(row.values()) for row in rows] == [
        ["t0", "k0", 0.8, "guarded", "descent", 1, "epsilon", 0.7, 0.5, 1, 2.0, "a"],
        ["t0", "k1", 0.8, "guarded", "descent", 2, "k_max", 0.1234567891, 0.3, 2, 3.0, "b"],
    ]


@pytest.mark.parametrize("method", ["admm", "hqs"])
def test_the_variants_of_the_peers_differ_and_bear_no_certificate(project, method):
    with pytest.raises(PadnetError, match=f"gradient-{method}.csv is missing: run `padnet tune"):
        benchmark("quick", "quick", method)
    write_pictures(project)
    tuning.tune("quick", method)
    benchmark("quick", "quick", method)
    rows = records(method)
    assert len(rows) == 3 * 2 * 4
    assert all(row["verdict"] is None and row["accepted"] is None for row in rows)
    errors = {(row["p"], row["variant"], row["image"], row["kernel"]): row["error"] for row in rows}
    for p, variant, *pair in errors:
        if variant == "same":
            assert errors[p, variant, *pair] != errors[p, "tuned", *pair]
    assert not (project / f"results/quick/certificates/quick/gradient-{method}.json").exists()


def test_again_gives_the_same_bytes(explicit, once):
    for path in once:
        (explicit / path).unlink()
    benchmark("quick", "quick", "epadnet")
    assert {path: (explicit / path).read_bytes() for path in once} == once


@pytest.mark.parametrize("method, batches", [("epadnet", [3]), ("ipadnet", [1, 3])])  # of 4 pairs: 3 leaves one alone
def test_records_do_not_depend_on_the_batch(explicit, root, method, batches):
    project = explicit
    if method == "ipadnet":
        benchmark("quick", "quick", method)
    whole = records(method)
    for batch in batches:
        write(project, root, batch)
        benchmark("quick", "quick", method)
        for row, other in zip(records(method), whole, strict=True):
            for name in RECORD:
                close = name in ("error", "iteration_error", "energy") and row[name] is not None
                assert row[name] == (pytest.approx(other[name], rel=1e-8) if close else other[name]), name


def test_the_margin_of_the_frame_changes_the_records(project, root):
    benchmark("quick", "quick", "ipadnet")
    first = [row["error"] for row in records("ipadnet")]
    write(project, root)
    text = (project / "params.yaml").read_text()
    (project / "params.yaml").write_text(text.replace('{"margin": 4, "batch"', '{"margin": 16, "batch"'))
    benchmark("quick", "quick", "ipadnet")
    assert [row["error"] for row in records("ipadnet")] != first


def test_unknown_variant_method_and_set(project):
    experiment = Experiment("quick")
    _, fields = benchmark_fields("quick", experiment)
    for method, variant in (("admm", "guarded"), ("epadnet", "same"), ("fista", "same")):
        with pytest.raises(InputError, match=f"there is no variant '{variant}' of method '{method}'"):
            solve(method, experiment, fields, "l1", variant)
    with pytest.raises(InputError, match="there is no protocol 'slow': choose from"):
        benchmark("quick", "slow", "ipadnet")
    for option in (["--method", "fista", "--set", "quick"], ["--method", "admm", "--set", "slow"]):
        with pytest.raises(SystemExit):
            main(["--profile", "quick", *option])


DAMAGES = {
    "missing": (lambda path: path.unlink(), "is missing: make it with"),
    "altered": (
        lambda path: path.write_bytes(path.read_bytes()[:-40] + b"x" + path.read_bytes()[-39:]),
        "is truncated or altered",
    ),
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:-40]), "is truncated or altered"),
    "empty": (lambda path: path.write_bytes(b""), "is truncated or altered"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_bad_weights_are_one_sentence_and_leave_old_records_alone(explicit, once, damage):
    spoil, sentence = DAMAGES[damage]
    prior = PRIORS[-1] if damage == "missing" else PRIORS[0]  # after the other priors have run, and before
    spoil(explicit / networks_path("quick", f"epadnet-{prior}"))
    with pytest.raises(PadnetError, match=f"gradient-explicit-{prior}.safetensors {sentence}") as error:
        benchmark("quick", "quick", "epadnet")
    assert "\n" not in str(error.value)
    assert {path: (explicit / path).read_bytes() for path in once} == once


def test_weights_of_too_few_stages_or_another_unit(project, root):
    write_weights(project, "ipadnet", stages=1)
    with pytest.raises(InputError, match="2 stages need as many networks, got 1"):
        benchmark("quick", "quick", "ipadnet")
    write_weights(project, "ipadnet")
    raw = parameters(root)
    raw["unit"]["features"] = 4
    write_parameters(project, raw)
    with pytest.raises(
        PadnetError, match="ipadnet.safetensors does not fit the unit in params.yaml: train the model again"
    ):
        benchmark("quick", "quick", "ipadnet")


def test_missing_pictures_are_one_sentence(project):
    for picture in (project / "data/quick/test").iterdir():
        picture.unlink()
    with pytest.raises(PadnetError, match="test/.*png is missing"):
        benchmark("quick", "quick", "ipadnet")


def test_the_command(project):
    main(["--profile", "quick", "--set", "quick", "--method", "ipadnet"])
    with open(project / "results/quick/records/quick/gradient-ipadnet.csv", encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == RECORD
    assert {method: len(names) for method, names in VARIANTS.items()} == {
        "admm": 2,
        "hqs": 2,
        "ipadnet": 1,
        "epadnet": 4,
    }


def test_unguarded_runs_and_controls_are_made_where_the_parameters_ask_for_them(project, root):
    raw = parameters(root)
    raw["benchmark"] = {"margin": 4, "batch": 4, "unguarded": ["levin-1pct"], "controls": ["levin-1pct"]}
    write_parameters(project, raw)
    module.benchmark("quick", "quick", "epadnet")
    rows = read_records(project / "results/quick/records/quick/gradient-epadnet.csv")
    assert {(row["variant"], row["test"]) for row in rows} == {("guarded", test) for test in TESTS}


def test_the_test_and_the_controls_change_the_result(project):
    experiment = Experiment("quick")
    _, fields = benchmark_fields("quick", experiment)
    networks = module.load_networks("quick", "epadnet-l1", experiment)
    wild = [solve("epadnet", experiment, fields, "l1", v, networks, test="descent").x for v in ("guarded", "unguarded")]
    assert not torch.allclose(*wild)
    for one in networks:  # steps so small that the safeguard leaves some of them in
        one.network.units[-1].second.weight.data.mul_(0.01)
    before = [weight.clone() for one in networks for weight in one.network.parameters()]
    runs = [("guarded", "descent"), ("guarded", "condition1"), *((v, "descent") for v in CONTROLS)]
    found = [solve("epadnet", experiment, fields, "l1", v, networks, test=test).x for v, test in runs]
    assert not any(torch.allclose(a, b) for i, a in enumerate(found) for b in found[:i])
    again = solve("epadnet", experiment, fields, "l1", "random", networks, test="descent").x
    assert torch.equal(again, found[-1])
    assert all(
        torch.equal(a, b)
        for a, b in zip(before, [w for one in networks for w in one.network.parameters()], strict=True)
    )
    with pytest.raises(InputError, match="EPADNet needs a test, descent or condition1, got None"):
        solve("epadnet", experiment, fields, "l1", "guarded", networks)


@pytest.mark.parametrize("bound", [None, 0.001])
def test_a_network_proposes_in_single_precision_between_double_iterates(project, bound):
    path = write_weights(project, "ipadnet")
    networks = Experiment("quick").network("ipadnet", [1, 1])
    network = fill(networks, read_tensors(path)[0], path)[0].requires_grad_(False)
    network.bound = bound
    v = torch.randn(2, 2, 12, 11, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    wrapped = module.SinglePrecision(network)(v, 0.5)
    assert wrapped.dtype == torch.float64 and not torch.equal(wrapped, v)
    torch.testing.assert_close(wrapped.float(), network(v.float(), 0.5), rtol=1e-4, atol=1e-5)
    if bound:
        size = (wrapped - v).flatten(1).norm(dim=1)
        assert (size <= network.C_N(v) * 0.5 * (1 + 1e-12)).all() and (size > network.C_N(v) * 0.49).all()


def test_pictures_of_many_sizes_are_refused_before_they_are_read(project, capsys):
    with pytest.raises(InputError, match="pictures of sun differ in size .*choose from levin-1pct, levin-real, quick"):
        benchmark_fields("sun", Experiment("quick"), project)
    with pytest.raises(SystemExit):
        main(["--profile", "paper", "--set", "sun-20", "--method", "admm"])
    assert "invalid choice: 'sun-20'" in capsys.readouterr().err
