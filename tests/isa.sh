#!/bin/sh
# Code for an instruction set is reached through its tables alone: nothing else
# in its objects has a name that another object could be linked to, not even an
# inline function of a system header, which would then run on processors that
# lack the set. TAP on stdout.
library=src/libralm/libralm.a
count=0
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
	[ -e "$objects" ] || continue
	count=$((count + 1))
	found=$(nm -g --defined-only "$objects" 2>/dev/null |
		awk -v isa="_$isa" 'NF == 3 && ($2 !~ /^[DRS]$/ ||
			substr($3, length($3) - length(isa) + 1) != isa)')
	if [ -z "$found" ]; then
		echo "ok $count - $isa: nothing but its tables is seen"
	else
		echo "not ok $count - $isa: nothing but its tables is seen"
		printf '%s\n' "$found" | sed 's/^/# /'
	fi
	count=$((count + 1))
	if nm "$library" 2>/dev/null | grep -q "_$isa\$"; then
		echo "ok $count - $isa: the library holds it"
	else
		echo "not ok $count - $isa: the library holds it"
	fi
done
echo "1..$count"
