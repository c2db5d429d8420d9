# The project's commands; `make help` lists them. Everything is installed into .venv, nothing outside it.
.DEFAULT_GOAL := help
.PHONY: help install demo up down test test-unit test-recordings test-process test-programs test-stack test-compose stack-tools kubernetes kubernetes-tools kubernetes-node test-kubernetes lint types verify verify-all recordings matrix prove bench bench-compare bench-assistants bench-stack browser-telemetry profile lock clean pictures release bundle

PYTHON ?= python3
UV_VERSION := 0.13.8
BIN := .venv/bin
UV := $(BIN)/uv
# Whatever the environment says, byte code is kept: otherwise each process of each run compiles all tests anew, 3 s.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/pytest
MYSTERIES := $(BIN)/python -m whodunit.mystery.staging
ON_ALL_CORES := --numprocesses auto --dist worksteal
PARTS := lint types test-unit test-recordings test-process test-programs
PROVED_IN_LITE := $(BIN)/python -m whodunit.incident.proved lite

help: ## List these commands
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(UV):
	@command -v "$(PYTHON)" > /dev/null \
		|| { echo "There is no $(PYTHON) here. Whodunit needs Python 3.11 or newer; say which: make PYTHON=python3.12 …"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Whodunit needs Python 3.11 or newer; $(PYTHON) is older. Say which: make PYTHON=python3.12 …"; exit 1; }
	@echo "Preparing .venv (once)…"
	@$(PYTHON) -m venv .venv \
		|| { echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

.venv/run-installed: requirements.lock pyproject.toml | $(UV)
	@echo "Installing what the shop needs (locked, with hashes)…"
	@$(UV) pip install --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.lock
	@$(UV) pip install --python $(BIN)/python --quiet --no-deps --editable .
	@touch $@

.venv/dev-installed: requirements-dev.lock .venv/run-installed
	@echo "Installing what the tests need (locked, with hashes)…"
	@$(UV) pip install --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements-dev.lock
	@touch $@

install: .venv/run-installed ## Install everything into .venv; then `. .venv/bin/activate` gives you `whodunit`

demo: .venv/run-installed ## Start the shop, break it, find the evidence, repair it: five minutes
	@$(BIN)/whodunit demo

up: .venv/run-installed ## Start the shop without Docker
	@$(BIN)/whodunit up

down: .venv/run-installed ## Stop everything that `up` started
	@$(BIN)/whodunit down

test: .venv/dev-installed ## Everything this machine can run: lint, types, units, scenarios in lite mode and on the real programs
	@for part in $(PARTS); do began=$$(date +%s); $(MAKE) --no-print-directory $$part || exit; \
		spent="$$spent $$part $$(($$(date +%s) - began)) s,"; done; echo "It took:$$spent all of it."

test-unit: .venv/dev-installed ## The tests that start no program and open no port; about a minute
	$(PYTEST) $(ON_ALL_CORES) -m "not recordings and not process and not lite and not stack and not compose and not kubernetes"

test-recordings: .venv/dev-installed ## The kept recordings, judged and graded anew; two minutes
	$(PYTEST) $(ON_ALL_CORES) -m recordings

stack-tools: .venv/dev-installed ## Build Prometheus, Jaeger, Collector, Caddy into the user's cache: 16 minutes once
	@$(BIN)/python -m tests.stack.tools

kubernetes: .venv/dev-installed ## Make kubernetes/base anew, from docker-compose.yml and .env
	@$(BIN)/python -m manifests

kubernetes-tools: .venv/dev-installed ## Build kubectl, kube-apiserver and etcd into the user's cache, for the tests of the manifests: 5 minutes once
	@$(BIN)/python -m tests.stack.tools kubernetes

kubernetes-node: .venv/dev-installed ## Build the other programs of a Kubernetes node, too: 20 minutes once
	@$(BIN)/python -m tests.stack.tools kubernetes-node

test-process: .venv/dev-installed ## The tests that start single programs; about a minute
	$(PYTEST) $(ON_ALL_CORES) -m "process and not stack and not lite"

test-programs: .venv/dev-installed ## The shop without Docker, and the real programs: one test at a time
	$(PYTEST) -m "(lite or stack) and not compose"

test-stack: stack-tools ## The shop and its scenarios on the real programs, without containers
	$(PYTEST) -m stack

test-compose: .venv/dev-installed ## The same in containers; needs a Docker engine
	$(PYTEST) -m compose

test-kubernetes: kubernetes-node ## The shop rolled out on a node of Kubernetes' own programs; needs Linux, root and stack-tools
	$(PYTEST) -m kubernetes

lint: .venv/dev-installed ## Style, imports between packages, formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/dev-installed ## mypy, strict
	$(BIN)/mypy

verify: .venv/run-installed ## Prove all scenarios on the running shop
	@set -e; cases=$$($(PROVED_IN_LITE)); for case in $$cases; do $(BIN)/whodunit scenario verify $$case; done

verify-all: .venv/run-installed ## The same, that every remedy works while the fault is on, and each mystery sealed
	@set -e; cases=$$($(PROVED_IN_LITE)); for case in $$cases; do $(BIN)/whodunit scenario verify $$case --remedies; done
	@set -e; cases=$$($(MYSTERIES)); for case in $$cases; do $(BIN)/whodunit scenario verify $$case --sealed; done

recordings: .venv/run-installed ## Record CASES (all that lite proves) on the running shop, for the checkout to keep
	@set -e; cases="$(CASES)"; for case in $${cases:-$$($(PROVED_IN_LITE))}; do \
		$(BIN)/whodunit scenario verify $$case; $(BIN)/python -m whodunit.runs.recordings $$case; done

matrix: .venv/run-installed ## The evidence of each cause on the kept recording of each cause of its face; writes docs/matrix.md and what the desk shows
	@$(BIN)/whodunit scenario matrix recordings/* --markdown docs/matrix.md --json >scenarios/matrix.json

prove: .venv/dev-installed ## Every case again and again, also beside other work and on the real programs, hours; what is done is in docs/reliability.md
	@$(BIN)/python -m bench.prove $(CASES)

bench: .venv/dev-installed ## Measure what the README quotes; with AGAINST=REF, a checkout's cost here and there
	@$(BIN)/python -m $(if $(AGAINST),bench.journey "$(AGAINST)",bench)

profile: .venv/dev-installed ## Where a checkout's processor time goes, by library; needs py-spy
	@$(BIN)/python -m bench.profile

bench-compare: .venv/dev-installed ## How often `whodunit compare` finds the component at fault in the recordings, and how often something in health
	@$(BIN)/python -m bench.comparing

bench-assistants: .venv/dev-installed ## What a client that knows only the tools for assistants finds in each recording; two minutes
	@$(BIN)/python -m bench.assistants

bench-stack: stack-tools ## Start and memory of the stack, by program; prints one table
	@$(BIN)/python -m bench.stack

pictures: .venv/dev-installed ## The pictures of the desk in docs/desk/, of a kept recording; needs Chromium
	@$(BIN)/python -m bench.desk_pictures

browser-telemetry: ## Build the script by which the shop's pages tell of themselves, of the packages in package-lock.json; needs npm
	@cd services/frontend/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent build

lock: | $(UV) ## Resolve the dependencies again
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		pyproject.toml --output-file requirements.lock
	$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--extra dev --extra browser --extra exercises --extra mcp --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock
	echo playwright | $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		--constraint requirements-dev.lock - --output-file requirements-browser.lock
	echo hatchling | $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 \
		- --output-file requirements-build.lock

release: .venv/dev-installed ## Wheel, source archive, licences, bill of materials, checksums, in dist/release/
	@$(BIN)/python -m release

bundle: .venv/dev-installed ## Wheels for several systems and Pythons, to install without a network, in dist/bundle; minutes
	@$(BIN)/python -m release.bundle

clean: ## Remove .venv and the shop's state
	rm -rf .venv .whodunit
