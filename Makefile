# `make` lists the targets. Everything happens in .venv, which is made when it is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# The oldest scikit-learn that there is for this Python
OLDEST := $(shell $(PYTHON) -c 'import sys; print("1.6.0" if sys.version_info < (3, 14) else "1.7.2")')

SECONDS ?= 600

.PHONY: help environment demo test check lint types tests engines oldest sanitize fuzz bench bench-quick clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

environment: $(VENV)/.installed ## Make .venv and install the library with everything for development

$(VENV)/.installed: pyproject.toml CMakeLists.txt $(wildcard native/*.cpp native/*/*)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	ROSENBLATT_REQUIRE_NATIVE=1 $(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

demo: environment ## Digits and a regression set, beside scikit-learn, with a picture
	$(BIN)/python examples/demo.py

test: environment lint types tests engines oldest ## Lint, types, tests with coverage, on each engine, on the oldest scikit-learn

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

tests:
	$(BIN)/python -m pytest -n $(WORKERS) -m "not slow" --cov --cov-report=term

# All that depends on the engine once more: on NumPy, and on the C++ that runs on every processor.
# Of the estimators what is computed: messages, frames and arguments are the same on every engine.
ON_ENGINES := tests/engines tests/compatibility tests/lecture tests/training $(addprefix tests/estimators/test_, \
	common_checks.py fitting.py mlp.py losses.py regularization.py scaling.py autoencoder.py autoencoder_arguments.py \
	pretraining.py prediction.py views.py)
engines:
	ROSENBLATT_ENGINE=array $(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow" $(ON_ENGINES)
	ROSENBLATT_ISA=base $(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow" $(ON_ENGINES) tests/native

# What was compiled for .venv serves here, too: beside the sources, in a folder that is found first.
oldest: environment .venv-oldest/.installed
	rm -rf .venv-oldest/package && mkdir .venv-oldest/package
	cp -r src/rosenblatt .venv-oldest/package/
	cp $(VENV)/lib/python*/site-packages/rosenblatt/engines/_native_* .venv-oldest/package/rosenblatt/engines/
	PYTHONPATH=$(abspath .venv-oldest/package) SCIPY_ARRAY_API=1 .venv-oldest/bin/python -m pytest -n $(WORKERS) -m "not slow" tests/estimators tests/compatibility

.venv-oldest/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --upgrade pip
	.venv-oldest/bin/python -m pip install --quiet 'scikit-learn==$(OLDEST)' array-api-compat threadpoolctl pandas polars hypothesis pytest pytest-timeout pytest-xdist rich
	@touch $@

check: test ## All of that, and the slow sweeps
	$(BIN)/python -m pytest -n $(WORKERS) -m slow -o timeout=3600 -o faulthandler_timeout=3500

$(VENV)/.sanitizers: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet nanobind cmake
	@touch $@

# What is built once with each sanitizer is built again only where it changed; the first time takes some minutes.
sanitize: $(VENV)/.sanitizers ## The native tests under AddressSanitizer and UndefinedBehaviorSanitizer, then ThreadSanitizer
	PYTHON=$(abspath $(BIN)/python) bash tools/sanitize.sh address,undefined
	PYTHON=$(abspath $(BIN)/python) bash tools/sanitize.sh thread

fuzz: $(VENV)/.sanitizers ## Random calls of the binding under both sanitizers of memory, for SECONDS=600
	PYTHON=$(abspath $(BIN)/python) bash tools/sanitize.sh address,undefined tools/fuzz.py --seconds $(SECONDS)

$(VENV)/.peers: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet 'torch==2.13.0' jax onnx onnxruntime
	@touch $@

bench: $(VENV)/.peers ## Ours beside scikit-learn, PyTorch, JAX, NumPy, onnxruntime: under 20 minutes on a quiet machine
	$(BIN)/python -m benchmarks.run --full --json build/benchmark.json

bench-quick: $(VENV)/.peers ## The same with fewer shapes and rounds: under 3 minutes
	$(BIN)/python -m benchmarks.run --quick --json build/benchmark.json

clean: ## Remove what was made
	rm -rf $(VENV) .venv-oldest build dist .pytest_cache .mypy_cache .ruff_cache .coverage
