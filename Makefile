# Two commands: `make demo` and `make test`. Everything else is below, one line each.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/pytest
export PORT

.PHONY: help demo demo-reset test test-services lint format bench shots faults messages lock clean

help:  ## Show what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 18

$(VENV)/python: 
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV) || (echo "python3-venv is missing: apt-get install -y python3-venv" && exit 1)
	@touch $@

$(VENV)/demo: $(VENV)/python requirements/demo.txt
	@echo "Installing what the demo needs …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.txt
	@touch $@

$(VENV)/dev: $(VENV)/python requirements/dev.txt
	@echo "Installing what the tests need …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/demo

demo: $(VENV)/demo  ## Run the demo company: web, worker and beat in one terminal (PORT=8000)
	@sh .ci/system-packages pango
	@mkdir -p var
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_demo
	@$(MANAGE) show_logins --port $(PORT)
	@exec $(BIN)/honcho start --no-prefix

demo-reset:  ## Delete the demo's database, mails and files
	rm -rf var/db.sqlite3* var/mails var/media var/cache var/broker var/celerybeat-schedule*

test: $(VENV)/dev  ## Run every test on the embedded default, browser included
	@sh .ci/system-packages pango chromium
	$(PYTEST) -n 2 --dist loadgroup -m "not services" -q --durations=25

test-services: $(VENV)/dev  ## Run against PostgreSQL and Redis with a real worker and beat
	@bash .ci/test-services

lint: $(VENV)/dev  ## Run what CI checks before the tests
	@mkdir -p var
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy lms quizzes courses certification demo benchmarks
	$(BIN)/djlint --lint --quiet lms quizzes courses certification
	DJANGO_SETTINGS_MODULE=lms.config.settings.test $(MANAGE) makemigrations --check --dry-run

format: $(VENV)/dev  ## Format Python
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/dev  ## Measure against hand-written SQL on PostgreSQL (BENCH_SIZES=1000,4000,16000 WRITE=file)
	@sh .ci/system-packages postgresql
	$(BIN)/python -m benchmarks $(if $(WRITE),--write $(WRITE))

shots: $(VENV)/dev  ## Take the screens in two sizes and two themes into shots/
	@sh .ci/system-packages pango chromium
	$(BIN)/python -m tests.browser.shots

lock: $(VENV)/dev  ## Pin the dependencies again, with hashes
	@for name in base demo dev; do \
	  $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-index-url \
	    --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; done

clean:  ## Delete everything that was made
	rm -rf $(VENV) var build dist shots *.egg-info .mypy_cache .ruff_cache .pytest_cache
