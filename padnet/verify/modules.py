"""Check the code of every stage against the files in reference/modules, by fingerprint."""

from pathlib import Path

from padnet.errors import PadnetError
from padnet.project import deps
from padnet.verify.outcome import Outcome


def check(root):
    """Recompute the fingerprints of all stages by following their imports."""
    root = Path(root)
    try:
        texts = deps.lists(root)
        stale, count = deps.stale(root, texts), len(texts) - 1
        changed = deps.changed_modules(root, texts) if stale else []
    except (PadnetError, OSError, ValueError, KeyError, TypeError) as error:
        said = f"the imports of the stages cannot be followed ({type(error).__name__}: {error})"
        return Outcome("modules", "", [f"{deps.FOLDER}: {said}".replace(f"{root}/", "")])
    see = f", see {', '.join(changed[:3])}" if changed else ""
    findings = [f"{deps.FOLDER}/{name}.txt: not what the code says now{see}" for name in stale]
    return Outcome("modules", f"the code of {count} stages does what {deps.FOLDER} records", findings)
