#!/bin/sh
# The programs have in them what configure chose to harden them with. TAP on
# stdout.
bin=${RALM_BIN:-./src}
flags=" ${RALM_HARDENING-} "
count=0

case $flags in *-fsanitize=*)
	echo "1..0 # SKIP built with sanitizers"
	exit 0
	;;
esac
if ! readelf -h "$bin/ralm-fit" >/dev/null 2>&1; then
	echo "1..0 # SKIP no readelf, or programs that it does not read"
	exit 0
fi

# has FLAG NAME PATTERN OPTIONS...: what readelf prints of each program with
# these options matches, where the flag was chosen.
has() {
	flag=$1 name=$2 pattern=$3
	shift 3
	for program in "$bin"/ralm-auc "$bin"/ralm-build-data \
		"$bin"/ralm-fit "$bin"/ralm-score; do
		count=$((count + 1))
		tool=$(basename "$program")
		case $flags in
		*" $flag "*)
			readelf "$@" "$program" | grep -Eq "$pattern" ||
				printf 'not '
			echo "ok $count - $tool: $name"
			;;
		*) echo "ok $count - $tool: $name # SKIP no $flag" ;;
		esac
	done
}

has -fstack-protector-strong "stack protector" __stack_chk_fail -W --dyn-syms
has -D_FORTIFY_SOURCE=3 "fortified functions" '__[a-z]+_chk' -W --dyn-syms
has -Wl,-z,relro,-z,now "relocations read-only" GNU_RELRO -lW
has -Wl,-z,relro,-z,now "and bound at the start" 'BIND_NOW|Flags:.* NOW' -dW
echo "1..$count"
