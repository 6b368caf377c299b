# Every target sets the project up first; `make help` lists them.
SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/.ready
PEERS := benchmarks/.venv/.ready
NODE := tests/node/node_modules/.ready
.DEFAULT_GOAL := help
.PHONY: setup demo up test check bench storm soak help fmt pin

setup: $(READY) ## install everything into .venv, and system packages where apt-get and root are at hand

$(READY): pyproject.toml deploy/constraints.txt deploy/setup.sh
	@sh deploy/setup.sh
	@touch $(READY)

demo: setup ## run the main job, start to end, on a bundled sample site
	@exec $(BIN)/python -m deploy.demo

up: setup ## run everything on this machine until Ctrl-C (PORT, GRISTMILL_HOME)
	@exec $(BIN)/python -m deploy.local.up

test: setup ## run all tests, the fast ones first
	@$(MAKE) --no-print-directory $(NODE)
	$(BIN)/pytest -q -n auto tests/unit
	$(BIN)/pytest -q -n auto --dist loadfile --ignore tests/unit --ignore tests/acceptance
	$(BIN)/pytest -q tests/acceptance

check: setup ## lint, format, types, import direction
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports setup.cfg

# Without Node.js the test that needs it is skipped, and fails in CI; the next call tries again.
$(NODE): tests/node/package-lock.json tests/node/setup.sh
	@sh tests/node/setup.sh

$(PEERS): $(READY) benchmarks/requirements.txt benchmarks/setup.sh
	@sh benchmarks/setup.sh
	@touch $(PEERS)

bench: setup ## measure, in about 20 minutes; BENCH=quick takes a few (docs/performance.md)
	@$(MAKE) --no-print-directory $(PEERS)
	@exec $(BIN)/python -m benchmarks $(BENCH)

storm: setup ## kill everything in random order for a long time (STORM_SEED, STORM_KILLS, STORM_PROCESSES, STORM_MINUTES)
	@exec $(BIN)/python -m tests.storm

soak: setup ## watch memory, open files and tables under a constant load (SOAK_MINUTES)
	@$(MAKE) --no-print-directory $(PEERS)
	@exec $(BIN)/python -m benchmarks.soak

fmt: setup ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pin: setup ## write the versions that are installed now to deploy/constraints.txt
	$(BIN)/pip freeze --exclude-editable --disable-pip-version-check | grep -v ' @ ' > deploy/constraints.txt

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16
