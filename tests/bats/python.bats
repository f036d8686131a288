#!/usr/bin/env bats
# The examples in Python: a scorer of its own, and what the notebook shows.

bats_require_minimum_version 1.5.0
load score-model

# need MODULE...: sets python to one that has them all, or skips.
need() {
	modules=$(IFS=, && echo "$*")
	for python in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
		! "$python" -c "import $modules" 2> /dev/null || return 0
	done
	skip "no Python with $* was found"
}

# close WANT GOT: the same columns, with scores that differ by 1e-5 at most.
close() {
	paste "$1" "$2" | awk -v columns="$3" -v score="$4" '
		{ if (NF != 2 * columns) exit 1
		  for (i = 1; i <= columns; i++)
			if (i == score) {
				d = $i - $(i + columns)
				if (d > 1e-5 || d < -1e-5) exit 1
			} else if ($i != $(i + columns)) exit 1
		  n++ }
		END { if (n == 0) exit 1 }'
}

@test "score.py has the scores of ralm-score" {
	need numpy
	scorer="$RALM_SRC/examples/score.py"
	local network
	for network in average attention paddlerec; do
		ralm-fit -q -j1 --network=$network --seeds-num=7 \
			--embedding-size=13 --transformed-size=11 \
			-o small.bin train.txt
		"$python" -B "$scorer" small.bin < test.txt > got
		"$score" -m small.bin test.txt > want
		close want got 3 2
	done
	ralm-fit -q -j1 --network=kdd19 -o other.bin train.txt
	run -1 --separate-stderr "$python" -B "$scorer" other.bin < test.txt
	[ "$stderr" = "score.py: other.bin: unknown network 'kdd19'" ]
	# Repeated seeds, unknown ones, nobody known, no label, no item, a blank line,
	# seeds and item of a line before.
	cat > odd <<- 'END'
		user_seeds:3 user_seeds:3 user_seeds:5 target_user:5 item:a
		user_seeds:999999 user_seeds:8	target_user:9 item:b

		target_user:999999 user_seeds:8 item:c
		user_seeds:999999 target_user:9 item:d
		user_seeds:11 user_seeds:8 target_user:9 item:f
		seeds:same target_user:12
		target_user:13 item:g seeds:same
		seeds:same target_user:14
		item:e user_seeds:1 user_seeds:2 user_seeds:3 user_seeds:4 user_seeds:5 user_seeds:6 user_seeds:7 user_seeds:8 target_user:9
	END
	"$python" -B "$scorer" small.bin < odd > got
	"$score" -m small.bin odd > want 2> /dev/null
	close want got 2 1
	# That is no comparison of constants.
	[ "$(cut -f 1 want | sort -u | wc -l)" -ge 4 ]
}

@test "score.py has those of users with names" {
	need numpy xxhash
	sed -E 's/(seeds|user):([0-9]*7)\>/\1:0u\2/g' train.txt > named.txt
	ralm-fit -q -j1 --network=paddlerec --embedding-size=8 \
		--transformed-size=8 -o named.bin named.txt
	head -n 300 named.txt > some.txt
	grep -q 'target_user:0u' some.txt
	"$python" -B "$RALM_SRC/examples/score.py" named.bin < some.txt > got
	"$score" -m named.bin some.txt > want
	close want got 3 2
}

# python_blocks PAGE: its blocks of Python, one after the other.
python_blocks() {
	awk '/^```python$/ { on = 1; next } /^```$/ { on = 0; print "" } on' "$1"
}

@test "what notebook.md shows" {
	need numpy pandas duckdb
	python_blocks "$RALM_SRC/examples/notebook.md" > page.py
	cat >> page.py <<- 'END'
		assert auc > 0.8, auc
		assert (audience.user % 6 == item % 6).mean() > 0.9
		back = duckdb.sql("FROM 'scores.parquet'").df()
		assert len(back) == len(scores) and (back.label == scores.label).all()
		assert back.score[back.label == 1].mean() > back.score.mean()
		with open("train.txt") as train:
		    assert sum(1 for line in train) > 2 * len(clicks)
	END
	run -0 "$python" page.py
}
