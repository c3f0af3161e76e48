# make run, make test: everything a fresh machine needs, and nothing by hand.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: run setup setup-test test check lock clean

run: setup
	@$(BIN)/loting demo
	@$(BIN)/loting serve

setup: .venv/run.stamp

.venv/run.stamp: requirements.lock pyproject.toml $(wildcard web/*/translations/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'Loting needs Python 3.11 or newer; name it with: make PYTHON=python3.12 run'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'This Python lacks venv. Mend it with: sudo apt-get install python3-venv'; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo 'Installing the locked requirements …'
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m web.catalogues
	@touch $@

setup-test: .venv/test.stamp

.venv/test.stamp: .venv/run.stamp requirements-test.lock tests/provide.sh
	@echo 'Installing what the tests need …'
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-test.lock
	@sh tests/provide.sh
	@touch $@

# Each worker and each command that a test starts would compile every module anew without bytecode.
test: setup-test
	@PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 2 --dist loadfile

check: setup-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

# The locks hold hashes and no addresses; needs uv.
LOCK = uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links \
  --no-annotate --no-header --universal --python-version 3.11 pyproject.toml
lock:
	$(LOCK) --extra build -o requirements.lock
	$(LOCK) --extra build --extra test -c requirements.lock -o requirements-test.lock

clean:
	rm -rf .venv var
