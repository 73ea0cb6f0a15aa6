# Every target works on a fresh Debian 12 with git, make and python3 (3.11 or newer, with venv), and needs nothing else.
# The environment is .venv; uv makes it exactly what uv.lock says. Those who have uv may use `uv run …` in its place.
#
#   make demo        one letter per scenario, its proofs in demo-out/, each verified
#   make serve       the server on http://127.0.0.1:8025; ARGS="--port 9000" adds options
#   make test        every check: format, lint, layers, types, tests
#   make test-long   the tests that take minutes
#   make bench       speeds, each beside its floor

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
# Written by .ci/venv when a sync has succeeded; while they are newer than the lock file there is nothing to do.
INSTALLED := .venv/.installed
INSTALLED_DEV := .venv/.installed-dev
LOCKED := uv.lock pyproject.toml .ci/venv

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo serve test test-long bench lint format clean

help:
	@sed -n 's/^#   //p' Makefile

$(INSTALLED): $(LOCKED)
	@PYTHON="$(PYTHON)" .ci/venv

$(INSTALLED_DEV): $(LOCKED)
	@PYTHON="$(PYTHON)" .ci/venv --dev

install: $(INSTALLED)

install-dev: $(INSTALLED_DEV)

demo: install
	@$(BIN)/sigillo demo --out demo-out $(ARGS)

serve: install
	@exec $(BIN)/sigillo serve $(ARGS)

test: install-dev
	@.ci/packages
	@.ci/npm tests/specs tests/connectors/n8n/tools tests/connectors/n8n/server
	@.ci/checks all

test-long: install-dev
	@.ci/packages
	@.ci/npm tests/specs tests/bench/mocks tests/connectors/n8n/tools tests/connectors/n8n/server-2.8
	@.ci/checks long

bench: install-dev
	@.ci/npm tests/bench/mocks
	@$(BIN)/sigillo bench $(ARGS)

lint: install-dev
	@.ci/checks lint

format: install-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# .venv stays (its rebuilding needs the network); `rm -rf .venv` starts over.
clean:
	@rm -rf demo-out build dist .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find sandbox tests -name __pycache__ -type d -prune -exec rm -rf {} +
