"""Execute a notebook in a temporary folder and compare it with the committed one.

On a processor that reproduces the committed bits (padnet.verify.bits) the bytes must be identical. On others the last
bits of sums differ, and with them pixels of figures; then the cells and all printed text are compared instead. Two
numbers agree if their relative difference is within `tolerance`, if they differ by one unit of the last printed
digit, or if both are at most 1e-9, which is rounding error. The surrounding text must be identical; figures are
ignored. Only differences beyond the tolerance are findings: the line states whether the bytes are identical or how
large the differences are.
"""

import contextlib
import json
import math
import multiprocessing
import re
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from padnet.errors import InputError, PadnetError
from padnet.notebook import run as notebook
from padnet.notebook.shown import without_images
from padnet.project.paths import results
from padnet.verify.outcome import Outcome

DEFAULT = "00_quickstart"  # short, only needs the packages, and restores photographs with the shipped networks
TOLERANCE = 1e-3
ROUNDING = 1e-9
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
SHARED = ("padnet", "notebooks", "reference", "data", "weights", "params.yaml", "dvc.yaml")
MADE = ("notebooks", "figures")  # the outputs of a run among a profile's results


def stand_in(root, folder, profile):
    """Turn `folder` into a project with links to the inputs of `root`, and its own results."""
    for name in SHARED:
        if (root / name).exists():
            (folder / name).symlink_to(root / name)
    own = results(profile, folder)
    own.mkdir(parents=True)
    for path in sorted(results(profile, root).iterdir()):
        if path.name not in MADE:
            (own / path.name).symlink_to(path)
    return folder


def printed(path):
    """[(source, [text of every output that is not an image])] of an executed notebook."""
    found = []
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        texts = []
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            kinds = ("text/markdown", "text/latex", "text/html", "text/plain")
            kind = next((kind for kind in kinds if kind in data), None)
            said = "".join(output["text"] if "text" in output else data[kind] if kind else "")
            texts.append(without_images(said) if kind == "text/html" else said)
        found.append(("".join(cell["source"]), texts))
    return found


def distance(a, b):
    """The relative difference of two printed numbers; 0 if rounding explains it."""
    x, y = float(a), float(b)
    if x == y or max(abs(x), abs(y)) <= ROUNDING or abs(x - y) <= 1.01 * max(_unit(a), _unit(b)):
        return 0.0
    return abs(x - y) / max(abs(x), abs(y))


def _unit(text):
    """One unit of the last digit of a printed number; 0 for an integer, which is a count."""
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return 10.0 ** (int(exponent or 0) - decimals) if decimals or exponent else 0.0


def compare(old, new):
    """(the largest difference of two numbers, None) of two executed notebooks, or (inf, where their text differs)."""
    first, second = printed(old), printed(new)
    if len(first) != len(second):
        return math.inf, f"it has {len(first)} cells and {len(second)} now"
    worst = 0.0, None
    for number, ((source, texts), (code, others)) in enumerate(zip(first, second, strict=True)):
        if source != code:
            return math.inf, f"cell {number} has another source now"
        if [NUMBER.sub("#", text) for text in texts] != [NUMBER.sub("#", text) for text in others]:
            return math.inf, f"cell {number} prints other text now"
        for text, other in zip(texts, others, strict=True):
            for a, b in zip(NUMBER.findall(text), NUMBER.findall(other), strict=True):
                worst = max(worst, (distance(a, b), f"cell {number} prints {b} instead of {a}"), key=lambda one: one[0])
    return worst


@dataclass(frozen=True)
class Again:
    """What running a notebook again gave: `broken` is why it could not, `far` and `where` as compare gives them."""

    path: Path
    broken: str | None = None
    identical: bool = False
    far: float = 0.0
    where: str | None = None


def run_again(root, profile="paper", name=DEFAULT):
    """Execute notebooks/NAME.ipynb with the parameters of `profile`; the file in results/ is not changed.

    Raises InputError for a notebook that the profile has not run.
    """
    root = Path(root)
    committed = results(profile, root) / "notebooks" / f"{name}.ipynb"
    if not committed.is_file():
        known = ", ".join(sorted(path.stem for path in committed.parent.glob("*.ipynb"))) or "none"
        raise InputError(f"there is no {committed.relative_to(root)}: choose one of {known}")
    path = committed.relative_to(root)
    with tempfile.TemporaryDirectory() as folder:
        try:
            made = notebook.run(profile, name, stand_in(root, Path(folder).resolve(), profile))
        except PadnetError as error:
            return Again(path, f"it cannot be run again: {error}")
        if made.read_bytes() == committed.read_bytes():
            return Again(path, identical=True)
        try:
            far, where = compare(committed, made)
        except (ValueError, KeyError, TypeError) as error:
            return Again(path, f"it cannot be read as an executed notebook ({error})")
    return Again(path, far=far, where=where or "pictures differ")


def judged(again, tolerance=TOLERANCE, same_bits=False):
    """The Outcome of a notebook that was run again. same_bits: any difference in bytes is a finding."""
    path, name = again.path, again.path.stem
    if again.broken:
        return Outcome("notebook", "", [f"{path}: {again.broken}"])
    if again.identical:
        return Outcome("notebook", f"{name}, run again, gives the same bytes")
    if same_bits:
        said = "run again, it gives other bytes on a processor that gives the committed bits"
        return Outcome("notebook", "", [f"{path}: {said}: {again.where}"])
    if again.far > tolerance:
        by = "" if math.isinf(again.far) else f", {again.far:.1e} relative, more than the tolerance of {tolerance:g}"
        return Outcome("notebook", "", [f"{path}: run again, {again.where}{by}"])
    agree = f"to {again.far:.1e} relative" if again.far else "to the last digit printed, or within rounding"
    return Outcome("notebook", f"{name}, run again, gives not the same bytes; its text agrees, its numbers {agree}")


@contextlib.contextmanager
def in_background(root, profile="paper", name=DEFAULT, tolerance=TOLERANCE):
    """Execute the notebook in a process of its own; gives a function of same_bits that waits for its Outcome.

    Raises InputError for a tolerance outside 0 to 1. The function raises what run_again raises.
    """
    if not 0 <= tolerance <= 1:
        raise InputError(f"the tolerance is {tolerance}: it is relative, from 0 to 1")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        running = pool.submit(run_again, root, profile, name)
        yield lambda same_bits: judged(running.result(), tolerance, same_bits)
