# `make help` lists what there is. Everything lives in .venv; nothing outside the project changes.
PYTHON ?= python3
BIN := .venv/bin
CATALOGUES := $(wildcard sharemall/locale/*/*/LC_MESSAGES/django.po)
# The lock is complete: nothing is resolved, every file is checked against its hash.
PIP := -m pip --disable-pip-version-check -qq install --no-deps
INSTALL := $(BIN)/python $(PIP)
PEERS := .venv-peers/bin/python $(PIP)
MODELS := .venv-models/bin/python $(PIP)

.PHONY: help setup demo demo-reset demo-simulate test test-citus check bench bench-full peers models css messages lock

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: .venv/.runtime messages ## the environment in .venv, with the command line .venv/bin/sharemall

demo: setup ## a whole mall with real purchases at http://127.0.0.1:8000
	@$(BIN)/sharemall demo

demo-reset: setup ## the same, started over: what was done in it is gone
	@$(BIN)/sharemall demo --reset

demo-simulate: setup ## simulates every preset and writes the reports to var/simulate
	@$(BIN)/sharemall simulate all --out var/simulate --lang zh

test: check ## everything that can fail: the checks, then all tests
	@$(BIN)/pytest -n auto

test-citus: .venv/.test messages ## the ledger's tests on the Citus coordinator in CITUS_URL
	@if [ -z "$$CITUS_URL" ]; then \
		echo "Skipped: CITUS_URL names no Citus coordinator (CONTRIBUTING.md says what it must be)."; \
	else \
		DATABASE_URL="$$CITUS_URL" $(BIN)/pytest -p tests.citus -o python_files="test_*.py on_citus.py" tests/ledger; \
	fi

check: .venv/.test messages ## format, lint, types, imports, built files
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/css.py --check
	@$(BIN)/python tools/messages.py --check

bench: .venv/.test messages ## measures every hot path, in under 10 minutes, into bench/results.md
	@$(MAKE) --no-print-directory peers || echo "The ledgers of others are left out."
	@$(MAKE) --no-print-directory models || echo "The modelling library is left out."
	@$(BIN)/python -m bench.run

bench-full: .venv/.test messages ## the same with millions of holders: an hour and 70 GB of disk
	@$(MAKE) --no-print-directory peers || echo "The ledgers of others are left out."
	@$(MAKE) --no-print-directory models || echo "The modelling library is left out."
	@$(BIN)/python -m bench.run --full

peers: .venv-peers/.installed ## the ledgers of others that bench measures, in .venv-peers

models: .venv-models/.installed ## the modelling library that bench measures, in .venv-models

css: .venv/.test ## builds the style sheet from the templates
	@$(BIN)/python tools/css.py

messages: .venv/.messages ## compiles the Chinese texts

lock: ## pins every dependency to its newest allowed version
	@$(BIN)/python tools/lock.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 2; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Python's venv module is needed (Debian: apt-get install python3-venv)" >&2; exit 2; }

.venv/.runtime: requirements/runtime.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the mall needs ..."
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements/runtime.txt > .venv/build.txt
	@$(INSTALL) --require-hashes -r .venv/build.txt
	@$(INSTALL) --require-hashes --no-build-isolation -r requirements/runtime.txt
	@$(INSTALL) --no-build-isolation --no-index --editable .
	@$(BIN)/python -m compileall -q sharemall
	@touch $@

.venv/.test: requirements/test.txt .venv/.runtime
	@echo "Installing what the tests need ..."
	@$(INSTALL) --require-hashes --no-build-isolation -r requirements/test.txt
	@touch $@

.venv/.messages: $(CATALOGUES) tools/messages.py .venv/.runtime
	@$(BIN)/python tools/messages.py
	@touch $@

# Apart from the mall's: they bring packages, and bounds on versions, that it has no use for.
.venv-peers/.installed: requirements/peers.txt | .venv/bin/python
	@echo "Installing the ledgers that this one is measured against ..."
	@test -x .venv-peers/bin/python || $(BIN)/python -m venv .venv-peers
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements/peers.txt > .venv-peers/build.txt
	@$(PEERS) --require-hashes -r .venv-peers/build.txt
	@$(PEERS) --no-build-isolation --require-hashes -r requirements/peers.txt
	@touch $@

# Apart once more: it wants a NumPy older than the mall's.
.venv-models/.installed: requirements/models.txt | .venv/bin/python
	@echo "Installing the modelling library that the simulator is measured against ..."
	@test -x .venv-models/bin/python || $(BIN)/python -m venv .venv-models
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements/models.txt > .venv-models/build.txt
	@$(MODELS) --require-hashes -r .venv-models/build.txt
	@$(MODELS) --no-build-isolation --require-hashes -r requirements/models.txt
	@touch $@
