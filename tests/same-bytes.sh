#!/usr/bin/env bash
# Do two builds write the same bytes? What a change that moves code must show.
#
#     tests/same-bytes.sh OLD/src NEW/src
#
# Batches of an even size of clicks with one label-0 sample each: there a loss that
# looks at whole choices has the bytes of one that does not.
#
# Runs a table of runs with the programs of each folder and compares the digests
# of all they write: samples, models, scores, measures. RALM_NETWORKS in the
# environment: the networks that both know, or none (all).
set -euo pipefail
[ $# = 2 ] || { echo "usage: $0 OLD-FOLDER NEW-FOLDER" >&2; exit 2; }
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
networks=${RALM_NETWORKS-"paddlerec attention average kdd19"}
trap 'rm -rf "$work"' EXIT

# The settings of builds before 0.2.0: each build has other defaults.
as_before=(--network=paddlerec --batch-size=256 --init-deviation=0.01
	--embedding-size=64 --transformed-size=64)

# fit NAME OPTION...: a model from train.txt, its scores and what they are worth.
fit() {
	local name=$1
	shift
	ralm-fit -q -o "$name.bin" "${as_before[@]}" "$@" train.txt
	ralm-score -m "$name.bin" test.txt >"$name.scores"
	ralm-auc "$name.scores" >"$name.auc"
}

# spell: samples whose seeds stand first and whose item stands last, with those that
# seeds:same stands for, as builds before 0.2.0 write them.
spell() {
	awk '{ n = index($0, "target_user:"); rest = substr($0, n) }
		/^seeds:same/ { print list rest (rest ~ / item:/ ? "" : " " item); next }
		{ list = substr($0, 1, n - 1); item = $NF; print }'
}

runs() {
	ralm-build-data --planted --users=300 --items=150 --passes=3 --negatives=1 \
		--refresh=3 --test=test.txt | spell >train.txt
	ralm-build-data --planted --users=211 --items=97 --passes=2 --split-by=time \
		--seed-order=recent --negatives=1 --test=recent.txt |
		spell >recent-train.txt
	ralm-build-data --planted --users=211 --items=97 --split-by=user \
		--negative-sampling=rank --negatives=1 --test=user.txt |
		spell >user-train.txt
	awk 'int((NR - 1) / 2) % 3 { gsub(/:/, ":u", $0) } { print }' train.txt |
		sed 's/label:u/label:/' >words.txt
	local kind optimizer network=("--embedding-size=24" "--transformed-size=20")
	for optimizer in sgd adagrad rowwise-adagrad adam; do
		fit "$optimizer" "${network[@]}" --optimizer=$optimizer --epochs=2
		fit "$optimizer-decay" "${network[@]}" --optimizer=$optimizer \
			--weight-decay=1e-4 --learning-rate-decay=1e-3 -j1
	done
	fit threads "${network[@]}" -j4
	fit batches "${network[@]}" --batch-size=34 -j2
	for kind in $networks; do
		fit "$kind" --network="$kind" --embedding-size=23 \
			--transformed-size=17 -j2
	done
	fit large
	fit cosine "${network[@]}" --loss=cosine --margin=0.1
	fit fixed "${network[@]}" --score-scale=fixed
	fit cut "${network[@]}" --seeds-num=7
	fit stream "${network[@]}" --stream
	fit spill "${network[@]}" --memory=1M --epochs=3
	fit validated "${network[@]}" --validate=test.txt --epochs=4 --patience=2
	fit kept "${network[@]}" --checkpoint-dir=kept --checkpoint-every=50
	fit gone-on "${network[@]}" --checkpoint-dir=kept --resume
	ralm-fit -q -o again.bin --batch-size=256 --init-deviation=0.01 \
		--init-model=kept.bin recent-train.txt
	# Builds before 0.2.0 keep no ids.
	local drop=()
	ralm-fit --help | grep -qe --user-ids && drop=(--user-ids=drop)
	ralm-fit -q -o words.bin "${as_before[@]}" "${network[@]}" ${drop[@]+"${drop[@]}"} words.txt
	ralm-score -m words.bin words.txt >words.scores
	ralm-score -m words.bin -u words.txt >words.live
	ralm-score -m words.bin --raw -j3 words.txt >words.raw
	ralm-fit -q -c "$source/examples/paddlerec.yaml" -o paddlerec.bin \
		"$source/data/paddle_train.txt"
	ralm-score -m paddlerec.bin "$source/data/paddle_train.txt" >paddlerec.scores
	ralm-auc --json paddlerec.scores >paddlerec.json
	rm paddlerec.bin # since 0.2.0 it tells of negative_weight
}

# digests FOLDER: the digests of what the programs there write.
digests() {
	mkdir "$work/$2"
	(
		PATH=$(cd "$1" && pwd):$PATH
		cd "$work/$2"
		trap '[ $? = 0 ] || cat stderr >&2' EXIT
		runs 2>stderr
		rm -f stderr
		find . -type f ! -path './kept/*' | sort | xargs sha256sum
	)
}

digests "$1" old >"$work/old.txt"
digests "$2" new >"$work/new.txt"
if diff "$work/old.txt" "$work/new.txt"; then
	echo "the same bytes in $(wc -l <"$work/old.txt") files"
else
	echo "other bytes" >&2
	exit 1
fi
