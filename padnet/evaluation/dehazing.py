"""Dehaze a test set with a compared method; writes one record per image, haze density and airlight variant.

    python -m padnet.evaluation.dehazing --profile paper --set middlebury-haze --method meng
    python -m padnet.evaluation.dehazing --profile paper --set fattal --method meng --folder FOLDER

The methods get the same image and airlight as PADNet, at full resolution. If a method only estimates a transmission, J
is recovered as in PADNet; if it estimates J together with t, its own J is scored. A method whose publication has an
estimate of the airlight, AIRLIGHT in its module, gets a third variant, "own".
"""

import argparse
import sys
from pathlib import Path

from padnet.errors import InputError
from padnet.evaluation.columns import HAZE as RECORD
from padnet.evaluation.haze_sets import VARIANTS, Estimate, add_arguments, estimate, observed, pairs_of, record
from padnet.evaluation.records import write_results
from padnet.experiments.distributed import join
from padnet.haze.model import radiance
from padnet.labels import DEHAZERS
from padnet.project import console
from padnet.project.choice import chosen
from padnet.project.determinism import deterministic


def method_of(name: str):
    """The function padnet.baselines.dehazing.NAME.NAME.

    It is imported on demand, so that a pipeline stage depends only on its own method.

    Raises InputError for a name that is not in DEHAZERS.
    """
    if name not in DEHAZERS:
        raise InputError(f"there is no compared method {name!r}: use one of {', '.join(DEHAZERS)}.")
    return getattr(chosen(f"padnet.baselines.dehazing.{name}"), name)


def airlight_of(name: str):
    """The estimate of the airlight that a method's publication has; None if it has none here."""
    method_of(name)
    return getattr(chosen(f"padnet.baselines.dehazing.{name}"), "AIRLIGHT", None)


def cleared(method, I, A):
    """(t, J) of a method from method_of() for images I (n, 3, h, w) and airlights A (n, 3); J is not clipped."""
    found = method(I, A)
    return found if isinstance(found, tuple) else (found, radiance(I, found, A))


def restore(method, pair, variant: str, own=None) -> Estimate:
    """The Estimate of a method from method_of() for a pair with the airlight of `variant`; own: see airlight_of()."""
    return estimate(*cleared(method, *observed(pair, variant, own)))


def benchmark(profile: str, name: str, method: str, root: Path = Path(), folder: Path | None = None) -> None:
    """Dehaze every pair of a set with a compared method and write the records. Raises as pairs_of."""
    deterministic()
    function, own = method_of(method), airlight_of(method)
    variants = VARIANTS if own is None else (*VARIANTS, "own")
    pairs, _ = pairs_of(name, root, folder)

    def restored(pair) -> list[dict]:
        return [record(pair, variant, method, restore(function, pair, variant, own)) for variant in variants]

    ranks = join()
    made = ranks.each(restored, pairs, f"{method} on {name}", "image")
    if ranks.first:
        rows = [rows[i] for i in range(len(variants)) for rows in made]
        write_results(root / "results" / profile, name, f"haze-{method}", rows, RECORD, [])
    ranks.meet()


def main(argv=None):
    """Run the stage."""
    parser = argparse.ArgumentParser(
        prog="padnet benchmark-haze-method", description="Remove the haze of a test set with a compared method."
    )
    add_arguments(parser)
    parser.add_argument("--method", required=True, choices=list(DEHAZERS))
    options = parser.parse_args(argv)
    benchmark(options.profile, options.set, options.method, folder=options.folder)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
