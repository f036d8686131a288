#!/bin/sh
# The rooms of the house and which may include which (CONTRIBUTING.md has the
# picture). A room is the folder of a file below src/libralm, of jobs and
# networks the folder in it. TAP on stdout.
# shellcheck disable=SC2010,SC2012,SC2016,SC2035,SC2046,SC2086 # awk has a $ of its own; file names are words and begin with no dash
# shellcheck source=tests/tap.sh
. "${RALM_SRC:-.}/tests/tap.sh"
cd "${RALM_SRC:-.}/src/libralm" || exit 99

# ROOM: what its files may include, besides their own room and the interface,
# ralm.h, which includes none. The table of networks is a file that stands above
# their folders.
rooms='
ground:
formats: ground
settings: formats ground
kernels: ground
metrics: ground
rows: kernels ground
samples: ground
networks: samples settings kernels formats ground
networks/average: networks samples settings kernels formats ground
networks/kdd19: networks samples settings kernels formats ground
networks/paddlerec: networks samples settings kernels formats ground
networks/attention: networks/paddlerec networks samples settings kernels formats ground
networks/table.c: networks/attention networks/average networks/kdd19 networks/paddlerec networks
device: networks networks/attention networks/average networks/kdd19 networks/paddlerec rows samples settings kernels formats ground
model: networks rows settings kernels formats ground
scoring: model device networks rows settings kernels formats ground
jobs/build: metrics formats ground
jobs/evaluate: metrics formats ground
jobs/expand: scoring model networks rows metrics settings kernels formats ground
jobs/score: scoring model networks rows settings kernels formats ground
jobs/fit: scoring model device networks rows samples metrics settings kernels formats ground
'

sources() { find . -name '*.[ch]' | sed 's|^\./||' | sort; }
# FILE INCLUDED for each include of a file of the library.
edges() {
	sources | xargs awk 'FNR == 1 { file = FILENAME }
		match($0, /^#[ \t]*include[ \t]*"[^"]*"/) {
			name = $0; sub(/^[^"]*"/, "", name); sub(/".*/, "", name)
			print file, name }'
}
# Both files of an edge with their rooms: FILE ROOM INCLUDED ROOM.
room_edges() {
	edges | awk 'function room(f) { if (f == "networks/table.c") return f
		if (f == "ralm.h") return f
		sub(/\/[^\/]*$/, "", f); return f }
		{ print $1, room($1), $2, room($2) }'
}

report "every room is in the table" "$(sources | grep / | sed 's|/[^/]*$||' | sort -u |
	while read -r room; do
		printf '%s\n' "$rooms" | grep -q "^$room:" || echo "$room"
	done)"
folders="libralm|$(ls -d */ | tr -d / | paste -s -d '|' -)"
report "includes are named from src/libralm, in quotes" "$(edges |
	while read -r file name; do
		[ -f "$name" ] || echo "$file: $name"
	done
	grep -nE "^#[[:space:]]*include[[:space:]]*<($folders)/" $(sources))"
report "a room includes what the table allows, and no job another" \
	"$(room_edges | { printf '%s\n' "$rooms"; cat; } | awk '
		/^[a-z0-9\/.]+:/ { room = $1; sub(/:$/, "", room)
			allowed[room, room] = 1
			allowed[room, "ralm.h"] = 1
			for (i = 2; i <= NF; i++) allowed[room, $i] = 1
			next }
		NF == 4 && !(($2, $4) in allowed) { print $1 ": " $3 }')"
# Arrows that only go down cannot make a circle of rooms: each room of the table
# names only rooms above it there.
report "the table has no circle" "$(printf '%s\n' "$rooms" | awk '
	/^[a-z0-9\/.]+:/ { room = $1; sub(/:$/, "", room)
		for (i = 2; i <= NF; i++)
			if (!($i in seen)) print room ": " $i " stands below it"
		seen[room] = 1 }')"
# What includes itself by others: leaves are taken away until none is left.
report "no file includes itself by way of others" "$(edges | awk '
	{ from[NR] = $1; to[NR] = $2 }
	END {
		do {
			gone = 0
			for (i in from) out[from[i]] = 1
			for (i in from) if (!(to[i] in out)) { delete from[i]; delete to[i]; gone = 1 }
			for (f in out) delete out[f]
		} while (gone)
		for (i in from) print from[i] ": " to[i]
	}')"
report "a file name stands for one file" \
	"$(sources | sed 's|.*/||' | sort | uniq -d)"
report "the library does not include the programs or config.h" \
	"$(grep -nE '^#[[:space:]]*include.*("|<)(cli\.h|config\.h)' $(sources))"
# A program is what anybody could write: it needs the interface alone. What all
# programs share stands on the ground, too.
programs_include() { # programs_include "file.c..." "what they may include"
	(cd .. && grep -nE '^#[[:space:]]*include[[:space:]]*"' $1 |
		grep -vE "\"($2)\"" | sed 's|^|src/|')
	(cd .. && grep -nE "^#[[:space:]]*include[[:space:]]*<($folders)/" $1)
}
report "the programs include ralm.h and files of src/" \
	"$(programs_include "ralm-*.c" '[a-z_]*\.h')"
report "what the programs share includes ralm.h, files of src/ and the ground" \
	"$(programs_include "$(cd .. && ls *.[ch] | grep -v '^ralm-')" \
		'[a-z_]*\.h|libralm/ground/[a-z_]*\.h')"
report "the interface includes the C standard's headers alone" \
	"$(grep -nE '^#[[:space:]]*include' ralm.h |
		grep -vE '<(signal|stdbool|stddef|stdint)\.h>')"
report "cblas.h is included in kernels/blas.c alone" \
	"$(grep -n 'include.*cblas\.h' $(sources) ../*.[ch] | grep -v '^kernels/blas\.c:')"
report "yaml.h is included in formats/yaml.c alone" \
	"$(grep -n 'include.*<yaml\.h' $(sources) ../*.[ch] | grep -v '^formats/yaml\.c:')"
report "CL/cl.h is included in device/opencl*.c alone, clblast_c.h in device/matmul.c" \
	"$(grep -n 'include.*<CL/' $(sources) ../*.[ch] | grep -vE '^device/opencl(_devices)?\.c:'
	grep -n 'include.*clblast' $(sources) ../*.[ch] | grep -v '^device/matmul\.c:')"
report "mpi.h is included in src/ranks_mpi.c alone" \
	"$(grep -n 'include.*<mpi\.h' $(sources) ../*.[ch] | grep -v '^\.\./ranks_mpi\.c:')"
report "the library neither prints to the standard streams nor exits" \
	"$(grep -nE '\b(v?printf|puts|putchar|perror|exit|_exit|_Exit|quick_exit|abort)[[:space:]]*\(|\b(stdout|stderr|STDERR_FILENO)\b' $(sources) |
		grep -vE ':[[:space:]]*(/\*|\*)' | grep -v '"/dev/stdout"')"
# The interface is one file for those who read it.
report "no function over 50 lines, no file over 400 but ralm.h" \
	"$(sources | sed 's|^|./|' | { cat; ls ../*.[ch]; } | xargs awk '
		FNR == 1 { begin = 0 }
		FNR == 401 && FILENAME != "./ralm.h" { print FILENAME ": over 400 lines" }
		/^\{/ { begin = FNR }
		/^\}/ && begin {
			if (FNR - begin > 51) print FILENAME ":" begin ": " FNR - begin - 1 " lines"
			begin = 0 }')"
echo "1..$count"
