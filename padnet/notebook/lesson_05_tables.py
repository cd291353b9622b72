"""The tables of lesson 05: its example, Table 2 next to published values, and the cost of the guarantee."""

import json
from collections.abc import Mapping

from padnet.labels import NAMES
from padnet.notebook.lesson_05 import APART, ImageRecords
from padnet.notebook.tables import table
from padnet.reporting.table1 import holds
from padnet.reporting.table2 import METHODS

__all__ = ["certificate_table", "extremes_table", "guarantee_table", "networks_table", "published_table", "runs_table"]


def runs_table(runs: Mapping, scores: Mapping, kept: ImageRecords, pair) -> None:
    """Show the runs on one pair, and whether each agrees with its record of kept.main, if it has one.

    runs: {(method, variant): Restored}; scores: the same keys, with {"psnr": dB, "ssim": number}.
    """
    lines = []
    for (method, variant), found in runs.items():
        rows = kept.select(kept.main, method, variant)
        here = [row for row in rows if (row["image"], row["kernel"]) == (pair.image, pair.kernel)]
        score = scores[method, variant]
        told = [
            f"{score['psnr']:.3f}",
            f"{score['ssim']:.4f}",
            int(found.run.K),
            all(abs(score["psnr"] - row["psnr"]) < 1e-6 for row in here) if here else "no record",
        ]
        lines.append([METHODS[method], variant, *told])
    table(["method", "variant", "PSNR in dB", "SSIM", "stages", "as its record"], lines)
    for (method, variant), found in runs.items():
        print(f"{METHODS[method]}, {variant}: {found.certificates[0].verdict}")


def certificate_table(certificate) -> None:
    """Show the rows of a certificate of EPADNet: both sides of its conditions for each k."""
    names = ("decrease", "distance", "subgradient_bound", "error", "error_bound")
    table(
        ["k", "accepted as", "repetitions", "F", "decrease beyond (21)", "dist(0, ∂F)", "b ‖Δg‖", "‖E‖", "C_E ‖Δg‖"],
        [
            [
                row["k"],
                "own step" if row["own"] else "restarted" if row["restarted"] else "corrected",
                row["inner"],
                f"{row['energy']:.6g}",
                *(f"{row[name]:.4g}" for name in names),
            ]
            for row in certificate.rows
        ],
    )


def published_table(value: Mapping, published: Mapping, protocols: list[str]) -> None:
    """Show our rows of Table 2 among published ones for the same protocol, sorted from best to worst.

    value: {(set, method, variant, metric): value}; published: {set: entries} from reference/published.yaml.
    """
    lines = []
    for name in protocols:
        ours = [
            (f"**{NAMES[m]}, here**", psnr, value[name, m, v, "ssim"], "this project", "")
            for (p, m, v, metric), psnr in value.items()
            if p == name and metric == "psnr" and v not in APART
        ]
        others = [
            (e["method"], e["psnr"], e.get("ssim"), e["source"], e.get("note", "")) for e in published.get(name, [])
        ]
        for method, psnr, ssim, source, note in sorted(ours + others, key=lambda line: -line[1]):
            lines.append([name, method, f"{psnr:.2f}", "" if ssim is None else f"{ssim:.3f}", source, note])
    table(["protocol", "method", "PSNR", "SSIM", "source", "note"], lines)


def guarantee_table(value: Mapping, kept: ImageRecords) -> None:
    """Compare EPADNet with and without safeguard, next to IPADNet. value: as for published_table()."""
    lines = []
    for name in kept.protocols:
        on, off = (value[name, "epadnet", variant, "psnr"] for variant in ("guarded", "unguarded"))
        held = []
        for variant in ("guarded", "unguarded"):
            rows = kept.select(name, "epadnet", variant)
            held.append(f"{sum(holds(row['verdict']) for row in rows)} of {len(rows)}")
        start, kept_steps = (value[name, "epadnet", "guarded", metric] for metric in ("start_psnr", "acceptance"))
        alone = value.get((name, "epadnet", "left out", "psnr"))
        psnrs = [f"{start:.3f}", f"{on:.3f}", f"{off:.3f}", f"{off - on:+.3f}"]
        lines.append([name, *psnrs, f"{kept_steps:.0%}", *held, "" if alone is None else f"{alone:.3f}"])
    head = ["protocol", "IPADNet", "guarded", "unguarded", "guard costs, dB", "own steps kept"]
    table([*head, "certificates, guarded", "unguarded", "networks left out"], lines)


def extremes_table(ranked: Mapping) -> None:
    """Show the pairs with the lowest and highest PSNR of each set. ranked: {set: records, by increasing PSNR}."""
    lines = []
    for name, rows in ranked.items():
        line = [name]
        for row in (rows[0], rows[-1]):
            line += [f"{row['image']}, {row['kernel']}", f"{row['psnr']:.2f}"]
        lines.append(line)
    table(["protocol", "least", "PSNR", "most", "PSNR"], lines)


def networks_table(trained: list) -> None:
    """Show the networks of IPADNet. trained: (title, model, path of its files without file extension)."""
    lines = []
    for title, _, path in trained:
        card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        held_out = card["validation"]
        within = f"{held_out['within']:.0%}" if "within" in held_out else ""
        told = [", ".join(map(str, card["units"])), card["parameters"], card["steps"], card["device"]]
        lines.append([METHODS[card["model"]], title, *told, f"{held_out['psnr']:.2f}", within])
    head = ["network", "", "units of each stage", "weights", "steps", "device", "held-out PSNR in dB"]
    table([*head, "own steps kept, held-out"], lines)
