#!/bin/sh
# Model files between C and Python: see model.py. TAP on stdout.
source=${RALM_SRC:-.}/tests/interop
copier=${RALM_BIN:-./src}/../tests/interop/model-copy

for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
	if "$python" -c 'import numpy' 2>/dev/null; then
		folder=$(mktemp -d) || exit 99
		trap 'rm -rf "$folder"' EXIT
		"$python" -B "$source/model.py" "$copier" \
			"${RALM_SRC:-$PWD}/man/ralm-model.5" "$folder"
		exit
	fi
done
echo "1..0 # SKIP no Python with NumPy was found"
