# One target for each thing that CI does. CI itself runs .ci/run.
MODULES := $(shell git ls-files '*go.mod' | xargs -n1 dirname)
LINT := $(shell go env GOPATH)/tenantry-tools/v2.15.0/golangci-lint

.PHONY: help test all-tests lint generate api fuzz bench demo soak ci
help: # list the targets
	@grep -E '^[a-z-]+:.*#' Makefile | sed 's/:.*#/\t/' | expand -t 14

test: # the tests of the root module
	go test -race ./...

all-tests: # the tests of all modules
	for m in $(MODULES); do (cd $$m && go test -race ./...) || exit 1; done

lint: # formatting, vet, lint and tidiness of all modules
	test -z "$$(git ls-files '*.go' | xargs gofmt -l)"
	for m in $(MODULES); do (cd $$m && go vet ./... && go mod tidy -diff && $(LINT) run --config $(CURDIR)/.golangci.yml ./...) || exit 1; done

generate: # all generated files
	go generate ./...

api: # what changed in the public API since the last tag
	scripts/api

fuzz: # each fuzz target for ten seconds
	git ls-files '*_test.go' | xargs grep -oE '^func Fuzz[A-Za-z0-9_]*' | sed 's/func //' | while IFS=: read -r file target; do \
		(cd "$$(dirname "$$file")" && go test -run '^$$' -fuzz "^$$target\$$" -fuzztime 10s .) || exit 1; done

bench: # the ratios that the README quotes
	go -C scripts/bench run .

demo: # the README's first command
	go -C examples/rostersync run .

soak: # listings under random changes, for about ten minutes
	go test ./internal/paging -run TestNothingIsSkippedOrRepeated -count=1 -timeout 1h -rapid.checks=1000000

ci: # everything
	.ci/run
