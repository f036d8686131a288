#!/bin/sh
# configure says in a sentence for what there is no ralm. TAP on
# stdout.
configure=${RALM_SRC:-.}/configure
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
configure=$(cd "$(dirname "$configure")" && pwd)/configure
[ -x "$configure" ] || {
	echo "1..0 # SKIP no configure"
	exit 0
}
cd "$folder" || exit 99
count=0

# refused NAME SENTENCE CACHE [OPTION]: with this answer to a question of its own, or
# with the option, it ends with that sentence.
refused() {
	count=$((count + 1))
	env "$3" "$configure" -q ${RALM_CC:+CC="$RALM_CC"} ${4:+"$4"} >said 2>&1
	status=$?
	if [ $status -eq 0 ] || ! grep -q "error: $2" said ||
		[ -e Makefile ]; then
		printf 'not '
	fi
	echo "ok $count - $1"
	sed 's/^/# /' said
}

refused "32-bit pointers" "ralm needs 64-bit pointers; .* 4-byte ones" \
	ac_cv_sizeof_void_p=4
refused "big-endian numbers" "ralm reads and writes little-endian numbers" \
	ac_cv_c_bigendian=yes
refused "matrices by nobody" "--with-blas: expected openblas, .* got 'atlas'" \
	ac_cv_c_bigendian=no --with-blas=atlas
echo "1..$count"
