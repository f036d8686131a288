#!/usr/bin/env bats
# examples/sqlite.sh and duckdb.sh, by what is in the database afterwards.

bats_require_minimum_version 1.5.0
load latest-first

setup() {
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || exit 1
	export HOME=$BATS_TEST_TMPDIR
	# Users 0 to 99 like even items, 100 to 199 odd ones; a new item has ten
	# users of the first. A name with a quote and a backslash in it, and a
	# quote in an item's.
	awk 'BEGIN {
		for (u = 0; u < 200; u++)
			for (i = 0; i <= 40; i++)
				if (i % 2 == int(u / 100) && (i < 40 || u < 10) &&
				    (u * 7 + i * 5) % 3 > 0)
					printf "%s\t%s\t2026-11-%02d %02d:00:00\n",
						u == 50 ? "a\"\\b" : "user" u,
						i == 40 ? "o\047item" : "item" i,
						i / 24 + 1, i % 24
	}' > clicks.tsv
	clicked=$(grep -c "o'item" clicks.tsv)
	[ "$clicked" -gt 4 ]
}

# Of user, item and score a line, on stdin: everybody who had not clicked has a
# score, and those who like even items come before those who do not.
sensible() {
	awk -F '\t' -v clicked="$clicked" '
		$2 != "o\047item" || $3 <= 0 || $3 >= 1 { exit bad = 1 }
		{ n++ }
		$1 == "a\"\\b" { named++; even += $3; evens++; next }
		{ u = substr($1, 5) + 0 }
		u < 100 { even += $3; evens++ }
		u >= 100 { odd += $3 }
		END { exit bad || n != 200 - clicked || named != 1 ||
			even / evens < 0.3 + odd / 100 }'
}

@test "clicks from SQLite, scores back into it" {
	command -v sqlite3 > /dev/null || skip "sqlite3 is not installed"
	example="$RALM_SRC/examples/sqlite.sh"
	# The tables as the example's head has them.
	sed -n 's/^#\t\(create table .*\)/\1/p; s/^#\t   *//p' "$example" |
		sqlite3 -bail clicks.db
	printf '%s\n' '.mode ascii' '.separator "\t" "\n"' \
		'.import clicks.tsv clicks' | sqlite3 -bail clicks.db
	"$example" train clicks.db model.bin 2> log
	"$example" score clicks.db model.bin "o'item"
	"$example" score clicks.db model.bin "o'item"
	scores() {
		sqlite3 -separator $'\t' clicks.db \
			'select user_id, item_id, score from scores'
	}
	scores > first
	sensible < first
	# What fails leaves the old scores and the old model.
	run ! "$example" score clicks.db missing.bin "o'item"
	scores | cmp - first
	sqlite3 clicks.db "insert into clicks values ('first', 'new', '2026-11-01 10:00:00'),
		('third', 'new', '2026-11-03 10:00:00'),
		('second', 'new', '2026-11-02 10:00:00')"
	latest_first "$example" score clicks.db model.bin new
	cp model.bin old.bin
	sqlite3 clicks.db 'alter table clicks rename clicked_at to at'
	run ! "$example" train clicks.db model.bin
	cmp model.bin old.bin
	run -2 "$example" train clicks.db
	[ "${lines[0]}" = "usage: sqlite.sh train DATABASE MODEL" ]
}

@test "clicks from Parquet, scores into it, by DuckDB" {
	command -v duckdb > /dev/null || skip "duckdb is not installed"
	example="$RALM_SRC/examples/duckdb.sh"
	duckdb -bail -c "copy (select * from read_csv('clicks.tsv', delim = '\t',
		header = false, quote = '', escape = '',
		columns = {user_id: 'text', item_id: 'text',
			clicked_at: 'timestamp'})) to 'clicks.parquet'"
	"$example" train clicks.parquet model.bin 2> log
	"$example" score clicks.parquet model.bin "o'item" "a'b.parquet"
	duckdb -bail -c "copy (select user_id, item_id, score
		from 'a''b.parquet') to 'first' (format csv, delimiter '\t',
		header false, quote '', escape '')"
	sensible < first
	cp "a'b.parquet" old.parquet
	run ! "$example" score clicks.parquet missing.bin "o'item" "a'b.parquet"
	cmp "a'b.parquet" old.parquet
	duckdb -bail -c "copy (select * from (values ('first', 'new', '2026-11-01 10:00:00'),
		('third', 'new', '2026-11-03 10:00:00'),
		('second', 'new', '2026-11-02 10:00:00'))
		clicks(user_id, item_id, clicked_at)) to 'new.parquet'"
	latest_first "$example" score new.parquet model.bin new "a'b.parquet"
	cp model.bin old.bin
	run ! "$example" train missing.parquet model.bin
	cmp model.bin old.bin
	run -2 "$example" score clicks.parquet
	[ "${lines[0]}" = "usage: duckdb.sh train CLICKS MODEL" ]
}
