"""Table 3 from the haze records: averages per protocol, method and airlight variant, next to the paper's numbers."""

from pathlib import Path

from padnet.errors import PadnetError
from padnet.evaluation.columns import HAZE as RECORD
from padnet.evaluation.records import read_rows
from padnet.labels import HAZE
from padnet.project.params import read_yaml
from padnet.project.paths import find_root
from padnet.reporting.table1 import holds

SCORES = ("psnr", "ssim", "l1_t", "l1_J")
KINDS = {"beta": float} | dict.fromkeys(SCORES, float)
PAPER_SET = "fattal"  # the benchmark of the paper's numbers; there are none for our other protocols


def table3(records, reference=None):
    """The rows of Table 3, tidy: one per cell, dicts with the keys COLUMNS of Table 1 (prior is empty).

    records: folder with one folder per protocol, with haze-METHOD.csv for those of HAZE that were run on it.
    reference: the paper's numbers, by default reference/tables.yaml of the project.
    Metrics: pairs; psnr in dB, ssim, l1_t and l1_J, means; the same for one scattering coefficient, as psnr@0.3, if
    the records contain it; certificates, the fraction that holds. The paper does not state which airlight its numbers
    use: they are listed for both variants.
    Raises PadnetError for records that are missing or cannot be read.
    """
    paper = read_yaml(reference or find_root() / "reference" / "tables.yaml").get("table3", {})
    records, rows = Path(records), []
    for folder in haze_folders(records):
        printed = paper.get(PAPER_SET, {}) if folder.name == PAPER_SET else {}
        for method, title in HAZE.items():
            if method != "ipadnet" and not (folder / f"haze-{method}.csv").is_file():
                continue  # an oracle that needs training scenes, or a compared method that was not run
            groups = {}
            for record in read_haze_records(folder / f"haze-{method}.csv"):
                groups.setdefault(record["variant"], []).append(record)
            for variant, group in groups.items():
                rows += [
                    {
                        "protocol": folder.name,
                        "prior": "",
                        "method": method,
                        "variant": variant,
                        "test": "",
                        "metric": metric,
                        "value": value,
                        "paper": printed.get(metric, {}).get(title),
                    }
                    for metric, value in averages(group).items()
                ]
    if not rows:
        raise PadnetError(f"{records} holds no haze records: make them with make repro or make paper")
    return rows


def haze_folders(records):
    """The folders of a profile's records that contain haze removal, sorted."""
    return sorted({path.parent for path in Path(records).glob("*/haze-*.csv")})


def averages(group):
    """The metrics of a group of records that are available."""
    metrics = {"pairs": len(group)} | _means(group, "")
    betas = sorted({record["beta"] for record in group if record["beta"] is not None})
    for beta in betas:
        metrics |= _means([record for record in group if record["beta"] == beta], f"@{beta:g}")
    if group[0]["verdict"] is not None:
        metrics["certificates"] = sum(holds(record["verdict"]) for record in group) / len(group)
    return metrics


def _means(group, ending):
    return {name + ending: sum(record[name] for record in group) / len(group) for name in SCORES}


def read_haze_records(path):
    """The rows of one haze records file, numbers as float, empty cells as None.

    Raises PadnetError if it is missing, has other columns or no rows, or a cell is not a number.
    """
    return read_rows(path, RECORD, KINDS, ("variant", *SCORES))
