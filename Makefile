# One way to do each thing. `make help` lists them; a fresh machine needs Python 3.11 or newer, and make.

PYTHON ?= python3
TO ?= /opt/onboarding
UV_VERSION := 0.13.9
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/onboarding
UV_OF_OUR_OWN := $(CACHE)/uv-$(UV_VERSION)/bin/uv
# Yours if there is one that runs; otherwise ours, in a directory of its own that nothing else sees.
UV := $(or $(shell uv --version >/dev/null 2>&1 && command -v uv),$(UV_OF_OUR_OWN))

RUN := .venv/bin/
ENVIRONMENT := .venv/.in-step

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help demo test lint bench parts install format clean

help: ## what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{ printf "make %-8s %s\n", $$1, $$2 }'

demo: $(ENVIRONMENT) ## run it all here, with simulated systems and example hires; ONCE=1 ends when they are done
	$(RUN)onboarding dev $(if $(ONCE),--once)

# Lint and parts first: the last that is printed is pytest's own summary. More than four at once do not make it
# faster, since each starts servers of its own.
test: lint parts ## everything that must hold before a change goes in; ARGS="-k name" is passed on to pytest
	$(RUN)pytest -n auto --maxprocesses 4 --dist loadgroup $(ARGS)

lint: $(ENVIRONMENT) ## style, types, who may import whom, and the example policy
	$(RUN)ruff check
	$(RUN)ruff format --check
	$(RUN)mypy
	$(RUN)lint-imports
	$(RUN)onboarding roles check

bench: parts ## what it costs, in one table; ONLY="engine pages" takes some of its parts: engine directory pages orders
	$(RUN)python -m bench $(ONLY)

parts: $(ENVIRONMENT) ## obtain what tests run against: Temporal, its test server, PostgreSQL
	$(RUN)python -m onboarding.twins.parts

install: | $(UV) ## the program alone, as it was tested, in a place of its own: TO=/opt/onboarding
	UV_PROJECT_ENVIRONMENT=$(abspath $(TO)) $(UV) sync --locked --no-dev --no-editable

format: $(ENVIRONMENT) ## put the code in shape
	$(RUN)ruff check --fix
	$(RUN)ruff format

clean: ## remove what was made here; what was obtained stays in the cache
	rm -rf .venv .onboarding .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

$(ENVIRONMENT): pyproject.toml uv.lock | $(UV)
	$(UV) sync --locked
	@touch $@

$(UV_OF_OUR_OWN):
	$(PYTHON) -m venv $(CACHE)/uv-$(UV_VERSION)
	$(CACHE)/uv-$(UV_VERSION)/bin/pip install --quiet uv==$(UV_VERSION)
