"""The benchmark of the compared methods, and their rows in Table 2."""

import csv

import numpy as np
import pytest
import torch
from tiny import write_parameters, write_test_set

from padnet.baselines.deblurring.hyperlaplacian import hyperlaplacian
from padnet.baselines.deblurring.tv import tv
from padnet.data.protocols import PROTOCOLS, protocol
from padnet.errors import InputError, PadnetError
from padnet.evaluation import deblurring as benchmark_method
from padnet.evaluation.columns import COMPARED as COMPARED_RECORD, IMAGE as RECORD
from padnet.imaging.batch import stack
from padnet.labels import COMPARED, NAMES
from padnet.project import console
from padnet.project.params import read_yaml
from padnet.reporting.table2 import TRAINED, table2
from padnet.reporting.table_format import markdown


@pytest.fixture
def project(toy):
    write_parameters(toy)
    write_test_set(toy)
    return toy


def rows(project, method):
    with open(project / f"results/quick/records/quick/compared-{method}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_record_for_every_image_twice_the_same_bytes(project):
    assert console.run(benchmark_method.main, ["--profile", "quick", "--set", "quick", "--method", "tv"]) == 0
    found = rows(project, "tv")
    assert [(row["image"], row["kernel"]) for row in found] == [("t0", "k0"), ("t0", "k1"), ("t1", "k0"), ("t1", "k1")]
    assert list(found[0]) == COMPARED_RECORD and float(found[0]["noise"]) == 0.01
    path = project / "results/quick/records/quick/compared-tv.csv"
    first = path.read_bytes()
    benchmark_method.benchmark("quick", "quick", "tv", project)
    assert path.read_bytes() == first
    benchmark_method.benchmark("quick", "quick", "hyperlaplacian", project)
    assert rows(project, "hyperlaplacian")[0]["psnr"] != found[0]["psnr"]


def test_the_record_is_the_score_of_the_method_s_image(project):
    setting = protocol("quick")
    pair = setting.pairs(project / "data/quick")[1]
    benchmark_method.benchmark("quick", "quick", "tv", project)
    fields = stack([pair], 24).to(torch.float32)
    direct = fields.scene(tv(fields.y, fields.k, torch.tensor([0.01]), fields.seen))
    assert float(rows(project, "tv")[1]["psnr"]) == pytest.approx(setting.score(pair, direct)["psnr"], abs=1e-6)


def test_noise_that_no_protocol_knows_is_estimated(project):
    pair = protocol("quick").pairs(project / "data/quick")[0]
    given, told = benchmark_method.restore(tv, pair, 0.01)
    estimated, sigma = benchmark_method.restore(tv, pair, None)
    assert told == 0.01 and 0.005 <= sigma <= 0.05 and sigma != 0.01
    assert given.shape == pair.x.shape and np.abs(given - estimated).max() > 0


def test_every_name_is_a_method_with_the_common_arguments():
    assert benchmark_method.method_of("hyperlaplacian") is hyperlaplacian
    for name in COMPARED:
        code = benchmark_method.method_of(name).__wrapped__.__code__
        assert code.co_varnames[: code.co_argcount] == ("y", "k", "noise", "seen", "passes"), name


def test_refusals(project):
    with pytest.raises(InputError, match="no compared method 'wiener'"):
        benchmark_method.method_of("wiener")
    with pytest.raises(PadnetError, match="is missing"):
        benchmark_method.benchmark("quick", "levin-1pct", "tv", project)


def test_their_rows_stand_in_table_2_before_padnet_s(project, root):
    folder = project / "results/paper/records/levin-1pct"
    folder.mkdir(parents=True)
    for method in ("tv", "csf"):
        (folder / f"compared-{method}.csv").write_text(
            "image,kernel,psnr,ssim,noise\na,b,30,0.8,0.01\na,c,32,0.9,0.01\n"
        )
    for method, variant in (("ipadnet", "bounded"), ("epadnet", "guarded")):
        own = "2,1.5" if method == "epadnet" else ","
        test = "descent" if method == "epadnet" else ""
        line = f"a,b,{variant},{test},33,0.9,32,0.01,5,k_max,{own},stopped at K = 5: all conditions hold"
        (folder / f"image-{method}.csv").write_text(",".join(RECORD) + f"\n{line}\n")
    found = table2(project / "results/paper/records", root / "reference/tables.yaml")
    cells = {(row["method"], row["metric"]): row for row in found}
    assert cells["tv", "psnr"]["value"] == 31 and cells["tv", "pairs"]["value"] == 2
    assert cells["tv", "psnr"]["paper"] == 29.38 and cells["csf", "ssim"]["paper"] == 0.93
    assert cells["tv", "psnr"]["variant"] == "tuned" and cells["csf", "psnr"]["variant"] == "trained"
    order = list(dict.fromkeys(row["method"] for row in found))
    assert order == ["tv", "csf", "ipadnet", "epadnet"] and set(TRAINED) < set(COMPARED) < set(NAMES)
    # Levin's own method is a row where its check of the captures was run, with the wider search for the shift.
    (folder / "image-sparse.csv").write_text("image,kernel,reach,ssd,psnr,ssim\na,b,7,1,33,0.9\na,b,5,2,30,0.8\n")
    rows = [row for row in table2(folder.parent, root / "reference/tables.yaml") if row["method"] == "sparse"]
    assert {row["metric"]: row["value"] for row in rows} == {"pairs": 1, "psnr": 33, "ssim": 0.9}
    assert "| deconvSps | published |  | 33.00 |" in markdown(table2(folder.parent, root / "reference/tables.yaml"), 2)
    (folder / "compared-tv.csv").write_text("image,kernel,psnr,ssim,noise\na,b,,0.8,0.01\n")
    with pytest.raises(PadnetError, match="cannot be read"):
        table2(project / "results/paper/records", root / "reference/tables.yaml")


def test_every_band_names_a_protocol_and_methods_and_says_where_it_is_from(root):
    bands = read_yaml(root / "reference/published.yaml")["bands"]
    for band in bands:
        assert band["protocol"] in PROTOCOLS and band["method"] in COMPARED and band["source"]
        assert ("above" in band) != ("from" in band)
        assert band.get("above", "tv") in COMPARED and band.get("from", 0) < band.get("to", 99)
    assert len({(b["protocol"], b["method"], b.get("above")) for b in bands}) == len(bands)
