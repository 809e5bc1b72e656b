# Everything here sets up what it needs first: `make demo` on a fresh clone is enough.

RUNS ?= 50
MINUTES ?= 30
PYTHON := .venv/bin/python

.PHONY: texts help setup chromium softhsm demo play test crash residue bench soak
.DELETE_ON_ERROR:

help:
	@echo 'make demo           start the demo, and say which page to open'
	@echo 'make play           play the story to its end; fails if a promise is broken'
	@echo 'make test           every check and every test'
	@echo 'make crash RUNS=50  kill the running program at random moments, so many times'
	@echo 'make residue        search disk and logs for what should be gone'
	@echo 'make bench          measure beside other programs, and write docs/performance.md anew'
	@echo 'make soak MINUTES=30  go on for so long on each database, and see that nothing grows'
	@echo 'make texts          bring the catalogues up to date with what the pages say'

setup: .venv/ready chromium softhsm

demo: .venv/ready
	$(PYTHON) -m bridge demo

play: .venv/ready
	$(PYTHON) -m bridge demo --play

# The quickest first; the first that fails ends it. pytest has the last line.
test: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy --strict bots bridge casestore benchmarks tests
	.venv/bin/lint-imports
	.venv/bin/pytest -n 2 --cov --cov-report=term:skip-covered

crash: .venv/ready
	$(PYTHON) -m tests.crash --runs $(RUNS)

residue: .venv/ready
	$(PYTHON) -m tests.residue

soak: .venv/ready
	$(PYTHON) -m benchmarks.soak --minutes $(MINUTES)

bench: .venv/ready
	$(PYTHON) -m benchmarks --page

# The list is whole, so nothing is resolved: a release made tomorrow changes nothing here, and
# `pip check` says if something is missing.
# A name on the path may be a stand-in that cannot run, so each is asked what it is. Our own
# packages are found through a path file: nothing is built, and nothing more is fetched.
.venv/ready: requirements/dev.txt
	@for python in python3.13 python3.12 python3.11 python3 python; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
	  python=; \
	done; \
	if [ -z "$$python" ]; then echo 'Python 3.11 or newer is needed, as python3.'; exit 1; fi; \
	if ! $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $$python -m venv --clear .venv || { rm -rf .venv; \
	    echo 'Python cannot make a virtual environment: install its venv package (python3-venv).'; \
	    exit 1; }; \
	fi
	@echo 'Installing what is in requirements/dev.txt, by its hashes …'
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-input \
	  --require-hashes --no-deps -r requirements/dev.txt
	@$(PYTHON) -m pip --disable-pip-version-check check >/dev/null || \
	  { $(PYTHON) -m pip --disable-pip-version-check check; exit 1; }
	@$(PYTHON) -c 'import pathlib, sysconfig; \
	  pathlib.Path(sysconfig.get_path("purelib"), "utebru.pth").write_text(str(pathlib.Path.cwd()) + "\n")'
	@printf '#!/bin/sh\nexec "%s/$(PYTHON)" -m bridge "$$@"\n' "$$PWD" > .venv/bin/utebru
	@chmod +x .venv/bin/utebru
	@touch $@

# Nothing is guessed: a new text stands without translation until somebody writes one.
texts: .venv/ready
	@.venv/bin/pybabel -q extract -F casestore/texts/babel.cfg --no-location --sort-output \
	  -o casestore/texts/all.pot .
	@for language in nn en; do \
	  .venv/bin/pybabel -q update --no-fuzzy-matching --ignore-obsolete --omit-header --width=98 \
	    -i casestore/texts/all.pot -l $$language -o casestore/texts/$$language.po || exit 1; \
	done
	@rm casestore/texts/all.pot

# The browser tests use the system's Chromium. Without it they are left out, or fail in CI.
chromium:
	@for name in chromium chromium-browser google-chrome; do \
	  if command -v $$name >/dev/null; then exit 0; fi; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing Chromium for the browser tests …'; \
	  if apt-get -qq update >/dev/null && DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq install --no-install-recommends chromium >/dev/null; then exit 0; fi; \
	fi; \
	echo 'No Chromium here: the browser tests need it. Install it with: sudo apt-get install chromium'

# So do the tests of keys in a PKCS#11 token: they use SoftHSM, a token made of software.
softhsm:
	@if command -v softhsm2-util >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing SoftHSM for the tests of keys in a token …'; \
	  if apt-get -qq update >/dev/null && DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq install --no-install-recommends softhsm2 >/dev/null; then exit 0; fi; \
	fi; \
	echo 'No SoftHSM here: the tests of keys in a token need it: sudo apt-get install softhsm2'
