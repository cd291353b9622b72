#!/usr/bin/env bash
# papermill.inspect_notebook reads the cell tagged "parameters" line by line, not as Python, and misreads valid ones.
#
# What it lists decides which parameters a pipeline may set. A call that goes over several lines gives a parameter for every
# keyword in it, and a chained assignment is left out with a message ("Unable to parse line 5"). Execution is not
# concerned: papermill only adds a cell below. Reading the cell with Python's ast gives the names.
#
# Seen with papermill 2.7.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check papermill==2.7.0 nbformat==5.11.1
cat > "$folder/look.py" <<'PYTHON'
import ast
import sys

import nbformat
import papermill

SOURCE = "plan = dict(\n    steps=15,\n    rate=0.1,\n)\na = b = None\n"
cell = nbformat.v4.new_code_cell(SOURCE, metadata={"tags": ["parameters"]})
book = nbformat.v4.new_notebook(cells=[cell])
book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
nbformat.write(book, sys.argv[1])
names = {target.id for node in ast.parse(SOURCE).body for target in node.targets}
found = {name: one["default"] for name, one in papermill.inspect_notebook(sys.argv[1]).items()}
print(f"papermill {papermill.__version__}: {found}; Python assigns {sorted(names)}")
sys.exit("papermill reads the cell as Python does: the behaviour has changed" if set(found) == names else 0)
PYTHON
"$folder/venv/bin/python" "$folder/look.py" "$folder/book.ipynb"
