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

# make TARGET: in a folder of its own whose name has a blank, below "/opt/r m".
make_there() {
	make -C "$build" "$1" DESTDIR="$folder/the root" prefix="/opt/r m" \
		>"$folder/said" 2>&1
}
: >"$folder/the"
report "make install" "$(make_there install || tail -n 5 "$folder/said")"
cd "$folder/the root/opt/r m" || exit 99
report "programs, library, pages, documents, examples" "$(for file in \
	bin/ralm-score lib/libralm.a lib/pkgconfig/ralm.pc include \
	share/man/man1/ralm-score.1 share/doc/ralm/README.md \
	share/doc/ralm/examples/daily/Makefile \
	share/doc/ralm/examples/score.py lib/systemd/system/ralm-score.socket; do
	[ -e "$file" ] || echo "$file"
done)"
report "scripts can be run" "$(find share/doc/ralm/examples -name '*.sh' ! -perm -1)"
report "the unit has the program" "$(grep -q '^ExecStart="/[^@]*/bin/ralm-score" ' \
	lib/systemd/system/ralm-score@.service || echo "not there")"
report "each program has its completion" "$([ ! -e share/zsh ] ||
	for program in bin/*; do
		grep -q "complete -F .* ${program#bin/}" \
			"share/bash-completion/completions/${program#bin/}" ||
			echo "$program"
	done)"
report "each program has its page, and there are no others" "$(for file in \
	bin/* share/man/man1/*; do
	basename "$file" .1
done | sort | uniq -u)"

# A program that loads no library, where all that ralm needs are there for that.
pkg() { PKG_CONFIG_PATH=lib/pkgconfig "${PKG_CONFIG:-pkg-config}" --static "$@"; }
# link OUTPUT SOURCE FLAG...
link() {
	# shellcheck disable=SC2086 # flags are words
	${RALM_CC:-cc} -static -Iinclude -Llib -o "$folder/$1" -xc "$2" -xnone \
		${RALM_CFLAGS-} $3 2>"$folder/said"
}
# shellcheck disable=SC2086 # names are words
if others=$(pkg --print-requires ralm | sed 's/ .*//') &&
	echo 'int main(void) { return 0; }' | link none - "$(pkg --libs $others)"
then
	report "an example is linked statically" "$(link score \
		share/doc/ralm/examples/score.c "$(pkg --cflags --libs ralm)" ||
		tail -n 5 "$folder/said")"
	report "and runs" "$("$build/src/ralm-build-data" --paddlerec >"$folder/lines"
		"$build/src/ralm-fit" -q -e 1 -o "$folder/model" "$folder/lines"
		"$folder/score" "$folder/model" 1,2,3 4 2>&1 >"$folder/scores" ||
			echo "it failed")"
else
	skip "not all libraries are there to be linked statically"
	skip "so that nothing runs"
fi
sed 's|^prefix=.*|prefix=/opt/r m|' lib/pkgconfig/ralm.pc >"$folder/blank.pc"
report "pkg-config keeps a name with a blank in one" "$("${PKG_CONFIG:-pkg-config}" \
	--cflags --libs "$folder/blank.pc" | grep -qF 'r\ m/include' ||
	echo "in two")"
report "make uninstall leaves no file" "$(make_there uninstall ||
	tail -n 5 "$folder/said"; find . ! -type d)"
report "and deletes no other" "$([ -e "$folder/the" ] || echo "$folder/the")"
echo "1..$count"
