#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# What a model says of itself: notes, and --info as JSON.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=60 --items=19 \
		--clicks-per-user=8 --passes=1 --negatives=2 > train.txt
	"$RALM_BIN/ralm-fit" -q -j1 --embedding-size=5 -o plain.bin train.txt
}

setup() {
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	small=(-q -j1 --embedding-size=5)
}

info() { # info MODEL NAME
	ralm-score --info -m "$1" | sed -n "s/^$2	//p"
}

# The bytes behind the header.
data() {
	tail -c +$((9 + $(head -c 8 "$1" | od -An -tu8))) "$1"
}

@test "--note: lines of the model, of which nothing else depends" {
	ralm-fit "${small[@]}" -o m.bin --note='clicks of November' train.txt \
		--note="$(printf 'two\nlines, "quoted" \\n')" --note=
	printf 'clicks of November\ntwo\nlines, "quoted" \\n\n' > want
	info m.bin note | cmp - <(cat want && echo)
	[ "$(info m.bin digest)" = "$(info plain.bin digest)" ]
	cmp <(data m.bin) <(data plain.bin)
	[ -z "$(info plain.bin note)" ]
	LC_ALL=C run -1 grep -qa '"note"' plain.bin
	ralm-score --verify -m m.bin train.txt | cmp - <(ralm-score -m plain.bin train.txt)
}

@test "whose notes a model has that goes on from another" {
	ralm-fit "${small[@]}" --note=old -o old.bin train.txt
	ralm-fit -q --init-model=old.bin -o m.bin train.txt
	[ -z "$(info m.bin note)" ]
	ralm-fit -q --init-model=old.bin --note=new -o m.bin train.txt
	[ "$(info m.bin note)" = new ]
	# where it is the old model still, both
	ralm-fit -q --init-model=old.bin --epochs=0 --note=new -o m.bin
	[ "$(info m.bin note)" = "$(printf 'old\nnew')" ]
	ralm-fit -q --init-model=m.bin --epochs=0 -o n.bin
	cmp m.bin n.bin
}

@test "a resumed run has the same bytes, and the note without being told again" {
	ralm-fit "${small[@]}" -b 50 -e 2 --note=kept -o want.bin train.txt
	ralm-fit "${small[@]}" -b 50 -e 1 --note=kept -o m.bin --checkpoint-dir=c train.txt
	cp -r c d
	ralm-fit "${small[@]}" -b 50 -e 2 -o m.bin --checkpoint-dir=c --resume train.txt
	cmp m.bin want.bin
	ralm-fit "${small[@]}" -b 50 -e 2 --note=kept -o m.bin --checkpoint-dir=d \
		--resume train.txt
	cmp m.bin want.bin
}

@test "notes that are no text, or too much" {
	run -2 ralm-fit "${small[@]}" --note="$(printf 'a\377')" -o m.bin train.txt
	[ "$output" = "ralm-fit: --note: the text is not UTF-8" ]
	long=$(printf '%016384d' 0)
	run -2 ralm-fit "${small[@]}" --note="$long" --note= -o m.bin train.txt
	[ "$output" = "ralm-fit: --note: 16385 bytes in all, at most 16384" ]
	[ ! -e m.bin ]
	ralm-fit "${small[@]}" --note="$long" -o m.bin train.txt
	[ "$(info m.bin note)" = "$long" ]
	# nothing that a terminal would obey
	ralm-fit "${small[@]}" --note="$(printf '\033[2Ja\rb')" -o m.bin train.txt
	[ "$(info m.bin note)" = '?[2Ja?b' ]
	LC_ALL=C run -1 grep -q "$(printf '\033')" <(ralm-score --info --json -m m.bin)
}

@test "--info --json: the same names, numbers and texts" {
	note=$(printf 'a "b" \\ Zo\303\253\n\033')
	ralm-fit "${small[@]}" --note="$note" --block-size=7 -o m.bin train.txt
	run -2 ralm-score -m m.bin --json
	[ "${lines[0]}" = "ralm-score: --json needs --info" ]
	ralm-score -m m.bin --info --json > got
	command -v python3 > /dev/null || skip "no Python"
	NOTE=$note python3 - "$(info m.bin digest)" <<- 'END'
		import json, os, sys
		m = json.load(open("got", encoding="utf-8"))
		assert m["note"] == os.environ["NOTE"], m
		assert m["digest"] == sys.argv[1] and m["users"] == 60, m
		assert m["embedding_size"] == 5 and m["network"] == "attention", m
		assert m["format_version"] == 2 and "values" not in m, m
		s = m["settings"]
		assert s["user_emb_size"] == 5 and s["learning_rate"] == 0.003, s
		assert s["optimizer"] == "Adam" and s["stream"] is False, s
		assert s["block_size"] == 7 and "data_path" not in s, s
	END
	# every name of the text
	ralm-score -m plain.bin --info | sed '/^$/,$d' | cut -f 1 > names
	echo settings >> names
	ralm-score -m plain.bin --info --json |
		sed -n 's/^  "\([a-z_]*\)": .*/\1/p' | cmp - names
}
