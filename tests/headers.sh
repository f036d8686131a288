#!/bin/sh
# Every header compiles alone, and all of them in one file, in order and in
# reverse: none needs another before it, no two define the same name, and each has
# a guard of its own. TAP on stdout.
# shellcheck source=tests/tap.sh
. "${RALM_SRC:-.}/tests/tap.sh"
cd "${RALM_SRC:-.}" || exit 99
cc=${RALM_CC:-cc}
headers=$(find src -name '*.h' | sort)

compiles() { # compiles "name" header...
	name=$1
	shift
	report "$name" "$(printf '#include "%s"\n' "$@" | $cc -fsyntax-only \
		-std=gnu11 -Wall -Werror -I. -Isrc -Isrc/libralm -x c - 2>&1 ||
		echo "does not compile")"
}

[ -n "$headers" ] || echo "Bail out! there are no headers"
# shellcheck disable=SC2086 # a list of names
report "every header has a guard" \
	"$(grep -LE '^#ifndef [A-Z0-9_]+_H$' $headers)"
# shellcheck disable=SC2086
report "no two headers have the same" \
	"$(grep -hE '^#ifndef [A-Z0-9_]+_H$' $headers | sort | uniq -d)"
# shellcheck disable=SC2086
compiles "all headers in order" $headers
# shellcheck disable=SC2046,SC2086
compiles "all headers in reverse" $(printf '%s\n' $headers | sort -r)
for h in $headers; do
	compiles "$h alone" "$h"
done
echo "1..$count"
