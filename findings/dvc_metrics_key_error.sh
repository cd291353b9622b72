#!/usr/bin/env bash
# A metrics file with a key named "error" makes DVC say that it failed to load the metrics, which it then prints.
#
# An error is what many a numerical project measures. DVC looks for that word anywhere in what it has read of a revision,
# to find those that it could not read, and so takes the value for a failure of its own: `dvc metrics show` and
# `dvc metrics diff` warn "DVC failed to load some metrics for following revisions", and the table below is complete.
# Another name for the key ends it.
#
# Seen with DVC 3.67.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check dvc==3.67.1
mkdir "$folder/project" && cd "$folder/project"
PATH="$folder/venv/bin:$PATH"
git init -q . && git config user.name a && git config user.email a@b.c
dvc init -q
dvc config core.analytics false
printf 'metrics:\n- metrics.json\n' > dvc.yaml
dvc --version
for key in error relative_error; do
    printf '{"fit": {"%s": 0.25}}\n' "$key" > metrics.json
    echo "--- dvc metrics show, key \"$key\""
    dvc metrics show 2>&1 | tee "$folder/$key.txt"
    grep -q 0.25 "$folder/$key.txt"
done
grep -q "failed to load" "$folder/error.txt" || { echo "no warning for the key error: the behaviour has changed"; exit 1; }
if grep -q "failed to load" "$folder/relative_error.txt"; then echo "a warning for any key: the behaviour has changed"; exit 1; fi
