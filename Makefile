# The whole set-up: `make run` and `make test`. Everything is installed into .venv from requirements.lock, once.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3 python,$(if $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo ok),$(name))))
INSTALLED := $(VENV)/.installed
CLUSTER := $(VENV)/.cluster
NATIVE := setup.py $(wildcard src/weaklabel/vote/phrases/*.pyx src/weaklabel/vote/phrases/*.[ch])

.PHONY: run test test-all check format bench lock clean
.DEFAULT_GOAL := run

$(INSTALLED): requirements.lock pyproject.toml $(NATIVE)
	@test -n "$(PYTHON)" || { echo "weaklabel needs Python 3.11 or later on the PATH (or: make PYTHON=/path/to/python3)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked dependencies into $(VENV) (a few minutes, once)"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Dask and Spark (with Java, if it is there), for the tests that start real clusters.
$(CLUSTER): requirements-cluster.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-cluster.lock
	@touch $@

run: $(INSTALLED)
	$(BIN)/weaklabel run

test: $(INSTALLED)
	$(BIN)/python -m pytest -m "not slow"

test-all: $(CLUSTER)
	$(BIN)/python -m pytest

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED)
	$(BIN)/python benchmarks/main_job.py
	$(BIN)/python benchmarks/vote.py

# torch is kept at 2.13.0 without a build suffix, so that the lock holds for CPU and GPU builds alike.
lock: $(INSTALLED)
	echo "torch==2.13.0" | $(BIN)/pip-compile --quiet --extra dev --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate --output-file requirements.lock pyproject.toml -
	$(BIN)/python -c "import pathlib, re; p = pathlib.Path('requirements.lock'); p.write_text(re.sub(r'(?m)^(torch==2.13.0)\+.*', r'\1', p.read_text()))"
	printf 'distributed\npyspark\n' | $(BIN)/pip-compile --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --no-annotate -c requirements.lock --output-file requirements-cluster.lock -

clean:
	rm -rf $(VENV) build dist runs .mypy_cache .ruff_cache .pytest_cache .hypothesis
