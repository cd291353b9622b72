#!/usr/bin/env bash
# OPENBLAS_NUM_THREADS=2 does not fix the number of threads: on one core OpenBLAS takes one, and NumPy gives other bits.
#
# Sums are split by threads, so a fixed number of threads seems to be what makes products repeat on other machines. OpenBLAS
# takes the smaller of the number asked for and of the cores that the process may use, as OpenMP and MKL do not. So the same
# container gives other last bits when it is given one core. OPENBLAS_NUM_THREADS=1 is the number that holds everywhere.
#
# Seen with numpy 2.4.6 (its wheel brings OpenBLAS): a 700 x 700 product, two hashes for two threads on one core and on two.
set -euo pipefail
if [ "$(nproc)" -lt 2 ]; then echo "this needs two cores" >&2; exit 1; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 threadpoolctl==3.6.0
cat > "$folder/look.py" <<'PYTHON'
import hashlib
import os

import numpy as np
from threadpoolctl import threadpool_info

A = np.random.default_rng(0).standard_normal((700, 700), dtype=np.float32)
found = hashlib.sha256((A @ A.T).tobytes() + (A @ A[0]).tobytes()).hexdigest()[:12]
threads = [pool["num_threads"] for pool in threadpool_info()]
print(f"numpy {np.__version__}, OPENBLAS_NUM_THREADS={os.environ['OPENBLAS_NUM_THREADS']}, "
      f"{len(os.sched_getaffinity(0))} cores, {threads} threads: {found}")
PYTHON
look() { env OPENBLAS_NUM_THREADS="$1" taskset -c "$2" "$folder/venv/bin/python" "$folder/look.py"; }
two=$(look 2 0,1) && echo "$two"
one=$(look 2 0) && echo "$one"
fixed=$(look 1 0,1) && echo "$fixed"
alone=$(look 1 0) && echo "$alone"
[ "${two##* }" != "${one##* }" ] || { echo "two threads give the same bits on one core: the behaviour has changed" >&2; exit 1; }
[ "${fixed##* }" = "${alone##* }" ] || { echo "one thread gives other bits on one core" >&2; exit 1; }
