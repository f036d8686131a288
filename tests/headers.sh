#!/bin/sh
# Every header of the library compiles alone, and all of them in one file, in order
# and in reverse: none needs another before it, no two define the same name. TAP on
# stdout.
src=$(cd "${RALM_SRC:-.}" && pwd) || exit 99
cc=${RALM_CC:-cc}
# What has no guard is the body of a file, and no header.
headers=$(cd "$src" && find src/libralm -name '*.h' \
	-exec grep -lE '^#ifndef [A-Z0-9_]+_H$' {} + | sort)
count=0

compiles() { # compiles "name" header...
	name=$1
	shift
	count=$((count + 1))
	if said=$(printf '#include "%s"\n' "$@" | $cc -fsyntax-only -std=gnu11 \
		-Wall -Werror -I"$src" -I"$src/src/libralm" -x c - 2>&1); then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		printf '%s\n' "$said" | head -n 10 | sed 's/^/# /'
	fi
}

[ -n "$headers" ] || echo "Bail out! there are no headers"
# shellcheck disable=SC2086 # a list of names
compiles "all headers in order" $headers
# shellcheck disable=SC2046,SC2086
compiles "all headers in reverse" $(printf '%s\n' $headers | sort -r)
for h in $headers; do
	compiles "$h alone" "$h"
done
echo "1..$count"
