#!/bin/sh
# An audience from a list of customers, as a step of a nightly job:
#
#	audience.sh MODEL CUSTOMERS SIZE OUTPUT [EXCLUDED]...
#
# CUSTOMERS has a user id a line, SIZE is a number of users or a share such as 1%.
# OUTPUT gets USER<TAB>SCORE, the best first, without the customers and without who
# is in the files behind. Where the customers are no better than chance, or too few
# to tell, it ends with 1 and OUTPUT stays as it was.
set -eu
[ $# -ge 4 ] || { sed -n 's/^#	//p' "$0" >&2; exit 2; }
model=$1 customers=$2 size=$3 output=$4
shift 4

# Each of the files behind becomes an --exclude; $# is settled before.
for file; do
	set -- "$@" "--exclude=$file"
	shift
done
exec ralm-expand -m "$model" --size="$size" --strict --output="$output" "$@" \
	"$customers"
