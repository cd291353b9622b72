#!/usr/bin/env bash
# dvc repro --allow-missing calls a stage up to date whose dvc.yaml has an output that dvc.lock has never seen.
#
# --allow-missing is for data that are known and not here. An output that was just added to dvc.yaml is not known: no run
# has made it, and dvc.lock has no hash of it. Plain `dvc repro` runs the stage; with --allow-missing it is skipped, so a
# check of a clone without the data passes although a declared output was never made.
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
echo 1 > code
cat > dvc.yaml <<'YAML'
stages:
  make:
    cmd: cp code first && cp code second
    deps: [code]
    outs:
    - first: {cache: false}
YAML
dvc repro -q
rm second
sed -i 's/    - first: .*/&\n    - second: {cache: false}/' dvc.yaml
dvc --version
echo "--- dvc repro --dry"
dvc repro --dry 2>&1 | tee "$folder/plain.txt"
echo "--- dvc repro --dry --allow-missing"
dvc repro --dry --allow-missing 2>&1 | tee "$folder/missing.txt"
grep -q "Running stage 'make'" "$folder/plain.txt"
if grep -q "Running stage 'make'" "$folder/missing.txt"; then echo "the new output is noticed: the behaviour has changed"; exit 1; fi
