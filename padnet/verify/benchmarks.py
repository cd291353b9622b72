"""Run the first pair of every deblurring benchmark again, and compare the bytes of its iterates with their hash.

Needs data/paper, and a processor that gives the committed bits (padnet.verify.bits).
"""

import json
from pathlib import Path

from padnet.data.protocols import protocol
from padnet.errors import PadnetError
from padnet.evaluation.image import restore
from padnet.evaluation.records import iterates_hash
from padnet.project.determinism import deterministic
from padnet.project.paths import results
from padnet.tasks.pretrained import load
from padnet.verify.outcome import Outcome

FIRST = {"ipadnet": "bounded", "epadnet": "guarded"}


def first_pair(root, profile, name):
    """[method of which the first pair of a protocol has other iterates now], and how many were compared."""
    setting, begin, wrong = protocol(name), None, []
    pair = setting.pairs(root / "data" / profile)[0]
    for method, variant in FIRST.items():
        path = results(profile, root) / "certificates" / name / f"image-{method}.json"
        told = json.loads(path.read_text(encoding="utf-8"))
        who = pair.image, pair.kernel, variant
        (one,) = [one for one in told if (one["image"], one["kernel"], one["variant"]) == who]
        _, found, _, begin = restore(load(root / "padnet" / "pretrained"), pair, setting.noise, variant, begin)
        if iterates_hash(found.run) != one["iterates"]:
            wrong.append(f"{path.relative_to(root)}: {pair.image} {pair.kernel}: its iterates are others now")
    return wrong


def check(root, profile="paper", same_bits=True):
    """The first pair of every protocol with certificates of the image networks."""
    root, findings = Path(root), []
    names = sorted(path.parent.name for path in (results(profile, root) / "certificates").glob("*/image-ipadnet.json"))
    if not same_bits:
        return Outcome("benchmarks", "not run: this processor does not give the committed bits")
    if not (root / "data" / profile).is_dir():
        return Outcome("benchmarks", f"not run: data/{profile} is not here")
    deterministic()
    for name in names:
        try:
            findings += first_pair(root, profile, name)
        except (PadnetError, OSError, LookupError, ValueError, TypeError) as error:
            said = str(error).replace(f"{root}/", "")
            findings.append(f"{name}: its first pair cannot be run again ({type(error).__name__}: {said})")
    return Outcome(
        "benchmarks", f"the first pair of {len(names)} sets, run again with both networks: the same iterates", findings
    )
