# Everything is done inside this folder: the programs' packages in .venv, what they write in var.
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
SAMPLE_URL := sqlite:///$(CURDIR)/var/sample.sqlite
WHEEL_PYTHON ?= 3.12

.PHONY: demo serve wheelhouse test lint shots bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo        the sample county on http://localhost:$(PORT)"
	@echo "make serve       your own database (DATABASE_URL, else var/grid.sqlite) on http://localhost:$(PORT)"
	@echo "make wheelhouse  every package for Linux and Windows, for an office without a network"
	@echo "make test        lint and all tests          make shots   a picture of every page"
	@echo "make bench       the measured figures        make clean   removes .venv (never var)"

$(VENV)/.made:
	@tools/python -c "import sys; print('Python', sys.version.split()[0])"
	@tools/python -m venv $(VENV) || { echo "No virtual environment could be made; on Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.made requirements.txt
	@echo "Installing packages into $(VENV) (once, some minutes on a slow line) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(wildcard var/wheelhouse/linux),--find-links var/wheelhouse/linux) -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.installed
	@DATABASE_URL=$(SAMPLE_URL) $(BIN)/python -m etl load data/sample
	@echo && echo "  http://localhost:$(PORT)" && echo
	@DATABASE_URL=$(SAMPLE_URL) $(BIN)/python -m streamlit run streamlit_app.py --server.port $(PORT)

serve: $(VENV)/.installed
	@echo && echo "  http://localhost:$(PORT)" && echo
	@$(BIN)/python -m streamlit run streamlit_app.py --server.port $(PORT)

wheelhouse: $(VENV)/.made
	@mkdir -p var/wheelhouse
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --only-binary=:all: --python-version $(WHEEL_PYTHON) \
		--platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 \
		-r requirements.txt -d var/wheelhouse/linux
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --only-binary=:all: --python-version $(WHEEL_PYTHON) \
		--platform win_amd64 -r requirements.txt tzdata -d var/wheelhouse/windows
	@cp requirements.txt var/wheelhouse/
	@du -sh var/wheelhouse/linux var/wheelhouse/windows
	@echo "Carry this folder, with var/wheelhouse in it, to a machine with Python $(WHEEL_PYTHON); there, in the folder:"
	@echo "  Linux:    python3 -m venv .venv && .venv/bin/pip install --no-index --find-links var/wheelhouse/linux -r requirements.txt"
	@echo "  Windows:  py -$(WHEEL_PYTHON) -m venv .venv && .venv\\Scripts\\pip install --no-index --find-links var\\wheelhouse\\windows -r requirements.txt"

test: lint
	@tools/test-services
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

shots: $(VENV)/.installed-dev
	@tools/test-services
	$(BIN)/python -m tests.shots

bench: $(VENV)/.installed-dev
	@tools/test-services
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.screen
	$(BIN)/python -m benchmarks.sessions
	$(BIN)/python -m benchmarks.figures
	$(BIN)/python -m benchmarks.hotspots
	$(BIN)/python -m benchmarks.trends
	$(BIN)/python -m benchmarks.siting
	$(BIN)/python -m benchmarks.arrange
	$(BIN)/python -m benchmarks.coverage
	$(BIN)/python -m benchmarks.pack

clean:
	rm -rf $(VENV)
