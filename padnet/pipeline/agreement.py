"""A run's outputs beside those of the committed lock: which differ, and whether their inputs explain it."""

from collections import Counter
from dataclasses import dataclass

from padnet.pipeline.files import write_text

NAMES = "failed/{}-differences.txt"  # in the project folder, which git ignores


@dataclass(frozen=True)
class Agreement:
    """Outputs of a profile, compared by hash.

    total: their number.   other: the paths that differ, in the order of the pipeline.   of: {path: its stage}.
    unexplained: stages that gave other outputs from the same command, parameters and inputs, in that order.
    """

    total: int
    other: list[str]
    of: dict[str, str]
    unexplained: list[str]

    def folders(self):
        """How many outputs differ in each folder, as text."""
        counts = Counter(path.rpartition("/")[0] for path in self.other)
        return ", ".join(f"{count} in {folder}" for folder, count in sorted(counts.items()))

    def first(self):
        """The first stage with another output, and whether its inputs are other ones too."""
        stage = self.of[self.other[0]]
        same = stage in self.unexplained
        return f"{stage}, {'from the same code, parameters and inputs' if same else 'whose code, parameters or inputs are others'}"


def outputs(lock, profile):
    """{path: (md5, stage)} of the outputs of `profile` in a lock file's content (dict)."""
    places = tuple(f"{folder}/{profile}" for folder in ("data", "weights", "results"))
    return {
        out["path"]: (out["md5"], name)
        for name, stage in ((lock or {}).get("stages") or {}).items()
        for out in stage.get("outs", [])
        if out["path"].startswith(places) and "md5" in out
    }


def in_order(stages):
    """The names of a lock's stages, each after those whose outputs it reads; else as they stand."""
    makes = {out["path"]: name for name, stage in stages.items() for out in stage.get("outs", [])}
    found = {}

    def visit(name):
        if name not in found:
            found[name] = None  # first: a lock of parts may hold a circle
            for dep in stages[name].get("deps", []):
                if dep["path"] in makes:
                    visit(makes[dep["path"]])
            found[name] = len([place for place in found.values() if place is not None])

    for name in stages:
        visit(name)
    return sorted(found, key=found.get)


def agreement(now, committed, profile):
    """The Agreement of two contents of dvc.lock (dicts); outputs that the committed one does not know differ."""
    new, old = outputs(now, profile), outputs(committed, profile)
    order = {name: place for place, name in enumerate(in_order(now["stages"]))}
    other = sorted((path for path in new if new[path][0] != old.get(path, ("",))[0]),
                   key=lambda path: (order[new[path][1]], path))  # fmt: skip
    names = dict.fromkeys(new[path][1] for path in other)
    before = committed["stages"] if committed else {}
    unexplained = [name for name in names if _inputs(now["stages"][name]) == _inputs(before.get(name, {}))]
    return Agreement(len(new), other, {path: new[path][1] for path in other}, unexplained)


def _inputs(stage):
    deps = {dep["path"]: dep.get("md5") for dep in stage.get("deps", [])}
    return stage.get("cmd"), deps, stage.get("params", {})


def write_names(root, profile, found):
    """Write the paths that differ with their stages to failed/PROFILE-differences.txt, or remove it; its path there."""
    path = root / NAMES.format(profile)
    if found.other:
        path.parent.mkdir(exist_ok=True)
        write_text(path, "".join(f"{found.of[one]}  {one}\n" for one in found.other))
    else:
        path.unlink(missing_ok=True)
    return path.relative_to(root)
