#!/usr/bin/env bats
# examples/postgres.sh against a server of its own.

bats_require_minimum_version 1.5.0
load latest-first

# As another user where this one is root: the server refuses to be.
serve() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

setup() {
	PATH="$RALM_BIN:$PATH:$(printf '%s:' /usr/lib/postgresql/*/bin)"
	for program in initdb pg_ctl psql; do
		command -v $program > /dev/null ||
			skip "PostgreSQL is not installed"
	done
	cd "$BATS_TEST_TMPDIR" || exit 1
	# Not below the test's folder: a socket's path is short, and that
	# folder closed to others.
	PGHOST=$(mktemp -d /tmp/ralm-postgres.XXXXXX)
	[ "$(id -u)" != 0 ] || chown 65534 "$PGHOST"
	export PGHOST PGUSER=ralm PGDATABASE=postgres
	(cd / && serve initdb -D "$PGHOST/data" -U ralm -A trust -N \
		--locale=C -E UTF8 && serve pg_ctl -D "$PGHOST/data" -w \
		-l "$PGHOST/log" -o "-c listen_addresses= -k $PGHOST" start) \
		> server.log 2>&1 3>&-
}

teardown() {
	[ -z "${PGHOST-}" ] || {
		(cd / && serve pg_ctl -D "$PGHOST/data" -m immediate stop) \
			> /dev/null 2>&1
		rm -rf "$PGHOST"
	}
}

@test "clicks from PostgreSQL, scores back into it" {
	example="$RALM_SRC/examples/postgres.sh"
	# The tables as the example's head has them.
	sed -n 's/^#\t\(create table .*\)/\1/p; s/^#\t   *//p' "$example" |
		psql -qX -v ON_ERROR_STOP=1
	# Users 0 to 99 like even items, 100 to 199 odd ones; a new item has ten
	# users of the first. One name that copy escapes, and a quote in an item's.
	psql -qX -v ON_ERROR_STOP=1 <<- 'END'
		insert into clicks
		select case u when 50 then 'a\b' else 'user' || u end,
		       case i when 40 then 'o''item' else 'item' || i end,
		       '2026-11-01 12:00:00.5+02'::timestamptz + i * interval '1 h'
		from generate_series(0, 199) u, generate_series(0, 40) i
		where i % 2 = u / 100 and (i = 40) <= (u < 10) and
		      (u * 7 + i * 5) % 3 > 0;
	END
	"$example" train model.bin 2> log
	"$example" score model.bin "o'item"
	"$example" score model.bin "o'item"

	run -0 psql -qAtX -c 'select count(*), count(distinct item_id),
		min(score) > 0 and max(score) < 1,
		bool_or(user_id = '\''a\b'\'') from scores'
	clicked=$(psql -qAtX -c "select count(*) from clicks where item_id = 'o''item'")
	[ "$output" = "$((200 - clicked))|1|t|t" ]
	# Those who like even items come before those who do not.
	run -0 psql -qAtX -c "select avg(score) filter (where likes) >
		0.3 + avg(score) filter (where not likes) from scores join
		(select user_id, bool_or(item_id = 'item2') or
			bool_or(item_id = 'item4') likes
		from clicks group by user_id) u using (user_id)"
	[ "$output" = t ]
	# What fails leaves the old scores and the old model.
	run ! "$example" score missing.bin "o'item"
	run -0 psql -qAtX -c 'select count(*) from scores'
	[ "$output" = $((200 - clicked)) ]
	psql -qX -c "insert into clicks values ('first', 'new', '2026-11-01 10:00:00'),
		('third', 'new', '2026-11-03 10:00:00'),
		('second', 'new', '2026-11-02 10:00:00')"
	latest_first "$example" score model.bin new
	cp model.bin old.bin
	psql -qX -c 'alter table clicks rename clicked_at to at'
	run ! "$example" train model.bin
	cmp model.bin old.bin
}
