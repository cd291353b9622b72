#!/usr/bin/env bash
# The bytes that torch.save writes depend on the name of the file, so the same weights under two names have two hashes.
#
# The file is a zip archive whose members lie in a folder called as the file is, without its ending. Pipelines that compare
# outputs by hash, as DVC does, see another output where only a folder's layout or a model's name changed. A copy of the file
# keeps its bytes; saving again under the other name does not. safetensors writes the same bytes under every name.
#
# Seen with torch 2.13.0 (CPU) and safetensors 0.8.0: two hashes from torch.save, one from safetensors.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check torch==2.13.0 numpy==2.4.6 safetensors==0.8.0
cat > "$folder/look.py" <<'PYTHON'
import hashlib
import sys
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save_file

weights = {"w": torch.arange(6.0)}
found = {"torch": set(), "safetensors": set()}
for name in ("net", "net-of-another-name"):
    for library, save in (("torch", torch.save), ("safetensors", save_file)):
        path = Path(sys.argv[1]) / f"{name}.{library}"
        save(weights, path)
        found[library].add(hashlib.sha256(path.read_bytes()).hexdigest()[:12])
print(f"torch {torch.__version__}: {sorted(found['torch'])}; safetensors {safetensors.__version__}: {sorted(found['safetensors'])}")
sys.exit(0 if (len(found["torch"]), len(found["safetensors"])) == (2, 1) else "the behaviour has changed")
PYTHON
"$folder/venv/bin/python" "$folder/look.py" "$folder"
