#!/usr/bin/env bash
# Vector maths: our own exp, tanh and small dots beside glibc's libmvec,
# SLEEF (libsleef-dev; left out where pkg-config does not find it) and OpenBLAS.
#
#	make bench BENCHMARKS=vector-maths
#	tests/bench/vector-maths.sh
#
# Compiles vector-maths.c for each instruction set of the library that this
# processor has, with CC (cc). Prints nanoseconds an element, or a dot, and the
# largest error in units of the last place.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/common.bash"

read -r -a cc <<< "${CC:-cc}"
read -r -a libraries <<< "$(pkg-config --cflags --libs openblas)"
if pkg-config --exists sleef 2> "$work/need"; then
	read -r -a sleef <<< "-DHAVE_SLEEF $(pkg-config --cflags --libs sleef)"
else
	sleef=()
	echo "# SLEEF is left out: pkg-config does not find it"
fi
[ "$(uname -sm)" != "Linux x86_64" ] || libraries+=(-lmvec)

# set_of NAME FLAG...
set_of() {
	local name=$1
	shift
	"${cc[@]}" -std=gnu11 -O2 -g -fopenmp -fno-math-errno \
		-fno-trapping-math "$@" "-DINSTRUCTION_SET=\"$name\"" \
		-I"$here/../../src" -I"$here/../../src/libralm" \
		-o "$work/$name" "$here/vector-maths.c" \
		"${libraries[@]}" "${sleef[@]}" -lm
	"$work/$name" || test $? = 77
}

describe
"${cc[@]}" --version | sed '1s/^/# /; q'
printf 'set\tfunction\tby\tns\tulp\n'
case $(uname -m) in
x86_64)
	set_of avx512 -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx2 -mfma
	set_of avx2 -mavx2 -mfma
	;;
esac
set_of plain
