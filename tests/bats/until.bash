# shellcheck shell=bash

# Waits until a command holds, ten seconds at most.
until_true() {
	for _ in $(seq 200); do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	return 1
}
