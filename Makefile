# make demo     install what is needed, build, serve a model and show what the server does
# make test     install what is needed, build, run all tests
# make build    the release binary: .build/release/attnrl
# make format   rewrite sources in the project's style; make lint only looks
# make protos   generate message code from protos/ again
# make bench    measure this machine; see docs/measurements.md
# make dist     packages for people without a compiler, in dist/; make test-dist installs and uses each
# make test-clients  the clients that other people wrote, against this server
# make test-page     the page in headless Chromium, see docs/page.md
# make test-conformance  HTTP/2, HPACK and HTTP/1.1 by their RFCs, and floods; ATTNRL_LONG=1 floods longer
# make test-interop  gRPC's interoperability cases, against a server of their service
# make test-ranks    sums and messages between ranks, under Open MPI's mpirun
# make test-balancer replicas behind nginx, which stop and are killed
# make crash    1,000 kills, 300 broken calls, 200 flipped bits; make test-crash a few of each
# make soak     everything at once for two hours, or MINUTES=5; make fuzz  a million inputs for every parser, or RUNS=10000000
# make sanitize tests of what threads share, under the thread sanitizer; FILTERS='WireUVTests' some of them
# make simulate 100,000 simulated engines, a tenth as many servers with jobs; SEEDS=1000 fewer, FROM=7 SEEDS=1 one of each;
#               some are in make test
# make python   a virtual environment with the Python client, in .build/python

SWIFT_FLAGS = -c release -Xswiftc -enable-testing
SWIFT_TEST = swift test $(SWIFT_FLAGS) --skip-build
# Tests that wait for sockets, clocks and other processes. Beside the numeric ones, which keep every core and every
# thread of the cooperative pool busy, they would wait for long; so they run after those, one at a time.
WAITING_TESTS = ^(JobsTests|WireTests|WireUVTests|ServiceTests|CommandTests)\.
# They stand in front of the system's file calls: in a process of their own.
SIMULATIONS = ^SimulationTests\.
PYTHON = .build/python/bin/python
SWIFT_SOURCES = Package.swift Sources Tests Benchmarks

.PHONY: build demo test test-swift test-python test-clients test-page test-conformance test-interop test-ranks test-balancer test-crash crash soak fuzz sanitize simulate dist test-dist format lint protos bench python clean

build:
	scripts/setup.sh build
	swift build -c release --product attnrl

demo: build
	scripts/demo.sh

test: test-swift test-python

# Numeric code is far too slow unoptimised, so tests run in release.
test-swift:
	scripts/setup.sh build test
	swift build $(SWIFT_FLAGS) --build-tests
	$(SWIFT_TEST) --skip '$(WAITING_TESTS)' --skip '$(SIMULATIONS)'
	$(SWIFT_TEST) --filter '$(WAITING_TESTS)' --no-parallel
	$(SWIFT_TEST) --filter '$(SIMULATIONS)' --no-parallel

test-python: python
	swift build $(SWIFT_FLAGS) --product attnrl
	cd clients/python && ATTNRL_BIN=$(CURDIR)/.build/release/attnrl $(CURDIR)/$(PYTHON) -m pytest -q -rs

test-clients:
	swift build $(SWIFT_FLAGS) --product attnrl
	Tests/Clients/run

test-page:
	scripts/setup.sh page
	swift build $(SWIFT_FLAGS) --product attnrl
	Tests/Page/run

test-conformance:
	swift build $(SWIFT_FLAGS) --product attnrl
	Tests/Conformance/run -m 'not known'

test-interop: python
	ATTNRL_INTEROP=build swift build $(SWIFT_FLAGS) --product interop
	Tests/Interop/run

test-ranks:
	scripts/setup.sh build ranks
	swift build $(SWIFT_FLAGS) --build-tests
	Tests/Ranks/run

# Without nginx it says so and leaves itself out.
test-balancer: python
	scripts/setup.sh balancer || true
	swift build $(SWIFT_FLAGS) --product attnrl
	Tests/Balancer/run

# Each case ends like an undisturbed run, or the job has paused and says why; see CONTRIBUTING.md. SEED=2 makes others.
SEED = 1
CRASH = swift build $(SWIFT_FLAGS) --product attnrl && \
	$(PYTHON) Tests/Crash/crash.py --program .build/release/attnrl --seed $(SEED)

test-crash: python
	$(CRASH)

crash: python
	$(CRASH) --kills 1000 --faults 300 --flips 200

MINUTES = 120
soak:
	swift build $(SWIFT_FLAGS) --product attnrl
	python3 Tests/Soak/soak.py --program .build/release/attnrl --minutes $(MINUTES)

RUNS = 1000000
fuzz:
	Tests/Fuzz/run $(RUNS) $(notdir $(wildcard Tests/Fixtures/fuzz/*))

FILTERS =
sanitize:
	Tests/Sanitize/run $(FILTERS)

# Histories of the engine and of jobs follow from their seeds; see CONTRIBUTING.md.
FROM = 1
SEEDS = 100000
simulate:
	swift build $(SWIFT_FLAGS) --build-tests
	ATTNRL_SIMULATE=$(FROM)-$$(($(FROM) + $(SEEDS) - 1)) $(SWIFT_TEST) --filter '$(SIMULATIONS)'

dist:
	packaging/dist

test-dist: dist
	packaging/test

python: .build/python/installed

.build/python/installed: clients/python/pyproject.toml
	scripts/setup.sh test
	python3 -m venv .build/python
	$(PYTHON) -m pip install -q -e 'clients/python[dev]'
	touch $@

format:
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint:
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	$(PYTHON) -m ruff check clients/python
	for folder in Crash Balancer; do \
		(cd Tests/$$folder && $(CURDIR)/$(PYTHON) -m ruff check --config ../../clients/python/pyproject.toml .) || exit 1; \
	done

protos:
	scripts/setup.sh test
	protos/generate

bench: build
	.build/release/attnrl bench

clean:
	rm -rf .build
