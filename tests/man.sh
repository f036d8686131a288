#!/bin/sh
# Every manual page is sound mdoc, is installed, and refers to pages that
# exist; and no example is a pipeline whose failure goes unnoticed. TAP on stdout.
# shellcheck source=tests/tap.sh
. "${RALM_SRC:-.}/tests/tap.sh"
cd "${RALM_SRC:-.}/man" || exit 99

# Pages that are named in the text of a page.
references() { sed -n 's/^.*\.\{0,1\}Xr \([^ ]*\) \([0-9]\).*/\1.\2/p' "$1"; }

for page in *.[0-9]; do
	if command -v mandoc >/dev/null; then
		report "$page is sound" "$(mandoc -T lint -W warning "$page")"
	else
		skip "mandoc was not found"
	fi
	report "$page is installed" "$(grep -q "^	man/$page\( \\\\\)\{0,1\}$" \
		../Makefile.am || echo "not in Makefile.am")"
	report "$page refers to pages that exist" "$(references "$page" |
		grep '^ralm' | while read -r name; do
			[ -e "$name" ] || echo "$name"
		done)"
done
for tool in ../src/ralm-*.c; do
	name=$(basename "$tool" .c)
	report "$name has a page" "$([ -e "$name.1" ] || echo "no $name.1")"
done

# The options of a page that its synopsis does not name, by one letter or in full.
left_out() {
	awk '/^\.Sh/ { synopsis = $2 == "SYNOPSIS" }
	synopsis { said = said " " $0 " " }
	/^\.It Fl/ && !/Fl [hV] ,/ {
		for (i = 2; i <= NF; i++)
			if ($i ~ /^-?[a-z-]+$/ && index(said, " " $i " "))
				next
		print
	}' "$1"
}
for page in ralm-auc.1 ralm-expand.1 ralm-score.1; do
	report "$page: the synopsis has all options" "$(left_out "$page")"
done

# Lines that are a pipeline or a part of one, in a text and in a script.
text_pipes() {
	grep -nE '^(    |\.Dl )?[^.|].*[^|] \|( [a-z]|$)' "$1" |
		grep -E 'ralm-[a-z]' | grep -vE '^[0-9]+:(\||\.[A-CE-Z])'
}
script_pipes() {
	sed 's/^#.*//; s/[[:space:]]#.*//; s/||//g' "$1" |
		grep -nE '[^|"'\'']\|([^|]|$)' | grep -vE 'case|^[0-9]+:[^ ]*\)'
}

for page in ../README.md *.[0-9]; do
	report "$(basename "$page"): its pipelines notice who fails" \
		"$(grep -q 'set -o pipefail' "$page" || text_pipes "$page")"
done
for script in ../examples/*.sh; do
	report "$(basename "$script"): its pipelines notice who fails" \
		"$(grep -q pipefail "$script" || script_pipes "$script")"
done
echo "1..$count"
