# Every target makes the environment by itself, once. `make help` lists them.
SHELL := /bin/bash
VENV ?= .venv
PYTHON ?= python3

export PYTHONPATH := $(CURDIR)
# `python` and `dvc` are those of the environment, in the stages too.
export PATH := $(abspath $(VENV))/bin:$(PATH)
# Runs a command with the environment variables that make its bytes the same everywhere.
PINNED := python -m padnet.project.pinned

QUICKSTART := 00_quickstart.ipynb
LAB := results/quick is not there: notebooks 04 to 07 read what make repro makes, the others run without it
BOOKS ?= 00_quickstart 03_learning_with_convergence_guarantee
SHOTS ?= screenshots

.DEFAULT_GOAL := help
.PHONY: help environment dvc dag repro forced paper paper-check verify site browser lint test faults lab clean

help:
	@echo "make repro   the quick profile: trains, runs the notebooks, prints Tables 1 to 3 (about ten minutes, no network)"
	@echo "make paper   the paper profile on the public benchmarks; does nothing while the committed results are up to date"
	@echo "make dag     the stages of the pipeline, on one screen"
	@echo "make verify  checks the committed results: hashes, tables, certificates, one notebook (a minute or two, no network)"
	@echo "make lab     JupyterLab on the notebooks, opened on the quickstart"
	@echo "make site    the committed notebooks as pages and slides, and a reference of the library, in site/ (a minute, no network)"
	@echo "make browser looks at site/ and the notebooks of a course in Chromium, which must be installed"
	@echo "make lint    rules, layout and types of the code (under a minute, no network)"
	@echo "make test    the tests"
	@echo "make faults  kills, full disks, flipped bits and random arguments in full (about 12 minutes)"
	@echo "make clean   removes the quick profile, its checkpoints and the environment; never the paper's results"
	@echo "The first of them that you give makes the environment, with pip; \"no network\" holds once it is made."
	@echo "Options: VENV=FOLDER keeps the environment elsewhere, PYTHON=COMMAND makes it with another Python (3.11 or newer),"
	@echo "         PADNET_MIRROR=FOLDER_OR_URL serves the benchmark files of make paper."

# The environment keeps copies of the two files that it was made from, and is left alone while they are the same.
environment:
	@if cmp -s requirements.lock "$(VENV)/made-from.lock" && cmp -s pyproject.toml "$(VENV)/made-from.toml"; then exit 0; fi; \
	version=$$("$(PYTHON)" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null); \
	if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		echo "padnet: Python 3.11 or newer is needed and $(PYTHON) is $${version:-not there}: install it, or name one with make PYTHON=python3.12" >&2; exit 1; fi; \
	echo "making the environment in $(VENV) (Python $$version; once, a few minutes)"; \
	set -e; \
	"$(PYTHON)" -m venv "$(VENV)"; \
	"$(VENV)/bin/python" -m pip install -qq --disable-pip-version-check -r requirements.lock; \
	"$(VENV)/bin/python" -m pip install -qq --disable-pip-version-check --no-deps -e .; \
	cp pyproject.toml "$(VENV)/made-from.toml"; \
	cp requirements.lock "$(VENV)/made-from.lock"

# An unpacked archive has no git; DVC has to be told.
# A killed DVC may leave its list of locks empty, and then refuses every command; an empty list locks nothing.
dvc: environment
	@[ -e .git ] || dvc config --quiet --local core.no_scm true
	@if [ -e .dvc/tmp ]; then find .dvc/tmp -maxdepth 1 -name rwlock -size 0 -delete; fi

# The stages on one screen; `dvc dag` draws every member of every matrix.
dag: environment
	@$(PINNED) python -m padnet.project.dag

# Every stage again, to see that no byte changes; .ci/run uses it.
forced: dvc
	@$(PINNED) dvc repro --force --no-run-cache compare@quick

# The lock as it is before the run: what to compare with where there is no commit.
repro paper: BEFORE = mkdir -p .dvc/tmp && { cp dvc.lock .dvc/tmp/before.lock 2>/dev/null || rm -f .dvc/tmp/before.lock; }

repro: dvc
	@$(BEFORE)
	@$(PINNED) python -m padnet.verify.selftest
	@$(PINNED) dvc repro compare@quick
	@$(PINNED) python -m padnet.verify.repro_summary --profile quick

paper: dvc
	@$(BEFORE)
	@$(PINNED) python -m padnet.cli.paper
	@$(PINNED) python -m padnet.verify.repro_summary --profile paper

# Whether the committed results come from the code beside them; .ci/run uses it.
paper-check: dvc
	@python -m padnet.cli.paper --check

verify: environment
	@$(PINNED) python -m padnet verify

# The cheapest first; no bits depend on them, so they need no pinned process.
lint: environment
	@ruff format --check .
	@ruff check .
	@mypy

test: environment
	@$(PINNED) python -m pytest

# Its figures are committed, and docs/faults.md states them.
faults: environment
	@$(PINNED) python tests/faults/full.py --out reference/faults.json --page

lab: environment
	@[ -e results/quick ] || echo "$(LAB)"
	@cd notebooks && $(PINNED) jupyter lab $$(ls $(QUICKSTART) 2>/dev/null)

site: environment
	@$(PINNED) python -m padnet site

# BOOKS: the notebooks to run in JupyterLab; SHOTS: where the pictures of the pages go.
browser: site
	@$(PINNED) python tests/browser/look.py --shots "$(SHOTS)" $(BOOKS)

clean:
	@rm -rf data/quick results/quick weights/quick checkpoints/quick failed .dvc/tmp .pytest_cache .mypy_cache .ruff_cache
	@find padnet tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ "$(VENV)" = .venv ]; then rm -rf .venv; fi
