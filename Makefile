# Each target sets up first; setting up again costs a fraction of a second. Extra options: make demo ARGS="--headless"
ifeq ($(OS),Windows_NT)
PYTHON ?= python
BIN := .venv/Scripts
EXE := .exe
else
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python; do $$p -c "" 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
EXE :=
endif
PY := "$(BIN)/python$(EXE)"
POSBRIDGE := "$(BIN)/posbridge$(EXE)"
WORKERS ?= 2
CONNECTOR_ARGS := $(if $(CONNECTOR),--connector $(CONNECTOR))

.PHONY: setup demo run test check lint types imports translations bench crash strangers mutants screens soak lock clean

setup:  ## .venv with the locked packages and posbridge in it
	@$(PYTHON) packaging/bootstrap.py

demo: setup  ## a shop with two simulated platforms: a window, or with no display a run that reports
	@$(POSBRIDGE) demo --out pictures $(ARGS)

run: setup  ## the till
	@$(POSBRIDGE) $(ARGS)

test: setup
	@$(PY) -m pytest -n $(WORKERS) -q $(ARGS)

check: lint types imports translations  ## with make -k check each is tried although one fails

lint: setup
	@$(PY) -m ruff check .

types: setup
	@$(PY) -m mypy

imports: setup  ## who imports whom
	@$(PY) -X utf8 -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

translations: setup
	@$(PY) packaging/check_translations.py

bench: setup  ## each promise about speed against the raw work below it
	@$(PY) -m tests.benchmarks $(CONNECTOR_ARGS) $(ARGS)

crash: setup  ## kills, lost replies and restarts; then an independent count
	@$(PY) -m tests.crash $(CONNECTOR_ARGS) $(ARGS)

strangers: setup  ## packages for Node.js into a cache folder; then they judge signatures and simulators
	@$(PY) -m tests.strangers $(ARGS)

mutants: setup  ## take a safety away: a test must notice
	@$(PY) -m tests.mutants $(CONNECTOR_ARGS) $(ARGS)

screens: setup  ## every screen as a picture
	@$(POSBRIDGE) screens --out pictures $(ARGS)

soak: setup  ## the demo's main job, long
	@$(POSBRIDGE) demo --headless --json --orders 5000 --out pictures $(ARGS)

lock: setup  ## choose the newest versions that pyproject.toml allows
	@$(PY) -m pip install --quiet "uv>=0.5"
	@$(PY) -m uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --group dev --no-emit-index-url --no-emit-find-links --no-header --no-annotate pyproject.toml --output-file packaging/requirements.lock

clean:  ## .venv and caches
	@$(PYTHON) packaging/bootstrap.py --clean
