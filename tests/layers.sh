#!/bin/sh
# A file includes its own or lower layers only: ground < formats < model <
# jobs < tools. cblas.h is ground/blas.c's alone, yaml.h formats/yaml.c's.
# TAP on stdout.
cd "${RALM_SRC:-.}/src" || exit 99
count=0

report() { # report "name" "offending lines"
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

includes() { grep -nE '^#[[:space:]]*include' "$@" /dev/null; }

report "ground includes no other layer" \
	"$(includes libralm/ground/*.[ch] | grep -E '"(\.\./|libralm/)')"
report "formats includes ground only" \
	"$(includes libralm/formats/*.[ch] | grep -E '"(\.\./(model|jobs)|libralm/)')"
report "model includes ground and formats only" \
	"$(includes libralm/model/*.[ch] | grep -E '"(\.\./jobs|libralm/)')"
report "the library does not include the tools" \
	"$(includes libralm/*/*.[ch] | grep -E 'cli\.h|<config\.h' ; includes libralm/[!f]*/*.[ch] | grep '"config\.h')"
report "cblas.h is included in ground/blas.c alone" \
	"$(includes libralm/*/*.[ch] ./*.[ch] | grep 'cblas\.h' | grep -v '^libralm/ground/blas\.c:')"
report "yaml.h is included in formats/yaml.c alone" \
	"$(includes libralm/*/*.[ch] ./*.[ch] | grep '<yaml\.h' | grep -v '^libralm/formats/yaml\.c:')"
report "the library neither prints to the standard streams nor exits" \
	"$(grep -nE '\b(printf|puts|putchar|perror|exit|_exit)[[:space:]]*\(|\bstd(out|err)\b' libralm/*/*.[ch] | grep -vE ':[[:space:]]*(/\*|\*)' | grep -vE '_exit\(|"/dev/stdout"')"
echo "1..$count"
