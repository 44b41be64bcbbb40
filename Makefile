# Each target makes .venv when it is missing and uses it again afterwards.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= build/demo

.PHONY: demo test check live bench bench-ledger bench-scorm bench-plugin plugins pictures clean

$(BIN)/python:
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: install it with « sudo apt install python3-venv », then run make again."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "cyclesync needs Python 3.11 or newer; name it with « make PYTHON=python3.11 … »."; exit 1; }
	@echo "Making .venv …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing what cyclesync runs on …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing what the tests and checks need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[postgresql,test,check]'
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run
	@$(BIN)/cyclesync demo --out $(OUT)

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tests/contract/stamp.py

live: $(VENV)/.dev
	@test -n "$$CYCLESYNC_LIVE_URL" || { echo "Name a real Moodle: CYCLESYNC_LIVE_URL and CYCLESYNC_LIVE_TOKEN (docs/moodle-contract.md)."; exit 1; }
	@CYCLESYNC_LIVE_RECORD=1 $(BIN)/python -m pytest -m live tests/live
	@$(BIN)/python tests/contract/stamp.py --write

bench: $(VENV)/.dev
	@for bench in tests/bench/bench_*.py; do echo "== $$bench"; PYTHONPATH=. $(BIN)/python $$bench || exit 1; done

bench-ledger: $(VENV)/.dev
	@PYTHONPATH=. $(BIN)/python tests/bench/bench_ledger.py

bench-scorm: $(VENV)/.dev
	@$(BIN)/python tests/bench/bench_scorm.py

bench-plugin: $(VENV)/.dev
	@$(BIN)/python -m tests.bench.bench_plugin

plugins: $(BIN)/python
	@$(BIN)/python moodle_plugins/make_zips.py build/plugins

pictures: $(VENV)/.dev
	@$(BIN)/python docs/images/make_pictures.py $(OUT)
	@CYCLESYNC_GUIDE_PICTURES=$(CURDIR)/docs/images/guide $(BIN)/python -m pytest -q tests/browser/test_guide_pictures.py

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache
