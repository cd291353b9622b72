"""Two `dvc repro` at once in one small project: one runs, the other waits or ends with DVC's one sentence."""

import os
import subprocess
import sys

from beside import ROOT
from jobs import JOBS

STAGE = """stages:
  fetch:
    cmd: {python} -c "import time; time.sleep(3); from padnet.data.fetch import fetch; fetch('downloads', ['a', 'b'], 'mirror', 'table.csv')"
    deps: [table.csv]
    outs: [downloads]
"""


def two_repros(scratch):
    """Start both together; the figures, "wrong" among them."""
    folder, job = scratch / "repro", JOBS["fetch"]
    job.prepare(folder, 1)
    (folder / "dvc.yaml").write_text(STAGE.format(python=sys.executable))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DVC_NO_ANALYTICS": "1"}

    def dvc(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "dvc", *arguments],
            cwd=folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    dvc("init", "--no-scm", "-q").communicate()
    pair = [dvc("repro", "fetch") for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in pair]
    figures = {
        "races": 1,
        "both_succeeded": int(all(p.returncode == 0 for p in pair)),
        "one_sentence": 0,
        "without_a_sentence": 0,
        "wrong": [],
    }
    for process, text in zip(pair, said, strict=True):
        errors = [line for line in text.splitlines() if line.startswith("ERROR")]
        if process.returncode and len(errors) == 1 and "Traceback" not in text:
            figures["one_sentence"] += 1
            figures["sentence"] = errors[0].replace(str(scratch), "…")
        elif process.returncode:
            figures["without_a_sentence"] += 1
            figures["for_instance"] = text[-600:].replace(str(scratch), "…")
    if all(process.returncode for process in pair):
        figures["wrong"].append(f"both dvc repro failed: {said}")
    bodies = {
        str(path.relative_to(folder / "mirror/publisher.example/data")): path.read_bytes()
        for path in sorted(folder.glob("mirror/publisher.example/data/*"))
    }
    if {path.name: path.read_bytes() for path in folder.glob("downloads/*/*")} != bodies:
        figures["wrong"].append("two dvc repro at once left other bytes")
    return figures
