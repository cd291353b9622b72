"""PADNet, the Proximal Alternating Direction Network (AAAI 2018): deep unrolling with a certificate.

core        the mathematics: operators, fidelities, priors, networks, Algorithms 1 and 2, certificates
haze        the physics of haze: model (17), airlight, guidance
tasks       what people use: deconvolve, dehaze
methods     the compared methods, one file each
benchmarks  protocols and metrics
pipeline    what DVC calls: fetch, sample, tune, train, benchmark, notebook, report

This file imports none of them, so that a pipeline stage depends on the modules it uses and no others;
`padnet.deconvolve`, `padnet.dehaze` and `padnet.example` are imported when they are asked for.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from padnet.tasks.deconvolution import deconvolve
    from padnet.tasks.dehazing import dehaze
    from padnet.tasks.example import example

__version__ = "0.1.0"
HOMES = {
    "deconvolve": "padnet.tasks.deconvolution",
    "dehaze": "padnet.tasks.dehazing",
    "example": "padnet.tasks.example",
}
__all__ = ["deconvolve", "dehaze", "example"]


def __getattr__(name: str) -> object:
    if name in HOMES:
        return getattr(importlib.import_module(HOMES[name]), name)
    raise AttributeError(f"module 'padnet' has no attribute {name!r}")
