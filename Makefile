# On a machine with python3 and make only, each target does all the set-up that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# Most tests wait for a screen or an answer most of the time: two for each core.
WORKERS := $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')

PYZ ?= dist/batchtui.pyz

.PHONY: demo test lint slow fuzz coverage mutants bench screenshots manual dist pyz clean

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

# Lines and branches by room; every worker, the demo account and the programs on a terminal are measured.
coverage: $(INSTALLED)
	rm -rf build/coverage
	mkdir -p build/coverage
	$(BIN)/coverage run -m pytest -n auto --dist worksteal -m "not slow" --timeout 400 || true
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage json --quiet
	$(BIN)/coverage html --quiet --directory build/coverage/html
	$(BIN)/python -m tests.adequacy.rooms

# What the tests of planner, store, filter and resubmission do not notice; docs/mutants.md tells of those that remain.
# In an environment of its own: mutmut brings much that nothing else here needs.
mutants:
	test -d .venv-mutants || $(PYTHON) -m venv .venv-mutants
	.venv-mutants/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]' 'mutmut>=3.8,<4'
	rm -rf mutants
	.venv-mutants/bin/mutmut run
	.venv-mutants/bin/mutmut results

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

screenshots: $(INSTALLED)
	$(BIN)/python -m screenshots

manual: $(INSTALLED)
	$(BIN)/python -m docs.manual

# Wheel and source distribution.
dist: $(INSTALLED)
	$(BIN)/python -m build --outdir dist .

# All of it in one file, for hosts without pip: for this platform and this version of Python.
# It unpacks itself into ~/.shiv, or into SHIV_ROOT. The demo account is a process that needs the same paths (-E).
pyz:
	test -d .venv-pyz || $(PYTHON) -m venv .venv-pyz
	.venv-pyz/bin/python -m pip install --quiet --disable-pip-version-check 'shiv>=1.0.8,<2'
	mkdir -p $(dir $(PYZ))
	.venv-pyz/bin/shiv --quiet -E --console-script batchtui --python '/usr/bin/env python3' --output-file $(PYZ) \
		--constraint constraints.txt .

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
