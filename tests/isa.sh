#!/bin/sh
# Code for an instruction set is reached through its tables alone: nothing else
# in its objects has a name that another object could be linked to, not even an
# inline function of a system header, which would then run on processors that
# lack the set. TAP on stdout.
# shellcheck source=tests/tap.sh
. "${RALM_SRC:-.}/tests/tap.sh"
library=src/libralm/libralm.a
if ! command -v nm >/dev/null 2>&1; then
	echo "1..0 # SKIP nm was not found"
	exit 0
fi
case ${RALM_HARDENING-} in
*-fsanitize*)
	echo "1..0 # SKIP sanitizers have names of their own in every object"
	exit 0
	;;
esac
for isa in plain avx2 avx512; do
	objects=src/libralm/kernels/lib$isa.a
	# Every build has the plain one.
	[ -e "$objects" ] || [ $isa = plain ] || continue
	report "$isa: nothing but its tables is seen" "$(
		nm -g --defined-only "$objects" 2>/dev/null |
			awk -v isa="_$isa\$" 'NF == 3 && ++n &&
				($2 !~ /^[DRS]$/ || $3 !~ isa)
				END { if (!n) print "no tables are" }' 2>&1)"
	report "$isa: the library holds it" \
		"$(nm "$library" 2>/dev/null | grep -q "_$isa\$" || echo "not there")"
done
echo "1..$count"
