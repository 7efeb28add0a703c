# The words: setup, crawl, test, lint; bench and soak take longer. Each works alone right after a clone.
PYTHON ?= python3
BIN := .venv/bin
SITE ?=
LIMIT ?=
PAGES ?=

.PHONY: setup crawl test lint bench soak audit scrapyd deploy
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
	$(BIN)/python -m pytest -q -n auto

soak: setup  # a crawl killed over and over: KILLS=1000 takes about twelve minutes
	KILLS=$(or $(KILLS),1000) $(BIN)/python -m pytest -q -n auto tests/faults -k killed -rP

fuzz: setup  # new inputs at each run, for SECONDS at the entry points; then twenty times as many for the properties
	$(BIN)/python -m tests.faults.fuzz $(or $(SECONDS_EACH),30)
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -q -n auto tests/text tests/page/test_reader.py

audit: setup  # known advisories of what is installed; needs the network
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/python -m pip_audit -r constraints.txt --no-deps --disable-pip

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.bench
	$(BIN)/python -m bench $(PAGES)

.venv/.bench: .venv/.ready  # the peers; an old pip cannot resolve them together
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	touch $@

scrapyd: .venv-scrapyd/.ready  # Scrapyd and its client, with all that crawls need, in an environment of their own

.venv-scrapyd/.ready: deploy/requirements.txt
	test -x .venv-scrapyd/bin/python || $(PYTHON) -m venv .venv-scrapyd
	.venv-scrapyd/bin/python -m pip install --quiet --disable-pip-version-check -r deploy/requirements.txt
	touch $@

deploy: .venv-scrapyd/.ready  # this project as an egg to the Scrapyd of scrapy.cfg; the password is in ~/.netrc
	rm -rf build  # or modules that are gone from the sources would go on living in the egg
	answer=$$(.venv-scrapyd/bin/scrapyd-deploy) && echo "$$answer" && echo "$$answer" | grep -q '"status": "ok"'
