#!/usr/bin/env bash
# An array that np.ascontiguousarray has just returned can be one that torch.from_numpy refuses.
#
# A reversed view of an axis of length one has a negative stride and yet is contiguous, since no element is reached by
# that stride. NumPy flags it so and np.ascontiguousarray returns it without a copy; PyTorch refuses every negative
# stride. The usual remedy for "strides is negative", a contiguous copy, therefore works on all blur kernels but those of
# one row or one column. A real copy, np.array(x, order="C", copy=True) or x.copy(), has positive strides.
#
# Seen with NumPy 2.4.6, torch 2.13.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check numpy==2.4.6 torch==2.13.0
"$folder/venv/bin/python" - <<'PY'
import numpy as np
import torch

print("NumPy", np.__version__, "torch", torch.__version__)
told = {}
for shape in ((3, 5), (1, 5), (5, 1)):
    for flip in (np.flipud, np.fliplr):
        x = np.ascontiguousarray(flip(np.ones(shape)))
        try:
            torch.from_numpy(x)
            told[shape, flip.__name__] = "taken"
        except ValueError as error:
            told[shape, flip.__name__] = "refused"
        print(shape, flip.__name__, "contiguous:", x.flags.c_contiguous, "strides:", x.strides, told[shape, flip.__name__])
        torch.from_numpy(x.copy())
expected = {(1, 5): "flipud", (5, 1): "fliplr"}
assert {shape: flip for (shape, flip), how in told.items() if how == "refused"} == expected, "the behaviour has changed"
PY
