# `make demo` and `make test` do all their own set-up on Debian or Ubuntu with Python 3.11 or newer.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do if command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-slow lint setup sandbox notebooks bench clean

setup: $(READY) sandbox

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv" >&2; exit 2; }
	@echo "Setting up $(VENV) with $(PYTHON) (once; TensorFlow is a large download)"
	@$(PYTHON) -m venv $(VENV) || { echo "python venv is missing: sudo apt-get install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable . --group dev
	@touch $(READY)

sandbox:
	@sh scripts/install-sandbox.sh

demo: setup
	@$(BIN)/grader demo

test: setup lint
	@$(BIN)/python -m pytest --cov=grader --cov-report=term:skip-covered --cov-fail-under=90

test-slow: setup
	@$(BIN)/python -m pytest -m slow

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/grader generate --check

notebooks: setup
	@$(BIN)/grader generate

bench: setup
	@for b in benchmarks/*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .coverage reports
