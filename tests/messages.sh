#!/bin/sh
# ralm-troubleshooting(7) has every message of the source, and no other. They
# are compared by their lower-case words: what differs from case to case is a
# conversion in the source and capitals in the page. TAP on stdout.
cd "${RALM_SRC:-.}" || exit 99
page=man/ralm-troubleshooting.7
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT

# WORDS TAB the line it was given.
words() {
	awk -F '\t' '{
		s = $NF
		gsub(/\\\(..|\\[&n"]/, " ", s)
		gsub(/%[-+#0]*[0-9*]*(\.[0-9*]+)?(hh|ll|[hlzjt])?[a-z]/, " ", s)
		gsub(/[A-Z][A-Za-z0-9_]*/, " ", s)
		gsub(/[^a-z]+/, " ", s)
		gsub(/^ | $/, "", s)
		if (s != "")
			print s "\t" $0
	}'
}

# report NAME: fails with what is in the file "missing".
report() {
	count=$((count + 1))
	[ ! -s "$folder/missing" ] || printf 'not '
	echo "ok $count - $1"
	sed 's/^/# /' "$folder/missing"
}

find src -name '*.c' | sort | xargs awk -f tests/messages.awk |
	words >"$folder/source"
awk '/^\.It / { print FILENAME ":" NR "\t" substr($0, 5) }' "$page" |
	words >"$folder/page"
count=0

# A message of the page is one of the source, or several one behind the other:
# what some have in common the source puts together.
awk -F '\t' -v gone="$folder/gone" '
	function made_of(words,  n, head, rest, found) {
		if (words == "")
			return 1
		found = 0
		for (n = length(words); n > 0; n--) {
			head = substr(words, 1, n)
			rest = substr(words, n + 1)
			if (head in known && (rest == "" || rest ~ /^ /) &&
			    made_of(substr(rest, 2))) {
				used[head] = 1
				found = 1
			}
		}
		return found
	}
	FILENAME == ARGV[1] { known[$1] = $2 ": " $3; next }
	!made_of($1) { print $2 ": " $3 > gone }
	END {
		for (words in known)
			if (!(words in used))
				print known[words]
	}' "$folder/source" "$folder/page" |
	sort >"$folder/missing"
[ -s "$folder/source" ] && [ -s "$folder/page" ] || exit 99
report "the page has every message"
touch "$folder/gone"
mv "$folder/gone" "$folder/missing"
report "every message of the page exists"
echo "1..$count"
