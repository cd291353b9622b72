"""How time and memory grow: the measurements run, the model is what it says, and the page shows both."""

import sys

import pytest

from padnet.core.gradient_accumulation import SingleProcess
from padnet.errors import PadnetError
from padnet.evaluation import scale, scale_model
from padnet.experiments.distributed import Ranks
from padnet.project.console import run


def test_the_jobs_of_the_processes_are_timed(monkeypatch):
    for name, value in (("PARTS", 1), ("PER_PART", 1), ("SIDE", 80), ("SIZE", 40), ("PICTURES", 2), ("STEPS", 1)):
        monkeypatch.setattr(scale, name, value)
    found = scale.training(SingleProcess())
    assert found["exchange"] > 0 and found["step"] > 0 and found["bytes"] % 8 == 0
    assert scale.benchmark(Ranks(0, 1))["pictures"] > 0


def test_a_job_prints_its_memory(capsys):
    assert run(scale.main, ["--job", "dehaze", "--size", "300", "300"]) == 0
    assert int(capsys.readouterr().out) >= 0


def test_a_chain_of_stages_is_timed_when_it_is_up_to_date():
    assert scale.pipeline(2) > 0


def test_a_process_that_fails_is_one_sentence():
    with pytest.raises(PadnetError, match="cannot be measured: no"):
        scale._ran([sys.executable, "-c", "raise SystemExit('no')"], ".", {})


def test_the_rows_are_of_every_count_and_size(monkeypatch, tmp_path):
    said = '{"step": 2, "exchange": 1, "bytes": 8, "pictures": 3}'
    monkeypatch.setattr(scale, "_ran", lambda command, *a: said if "torch.distributed.run" in command else "5")
    monkeypatch.setattr(scale, "pipeline", lambda stages: stages / 10)
    found = {(row["what"], row["size"]): row["value"] for row in scale.measured(tmp_path)}
    assert found["step", 2] == "2" and found["dehaze", 10**6] == 5 and found["repro", 40] == "4"


def test_the_model_of_a_step():
    fast, slow = (scale_model.step(4, 8, 1.0, 1000, bandwidth, 0.0) for bandwidth in (1e9, 1e3))
    assert scale_model.step(1, 8, 1.0, 1000, 1e3) == 8
    assert fast == pytest.approx(2 + 8 * 8000 * 3 / 4 / 1e9) and slow == pytest.approx(2 + 48)
    assert scale_model.step(3, 8, 1.0, 0, 1e9, 0.0) == 3, "the process with the most parts is waited for"
    assert scale_model.step(8, 8, 1.0, 0, 1e9, 0.5) == 1.5
    rows = scale_model.predicted({"minutes": 1.0, "steps": 600, "parameters": 10**6})
    assert [row["gpus"] for row in rows] == [1, 2, 4, 8] and rows[0]["NVLink"] == 1
    assert all(0 < row["10 Gb/s Ethernet"] <= row["NVLink"] <= 1 for row in rows)


def test_the_page_shows_what_was_measured(root):
    assert scale_model.page(root) in (root / scale.PAGE).read_text(encoding="utf-8")
