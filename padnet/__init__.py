"""PADNet, the Proximal Alternating Direction Network (AAAI 2018): deep unrolling with a certificate.

core        the mathematics: operators, fidelities, priors, networks, Algorithms 1 and 2, certificates
tasks       what people use: deconvolve
methods     the compared methods, one file each
benchmarks  protocols and metrics
pipeline    what DVC calls: fetch, sample, tune, train, benchmark, notebook, report

This file imports none of them, so that a pipeline stage depends on the modules it uses and no others;
`padnet.deconvolve` is imported when it is asked for.
"""

import importlib

__version__ = "0.1.0"
__all__ = ["deconvolve"]


def __getattr__(name):
    if name in __all__:
        return getattr(importlib.import_module("padnet.tasks.deconvolution"), name)
    raise AttributeError(f"module 'padnet' has no attribute {name!r}")
