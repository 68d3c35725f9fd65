# Tests that take longer than CI allows.

.PHONY: soak
soak: # listings under random changes, for about ten minutes
	go test ./internal/paging -run TestNothingIsSkippedOrRepeated -count=1 -timeout 1h -rapid.checks=1000000
