"""Compare the cells of executed notebooks with their sources, and check the injected parameters."""

import json
from pathlib import Path

from papermill.translators import PythonTranslator

from padnet.errors import PadnetError
from padnet.project.params import load
from padnet.project.paths import results
from padnet.verify.outcome import Outcome, first_difference

INJECTED = "injected-parameters"


def cells(path):
    """[(type, text, tags)] of a notebook file. Raises PadnetError if it is missing or not a notebook."""
    try:
        return [
            (cell["cell_type"], "".join(cell["source"]), cell.get("metadata", {}).get("tags", []))
            for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        ]
    except FileNotFoundError as error:
        raise PadnetError(f"{path}: it is missing") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PadnetError(f"{path}: it cannot be read as a notebook") from error


def check(root, profile="paper"):
    """Compare every source in notebooks/ with its executed notebook, cell by cell and line by line."""
    root, findings, count = Path(root), [], 0
    done = results(profile, root).relative_to(root) / "notebooks"
    sources = sorted((root / "notebooks").glob("*.ipynb"))
    for path in sorted((root / done).glob("*.ipynb")):
        if not (root / "notebooks" / path.name).is_file():
            findings.append(f"{done / path.name}: notebooks/ has no source of it")
    for source in sources:
        try:
            own, executed = cells(source), cells(root / done / source.name)
        except PadnetError as error:
            findings.append(str(error).replace(f"{root}/", ""))
            continue
        findings += _injected(root, profile, done / source.name, [one for one in executed if INJECTED in one[2]])
        rest = [one for one in executed if INJECTED not in one[2]]
        count += len(own)
        if len(own) != len(rest):
            ran = f"{done / source.name} was run on {len(rest)}"
            findings.append(f"notebooks/{source.name}: it has {len(own)} cells, {ran}")
            continue
        for number, (mine, other) in enumerate(zip(own, rest, strict=True)):
            if mine != other:
                line, was, ran = first_difference(mine[1], other[1]) or (0, mine[0], other[0])
                findings.append(
                    f"notebooks/{source.name}: cell {number}, line {line} reads {was.strip()!r}, "
                    f"in {done / source.name} {ran.strip()!r}"
                )
                break
    return Outcome("links", f"the {count} cells of {len(sources)} notebooks are those that were run", findings)


def _injected(root, profile, path, found):
    given = (load(profile, root / "params.yaml").get("notebooks") or {}).get(path.stem) or {}
    expected = PythonTranslator.codify({"profile": profile, **given}).strip()
    if [one[1].strip() for one in found] == [expected]:
        return []
    return [f"{path}: it was not run with the parameters that params.yaml gives it"]
