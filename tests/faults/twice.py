"""The same stage started twice at once in one folder: both end right, or one of them ends with one clear sentence."""

import shutil

import numpy as np
from forks import Child
from jobs import JOBS
from kills import undisturbed


def race(name, times, seed, scratch):
    """Start the job `name` twice, up to a run's time apart, `times` times; the figures, "wrong" among them.

    At the end the outputs must be whole: the right bytes where either succeeded. A third run must make them right.
    """
    job, rng = JOBS[name], np.random.default_rng([seed, 100, sorted(JOBS).index(name)])
    new, seconds = undisturbed(job, 1, scratch / f"{name}-alone")
    figures = {"races": 0, "both_succeeded": 0, "one_sentence": 0, "without_a_sentence": 0, "wrong": []}
    for _ in range(times):
        folder = scratch / f"{name}-race"
        job.prepare(folder, 1)
        first = Child(job.work, folder, scratch / "first.log")
        first.wait(float(rng.choice([0, rng.uniform(0, seconds)])))
        pair = first, Child(job.work, folder, scratch / "second.log")
        codes = [child.wait() for child in pair]
        figures["races"] += 1
        figures["both_succeeded"] += codes == [0, 0]
        for child, code in zip(pair, codes, strict=True):
            said = child.said().strip()
            if code is None:
                child.kill()
                figures["wrong"].append(f"two {name} wait for each other")
            elif code == 1 and said.splitlines()[-1].startswith("padnet: "):
                figures["one_sentence"] += 1
                figures.setdefault("sentence", said.splitlines()[-1].replace(str(scratch), "…"))
            elif code:
                figures["without_a_sentence"] += 1
                figures.setdefault("for_instance", said[-1500:].replace(str(scratch), "…"))
        seen = job.results(folder)
        if seen != new and (0 in codes or any(body != new.get(path) for path, body in seen.items())):
            figures["wrong"].append(f"two {name} at once, ended with {codes}, left other bytes")
        third = Child(job.work, folder, scratch / "third.log")
        if third.wait() != 0 or job.results(folder) != new:
            figures["wrong"].append(f"{name} cannot be run after two at once: {third.said()[-300:]}")
        shutil.rmtree(folder)
    return figures
