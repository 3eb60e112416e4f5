# `make demo` and `make test` do all their own set-up on Debian or Ubuntu with Python 3.11 or newer.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-slow fuzz test-as-user lint setup sandbox database browser notebooks reference docs bench clean

setup: $(READY) sandbox

$(READY): pyproject.toml constraints.txt
	@sh scripts/make-venv.sh $(VENV)

sandbox:
	@sh scripts/install-sandbox.sh

# For tests alone: who grades needs no server.
database:
	@sh scripts/install-test-database.sh

# For slow tests alone: pages are looked at in it.
browser:
	@sh scripts/install-test-browser.sh

demo: setup
	@$(BIN)/grader demo

# A file of tests at a time on each core, those with the longest first, which the order of their folders brings about.
test: setup database lint
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations=25 \
	  --cov=grader --cov-report=term:skip-covered --cov-fail-under=90

test-slow: setup database browser
	@$(BIN)/python -m pytest -m slow

test-as-user: setup
	@scripts/as-ordinary-user.sh $(BIN)/python -m pytest -p no:cacheprovider tests/conformance tests/posture tests/unit/sandbox tests/adversarial

# FUZZ_EXAMPLES says how many inputs each target gets; the ordinary tests try a few dozen.
fuzz: setup
	@FUZZ_PROFILE=long $(BIN)/python -m pytest tests/fuzz -x

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/grader generate --check

notebooks: setup
	@$(BIN)/grader generate

# What the docs take from the code: the reference, the list of decisions, the diagrams.
reference: setup
	@$(BIN)/python scripts/reference.py
	@$(BIN)/python scripts/draw_docs.py

# The site, in site/. Warnings are errors: a link that leads nowhere fails.
docs: reference
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group docs
	@$(BIN)/zensical build --strict --clean

bench: setup
	@for b in benchmarks/*.py; do echo "== $$b"; $(BIN)/python $$b || exit 1; done

clean:
	rm -rf $(VENV) site .pytest_cache .mypy_cache .ruff_cache .coverage reports
