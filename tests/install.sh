#!/bin/sh
# What make install brings, and that make uninstall takes all of it. TAP on stdout.
# shellcheck source=tests/tap.sh
. "${RALM_SRC:-.}/tests/tap.sh"
build=$(cd "${RALM_BIN:-./src}/.." && pwd)
[ -e "$build/Makefile" ] || {
	echo "1..0 # SKIP no Makefile"
	exit 0
}
make_folder
unset MAKEFLAGS MFLAGS MAKELEVEL

# make TARGET: in a folder of its own, below /opt/r.
make_there() {
	make -C "$build" "$1" DESTDIR="$folder/root" prefix=/opt/r \
		>"$folder/said" 2>&1
}
report "make install" "$(make_there install || tail -n 5 "$folder/said")"
cd "$folder/root/opt/r" || exit 99
report "programs, library, pages, documents, examples" "$(for file in \
	bin/ralm-score lib/libralm.a lib/pkgconfig/ralm.pc include \
	share/man/man1/ralm-score.1 share/doc/ralm/README.md \
	share/doc/ralm/examples/daily/Makefile \
	share/doc/ralm/examples/score.py lib/systemd/system/ralm-score.socket; do
	[ -e "$file" ] || echo "$file"
done)"
report "scripts can be run" "$(find share/doc/ralm/examples -name '*.sh' ! -perm -1)"
report "the unit has the program" "$(grep -q '^ExecStart=/[^@]*/bin/ralm-score ' \
	lib/systemd/system/ralm-score@.service || echo "not there")"
report "each program has its completion" "$([ ! -e share/zsh ] ||
	for program in bin/*; do
		grep -q "complete -F .* ${program#bin/}" \
			"share/bash-completion/completions/${program#bin/}" ||
			echo "$program"
	done)"
report "make uninstall leaves no file" "$(make_there uninstall ||
	tail -n 5 "$folder/said"; find . ! -type d)"
echo "1..$count"
