#!/bin/sh
# Clicks from a file, scores into a file, by DuckDB:
#
#	duckdb.sh train CLICKS MODEL                  a model of all clicks
#	duckdb.sh score CLICKS MODEL ITEM SCORES      who has not clicked ITEM,
#	                                              scored for it
#
# CLICKS is what DuckDB reads by its name (clicks.parquet, 'clicks/*.parquet',
# clicks.csv, s3://...), with the columns user_id, item_id and clicked_at. SCORES is
# Parquet: user_id, item_id, score.
#
# An item needs no training: the users who clicked it are its seeds. So train once a
# day, and score as soon as a new item has its first clicks.
set -eu

# A text in SQL's quotes.
quoted() {
	printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"
}

# Columns go to the programs and come from them as they are, with tabs between.
plain="(format csv, delimiter '\t', header false, quote '', escape '')"

sql() {
	duckdb -bail -c "$1" >/dev/null
}

# Files between the steps, not pipes, so that no pipefail is needed.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case ${1-}/$# in
train/3)
	sql "copy (select user_id, item_id, clicked_at::timestamp
	           from $(quoted "$2"))
	     to '$work/clicks' $plain"
	ralm-build-data --clicks="$work/clicks" --columns=user,item,time \
		>"$work/samples"
	ralm-fit -o "$3" "$work/samples"
	;;
score/5)
	item=$(quoted "$4")
	sql "create view clicks as from $(quoted "$2");
	     copy (select 'item:' || item_id || ' ' || string_agg(
	                  'user_seeds:' || user_id, ' ' order by clicked_at desc)
	           from clicks where item_id::text = $item group by item_id)
	     to '$work/seeds' $plain;
	     copy (select 'item:' || $item || ' target_user:' || user_id
	           from clicks group by user_id
	           having not bool_or(item_id::text = $item))
	     to '$work/samples' $plain"
	ralm-score -m "$3" --seeds="$work/seeds" --with-target "$work/samples" \
		>"$work/scores"
	# Parquet appears whole: under another name first.
	sql "copy (select user_id, item_id, score from read_csv('$work/scores',
	             delim = '\t', header = false, quote = '', escape = '',
	             columns = {score: 'double', item_id: 'text', user_id: 'text'}))
	     to $(quoted "$5.new") (format parquet)"
	mv "$5.new" "$5"
	;;
*)
	echo "usage: duckdb.sh train CLICKS MODEL" >&2
	echo "       duckdb.sh score CLICKS MODEL ITEM SCORES" >&2
	exit 2
	;;
esac
