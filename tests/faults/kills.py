"""Stages killed with SIGKILL at random moments, and run again: the same bytes, and never half a file."""

import shutil

import numpy as np
from forks import Child
from jobs import JOBS

from padnet.errors import PadnetError
from padnet.tasks.weights import read_tensors

OTHER = 7  # the seed of the older result that half of the runs find in place


def kill_runs(name, kills, seed, scratch):
    """Kill the job `name` until `kills` kills hit it, one to three in a row, each row ended by a run to the end.

    The moments are drawn over the time that an undisturbed run takes. Every second row begins with an older
    result in place: then a file may be the old one or the new one.
    Returns the figures, with the sentences on what went wrong under "wrong".
    """
    job, rng = JOBS[name], np.random.default_rng([seed, sorted(JOBS).index(name)])
    new, seconds, log = *undisturbed(job, 1, scratch / f"{name}-new"), scratch / f"{name}.log"
    old, _ = undisturbed(job, OTHER, scratch / f"{name}-old")
    assert new and set(new) == set(old) and any(new[path] != old[path] for path in new)
    figures = {"kills": 0, "over_before": 0, "rows": 0, "with_nothing_written": 0, "with_all_written": 0, "wrong": []}
    while figures["kills"] < kills:
        folder, before = scratch / f"{name}-{figures['rows']}", old if figures["rows"] % 2 else {}
        job.prepare(folder, 1)
        for path, body in before.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(body)
        for _ in range(int(rng.integers(1, 4))):
            child = Child(job.work, folder, log)
            if child.wait(float(rng.uniform(0, seconds))) is not None or not child.kill():
                figures["over_before"] += 1
                continue
            figures["kills"] += 1
            seen = job.results(folder)
            figures["with_nothing_written"] += seen == before
            figures["with_all_written"] += seen == new
            figures["wrong"] += half_written(folder, seen, new, before)
        child = Child(job.work, folder, log)
        if child.wait() != 0:
            figures["wrong"].append(f"{name} cannot go on: status {child.code}, {child.said()[-400:]}")
            child.kill()
        elif job.results(folder) != new:
            figures["wrong"].append(f"{name} went on to other bytes than an undisturbed run")
        figures["rows"] += 1
        figures["wrong"] += [f"{name} left {part}" for part in folder.rglob(".*part*")]
        shutil.rmtree(folder)
    return figures | {"seconds_undisturbed": round(seconds, 2)}


def undisturbed(job, seed, folder):
    """(results, seconds) of a run in peace."""
    job.prepare(folder, seed)
    child = Child(job.work, folder, folder.with_suffix(".log"))
    if child.wait() != 0:
        child.kill()
        raise RuntimeError(f"{job.name} fails by itself: {child.said()}")
    return job.results(folder), child.seconds


def half_written(folder, seen, new, old):
    """Sentences on the files at their final places that are neither the old ones nor the new ones."""
    wrong = [f"{path} is half written" for path, body in seen.items() if body not in (new.get(path), old.get(path))]
    wrong += [f"{path} has vanished" for path in old if path not in seen]
    for path in folder.glob("checkpoints/*/[!.]*"):
        try:
            read_tensors(path)
        except PadnetError as error:
            wrong.append(str(error))
    return wrong
