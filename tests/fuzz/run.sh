#!/bin/sh
# run.sh SOURCE [TARGET]...: builds the fuzz targets with clang, libFuzzer and
# the sanitizers in the folder fuzz-build, and runs each for FUZZ_SECONDS (60).
# What it finds is fuzz-build/TARGET-crash-*; a finding ends the run with 1.
source=$(cd "$1" && pwd) || exit 2
shift
flags='-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link'
mkdir -p fuzz-build && cd fuzz-build || exit 2

if [ ! -e Makefile ]; then
	"$source/configure" -q CC="${FUZZ_CC:-clang}" CFLAGS="$flags" \
		--enable-sanitizers --disable-werror || exit 2
fi
make -s src/libralm/libralm.a || exit 2

if [ $# -eq 0 ]; then
	for target in "$source"/tests/fuzz/fuzz-*.c; do
		target=$(basename "$target" .c)
		set -- "$@" "${target#fuzz-}"
	done
fi
libs=$(pkg-config --libs yaml-0.1 openblas libxxhash) || exit 2
for target; do
	# shellcheck disable=SC2086 # lists of flags
	"${FUZZ_CC:-clang}" -std=gnu11 -D_GNU_SOURCE -O1 -g -fopenmp \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-I. -I"$source/src" "$source/tests/fuzz/fuzz-$target.c" \
		src/libralm/libralm.a $libs -lm -o "fuzz-$target" || exit 2
	mkdir -p "corpus-$target"
	echo "$target: ${FUZZ_SECONDS:-60} seconds"
	"./fuzz-$target" -max_total_time="${FUZZ_SECONDS:-60}" -max_len=65536 \
		-artifact_prefix="$target-" -print_final_stats=1 \
		"corpus-$target" "$source/tests/fuzz/corpus/$target" \
		>"log-$target" 2>&1 || {
		tail -n 30 "log-$target"
		exit 1
	}
	grep -E 'number_of_executed_units' "log-$target"
done
