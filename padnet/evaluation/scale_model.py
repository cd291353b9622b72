"""The tables of docs/scale.md: what was measured, and what a model says of more processes than were there.

The model of a training step on n processes, with P parts: each process computes ceil(P / n) parts, one after the other,
and receives the float64 gradients of all P parts from the others.
"""

import csv
import json
import math
from pathlib import Path

MEASURED = "reference/scale.csv"
CARD = "weights/paper/haze-first.json"
PARTS, GPUS = 8, (1, 2, 4, 8)
LINKS = {"NVLink": 1e11, "10 Gb/s Ethernet": 1.25e9}  # bytes per second and process, assumed
LATENCY = 1e-4  # seconds of an exchange, assumed


def step(n: int, parts: int, seconds: float, numbers: int, bandwidth: float, latency: float = LATENCY) -> float:
    """Seconds of an optimiser step on n processes.

    parts: number of parts. seconds: of one part. numbers: of float64 in its gradient. bandwidth: bytes per second
    that a process receives.
    """
    received = 8 * numbers * parts * (n - 1) / n
    return math.ceil(parts / n) * seconds + (latency + received / bandwidth if n > 1 else 0.0)


def predicted(card: dict) -> list[dict]:
    """Rows "gpus", and for each of LINKS the ratio of the time of one GPU to the total time of n, at most 1.

    card: of a training on one GPU; a part is taken to need the PARTS-th of the time of its steps, which flatters many
    GPUs, as a small batch does not fill one.
    """
    seconds = 60 * card["minutes"] / card["steps"] / PARTS
    rows = []
    for n in GPUS:
        times = {name: step(n, PARTS, seconds, card["parameters"], speed) for name, speed in LINKS.items()}
        rows.append({"gpus": n} | {name: PARTS * seconds / (n * time) for name, time in times.items()})
    return rows


def page(root: Path) -> str:
    """The tables as Markdown, from the measurements and the card of the training on a GPU."""
    with open(root / MEASURED, newline="", encoding="utf-8") as file:
        found = {(row["what"], int(row["size"])): float(row["value"]) for row in csv.DictReader(file)}
    lines = ["| on two cores | 1 process | 2 processes | efficiency |", "| --- | ---: | ---: | ---: |"]
    for what, told in (("step", "a training step"), ("exchange", "of that, exchange"), ("pictures", "8 pictures")):
        one, two = found[what, 1], found[what, 2]
        share = "" if what == "exchange" else f"{one / two / 2:.0%}"
        lines.append(f"| {told} | {one:.3g} s | {two:.3g} s | {share} |")
    lines += ["", "| megapixels | `deconvolve` | `dehaze` |", "| ---: | ---: | ---: |"]
    for size in sorted(size for what, size in found if what == "dehaze"):
        both = (f"{found[task, size] / 2**20:.0f} MiB" for task in ("deconvolve", "dehaze"))
        lines.append(f"| {size / 1e6:g} | {' | '.join(both)} |")
    lines += ["", "| stages | `dvc repro` with nothing to do | a stage |", "| ---: | ---: | ---: |"]
    for size in sorted(size for what, size in found if what == "repro"):
        lines.append(f"| {size} | {found['repro', size]:.1f} s | {1000 * found['repro', size] / size:.0f} ms |")
    card = json.loads((root / CARD).read_text(encoding="utf-8"))
    lines += ["", f"| GPUs | {' | '.join(LINKS)} |", "| ---: | ---: | ---: |"]
    lines += [f"| {row['gpus']} | {' | '.join(f'{row[name]:.0%}' for name in LINKS)} |" for row in predicted(card)]
    return "\n".join(lines) + "\n"
