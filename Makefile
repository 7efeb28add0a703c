# The four words: setup, crawl, test, lint (and bench). Each works alone right after a clone.
PYTHON ?= python3
BIN := .venv/bin
SITE ?=
LIMIT ?=

.PHONY: setup crawl test lint bench
.DEFAULT_GOAL := test

setup: .venv/.ready

.venv/.ready: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

crawl: setup
ifeq ($(SITE),)
	$(BIN)/python -m newscrawl.demo
else
	$(BIN)/scrapy crawl $(SITE) $(if $(LIMIT),-a limit=$(LIMIT)) -o out/$(SITE).jsonl
endif

test: setup
	$(BIN)/python -m pytest -q

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python -m bench
