"""Check the card of a profile against dvc.lock: commands, parameters and hashes of every stage."""

import json
from pathlib import Path

from padnet.project import run_card as card
from padnet.project.params import read_yaml
from padnet.project.paths import results
from padnet.verify.outcome import Outcome


def check(root, profile="paper"):
    """Compare results/PROFILE/card.json with the current dvc.lock."""
    root = Path(root)
    path = results(profile, root) / card.NAME
    name, again = path.relative_to(root), f"write it with padnet card --profile {profile}"
    if not path.is_file():
        return Outcome("card", "", [f"{name}: it is missing: {again}"])
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        stages, machines = told["stages"], told["machines"]
        places = [stage["machine"] for stage in stages.values()]
        known = sum(machines[place] is not None for place in places if place is not None)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        return Outcome("card", "", [f"{name}: it cannot be read ({type(error).__name__}): {again}"])
    found, findings = card.stages(read_yaml(root / "dvc.lock") or {}, profile), []
    for stage in sorted({*found, *stages}):
        mine = {key: value for key, value in stages.get(stage, {}).items() if key != "machine"}
        # Convert as JSON does: the same numbers, string keys.
        if mine != json.loads(json.dumps(found.get(stage, {}))):
            own = found.get(stage, {})
            differ = [key for key in ("cmd", "params", "deps", "outs") if mine.get(key) != own.get(key)]
            findings.append(f"{name}: {', '.join(differ)} of stage {stage} are not those of dvc.lock: {again}")
    return Outcome("card", f"{len(stages)} stages as in dvc.lock; the machine is recorded of {known}", findings)
