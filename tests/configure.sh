#!/bin/sh
# configure says in a sentence for what there is no ralm, and hardens what is
# optimized in any way. TAP on stdout.
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

# refused NAME SENTENCE ARGUMENT...: with these arguments, answers to questions of its
# own among them, it ends with that sentence.
refused() {
	name=$1 sentence=$2
	shift 2
	count=$((count + 1))
	"$configure" -q ${RALM_CC:+CC="$RALM_CC"} "$@" >said 2>&1
	status=$?
	if [ $status -eq 0 ] || ! grep -q "error: $sentence" said ||
		grep -q '(none)' said || [ -e Makefile ]; then
		printf 'not '
	fi
	echo "ok $count - $name"
	sed 's/^/# /' said
}

refused "32-bit pointers" "ralm needs 64-bit pointers; .* 4-byte ones" \
	ac_cv_sizeof_void_p=4
refused "big-endian numbers" "ralm reads and writes little-endian numbers" \
	ac_cv_c_bigendian=yes
refused "matrices by nobody" "--with-blas: expected openblas, .* got 'atlas'" \
	ac_cv_c_bigendian=no --with-blas=atlas
refused "no pkg-config" "pkg-config was not found" PKG_CONFIG=false
refused "a library that Homebrew has not" "mkl-dynamic-lp64-seq was not found" \
	PKG_CONFIG_LIBDIR="$folder" YAML_CFLAGS=-I. YAML_LIBS=-lyaml --with-blas=mkl

count=$((count + 1))
case " ${RALM_HARDENING-} " in
*" -D_FORTIFY_SOURCE=3 "*)
	"$configure" -q ${RALM_CC:+CC="$RALM_CC"} CFLAGS=-Og >said 2>&1
	grep -q '^HARDENING = .*-D_FORTIFY_SOURCE=3' Makefile || printf 'not '
	echo "ok $count - what is optimized for a debugger is hardened, too"
	sed 's/^/# /' said
	;;
*) echo "ok $count - hardening # SKIP no -D_FORTIFY_SOURCE=3" ;;
esac
echo "1..$count"
