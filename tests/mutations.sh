#!/bin/sh
# Shows that the tests see. Each mutation of tests/mutations/list.sh, a wrong line
# that somebody might write, is made in a copy of the source; what it touches is
# built again, and one of the tests named with it must fail. Status 0: every
# mutation is caught. 1: one survives, no longer applies, or does not build.
#
# make check-mutations; MUTATIONS="name name" runs some of them.
set -u
here=$(cd "$(dirname "$0")/.." && pwd) || exit 2
work=$(mktemp -d "${TMPDIR:-/tmp}/ralm-mutations.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
source=$work/source build=$work/build log=$work/log
mkdir "$source" "$build"
caught=0 wrong=0 tests=''

say() { printf '%s\n' "$*"; }

fail() {
	say "FAILED: $*"
	wrong=$((wrong + 1))
}

give_up() {
	tail -n 20 "$log"
	say "$*"
	exit 1
}

# run TEST: it has at most two minutes.
run() {
	(cd "$build" && RALM_SRC=$source timeout 120 "tests/unit/$1") \
		> "$log" 2>&1
}

build() { # TEST...
	# shellcheck disable=SC2046 # a list of words
	make -s -j2 -C "$build" $(printf 'tests/unit/%s ' "$@") > "$log" 2>&1
}

wanted() {
	case " ${MUTATIONS:-$1} " in
	*" $1 "*) return 0 ;;
	esac
	return 1
}

# Tests that are named, each once.
name_tests() { # NAME FILE EDIT TEST...
	wanted "$1" || return 0
	shift 3
	for test in "$@"; do
		case " $tests " in
		*" $test "*) ;;
		*) tests="$tests $test" ;;
		esac
	done
}

# The first of the tests that fails, or nothing.
first_failing() {
	for test in "$@"; do
		run "$test" 2> /dev/null || {
			say "$test"
			return
		}
	done
}

try_mutation() { # NAME FILE EDIT TEST...
	wanted "$1" || return 0
	name=$1 file=$source/src/libralm/$2 edit=$3
	shift 3
	cp "$file" "$work/kept"
	sed "$edit" "$work/kept" > "$file"
	lines=$(diff "$work/kept" "$file" | grep -c '^>')
	if [ "$lines" != 1 ]; then
		fail "$name: it is to change one line and changes $lines"
	elif ! build "$@"; then
		fail "$name: does not build"
		tail -n 5 "$log"
	else
		by=$(first_failing "$@")
		if [ -n "$by" ]; then
			caught=$((caught + 1))
			say "$name: caught by $by"
		else
			fail "$name: SURVIVED $*"
		fi
	fi
	cp "$work/kept" "$file"
}

# What is built in a checkout stays there.
tar -C "$here" -cf - --exclude=./.git --exclude='./build' \
	--exclude='./build-[!a]*' --exclude='*.o' --exclude='*.a' \
	--exclude=./config.status --exclude=./Makefile . |
	tar -C "$source" -xf - || exit 2
(cd "$build" && "$source/configure" -q CFLAGS='-O1') > "$log" 2>&1 ||
	give_up "cannot configure a copy"

mutate() { name_tests "$@"; }
# shellcheck source=tests/mutations/list.sh
. "$here/tests/mutations/list.sh"
# shellcheck disable=SC2086 # a list of words
build $tests || give_up "the copy does not build"
for test in $tests; do
	run "$test" || give_up "$test fails without any mutation"
done

mutate() { try_mutation "$@"; }
# shellcheck source=tests/mutations/list.sh
. "$here/tests/mutations/list.sh"
say "$caught mutations caught, $wrong failed"
[ $wrong = 0 ] && [ $caught -gt 0 ]
