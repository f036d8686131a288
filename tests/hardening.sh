#!/bin/sh
# The programs have in them what configure chose to harden them with, and load no
# library in vain. TAP on stdout.
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
# Level 3 knows the size of what was allocated, where it is no constant; lower
# levels do not. Of the programs ralm_aligned_new tells, which sets such memory.
probe() {
	folder=$(mktemp -d) || exit 99
	trap 'rm -rf "$folder"' EXIT
	cat >"$folder/probe.c" <<-'END'
		#include <stdlib.h>
		#include <string.h>
		int main(int argc, char **argv)
		{
			size_t size = 8 * (size_t)argc;
			char *memory = malloc(size);
			memset(memory, 1, size + (size_t)argc);
			return memory[0] == 0 || argv == NULL;
		}
	END
	# shellcheck disable=SC2086 # a command with its flags
	$RALM_CC ${RALM_CFLAGS-} "$folder/probe.c" -o "$folder/probe" ||
		return 1
	(cd "$folder" && exec ./probe) 2>/dev/null
	[ $? -eq 134 ]
}
count=$((count + 1))
case $flags in
*" -D_FORTIFY_SOURCE=3 "*)
	probe 2>/dev/null || printf 'not '
	echo "ok $count - the flags: a byte behind what malloc gave is noticed"
	;;
*) echo "ok $count - the flags # SKIP no -D_FORTIFY_SOURCE=3" ;;
esac
case " ${RALM_CFLAGS-} " in
*' -O2 '* | *' -O3 '*) fortified='__memset_chk' ;;
*) fortified='__[a-z]+_chk' ;;
esac
has -D_FORTIFY_SOURCE=3 "fortified functions" "$fortified" -W --dyn-syms
has -Wl,-z,relro,-z,now "relocations read-only" GNU_RELRO -lW
has -Wl,-z,relro,-z,now "and bound at the start" 'BIND_NOW|Flags:.* NOW' -dW
count=$((count + 1))
case $flags in
*" -Wl,--as-needed "*)
	! readelf -d "$bin/ralm-auc" | grep -E 'NEEDED.*(blas|blis|mkl|OpenCL)' >&2 ||
		printf 'not '
	echo "ok $count - ralm-auc: loads nothing that multiplies matrices"
	;;
*) echo "ok $count - ralm-auc # SKIP no -Wl,--as-needed" ;;
esac
echo "1..$count"
