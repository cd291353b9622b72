#!/usr/bin/env bash
# torch.use_deterministic_algorithms imports torch's compiler; torch.set_deterministic_debug_mode sets the same without it.
#
# The first call of torch.use_deterministic_algorithms(True) in a process loads about 800 modules of torch._inductor and
# torch._dynamo, about two seconds of CPU, only to set one attribute there, even in programs that compile nothing.
# torch.set_deterministic_debug_mode("error") leaves the same state (both queries agree) and imports no module. A pipeline
# of many short processes pays the difference in each of them.
#
# Seen with torch 2.13.0 (CPU build) on Python 3.11:
#     use_deterministic_algorithms: enabled True, debug mode 2, compiler imported True
#     set_deterministic_debug_mode: enabled True, debug mode 2, compiler imported False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cat > "$folder/try.py" <<'PY'
import sys

import torch

name = sys.argv[1]
before = len(sys.modules)
if name == "use_deterministic_algorithms":
    torch.use_deterministic_algorithms(True)
else:
    torch.set_deterministic_debug_mode("error")
state = torch.are_deterministic_algorithms_enabled(), torch.get_deterministic_debug_mode()
print(f"{name}: enabled {state[0]}, debug mode {state[1]}, compiler imported {'torch._inductor' in sys.modules}")
print(f"{len(sys.modules) - before} more modules", file=sys.stderr)
PY
for name in use_deterministic_algorithms set_deterministic_debug_mode; do
    "$folder/venv/bin/python" "$folder/try.py" "$name"
done | tee "$folder/seen"
diff "$folder/seen" - <<'TEXT'
use_deterministic_algorithms: enabled True, debug mode 2, compiler imported True
set_deterministic_debug_mode: enabled True, debug mode 2, compiler imported False
TEXT
