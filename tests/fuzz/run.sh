#!/bin/sh
# run.sh SOURCE [TARGET]...: builds the fuzz targets under the sanitizers in the
# folder fuzz-build and runs each for FUZZ_SECONDS (60) with each fuzzer there
# is: libFuzzer, which comes with clang, and AFL++. FUZZ_WITH="libfuzzer afl"
# chooses. One line a run says what it did; what it found is named, and ends the
# whole with 1. What is learnt stays in fuzz-build for the next time.
#
# A finding goes into tests/fuzz/corpus/TARGET, with its fix; make check runs
# over that corpus.
#
# Some functions are called by names that are put together.
# shellcheck disable=SC2317
source=$(cd "$1" && pwd) || exit 2
shift
seconds=${FUZZ_SECONDS:-60}
clang=${FUZZ_CC:-clang}
if [ -z "${FUZZ_WITH-}" ]; then
	FUZZ_WITH=libfuzzer
	command -v afl-clang-fast >/dev/null && FUZZ_WITH="libfuzzer afl"
fi
if [ $# -eq 0 ]; then
	for target in "$source"/tests/fuzz/fuzz-*.c; do
		target=$(basename "$target" .c)
		set -- "$@" "${target#fuzz-}"
	done
fi
libs=$(pkg-config --libs yaml-0.1 openblas libxxhash) || exit 2
found=0

# library FUZZER COMPILER FLAG...: the library, built in fuzz-build/FUZZER.
library() {
	fuzzer=$1 compiler=$2
	shift 2
	mkdir -p "fuzz-build/$fuzzer" && cd "fuzz-build/$fuzzer" || exit 2
	if [ ! -e Makefile ]; then
		"$source/configure" -q CC="$compiler" \
			CPPFLAGS=-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION \
			CFLAGS="-O1 -g -fno-omit-frame-pointer $*" \
			--enable-sanitizers --disable-werror || exit 2
	fi
	make -s src/libralm/libralm.a >log-make 2>&1 || {
		cat log-make
		exit 2
	}
	cd ../..
}

# program FUZZER COMPILER TARGET: fuzz-build/FUZZER/fuzz-TARGET.
program() (
	cd "fuzz-build/$1" || exit 2
	# shellcheck disable=SC2016 # for make
	includes=$(make -s --eval='includes: ; @echo $(DEFAULT_INCLUDES) $(AM_CPPFLAGS)' \
		includes | tail -n 1)
	# shellcheck disable=SC2086 # lists of flags
	"$2" -std=gnu11 -D_GNU_SOURCE -O1 -g -pthread \
		-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$includes "$source/tests/fuzz/fuzz-$3.c" \
		src/libralm/libralm.a $libs -lm -o "fuzz-$3"
)

# said FUZZER TARGET EXECUTIONS CORPUS: the line of a run, with its findings,
# which are the files in $findings.
said() {
	# shellcheck disable=SC2086 # patterns
	crashes=$(ls $findings 2>/dev/null)
	echo "$2, $1: $seconds s, $3 executions," \
		"$4 inputs kept, $(echo "$crashes" | grep -c .) findings"
	[ -z "$crashes" ] || {
		found=1
		echo "$crashes"
	}
}

with_libfuzzer() {
	folder=fuzz-build/libfuzzer
	log=$folder/log-$1
	findings="$folder/$1-crash-* $folder/$1-leak-* $folder/$1-timeout-*
		$folder/$1-oom-*"
	mkdir -p "$folder/corpus-$1"
	"$folder/fuzz-$1" -max_total_time="$seconds" -max_len=65536 \
		-artifact_prefix="$folder/$1-" -print_final_stats=1 \
		"$folder/corpus-$1" "$source/tests/fuzz/corpus/$1" >"$log" 2>&1 ||
		tail -n 30 "$log"
	said libfuzzer "$1" \
		"$(awk '/number_of_executed_units/ { print $2 }' "$log")" \
		"$(find "$folder/corpus-$1" -type f | wc -l)"
}

with_afl() {
	folder=fuzz-build/afl/out-$1/default
	log=fuzz-build/afl/log-$1
	findings="$folder/crashes/id* $folder/hangs/id*"
	AFL_NO_UI=1 AFL_AUTORESUME=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
		AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
		afl-fuzz -m none -t 10000 -V "$seconds" \
		-i "$source/tests/fuzz/corpus/$1" -o "fuzz-build/afl/out-$1" \
		"fuzz-build/afl/fuzz-$1" >"$log" 2>&1 || {
		tail -n 30 "$log"
		found=1
	}
	said afl "$1" \
		"$(awk '$1 == "execs_done" { print $3 }' "$folder/fuzzer_stats")" \
		"$(find "$folder/queue" -type f -name 'id*' | wc -l)"
}

for fuzzer in $FUZZ_WITH; do
	case $fuzzer in
	libfuzzer) library libfuzzer "$clang" -fsanitize=fuzzer-no-link ;;
	afl) library afl afl-clang-fast ;;
	*)
		echo "$0: no fuzzer '$fuzzer'" >&2
		exit 2
		;;
	esac
	for target; do
		if [ "$fuzzer" = afl ]; then
			program afl afl-clang-fast "$target" || exit 2
		else
			program libfuzzer "$clang" "$target" || exit 2
		fi
		"with_$fuzzer" "$target"
	done
done
exit $found
