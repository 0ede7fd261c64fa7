# One command each; `make help` lists them. Set-up happens by itself where a command needs it.

.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2

.PHONY: help setup setup-dev demo run test check format faults bench screenshots gallery clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: ## virtual environment, pinned packages, web assets, fonts and a Chromium
	@$(PYTHON) service/set_up.py

setup-dev: ## the same, and what tests and checks need
	@$(PYTHON) service/set_up.py --dev

demo: setup ## the whole job on the documents' own figures, then the desk at http://127.0.0.1:8000 (DEMO_EXIT=1 leaves after the story)
	@$(BIN)/python -m service.demo

run: setup ## the service itself, on the settings of this folder
	@$(BIN)/monitorposten serve

test: setup-dev ## the whole suite
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal

check: setup-dev ## lint, formatting, types and import layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup-dev ## put the code in its house format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

faults: setup-dev ## the fault suite in its long form
	@$(BIN)/pytest -m faults -s tests/faults
	@$(BIN)/pytest -m hypothesis --hypothesis-profile=wide

bench: ## benchmarks that print ratios
	@$(PYTHON) service/set_up.py --bench
	@$(BIN)/python -m tests.benchmarks

screenshots: setup-dev ## the pictures in README and docs, taken from the running demo
	@$(BIN)/python -m tests.browser.screenshots docs/images

gallery: setup-dev ## every type of figure on every canvas, into var/gallery (index.html)
	@$(BIN)/python -m tests.gallery var/gallery

clean: ## remove what set-up and runs have made
	rm -rf .venv node_modules service/static/vendor chart_renderer/fonts chart_renderer/plotly var
