"""PADNet, the Proximal Alternating Direction Network (AAAI 2018): deep unrolling with a certificate.

core        the mathematics: operators, fidelities, priors, networks, Algorithms 1 and 2, certificates
methods     the compared methods, one file each
benchmarks  protocols and metrics
pipeline    what DVC calls: fetch, sample, tune, train, benchmark, notebook, report

This file imports nothing, so that a pipeline stage depends on the modules it uses and no others.
"""

__version__ = "0.1.0"
