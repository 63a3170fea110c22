# `make run` and `make test` are all a new user needs: each installs what is missing, then builds, then runs.
# Nothing here needs a terminal, a particular user or a particular folder; both may be repeated at will.

SHELL := /bin/bash
# A crashing test must end, not wait for a backtrace that can hang for ever and hold the pipe open.
export SWIFT_BACKTRACE := enable=no

# What `make run` passes on, for example: make run ARGUMENTS="--tcp 127.0.0.1:7002"
ARGUMENTS ?=
# What `make test` passes on, for example: make test TEST_ARGUMENTS="--filter CommandTests"
TEST_ARGUMENTS ?=

# How long `make fuzz` gives each target.
SECONDS ?= 30

.PHONY: run test test-tsan test-asan scenarios fuzz soak writers lists build bench setup setup-test protocol docs format lint clean help

run: setup
	swift build -c release --product symbology
	@exec .build/release/symbology dev $(ARGUMENTS)

test: setup-test lint
	swift build --build-tests
	swift test --skip-build --disable-xctest $(TEST_ARGUMENTS)

# The same tests where threads meet and where bytes come in, each under a sanitizer, in a build folder of its own. What
# a sanitizer slows down without learning from it (PostgreSQL's schema, the program's output) stays out. Random tests run
# a tenth of their rounds and say so. SanitizerTests prove that the sanitizer is there and finds what is planted.
SANITIZED := SanitizerTests|SymbologyWireTests|EventLoopTests|LookupServerTests|SymbologyClientTests|ReferenceFeedTests
# The snapshot is looked up and compared on one thread, which would take ThreadSanitizer a quarter of an hour: of its tests it
# takes those with threads.
THREADED := ReferenceDataTests.ImageFileTests|whatTwoThreadsBuiltIsWhole|threadsMakeSuccessorsOfOneSnapshot

test-tsan: setup-test
	SYMBOLOGY_SANITIZER=thread TSAN_OPTIONS="halt_on_error=1" \
	swift test --sanitize=thread --scratch-path .build-tsan --disable-xctest \
	    --filter "$(SANITIZED)|$(THREADED)" $(TEST_ARGUMENTS)

# Optimised, because AddressSanitizer sees only what is compiled into the tests: without optimisation a read through
# UnsafeRawPointer.load is a call of the standard library, which was not built with it, and goes wrong unseen.
# Objects nevertheless live to the end of their scope: without the pass that hoists their end, or tests would let go of
# clients in an array after its last use. Leaks are looked for when the tests have ended.
test-asan: setup-test
	SYMBOLOGY_SANITIZER=address ASAN_OPTIONS="halt_on_error=1:detect_leaks=1" LSAN_OPTIONS="exitcode=23" \
	swift test -c release -Xswiftc -enable-testing -Xswiftc -Xllvm -Xswiftc -sil-disable-pass=destroy-hoisting \
	    --sanitize=address --scratch-path .build-asan --disable-xctest \
	    --filter "$(SANITIZED)|ReferenceDataTests" $(TEST_ARGUMENTS)

# What follows from Protocol/symbology.sbe.xml: Swift's views, writers and vocabulary, and the tables of PROTOCOL.md.
protocol:
	python3 Protocol/generate.py

# Writes the table of scenarios in Tests/README.md from the marks on the tests.
scenarios: setup-test
	SYMBOLOGY_WRITE_SCENARIOS=1 swift test --disable-xctest --filter TidyTests.ScenarioTests

# Each target so many seconds, then the proof that the fuzzer finds what is planted: make fuzz SECONDS=600
fuzz: setup
	@Tests/Programs/Fuzzing/run $(SECONDS)

# Engines, replicas, writers and faults around a server, every answer checked: make soak MINUTES=60
# What is judged is the program that is shipped, so it is the release build. Another seed is another order of faults.
MINUTES ?= 2
SOAK_ARGUMENTS ?=
soak: setup
	swift build -c release --product symbology
	swift build -c release --product Soak
	.build/release/Soak run --minutes $(MINUTES) $(SOAK_ARGUMENTS)

# Market data that random writers change beside a backfill that is killed three times, so many times over, each with a
# seed of its own: both tables are equal in the end. `make test` does two.
RUNS ?= 20
writers: setup-test
	SYMBOLOGY_WRITER_RUNS=$(RUNS) swift test --disable-xctest --filter MarketDataStoreTests.RandomWritersTests

# Venues' own lists, imported and read back row by row by a client in Python: make lists LISTS=FOLDER, with FOLDER/venues/*.csv
# and FOLDER/ccxt/*.json.
lists: setup
	swift build -c release --product symbology
	@Tests/Programs/Lists/run "$(LISTS)"

build: setup
	swift build -c release

# The figures: installs the peers, measures them and Symbology in one run, and prints every
# figure beside the one to reach. For example: make bench ARGUMENTS="--quick"
bench: setup
	@Benchmarks/run $(ARGUMENTS)

setup:
	@.ci/setup

# What only tests need: programs that put themselves between the server and its database, or change what time it is.
setup-test:
	@.ci/setup tests

# What an engine's author reads, as pages in .build-docs/site. A link that leads nowhere fails.
docs: setup
	SYMBOLOGY_DOCS=1 swift package --scratch-path .build-docs --allow-writing-to-directory .build-docs/site \
	    generate-documentation --target SymbologyClient --output-path .build-docs/site --warnings-as-errors

format:
	swift format format --in-place --recursive --parallel Package.swift Sources Tests

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

# Leaves .symbology/ alone: it holds the data of `symbology dev`, not something that was built.
clean:
	swift package clean
	rm -rf .build .build-*

help:
	@echo "make run     install what is missing, build, start the whole system (symbology dev)"
	@echo "make test    install what is missing, lint, build, run every test"
	@echo "make test-tsan, make test-asan   the tests that a sanitizer can learn from, under ThreadSanitizer, AddressSanitizer"
	@echo "make bench   measure Symbology beside the limit, its peers and PostgreSQL (--quick: 10 min)"
	@echo "make fuzz    fuzz what takes bytes from outside   make soak    engines, writers and faults, every answer checked"
	@echo "make writers RUNS=20   random writers of market data beside a backfill that is killed, every row compared"
	@echo "make lists LISTS=FOLDER   import venues' lists from a folder and compare every row with what is served"
	@echo "make scenarios   write the table of scenarios in Tests/README.md from the marks on the tests"
	@echo "make build   release build      make format   format the sources"
	@echo "make protocol   write what follows from the wire's schema"
	@echo "make lint    check the format   make clean    remove what was built"
	@echo "make docs    the documentation of SymbologyClient, in .build-docs/site"
