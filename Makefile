# The words: setup, crawl, test, lint; slow, bench and soak take longer. Each works alone right after a clone.
PYTHON ?= python3
BIN := .venv/bin
SITE ?=
LIMIT ?=
PAGES ?=
FULL ?=

.PHONY: setup crawl recipes test slow lint bench soak screens audit scrapyd deploy
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

recipes: .venv/.recipes  # what docs/recipes.md needs: DuckDB, pandas, matplotlib, datasets

.venv/.recipes: .venv/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,recipes]'
	touch $@

test: setup
	$(BIN)/python -m pytest -q -n auto -m "not slow"

slow: .venv/.servers  # kills, real servers, browsers; three at a time, since many of them wait; what is not installed is skipped
	$(BIN)/python -m pytest -q -n 3 -m slow

soak: .venv/.servers  # a crawl killed over and over: KILLS=1000 takes about twelve minutes
	KILLS=$(or $(KILLS),1000) $(BIN)/python -m pytest -q -n auto tests/faults -k killed -rP

fuzz: setup  # new inputs at each run, for SECONDS at the entry points; then twenty times as many for the properties
	$(BIN)/python -m tests.faults.fuzz $(or $(SECONDS_EACH),30)
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -q -n auto tests/text tests/page/test_reader.py

fuzz-atheris: setup  # led by coverage, for SECONDS_EACH at page, feed and sitemap readers and WARC replay
	$(BIN)/python -m pip install --quiet --disable-pip-version-check atheris
	$(BIN)/python -m tests.faults.coverage_fuzz $(or $(SECONDS_EACH),600)

screens: setup  # the pictures of docs/report.md, from the sample archive; needs chromium
	$(BIN)/python -m tests.report.screens

audit: setup  # known advisories of what is installed; needs the network
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-audit
	$(BIN)/python -m pip_audit -r constraints.txt --no-deps --disable-pip

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.bench .venv-fundus/.ready  # about four minutes on an idle machine; FULL=1: an hour
ifeq ($(PAGES),)
	$(BIN)/python -m bench $(if $(FULL),--full)
else
	$(BIN)/python -m bench.exact $(PAGES)
endif

.venv-fundus/.ready:  # a peer that needs an older lxml
	test -x .venv-fundus/bin/python || $(PYTHON) -m venv .venv-fundus
	.venv-fundus/bin/python -m pip install --quiet --disable-pip-version-check 'fundus==0.5.7' 'curl_cffi<0.12'
	touch $@

.venv/.bench: .venv/.ready  # the peers; an old pip cannot resolve them together
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,bench]'
	touch $@

.venv/.servers: .venv/.ready  # a local S3
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,servers]'
	touch $@

scrapyd: .venv-scrapyd/.ready  # Scrapyd and its client, with all that crawls need, in an environment of their own

.venv-scrapyd/.ready: deploy/requirements.txt
	test -x .venv-scrapyd/bin/python || $(PYTHON) -m venv .venv-scrapyd
	.venv-scrapyd/bin/python -m pip install --quiet --disable-pip-version-check -r deploy/requirements.txt
	touch $@

deploy: .venv-scrapyd/.ready  # this project as an egg to the Scrapyd of scrapy.cfg; the password is in ~/.netrc
	rm -rf build  # or modules that are gone from the sources would go on living in the egg
	answer=$$(.venv-scrapyd/bin/scrapyd-deploy) && echo "$$answer" && echo "$$answer" | grep -q '"status": "ok"'
