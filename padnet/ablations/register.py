"""The ablation page: what the paper leaves open, what was chosen, and the effect of other choices."""

from padnet.ablations.measure import at
from padnet.labels import PADNETS

COLUMNS = ["entry", "experiment", "method", "choice", "value", "iterations", "own", "holds"]
HEAD = """# What the paper leaves open, or what is done otherwise here

Each choice, where its number stands in params.yaml, and what other choices cost. A changed number meets networks that \
were
trained for ours: it tells what it costs to run them with it, not what a training for it would reach. "Own steps" are \
those
that the safeguard kept, "certificates" those that hold. The first row of each experiment is ours; a cost is how much \
worse
the others are, so a negative one is a gain.

- **gradient**: mean relative error of the gradient field (Table 1), {pairs} pairs of `levin-1pct`, p = 0.8 for EPADNet.
- **image**: mean PSNR in dB (Table 2), the same pairs.
- **training**: IPADNet of the gradient domain trained at the quick profile's size, mean relative error on held-out \
training pairs; rows of other seeds: a cost no larger than theirs may be chance.
"""


def told(one: dict) -> str:
    """A description of a measurement: "ours", "explicit.mu = 3", "guarded = False, ..."."""
    parts = {**one.get("change", {}), **{k: v for k, v in one.items() if k not in ("experiment", "method", "change")}}
    return ", ".join(f"{name} = {value}" for name, value in parts.items()) or "ours"


def cost(experiment: str, value: float, ours: float) -> float:
    """How much worse than the default: PSNR lost in dB, or relative error gained."""
    return ours - value if experiment == "image" else value - ours


def page(register: dict, rows: list[dict], params: dict) -> str:
    """The page, Markdown.

    register: reference/deviations.yaml. rows: of ablations.csv, numbers or strings. params: the section of the
    profile.
    """
    text = [HEAD.format(pairs=register["pairs"])]
    for entry in register["entries"]:
        numbers = "; ".join(f"`{path}` = {_plain(at(params, path))}" for path in entry["numbers"])
        text.append(f"\n## {entry['name']}\n\n*The paper:* {entry['paper']}\n*Here:* {entry['ours']}\n{numbers}\n")
        text.append("| experiment | choice | value | cost | iterations | own steps | certificates |")
        text.append("| --- | --- | ---: | ---: | ---: | ---: | ---: |")
        ours = {}
        for row in rows:
            if row["entry"] == entry["name"]:
                key = (row["experiment"], row["method"])
                text.append(_line(row, ours.setdefault(key, float(row["value"]))))
    return "\n".join(text) + "\n"


def _line(row: dict, ours: float) -> str:
    digits = 2 if row["experiment"] == "image" else 4
    value = float(row["value"])
    unit = " dB" if row["experiment"] == "image" else ""
    worse = "" if row["choice"] == "ours" else f"{cost(row['experiment'], value, ours):+.{digits}f}{unit}"
    shares = ("" if row[name] == "" else f"{100 * float(row[name]):.0f}%" for name in ("own", "holds"))
    cells = (
        f"{row['experiment']}, {PADNETS[row['method']]}",
        row["choice"],
        f"{value:.{digits}f}{unit}",
        worse,
        f"{float(row['iterations']):.1f}",
        *shares,
    )
    return "| " + " | ".join(cells) + " |"


def _plain(value) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {number}" for name, number in value.items())
    return str(value)
