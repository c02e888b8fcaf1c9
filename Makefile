# The verbs of this repository; `make` alone prints them.
# Needs git, make, a C toolchain, Rust and Node 20.19 or later. What else is missing on Debian or
# Ubuntu is installed by scripts/need.sh.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check web generate fhir-check sim sim-quick baseline walk fmt lint unit docs web-test program e2e screens

WEB_SOURCES := $(shell find web/src web/index.html web/desk.html web/public -type f 2>/dev/null) \
               web/vite.config.ts web/tsconfig.json

SEED ?= 1

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: need-build web/dist/index.html ## Build all and start a server with a visit to try (ARGS="--http 127.0.0.1:9000")
	cargo run --locked -- serve --dev $(ARGS)

test: check e2e ## Everything, cheap things first; the visit in real Chromium comes last

check: fmt web-test lint unit docs sim-quick instructions-quick faults-quick s3 fhir-check schemathesis ## Everything but the browser

web: web/dist/index.html ## Build the pages

generate: need-build web/dist/index.html ## Rewrite the files made from code: openapi.json, protocol.ts, bodies.ts, example.toml, ladder.json
	BEDSIDE_GENERATE=1 cargo test --locked -q -p bedside-config -p bedside-signaling-api -p bedside-signaling -p bedside-loadtest current
	cd web && BEDSIDE_GENERATE=1 npx vitest run bodies

fhir-check: program scripts/fhir/node_modules/.package-lock.json target/fhir-venv/ready ## The FHIR edge against a FHIR server and the validators of others
	@echo "== FHIR"
	node scripts/fhir/check.mjs
	target/fhir-venv/bin/python scripts/fhir/validate.py target/fhir-check/r5

sim: program ## Visits on bad lines in virtual time: the scoreboard and drawings in target/sim (ARGS="steady --seeds 5")
	target/debug/bedside sim --baseline loadtest/baseline.json $(ARGS)

sim-quick: program ## The same with two seeds, against the baseline
	@echo "== Visits on bad lines, in virtual time"
	target/debug/bedside sim --quick --out target/sim-quick --baseline loadtest/baseline.json

baseline: program ## Measure the baseline of the simulator anew
	target/debug/bedside sim --write-baseline loadtest/baseline.json || test -s loadtest/baseline.json

walk: ## Replay one walk of the simulated media core (SEED=42)
	SIM_SEED=$(SEED) cargo nextest run --locked -p bedside-sfu-core --test sim walk_of_a_given_seed

fmt: ## Is the code formatted?
	@echo "== Format"
	cargo fmt --all --check

web-test: web/dist/index.html ## Types and unit tests of the web client
	@echo "== Web client"
	cd web && npm test

lint: need-build web/dist/index.html ## Clippy, warnings denied
	@echo "== Lints"
	cargo clippy --locked --workspace --all-targets -- -D warnings

unit: need-build need-test web/dist/index.html ## Tests of all crates, on both databases, and the examples in their docs
	@echo "== Tests"
	scripts/with-postgres.sh cargo nextest run --locked --workspace
	cargo test --locked --workspace --doc -q

docs: need-build web/dist/index.html ## Does the documentation of the code hold together?
	@echo "== Documentation"
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --document-private-items

# Built as the tests are: other flags choose other features of the libraries, and build them again.
program: need-build web/dist/index.html ## Build the program, target/debug/bedside
	cargo test --locked --workspace --no-run --quiet

e2e: need-browser program ## Whole visits in real headless Chromium
	@echo "== Visits in Chromium"
	cd web && npm run e2e

.PHONY: lines
lines: need-browser program ## A visit in Chromium on lines that go bad and good again: what is heard and seen (4 minutes)
	@echo "== Bad lines"
	cd web && E2E_LINES=all npm run e2e -- lines

.PHONY: schemathesis
schemathesis: target/schemathesis/ready program ## Does the API answer as its document says? (EXAMPLES=50 SEED=7)
	@echo "== The API against its document"
	SEED=$(SEED) scripts/schemathesis.sh $(EXAMPLES)

# Processor time is measured before the database is filled: that takes a while, and both cores.
BENCHES := plane mind steady recorder film
WHICH ?= $(BENCHES) visits

.PHONY: bench
bench: need-build need-test need-count web/dist/index.html ## What the media plane, a recording, a film and a million visits cost: target/bench (WHICH=plane ARGS="--only rooms")
	set -e; for bench in $(filter $(BENCHES),$(WHICH)); do \
	  cargo bench --locked -p bedside-benches --bench $$bench -- $(ARGS); done
	$(if $(filter visits,$(WHICH)),BEDSIDE_POSTGRES_DURABLE=1 scripts/with-postgres.sh \
	  cargo bench --locked -p bedside-benches --bench visits -- $(ARGS))

.PHONY: instructions instructions-quick
instructions: need-build need-count ## Instructions of a packet's way, against those kept (ARGS=--renew keeps what is measured now)
	cargo bench --locked -p bedside-benches --bench steady -- $(ARGS)

instructions-quick: need-build need-count ## The same, built as tests are
	@echo "== Instructions of a packet's way"
	cargo bench --locked --profile dev --workspace --bench steady -- $(ARGS)

.PHONY: faults faults-quick s3
faults: need-build need-test ## Recordings killed, starved, cut off and torn: is anything lost? (RUNS=1000 SEED=7)
	cargo bench --locked --profile dev --workspace --bench faults -- --runs $(or $(RUNS),1000) --seed $(SEED)

faults-quick: need-build need-test ## The same, 30 times
	@echo "== Recordings that are killed"
	cargo bench --locked --profile dev --workspace --bench faults -- --runs 30 --seed 1

s3: need-build need-test target/moto/ready ## A recording to a real S3 server with outages (a minute)
	@echo "== Recordings to S3"
	cargo bench --locked --profile dev --workspace --bench faults -- s3 $(CURDIR)/target/moto/bin/moto_server

.PHONY: soak peers
soak: program ## Ten visits a second for an hour: does memory grow, is anything left over? (MINUTES=60)
	scripts/soak.sh $(or $(MINUTES),60)

peers: program ## The same visits at Janus and at Bedside, in turn (SCRIPT=four RUNS=1)
	scripts/peers.sh $(or $(SCRIPT),four) $(or $(RUNS),1)

screens: need-browser program ## Pictures of the pages, to look at
	cd web && npm run screens

.PHONY: start
start: need-browser program ## How long the patient's page takes to start on an old telephone with a poor line
	cd web && npm run start

# ---- files and tools the verbs stand on ----

# Each installs what is missing, and only that.
.PHONY: need-build need-browser need-count need-test
need-build:
	@scripts/need.sh cmake nasm libvpx-dev

need-browser:
	@scripts/need.sh chromium firefox-esr

need-count:
	@scripts/need.sh valgrind

need-test:
	@scripts/need.sh age curl ffmpeg jq openssl postgresql
	@cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest

scripts/fhir/node_modules/.package-lock.json: scripts/fhir/package-lock.json
	@echo "== Packages of the FHIR check"
	cd scripts/fhir && npm ci --no-audit --no-fund --ignore-scripts
	@touch $@

target/fhir-venv/ready: scripts/fhir/requirements.txt
	@scripts/need.sh python3 python3-venv
	python3 -m venv target/fhir-venv
	target/fhir-venv/bin/pip install -q --disable-pip-version-check -r scripts/fhir/requirements.txt
	@touch $@
target/moto/ready: scripts/moto.txt
	@scripts/need.sh python3 python3-venv
	python3 -m venv target/moto
	target/moto/bin/pip install -q --disable-pip-version-check -r scripts/moto.txt
	@touch $@

target/schemathesis/ready: scripts/schemathesis.txt
	@scripts/need.sh curl python3 python3-venv
	python3 -m venv target/schemathesis
	target/schemathesis/bin/pip install -q --disable-pip-version-check -r scripts/schemathesis.txt
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	@echo "== Packages of the web client"
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	@echo "== Pages"
	cd web && npm run build
	@touch $@
