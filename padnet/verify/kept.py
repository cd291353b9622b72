"""Check the kept runs: recompute every inequality of their certificates from the committed iterates."""

from pathlib import Path

from padnet.errors import PadnetError
from padnet.project.paths import results
from padnet.tasks.pretrained import settings_of
from padnet.verify import iterates
from padnet.verify.outcome import Outcome


def check(root, profile="paper"):
    """Every file of results/PROFILE/iterates, which padnet.verify.kept_runs writes."""
    root, findings, rows = Path(root), [], 0
    paths = sorted((results(profile, root) / "iterates").glob("*.safetensors"))
    for path in paths:
        try:
            told, wrong = iterates.faults(path)
            _, _, settings, _ = iterates.load(path)
            if settings.raw != settings_of(root / "padnet" / "pretrained").raw:
                wrong = [*wrong, "it is of other networks than those of padnet/pretrained"]
        except PadnetError as error:
            told, wrong = {"rows": []}, [str(error).replace(f"{root}/", "")]
        findings += [f"{path.relative_to(root)}: {one}" for one in wrong]
        rows += len(told["rows"])
    return Outcome(
        "kept", f"{len(paths)} runs: {rows} rows computed again in float64 from committed iterates", findings
    )
