# Everything that a contributor or CI does, by name. Only run, build and bench
# need nothing but Go; test and test-clients install what they can on Debian and
# skip the rest.

GO ?= go
LISTEN ?= 127.0.0.1:8080
DATA ?= wikigate-data
TARGET ?= http://127.0.0.1:8491/w/api.php
ACCOUNTS ?= test/mediawiki/accounts.toml
REQUESTS ?= 100000
SEED ?=
MOST ?= 10
INTERACTIVE ?= 50
CRASH_FOR ?= 1m
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: man run build test test-clients conformance race test-faults lint bench fuzz diff-fuzz docs

run: build                ## build and serve with an embedded database
	./bin/wikigate serve --listen $(LISTEN) --data $(DATA)

build:                    ## a static binary in bin/
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/wikigate ./cmd/wikigate

man: build                ## the manual pages in bin/man
	./bin/wikigate man bin/man

test:                     ## every test; on Debian as root, installs the real clients first
	./test/clients/install.sh
	$(GO) vet ./...
	$(GO) test -count=1 ./...

test-clients:             ## the real clients alone, installed as for test: a line for each
	./test/clients/install.sh
	$(GO) test -count=1 -v ./test/clients

test-faults:              ## full disks, locks, crashes, clocks, backups; the server is killed for CRASH_FOR (1m)
	WIKIGATE_TEST_CRASH_FOR=$(CRASH_FOR) $(GO) test -count=1 -v -timeout 20m \
		-run 'Crash|Disk|Locked|Trouble|Backup|Restore|Key|Damage|Newer|OtherPrograms|Writer|Server|Serving|ReadOnly|Ready|Drain|CloseMakes|Port|StoreFailure|Follower|Mail|Service|M3_|M9|M11|M12|F18' \
		./test/e2e ./internal/app ./internal/audit ./internal/authn/emailcode ./internal/backup ./internal/keyring ./internal/mail ./internal/modules ./internal/siteverify ./internal/store/sqlite ./internal/twofactor

conformance: build        ## the scenarios against TARGET, a MediaWiki of test/mediawiki/up.sh unless named
	./bin/wikigate conformance --target $(TARGET) --accounts $(ACCOUNTS)

race:                     ## the tests of internal under the race detector (needs a C compiler)
	$(GO) test -race -count=1 ./internal/... ./conformance/... ./test/conformance

lint:                     ## go vet, gofmt, tidy modules, staticcheck
	$(GO) vet ./...
	test -z "$$(gofmt -l cmd conformance internal test)"
	$(GO) mod tidy -diff
	$(GO) run $(STATICCHECK) ./...

bench:                    ## Go benchmarks of the hot paths, then the servers against a bare handler
	$(GO) test -run '^$$' -bench . -benchmem ./test/bench/...
	$(GO) run ./test/bench/cmd/wikigate-bench

fuzz:                     ## every fuzzer for FUZZTIME each (60s)
	./test/fuzz.sh

diff-fuzz:                ## generated requests to wikigate and to TARGET, a MediaWiki on this machine, until REQUESTS or MOST differences
	WIKIGATE_DIFF_TARGET=$(TARGET) WIKIGATE_DIFF_ACCOUNTS=$(abspath $(ACCOUNTS)) WIKIGATE_DIFF_REQUESTS=$(REQUESTS) \
	WIKIGATE_DIFF_SEED=$(SEED) WIKIGATE_DIFF_MOST=$(MOST) WIKIGATE_DIFF_INTERACTIVE=$(INTERACTIVE) $(GO) test -count=1 -timeout 6h -v -run TestAgainstMediaWiki ./test/diff

docs:                     ## write the generated pages anew
	$(GO) test ./internal/config -run Reference -update
	$(GO) test ./internal/modules -run APIReference -update
	$(GO) test ./test/docs -run 'Summary|Index' -update
