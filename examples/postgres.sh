#!/bin/sh
# Clicks from PostgreSQL, scores back into it:
#
#	postgres.sh train MODEL         a model of all clicks
#	postgres.sh score MODEL ITEM    who has not clicked ITEM, scored for it
#
# psql takes the database from its environment (PGDATABASE, PGHOST, ...), which
# has these tables:
#
#	create table clicks (user_id text not null, item_id text not null,
#	                     clicked_at timestamptz not null);
#	create table scores (user_id text, item_id text, score float8,
#	                     primary key (item_id, user_id));
#
# An item needs no training: the users who clicked it are its seeds. So train
# once a day, and score as soon as a new item has its first clicks.
#
# What copy escapes in an id, a backslash, stands escaped in samples and model
# and comes back as it was.
set -eu

sql() {
	psql -qX -v ON_ERROR_STOP=1 "$@"
}

seed_list() {
	sql -v item="$1" <<-'END'
		copy (select 'item:' || item_id || ' ' || string_agg(
		             'user_seeds:' || user_id, ' ' order by clicked_at desc)
		      from clicks where item_id = :'item' group by item_id)
		to stdout
	END
}

# USER, SAMPLE
candidates() {
	sql -v item="$1" <<-'END'
		copy (select user_id,
		             'item:' || :'item' || ' target_user:' || user_id
		      from clicks group by user_id
		      having not bool_or(item_id = :'item'))
		to stdout
	END
}

# ITEM ROWS, in one transaction: readers see the old scores or the new ones.
replace_scores() {
	{
		echo "delete from scores where item_id = :'item';"
		echo 'copy scores (user_id, score, item_id) from stdin;'
		cat "$2"
		echo '\.'
	} >"$work/sql"
	sql -v item="$1" --single-transaction <"$work/sql"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Files between the steps, not pipes, so that no pipefail is needed: what fails
# half-way is to stop here, and not to end in a model of half the clicks or in
# half the scores.
case ${1-}/$# in
train/2)
	sql -c 'copy (select user_id, item_id, clicked_at from clicks) to stdout' \
		>"$work/clicks"
	ralm-build-data --clicks="$work/clicks" --columns=user,item,time \
		>"$work/samples"
	ralm-fit -o "$2" "$work/samples"
	;;
score/3)
	seed_list "$3" >"$work/seeds"
	candidates "$3" >"$work/candidates"
	cut -f 1 "$work/candidates" >"$work/users"
	cut -f 2 "$work/candidates" >"$work/samples"
	ralm-score -m "$2" --seeds="$work/seeds" "$work/samples" >"$work/scores"
	paste "$work/users" "$work/scores" >"$work/rows"
	replace_scores "$3" "$work/rows"
	;;
*)
	echo "usage: postgres.sh train MODEL" >&2
	echo "       postgres.sh score MODEL ITEM" >&2
	exit 2
	;;
esac
