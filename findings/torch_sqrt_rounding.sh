#!/usr/bin/env bash
# torch.sqrt on the CPU is not the correctly rounded square root, and which values are off depends on the processor.
#
# IEEE 754 asks that sqrt is correctly rounded, every processor has an instruction that does it, and numpy.sqrt gives its
# result. PyTorch's x86-64 wheels hand whole tensors to MKL's vector functions instead, which may be off by a unit in the last
# place, and choose their code by the processor. x**0.5 calls the same function. MKL_CBWR=COMPATIBLE, which makes MKL's
# products and Fourier transforms alike on every processor, changes nothing of it. torch.rsqrt is PyTorch's own code.
#
# Seen with torch 2.13.0 (CPU) and numpy 2.4.6, of 200000 numbers in float32 / float64:
#   AMD EPYC, Zen 4: 29242 / 2463 differ from numpy; emulated EPYC-Rome: 24116 / 28557; emulated Haswell: 0 / 1
# So on a processor like Haswell this script may fail in float32; it looks at both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cat > "$folder/look.py" <<'PYTHON'
import sys
from fractions import Fraction

import numpy as np
import torch

print("torch", torch.__version__, "numpy", np.__version__, torch.backends.cpu.get_cpu_capability())
differ = 0
for kind in (np.float32, np.float64):
    x = np.random.default_rng(0).random(200000).astype(kind) * 8
    exact, found, power = np.sqrt(x), torch.from_numpy(x).sqrt().numpy(), (torch.from_numpy(x) ** 0.5).numpy()
    # numpy's is the nearest number of all: its square lies between those of the two midpoints beside it.
    for a, r in zip(x[:300], exact[:300]):
        low, high = (Fraction(float(r)) + Fraction(float(np.nextafter(r, kind(side)))) for side in (0, np.inf))
        assert low * low / 4 <= Fraction(float(a)) <= high * high / 4
    print(f"{kind.__name__}: {(found != exact).sum()} of {len(x)} square roots differ from the correctly rounded ones")
    assert np.array_equal(found, power), "x**0.5 is another function"
    differ += int((found != exact).sum())
sys.exit(0 if differ else "every square root is correctly rounded: the behaviour has changed, or this processor has none of it")
PYTHON
"$folder/venv/bin/python" "$folder/look.py"
MKL_CBWR=COMPATIBLE "$folder/venv/bin/python" "$folder/look.py"
