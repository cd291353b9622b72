"""Table 2 from the image records: averages per protocol, method and variant, next to the paper's numbers."""

from pathlib import Path

from padnet.errors import PadnetError
from padnet.evaluation.columns import COMPARED as COMPARED_RECORD, IMAGE as RECORD, LEVIN as ANCHOR_RECORD
from padnet.evaluation.records import read_rows
from padnet.labels import COMPARED, PADNETS as METHODS
from padnet.project.params import read_yaml
from padnet.project.paths import find_root
from padnet.reporting.table1 import NOT_IN_PAPER, holds

TRAINED = ("epll", "mlp", "csf")  # the compared methods that are trained
# The paper's two data sets, and our protocols that follow its description; the paper does not specify a protocol.
PAPER_SETS = {"levin-1pct": "levin", "sun": "sun"}
KINDS = {
    "psnr": float,
    "ssim": float,
    "start_psnr": float,
    "noise": float,
    "iterations": int,
    "accepted": int,
    "energy": float,
    "reach": int,
    "ssd": float,
}


def table2(records, reference=None):
    """The rows of Table 2, tidy: one per cell, dicts with the keys COLUMNS of Table 1.

    prior is empty; test is the acceptance test of EPADNet.

    records: folder with one folder per protocol, with image-METHOD.csv for METHODS and compared-METHOD.csv for those
    of COMPARED that were run on it, and image-sparse.csv if Levin's own method was run.
    reference: the paper's numbers, by default reference/tables.yaml of the project.
    Metrics: pairs; psnr in dB and ssim, means; start_psnr, of IPADNet's image, for EPADNet; iterations; acceptance,
    the fraction of iterations in which the network's own step was accepted; certificates, the fraction that holds.
    Raises PadnetError for records that are missing or cannot be read.
    """
    paper = read_yaml(reference or find_root() / "reference" / "tables.yaml")["table2"]
    records = Path(records)
    protocols = sorted({path.parent for path in records.glob("*/image-*.csv")})
    if not protocols:
        raise PadnetError(f"{records} holds no image records: make them with make repro or make paper")
    rows = []
    for folder in protocols:
        printed = paper.get(PAPER_SETS.get(folder.name), {})
        for method, title in COMPARED.items():
            if (path := folder / f"compared-{method}.csv").is_file():
                group = read_rows(path, COMPARED_RECORD, KINDS, ("psnr", "ssim"))
                variant = "trained" if method in TRAINED else "tuned"
                rows += _cells(folder.name, method, variant, compared_averages(group), printed, title)
        if (path := folder / "image-sparse.csv").is_file():
            group = read_rows(path, ANCHOR_RECORD, KINDS, ("reach", "psnr", "ssim"))
            # It is scored with two search ranges for the shift; the protocol uses the larger one.
            group = [row for row in group if row["reach"] == max(row["reach"] for row in group)]
            rows += _cells(folder.name, "sparse", "published", compared_averages(group), printed, "deconvSps")
        for method, title in METHODS.items():
            groups = {}
            for record in read_image_records(folder / f"image-{method}.csv"):
                groups.setdefault((record["variant"], record["test"] or ""), []).append(record)
            for (variant, test), group in groups.items():
                beside = {} if variant in NOT_IN_PAPER else printed
                rows += _cells(folder.name, method, variant, averages(group), beside, title, test)
    return rows


def _cells(name, method, variant, metrics, printed, title, test=""):
    return [
        {
            "protocol": name,
            "prior": "",
            "method": method,
            "variant": variant,
            "test": test,
            "metric": metric,
            "value": value,
            "paper": printed.get(metric, {}).get(title),
        }
        for metric, value in metrics.items()
    ]


def compared_averages(group):
    """The metrics of a group of a compared method's records."""
    return {"pairs": len(group)} | {name: sum(row[name] for row in group) / len(group) for name in ("psnr", "ssim")}


def averages(group):
    """The metrics of a group of records that are available."""
    count = len(group)
    iterations = sum(record["iterations"] for record in group)
    metrics = {"pairs": count}
    for name in ("psnr", "ssim", "start_psnr"):
        metrics[name] = sum(record[name] for record in group) / count
    metrics["iterations"] = iterations / count
    if group[0]["accepted"] is not None:
        metrics["acceptance"] = sum(record["accepted"] for record in group) / iterations
    else:
        del metrics["start_psnr"]
    metrics["certificates"] = sum(holds(record["verdict"]) for record in group) / count
    return metrics


def read_image_records(path):
    """The rows of one image records file, numbers as float or int, empty cells as None.

    Raises PadnetError if it is missing, has other columns or no rows, or a cell is not a number.
    """
    return read_rows(path, RECORD, KINDS, ("iterations", "psnr", "ssim", "start_psnr"))
