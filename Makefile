# gridsim: two commands on a fresh machine that has Python (3.11 or later), pip and make.
#
#   make run     a virtual environment, the package, and the small Henan 2021 scenario through it
#   make test    the tests
#
# Without make (Windows), the plain pip lines in docs/how-to/install.md do the same.

PYTHON ?= python3
VENV ?= .venv
SCENARIO ?= scenarios/henan-2021-mini
OUT ?= out/$(notdir $(SCENARIO))
# The set of versions that is tested together; `make CONSTRAINTS= ...` takes the newest that the floors allow.
CONSTRAINTS ?= constraints.txt
JOBS ?= 2
PYTEST_ARGS ?=

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif

# Containers often set it: every process would then compile anew all that it imports, three seconds of it.
unexport PYTHONDONTWRITEBYTECODE

# Not compiled when installed: Python compiles what is imported, which is a small part of what lies there.
INSTALL := "$(BIN)/python" -m pip install --quiet --disable-pip-version-check --no-compile $(if $(CONSTRAINTS),--constraint $(CONSTRAINTS))
# One stamp for each set of packages: asked again, nothing is installed again unless the project's needs changed.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_BENCH := $(VENV)/.installed-bench
# Other simulators bring their own versions of everything: they get an environment of their own.
PEERS ?= .venv-peers

.PHONY: help run test test-quick lint format types contracts coverage docs words notebooks site build bench bench-full bench-peers ci ci-full clean

help:
	@echo "make run        install and run $(SCENARIO)"
	@echo "make test       install the dev extra and run the tests (PYTEST_ARGS=... JOBS=2)"
	@echo "make test-quick the tests for the minute between two edits: those that are not marked as slow"
	@echo "make lint       ruff: rules and format"
	@echo "make types      mypy, strict: the package, and a program as a user writes it"
	@echo "make contracts  import-linter: which folder may import which"
	@echo "make coverage   kernel and settlement tests without JIT, branch coverage"
	@echo "make docs       write the generated pages again"
	@echo "make words      bring the catalogue of words in line with the code, and list what lacks its Chinese"
	@echo "make notebooks  run the tutorials again and keep what they show"
	@echo "make site       the documentation as a site, in out/site: open index.html in a browser"
	@echo "make bench      clearing against C++, numpy, pandas, polars and the machine's limits: a few minutes"
	@echo "make bench-full the same with all sizes; writes docs/performance*.md"
	@echo "make bench-peers other simulators on the same books, in an environment of their own"
	@echo "make build      wheel and sdist in dist/"
	@echo "make ci         all of it, as CI does: short forms of the long proofs"
	@echo "make ci-full    the same with every long proof, and on every Python of the machine: an hour on two quiet cores"

run: $(INSTALLED)
	"$(BIN)/gridsim" run $(SCENARIO) --out $(OUT)

test: $(INSTALLED_DEV)
	"$(BIN)/python" -m pytest --numprocesses $(JOBS) --dist worksteal $(PYTEST_ARGS)

test-quick: $(INSTALLED_DEV)
	"$(BIN)/python" -m pytest -m "not slow" --numprocesses $(JOBS) --dist worksteal $(PYTEST_ARGS)

lint: $(INSTALLED_DEV)
	"$(BIN)/ruff" check .
	"$(BIN)/ruff" format --check .

format: $(INSTALLED_DEV)
	"$(BIN)/ruff" check --fix .
	"$(BIN)/ruff" format .

types: $(INSTALLED_DEV)
	"$(BIN)/mypy"
	"$(BIN)/mypy" --strict tests/typed_program.py

contracts: $(INSTALLED_DEV)
	"$(BIN)/lint-imports" --no-cache

coverage: $(INSTALLED_DEV)
	bash .ci/coverage "$(BIN)/python"

docs: $(INSTALLED_DEV)
	"$(BIN)/python" docs/generate.py --cases
	"$(BIN)/python" docs/picture.py
	"$(BIN)/python" docs/chart_pictures.py
	"$(BIN)/python" docs/market_pictures.py

words: $(INSTALLED_DEV)
	"$(BIN)/python" docs/words.py

notebooks: $(INSTALLED_DEV)
	"$(BIN)/python" docs/notebooks.py

site: $(INSTALLED_DEV)
	"$(BIN)/python" docs/site/build.py

build: $(INSTALLED_DEV)
	rm -rf build dist
	"$(BIN)/python" -m build --outdir dist

bench: $(INSTALLED_BENCH)
	"$(BIN)/python" -m benchmarks short

bench-full: $(INSTALLED_BENCH)
	"$(BIN)/python" -m benchmarks full

bench-peers: $(INSTALLED) $(PEERS)/.installed
	"$(BIN)/python" -m benchmarks.peers "$(PEERS)"

ci:
	bash .ci/run

ci-full:
	GRIDSIM_FULL=1 GRIDSIM_HYPOTHESIS=ci bash .ci/run

clean:
	rm -rf build dist out .coverage .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "gridsim needs Python 3.11 or later; this is $$($(PYTHON) --version). Name another one: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv "$(VENV)"

$(INSTALLED): pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing gridsim into $(VENV) (once; it takes a minute or two) ..."
	$(INSTALL) --editable .
	@touch $@

$(INSTALLED_DEV): pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing gridsim and its development tools into $(VENV) (once; it takes a minute or two) ..."
	$(INSTALL) --editable ".[dev]"
	@touch $(INSTALLED) $@

$(INSTALLED_BENCH): pyproject.toml $(CONSTRAINTS) | $(BIN)/python
	@echo "Installing gridsim and what its benchmarks need into $(VENV) (once) ..."
	$(INSTALL) --editable ".[dev,bench]"
	@touch $(INSTALLED) $(INSTALLED_DEV) $@

$(PEERS)/.installed: benchmarks/peers/requirements.txt
	$(PYTHON) -m venv "$(PEERS)"
	"$(PEERS)/$(notdir $(BIN))/python" -m pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@
