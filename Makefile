# Everything happens in .venv, which is made when it is missing. PYTHON chooses the interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WORKERS := -n auto --dist worksteal

.PHONY: run test test-quick slowest check format snapshots screenshots gallery docs bench soak clean

run: $(VENV)/.run ## start the app; ARGS holds its options
	@$(BIN)/storyteam-tui $(ARGS)

test: $(VENV)/.dev ## run the tests; ARGS holds pytest's options
	$(BIN)/pytest $(WORKERS) $(ARGS)

test-quick: $(VENV)/.dev ## run the tests that start neither a process nor the app, between two edits
	$(BIN)/pytest $(WORKERS) -m "not slow" $(ARGS)

slowest: $(VENV)/.dev ## run the tests, and say which took longest
	$(BIN)/pytest $(WORKERS) --durations=50 --durations-min=0.5 $(ARGS)

snapshots: $(VENV)/.dev ## take again the pictures that the tests compare the screen with
	$(BIN)/pytest $(WORKERS) --snapshot-update tests/screen/test_snapshots.py $(ARGS)

check: $(VENV)/.dev ## lint, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

screenshots: $(VENV)/.dev ## take the pictures of the README from real runs
	$(BIN)/python -m screenshots.take

gallery: $(VENV)/.dev ## draw every state at every size, to look at; ARGS holds its options
	$(BIN)/python -m screenshots.gallery gallery $(ARGS)

docs: $(VENV)/.dev ## write the tables of docs/ that are made from the code
	$(BIN)/python -m docs.tables

bench: $(VENV)/.dev ## measure speed and memory; ARGS=--quick for a short look
	$(BIN)/python -m benchmarks $(ARGS)

soak: $(VENV)/.dev ## two minutes in hostile hands; ARGS="--seconds 3600 --seed 7" for longer
	$(BIN)/python -m benchmarks.soak --seconds 100 $(ARGS)

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis dist

$(VENV)/.run: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.run
