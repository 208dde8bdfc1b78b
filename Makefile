# beatdesk: `make demo` shows it, `make test` checks it. Each target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ANALYSES := amounts backtest emerging forecast incremental near_repeat scan series when where
EVIDENCE := amounts effect emerging feedback forecast micro_time near_repeat scan series when where

.DEFAULT_GOAL := help
.PHONY: help install demo test lint bench accuracy evidence loop-test chaos fuzz load clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(VENV)/.dev ## Install everything the tests need into .venv

demo: $(VENV)/.runtime ## An invented town and a chat page, on this machine only
	@$(BIN)/beatdesk demo $(DEMO)

test: $(VENV)/.dev lint ## Lint, types, arrows and tests
	$(BIN)/python -m pytest -n auto $(TESTS)

lint: $(VENV)/.dev ## Lint, types and arrows only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/.dev ## The benchmarks, side by side with a peer, by hand
	$(BIN)/python -m benchmarks.import_chicago
	$(BIN)/python -m benchmarks.hotspot_answers
	$(BIN)/python -m benchmarks.room_answers
	$(BIN)/python -m benchmarks.offence_match
	$(BIN)/python -m benchmarks.gazetteer
	$(BIN)/python -m benchmarks.understanding
	$(BIN)/python -m benchmarks.generic_mapping
	for topic in $(ANALYSES); do $(BIN)/python -m benchmarks.analysis.$$topic || exit 1; done

accuracy: $(VENV)/.dev ## How well forecasts do on the open data; writes docs/accuracy.md
	$(BIN)/python -m benchmarks.accuracy --write

evidence: $(VENV)/.dev ## False alarms, coverage and calibration of every method, in full; writes docs/evidence
	for topic in $(EVIDENCE); do $(BIN)/python -m benchmarks.evidence.$$topic --write || exit 1; done

loop-test: $(VENV)/.dev ## Does a patrolled place look hotter for being patrolled? On the live offence table
	$(BIN)/python -m benchmarks.evidence.feedback

chaos: $(VENV)/.dev ## Kill the bot again and again under load, on SQLite and PostgreSQL, beside an ordinary bot
	$(BIN)/python -m benchmarks.chaos

fuzz: $(VENV)/.dev ## 2,000 damaged files through the import: no traceback, no half load, memory within its bound
	$(BIN)/python -m benchmarks.fuzz_import

load: $(VENV)/.dev ## 200 officers for a minute, twice, over a million incidents
	$(BIN)/python -m benchmarks.load

clean: ## Remove the environment and the demo's town
	rm -rf $(VENV) .demo build *.egg-info

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
		|| { echo "beatdesk needs Python 3.11, 3.12 or 3.13. Install one, or name it: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "Python has no venv. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

# The development set holds the runtime set, so a demo after a test installs nothing.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@test -e $(VENV)/.dev || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@test -e $(VENV)/.dev || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime
