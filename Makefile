# StemeDB. `make` lists the targets.
GO        ?= go
PKGS      := ./...
FUZZTIME  ?= 30s
ROUNDS    ?= 200
QUERIES   ?= 100000
HISTORIES ?= 500
SEED      ?= 15
export CGO_ENABLED = 1

# A first build is 40 % shorter with these, measured: Pebble's zstd in Go, not
# in C (we compress with Snappy), no DWARF (stack traces and pprof need none; for
# a debugger: make build GOFLAGS=), and the C of the SQL parser at -O1, which
# costs 12 µs a parse; plans are cached.
TAGS            = pebblegozstd
export GOFLAGS    ?= -tags=$(TAGS) -gcflags=all=-dwarf=false -ldflags=-w
export CGO_CFLAGS ?= -O1 -g0

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n",$$1,$$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/stemedb
	$(GO) build -o bin/stemedb ./cmd/stemedb

.PHONY: demo
demo: build ## build, load 10,402 real claims about countries, print six queries, serve
	./bin/stemedb demo

# -count=1: many tests build the node and run it, of which the cache of test
# results knows nothing.
.PHONY: test
test: ## every test: unit, data-driven, drivers, properties, crashes
	$(GO) test -count=1 -timeout 20m $(PKGS)

.PHONY: race
race: ## the same under the race detector
	$(GO) test -race -count=1 -timeout 40m $(PKGS)

.PHONY: conformance
conformance: ## psql, generated queries, catalogs and the runbooks against a node and PostgreSQL 15, and clients; installs what it needs
	./.ci/tools
	$(GO) test -count=1 -tags psql,$(TAGS) -timeout 15m ./conformance/psql ./conformance/differential ./conformance/runbook ./sql/catalog
	$(MAKE) clients

.PHONY: clients
clients: ## drivers, ORMs and tools of all kinds against a node and PostgreSQL 15; installs them
	./conformance/clients/install
	$(GO) test -count=1 -v -tags psql,$(TAGS) -timeout 40m ./conformance/clients

.PHONY: differential
differential: ## QUERIES (default 100000) generated queries on PostgreSQL 15 and a node, by SEED
	STEMEDB_DIFFERENTIAL_QUERIES=$(QUERIES) STEMEDB_DIFFERENTIAL_SEED=$(SEED) \
		$(GO) test -count=1 -v -tags psql,$(TAGS) -timeout 12h -run TestDifferential ./conformance/differential

.PHONY: sqlsmith
sqlsmith: ## QUERIES (default 20000) of sqlsmith on a node and on PostgreSQL 15, by SEED
	./conformance/sqlsmith/install
	STEMEDB_SQLSMITH_QUERIES=$(or $(filter-out 100000,$(QUERIES)),20000) STEMEDB_SQLSMITH_SEED=$(SEED) \
		$(GO) test -count=1 -v -tags psql,$(TAGS) -timeout 2h -run TestSQLSmith ./conformance/sqlsmith

.PHONY: regress
regress: ## the share of PostgreSQL's own regression statements answered as it does
	./conformance/regress/fetch .cache/regress
	STEMEDB_REGRESS_SCRIPTS=$(CURDIR)/.cache/regress/sql STEMEDB_REGRESS_DIFFS=$(CURDIR)/.cache/regress/diffs \
		$(GO) test -count=1 -v -tags psql,$(TAGS) -timeout 60m -run TestScripts ./conformance/regress

.PHONY: crash
crash: build ## kill -9 a real node under load, ROUNDS times (default 200)
	STEMEDB_CRASH_ROUNDS=$(ROUNDS) $(GO) test -count=1 -v -timeout 60m -run 'TestKill' ./conformance/crash

.PHONY: cluster-test
cluster-test: build ## kill -9 one node of three under load, ROUNDS times (default 200); a few histories under every fault
	STEMEDB_CLUSTER_ROUNDS=$(ROUNDS) $(GO) test -count=1 -v -timeout 120m ./conformance/cluster ./conformance/nemesis

.PHONY: nemesis
nemesis: ## HISTORIES (default 500) of clusters under every fault, checked for linearizability, by SEED; faster with TMPDIR in memory
	STEMEDB_NEMESIS_HISTORIES=$(HISTORIES) $(if $(filter command line environment,$(origin SEED)),STEMEDB_NEMESIS_SEED=$(SEED)) \
		$(GO) test -count=1 -v -timeout 24h ./conformance/nemesis

.PHONY: failover
failover: ## kill -9 the leader of three nodes, ROUNDS times (default 100), and print how long writes wait
	STEMEDB_FAILOVER_ROUNDS=$(or $(filter-out 200,$(ROUNDS)),100) $(GO) test -count=1 -v -timeout 60m -run TestFailover ./conformance/cluster

.PHONY: cluster-bench
cluster-bench: ## COPY and INSERT of three nodes on this machine against one node, medians of 3; what 64 idle shards cost
	STEMEDB_THROUGHPUT_CLAIMS=200000 STEMEDB_THROUGHPUT_ROUNDS=3 STEMEDB_IDLE_SECONDS=60 \
		$(GO) test -count=1 -v -timeout 60m -run 'TestThroughput|TestIdle' ./conformance/cluster

.PHONY: power-cuts
power-cuts: ## cut a node's power under load 1,000 times, and 200 times that of one whose disk lies about syncs
	STEMEDB_POWER_CUTS=1000 STEMEDB_LYING_DISKS=200 $(GO) test -count=1 -v -timeout 120m -run 'TestPowerCuts|TestLyingDisk' ./replication

.PHONY: bit-flips
bit-flips: ## flip 200 bits in the files of one of three nodes, one at a time
	STEMEDB_BIT_FLIPS=200 $(GO) test -count=1 -v -timeout 120m -run 'TestBitFlips' ./replication

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (default 30s)
	./.ci/fuzz $(FUZZTIME)

.PHONY: lint
lint: ## gofmt, go vet, golangci-lint
	./.ci/lint

.PHONY: bench
bench: build ## the same million claims in PostgreSQL 15 and here, side by side
	$(GO) run ./bench

.PHONY: clean
clean: ## remove what the build made
	rm -rf bin .cache
