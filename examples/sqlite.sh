#!/bin/sh
# Clicks from a SQLite database, scores back into it:
#
#	sqlite.sh train DATABASE MODEL         a model of all clicks
#	sqlite.sh score DATABASE MODEL ITEM    who has not clicked ITEM, scored
#
# The database has these tables, clicked_at in seconds or as text:
#
#	create table clicks (user_id text not null, item_id text not null,
#	                     clicked_at not null);
#	create table scores (user_id text, item_id text, score real,
#	                     primary key (item_id, user_id));
#
# An item needs no training: the users who clicked it are its seeds. So train once a
# day, and score as soon as a new item has its first clicks.
set -eu

# A text in SQL's quotes.
quoted() {
	printf "'%s'" "$(printf '%s' "$1" | sed "s/'/''/g")"
}

# Columns as they are, with tabs between.
sql() {
	sqlite3 -batch -bail -list -noheader -separator "$(printf '\t')" \
		"$database"
}

# Files between the steps, not pipes, so that no pipefail is needed.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
database=${2-}

case ${1-}/$# in
train/3)
	sql >"$work/clicks" <<-END
		select user_id, item_id, clicked_at from clicks;
	END
	ralm-build-data --clicks="$work/clicks" --columns=user,item,time \
		>"$work/samples"
	ralm-fit -o "$3" "$work/samples"
	;;
score/4)
	item=$(quoted "$4")
	sql >"$work/seeds" <<-END
		select 'item:' || item_id || ' ' ||
		       group_concat('user_seeds:' || user_id, ' ')
		from (select * from clicks where item_id = $item
		      order by clicked_at desc) group by item_id;
	END
	sql >"$work/samples" <<-END
		select 'item:' || $item || ' target_user:' || user_id
		from clicks group by user_id having not max(item_id = $item);
	END
	ralm-score -m "$3" --seeds="$work/seeds" --with-target "$work/samples" \
		>"$work/scores"
	# In one transaction: readers see the old scores or the new ones.
	sql <<-END
		create temp table new (score real, item_id text, user_id text);
		.mode ascii
		.separator "\t" "\n"
		.import '$work/scores' new
		begin;
		delete from scores where item_id = $item;
		insert into scores select user_id, item_id, score from new;
		commit;
	END
	;;
*)
	echo "usage: sqlite.sh train DATABASE MODEL" >&2
	echo "       sqlite.sh score DATABASE MODEL ITEM" >&2
	exit 2
	;;
esac
