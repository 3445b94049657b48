# Everything runs in this folder's own virtual environments; nothing is installed elsewhere. Another Python: make demo PYTHON=python3.12
.POSIX:

PYTHON = python3
VENV = .venv
# The alpha line of Datasette gets an environment of its own, for the tests of the pages.
VENV_ALPHA = .venv-datasette1
DATASETTE_ALPHA = datasette==1.0a41
# The measures get one too, with the libraries that they compare with.
VENV_BENCH = .venv-bench
MESSAGES = 100000
BROWSE_MESSAGES = 1000000
OPTIONS =
DEMO_ARCHIVE = demo.db
BIN = $(VENV)/bin

help:
	@echo "make demo          install, import the samples, and browse them until Ctrl-C"
	@echo "make demo-archive  the same, without browsing: leaves $(DEMO_ARCHIVE)"
	@echo "make test          lint, types, walls and tests, on both lines of Datasette"
	@echo "make accuracy      measure what is read against known truth, by hand and generated (OPTIONS=-v lists mistakes, OPTIONS=--record records)"
	@echo "make expected      rewrite the expected files of tests/corpus; then read the diff"
	@echo "make docs          rewrite the generated parts of docs/"
	@echo "make screenshots   take the pictures of docs/screenshots anew, with a Chromium or Chrome that is installed"
	@echo "make bench         measure speed and memory on a generated corpus (MESSAGES=$(MESSAGES))"
	@echo "make bench-browse  measure the pages on a generated archive of a million messages (BROWSE_MESSAGES=$(BROWSE_MESSAGES))"
	@echo "make clean         remove the virtual environments and the demo's archive"

demo: demo-archive
	@echo "Browse the archive at the address below; Ctrl-C ends."
	$(BIN)/threadkit browse --db $(DEMO_ARCHIVE)

demo-archive: $(VENV)/.demo
	rm -f $(DEMO_ARCHIVE)
	$(BIN)/threadkit import samples/*.txt samples/*.pdf samples/*.mbox --db $(DEMO_ARCHIVE)
	@echo "The command threadkit is $(BIN)/threadkit here."

test: $(VENV)/.test $(VENV_ALPHA)/.test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest
	$(VENV_ALPHA)/bin/python -m pytest tests/test_browse*.py
	$(BIN)/python -m tests.accuracy --quick

accuracy: $(VENV)/.test
	$(BIN)/python -m tests.accuracy $(OPTIONS)

expected: $(VENV)/.test
	$(BIN)/python -m tests.rewrite_expected

docs: $(VENV)/.test
	$(BIN)/python -m docs.rewrite

screenshots: $(VENV)/.test
	$(BIN)/python -m docs.take_screenshots

bench: $(VENV_BENCH)/.bench
	$(VENV_BENCH)/bin/python -m bench --messages $(MESSAGES)

bench-browse: $(VENV)/.demo
	$(BIN)/python -m bench.browse --messages $(BROWSE_MESSAGES) $(OPTIONS)

clean:
	rm -rf $(VENV) $(VENV_ALPHA) $(VENV_BENCH)
	rm -f $(DEMO_ARCHIVE) $(DEMO_ARCHIVE)-journal $(DEMO_ARCHIVE)-wal $(DEMO_ARCHIVE)-shm

$(VENV)/.demo: pyproject.toml
	@./.ci/make-venv $(PYTHON) $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[browse,pdf]'
	@touch $@

$(VENV)/.test: pyproject.toml
	@./.ci/make-venv $(PYTHON) $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[browse,pdf,office,test]'
	@touch $@

$(VENV_ALPHA)/.test: pyproject.toml
	@./.ci/make-venv $(PYTHON) $(VENV_ALPHA)
	$(VENV_ALPHA)/bin/python -m pip install --quiet --editable '.[browse,pdf,office,test]' '$(DATASETTE_ALPHA)'
	@touch $@

# A peer that does not install is left out, and the table says so.
$(VENV_BENCH)/.bench: pyproject.toml bench/requirements.txt
	@./.ci/make-venv $(PYTHON) $(VENV_BENCH)
	$(VENV_BENCH)/bin/python -m pip install --quiet --editable '.[fast,pdf]'
	@grep -v '^#' bench/requirements.txt | while read -r peer; do \
		$(VENV_BENCH)/bin/python -m pip install --quiet --no-deps $$peer || echo "left out: $$peer"; done
	@touch $@

.PHONY: help demo demo-archive test accuracy expected docs screenshots bench bench-browse clean
