"""Compare a run's outputs with those of the committed lock: which differ, and whether their inputs explain it."""

from collections import Counter
from dataclasses import dataclass

from padnet.project.atomic_files import write_text

NAMES = "failed/{}-differences.txt"  # in the project folder, ignored by git


@dataclass(frozen=True)
class Agreement:
    """Outputs of a profile, compared by hash.

    total: number of outputs that were made.   other: the paths that differ, in pipeline order, followed by those that
    are committed but were not made.   of: {path: its stage}.
    unexplained: stages with different outputs from the same command, parameters and inputs, in that order.
    """

    total: int
    other: list[str]
    of: dict[str, str]
    unexplained: list[str]

    def folders(self):
        """The number of differing outputs per folder, as text."""
        counts = Counter(path.rpartition("/")[0] for path in self.other)
        return ", ".join(f"{count} in {folder}" for folder, count in sorted(counts.items()))

    def first(self):
        """The first stages to investigate: those without an explanation, else the first with a different output."""
        if self.unexplained:
            more = ", …" if len(self.unexplained) > 3 else ""
            return f"{', '.join(self.unexplained[:3])}{more}, from the same code, parameters and inputs"
        return f"{self.of[self.other[0]]}, whose code, parameters or inputs are others"


def outputs(lock, profile):
    """{path: (md5, stage)} of the outputs of `profile` in the content of a lock file (dict)."""
    places = tuple(f"{folder}/{profile}/" for folder in ("data", "weights", "results"))
    return {
        out["path"]: (out["md5"], name)
        for name, stage in stages_of(lock).items()
        for out in stage.get("outs") or []
        if f"{out['path']}/".startswith(places) and "md5" in out
    }


def stages_of(lock):
    """{name: stage} of the content of a lock; empty if there is none."""
    return {name: stage or {} for name, stage in ((lock or {}).get("stages") or {}).items()}


def in_order(stages):
    """The names of a lock's stages in topological order of their outputs; in file order where they are independent."""
    makes = {out["path"]: name for name, stage in stages.items() for out in stage.get("outs") or []}
    found = {}

    def visit(name):
        if name not in found:
            found[name] = None  # set first: a lock merged from parts may contain a cycle
            for dep in stages[name].get("deps") or []:
                if dep["path"] in makes:
                    visit(makes[dep["path"]])
            found[name] = len([place for place in found.values() if place is not None])

    for name in stages:
        visit(name)
    return sorted(found, key=found.get)


def agreement(now, committed, profile):
    """The Agreement of two contents of dvc.lock (dicts); outputs missing in the committed one count as different."""
    new, old = outputs(now, profile), outputs(committed, profile)
    stages, before = stages_of(now), stages_of(committed)
    order = {name: place for place, name in enumerate(in_order(stages))}
    other = sorted(
        (path for path in new if new[path][0] != old.get(path, ("",))[0]), key=lambda path: (order[new[path][1]], path)
    )
    names = dict.fromkeys(new[path][1] for path in other)
    unexplained = [name for name in names if _inputs(stages[name]) == _inputs(before.get(name, {}))]
    gone = [path for path in old if path not in new]
    of = {path: new[path][1] for path in other} | {path: old[path][1] for path in gone}
    return Agreement(len(new), other + gone, of, unexplained)


def _inputs(stage):
    deps = {dep["path"]: dep.get("md5") for dep in stage.get("deps") or []}
    return stage.get("cmd"), deps, stage.get("params") or {}


def write_names(root, profile, found):
    """Write the differing paths with their stages to failed/PROFILE-differences.txt, or remove it; returns its path."""
    path = root / NAMES.format(profile)
    if found.other:
        path.parent.mkdir(exist_ok=True)
        marks = {name: "  from the same inputs" for name in found.unexplained}
        write_text(path, "".join(f"{found.of[one]}  {one}{marks.get(found.of[one], '')}\n" for one in found.other))
    else:
        path.unlink(missing_ok=True)
    return path.relative_to(root)
