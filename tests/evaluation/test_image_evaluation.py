"""The image benchmark: records, certificates, what a record says and where it comes from."""

import json
from dataclasses import replace

import pytest
from tiny import image_parameters, write_parameters, write_pictures, write_test_set

from padnet.data.protocols import protocol
from padnet.errors import InputError, PadnetError
from padnet.evaluation import image as benchmark_image
from padnet.evaluation.columns import IMAGE as RECORD
from padnet.experiments import train_image, trainer
from padnet.project import console
from padnet.reporting.table2 import read_image_records
from padnet.tasks import pretrained


@pytest.fixture
def project(toy, root, monkeypatch):
    """Trained tiny networks in weights/quick, taken for the shipped ones."""
    write_parameters(toy, image=image_parameters(root))
    write_pictures(toy)
    write_test_set(toy)
    trainer.train(train_image.ENTRY, "quick", "ipadnet", toy)
    monkeypatch.setattr(pretrained, "SHIPPED", toy / "weights/quick")
    pretrained.load.cache_clear()
    yield toy
    pretrained.load.cache_clear()


def results(project, method):
    rows = read_image_records(project / f"results/quick/records/quick/image-{method}.csv")
    return rows, json.loads((project / f"results/quick/certificates/quick/image-{method}.json").read_text())


def test_a_record_and_a_certificate_for_every_image_and_variant(project):
    assert console.run(benchmark_image.main, ["--profile", "quick", "--set", "quick"]) == 0
    (implicit, proofs), (explicit, explicit_proofs) = results(project, "ipadnet"), results(project, "epadnet")
    pairs = [("t0", "k0"), ("t0", "k1"), ("t1", "k0"), ("t1", "k1")]
    assert [(row["image"], row["kernel"]) for row in implicit] == pairs and len(explicit) == 12
    assert [row["variant"] for row in explicit] == ["guarded"] * 4 + ["unguarded"] * 4 + ["left out"] * 4
    assert {row["test"] for row in explicit} == {"descent"} and {row["test"] for row in implicit} == {None}
    assert len(proofs) == 4 and all(one["holds"] for one in proofs)
    guarded = [one for one in explicit_proofs if one["variant"] != "unguarded"]
    assert len(guarded) == 8 and all(one["holds"] for one in guarded)
    assert all(one["test"] == "descent" and set(one["constants"]) == {"mu", "C_E", "a", "b"} for one in explicit_proofs)
    # The networks make a difference.
    assert all(a["psnr"] != b["psnr"] for a, b in zip(explicit[:4], explicit[8:], strict=True))
    for row, start in zip(explicit, implicit * 3, strict=True):
        assert row["start_psnr"] == start["psnr"] and row["accepted"] <= row["iterations"] and row["noise"] == 0.01
    assert list(implicit[0]) == RECORD and implicit[0]["accepted"] is None
    # Twice the same bytes.
    path = project / "results/quick/records/quick/image-epadnet.csv"
    first = path.read_bytes()
    benchmark_image.benchmark("quick", "quick", project)
    assert path.read_bytes() == first


@pytest.mark.parametrize("kept", [True, False])
def test_an_unguarded_run_is_made_apart_where_the_safeguard_stepped_in_alone(project, monkeypatch, kept):
    """Elsewhere the two runs are one, to the last digit of every record."""
    restore, variants = benchmark_image.restore, []

    def counted(restorer, pair, noise, variant, begin=None, watch=None):
        variants.append(variant)
        fields, found, sigma, begin = restore(restorer, pair, noise, variant, begin, watch)
        if variant == "guarded":
            found.run.columns["own"][:] = kept
        return fields, found, sigma, begin

    monkeypatch.setattr(benchmark_image, "restore", counted)
    benchmark_image.benchmark("quick", "quick", project)
    assert variants.count("unguarded") == (0 if kept else 4)


def test_where_every_step_was_kept_both_variants_have_the_same_record(project):
    setting, restorer = protocol("quick"), pretrained.load()
    pair = setting.pairs(project / "data/quick")[0]
    begin, rows = benchmark_image.restore(restorer, pair, 0.01, "bounded")[1], []
    # Pictures that propose nothing new: every step is one of descent.
    begin = replace(begin, run=replace(begin.run, iterates=begin.run.iterates[:1] * 2))
    for variant in ("guarded", "unguarded"):
        found = benchmark_image.restore(restorer, pair, 0.01, variant, begin)
        rows.append(benchmark_image.record(setting, pair, *found[:2], found[3], found[2], "either"))
    assert rows[0]["accepted"] == rows[0]["iterations"]
    assert rows[0] == rows[1]


def test_the_score_is_that_of_the_image_it_returns(project):
    setting = protocol("quick")
    pair, restorer = setting.pairs(project / "data/quick")[1], pretrained.load()
    seen = []

    def watch(fields):
        return lambda x: seen.append(x) or {}

    fields, found, sigma, begin = benchmark_image.restore(restorer, pair, None, "guarded", watch=watch)
    row = benchmark_image.record(setting, pair, fields, found, begin, sigma, "guarded")
    score = setting.score(pair, fields.scene(found.x))
    assert row["psnr"] == pytest.approx(score["psnr"], abs=1e-7) and row["ssim"] == pytest.approx(
        score["ssim"], abs=1e-7
    )
    assert row["start_psnr"] == pytest.approx(setting.score(pair, fields.scene(begin.x))["psnr"], abs=1e-7)
    assert 0.005 <= sigma <= 0.05 and sigma != 0.01  # estimated where the protocol does not know it
    assert len(seen) == restorer.settings.stop(True).k_max
    again = benchmark_image.restore(restorer, pair, sigma, "guarded", begin)[1]
    assert (again.x == found.x).all()


def test_refusals(project, capsys):
    pair = protocol("quick").pairs(project / "data/quick")[0]
    with pytest.raises(InputError, match="no variant 'tuned'"):
        benchmark_image.restore(pretrained.load(), pair, 0.01, "tuned")
    with pytest.raises(PadnetError, match="is missing"):
        benchmark_image.benchmark("quick", "levin-1pct", project)
    pretrained.load.cache_clear()
    path = project / "weights/quick/image-ipadnet.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    assert console.run(benchmark_image.main, ["--profile", "quick", "--set", "quick"]) == 1
    assert "is not the file that its card describes" in capsys.readouterr().err
    assert not (project / "results").exists()


def test_the_networks_are_left_out_on_the_sets_that_are_named(project, monkeypatch):
    monkeypatch.setattr(benchmark_image, "CONTROLLED", ())
    benchmark_image.benchmark("quick", "quick", project)
    assert {row["variant"] for row in results(project, "epadnet")[0]} == {"guarded", "unguarded"}
