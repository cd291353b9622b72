"""PADNet, the Proximal Alternating Direction Network (AAAI 2018): deep unrolling with convergence certificates.

core         the mathematics: operators, fidelities, priors, networks, Algorithms 1 and 2, certificates
imaging      observed images: blur kernels, degradation, boundary handling, scores
haze         the haze model (17), airlight, guidance
tasks        the user-level functions: deconvolve, dehaze
baselines    the compared methods, one file each
data         download, readers, protocols, training pairs
experiments  training: models, data and configuration
evaluation   methods on test sets: records, certificates, runtimes;  ablations: the cost of open design choices
reporting    tables, figures and pages;  notebook, exercises, site: the lessons;  verify: the checks
project      paths, parameters, locks, code fingerprints;  cli: the `padnet` command

This file imports none of them, so that a pipeline stage depends only on the modules it uses. Each name in HOMES is
imported on first access: `padnet.deconvolve`, `padnet.dehaze` and `padnet.example`, and the parts needed to build
your own model (notebook 08). `padnet.testing` has the properties that such a model must satisfy.
"""

import importlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padnet.core.adapters import as_operator as as_operator
    from padnet.core.certificate import Certificate as Certificate, implicit_certificates as implicit_certificates
    from padnet.core.checked import explicit_padnet as explicit_padnet, implicit_padnet as implicit_padnet
    from padnet.core.conditions import ConditionOne as ConditionOne, Descent as Descent
    from padnet.core.denoiser import Denoiser as Denoiser
    from padnet.core.explicit_certificate import explicit_certificates as explicit_certificates, recompute as recompute
    from padnet.core.fidelity import norm as norm, per_sample as per_sample
    from padnet.core.history import Run as Run
    from padnet.core.least_squares import LeastSquares as LeastSquares
    from padnet.core.linear_operators import Downsample as Downsample, Identity as Identity, Mask as Mask
    from padnet.core.networks import Network as Network
    from padnet.core.operators import Blur as Blur, Gradient as Gradient
    from padnet.core.priors import LpNorm as LpNorm
    from padnet.core.protocols import Fidelity as Fidelity, Prior as Prior, Propagation as Propagation
    from padnet.core.schedule import Safeguard as Safeguard, Schedule as Schedule, Stop as Stop
    from padnet.core.total_variation import TV as TV
    from padnet.errors import InputError as InputError, PadnetError as PadnetError
    from padnet.tasks.deconvolution import deconvolve as deconvolve
    from padnet.tasks.dehazing import dehaze as dehaze
    from padnet.tasks.example import example as example

if sys.argv[:1] == ["-m"]:  # Python is about to run a module of this package with -m, and its name is not set yet
    sys.excepthook = lambda *raised: importlib.import_module("padnet.cli.extras").hook(*raised)

__version__ = "0.1.0"
HOMES = {
    "deconvolve": "padnet.tasks.deconvolution",
    "dehaze": "padnet.tasks.dehazing",
    "example": "padnet.tasks.example",
    "Blur": "padnet.core.operators",
    "Gradient": "padnet.core.operators",
    "Downsample": "padnet.core.linear_operators",
    "Identity": "padnet.core.linear_operators",
    "Mask": "padnet.core.linear_operators",
    "as_operator": "padnet.core.adapters",
    "LeastSquares": "padnet.core.least_squares",
    "LpNorm": "padnet.core.priors",
    "TV": "padnet.core.total_variation",
    "Network": "padnet.core.networks",
    "Denoiser": "padnet.core.denoiser",
    "Safeguard": "padnet.core.schedule",
    "Schedule": "padnet.core.schedule",
    "Stop": "padnet.core.schedule",
    "ConditionOne": "padnet.core.conditions",
    "Descent": "padnet.core.conditions",
    "explicit_padnet": "padnet.core.checked",
    "implicit_padnet": "padnet.core.checked",
    "explicit_certificates": "padnet.core.explicit_certificate",
    "recompute": "padnet.core.explicit_certificate",
    "implicit_certificates": "padnet.core.certificate",
    "Run": "padnet.core.history",
    "Certificate": "padnet.core.certificate",
    "Fidelity": "padnet.core.protocols",
    "Prior": "padnet.core.protocols",
    "Propagation": "padnet.core.protocols",
    "norm": "padnet.core.fidelity",
    "per_sample": "padnet.core.fidelity",
    "InputError": "padnet.errors",
    "PadnetError": "padnet.errors",
}
__all__ = sorted(HOMES)


def __getattr__(name: str) -> object:
    if name == "testing":
        return importlib.import_module("padnet.testing")
    if name in HOMES:
        return getattr(importlib.import_module(HOMES[name]), name)
    raise AttributeError(f"module 'padnet' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
