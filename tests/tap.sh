# shellcheck shell=sh
# For scripts that say how each of their checks went, in TAP on stdout; at their
# end stands: echo "1..$count".
count=0

report() { # report "name" "what is wrong, if anything"
	count=$((count + 1))
	if [ -z "$2" ]; then
		printf 'ok %d - %s\n' $count "$1"
	else
		printf 'not ok %d - %s\n' $count "$1"
		printf '%s\n' "$2" | sed 's/^/# /'
	fi
}

skip() { # skip "why"
	count=$((count + 1))
	printf 'ok %d - # SKIP %s\n' $count "$1"
}

make_folder() { # $folder, which goes when the script ends
	folder=$(mktemp -d) || exit 99
	trap 'rm -rf "$folder"' EXIT
}
