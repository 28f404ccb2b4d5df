# On a machine with python3 and make only, each target does all the set-up that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Most tests wait for a screen or an answer most of the time: two for each core.
WORKERS := $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')

.PHONY: demo test lint slow fuzz bench screenshots clean

demo: $(INSTALLED)
	$(BIN)/batchtui --demo

test: lint
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not slow"

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

slow: $(INSTALLED)
	$(BIN)/python -m pytest -n auto -m slow

# Random examples: what it finds becomes a test of its own.
fuzz: $(INSTALLED)
	$(BIN)/python -m pytest -n auto -m hypothesis --hypothesis-profile=new

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

screenshots: $(INSTALLED)
	$(BIN)/python -m screenshots

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
