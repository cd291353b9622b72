"""The modules behind every stage against the lists in reference/modules, by SHA-256."""

from pathlib import Path

from padnet.errors import PadnetError
from padnet.pipeline import deps
from padnet.verify.outcome import Outcome


def check(root):
    """Follow the imports of every stage again."""
    root = Path(root)
    try:
        stale, count = deps.stale(root), len(list((root / deps.FOLDER).glob("*.txt")))
    except (PadnetError, OSError, ValueError, KeyError, TypeError) as error:
        said = f"the imports of the stages cannot be followed ({type(error).__name__}: {error})"
        return Outcome("modules", "", [f"{deps.FOLDER}: {said}".replace(f"{root}/", "")])
    texts, findings = deps.lists(root) if stale else {}, []
    for name in stale:
        path = root / deps.FOLDER / f"{name}.txt"
        there = set(path.read_text(encoding="utf-8").splitlines()) if path.is_file() else set()
        changed = sorted({line.split("  ")[-1] for line in there ^ set(texts.get(name, "").splitlines())})
        findings.append(f"{deps.FOLDER}/{name}.txt: not what the stage imports now, see {', '.join(changed[:3])}")
    return Outcome("modules", f"{count} stages import the code that their results came from", findings)
