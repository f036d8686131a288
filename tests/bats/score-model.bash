# For the tests of ralm-score and of what runs it: a small model, model.bin, and
# samples of items that it has not seen, test.txt, in the folder of each test.
# shellcheck shell=bash disable=SC2034 # score is the tests'

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	# lists of one to five clicks, each with two negatives
	"$RALM_BIN/ralm-build-data" --planted --users=307 --items=61 \
		--clicks-per-user=13 --negatives=2 --refresh=5 \
		--test=test.txt > train.txt
	"$RALM_BIN/ralm-fit" -q -j1 -e 1 --network=paddlerec \
		--embedding-size=16 --transformed-size=16 -o model.bin train.txt
}

setup() {
	score="$RALM_BIN/ralm-score"
	PATH="$RALM_BIN:$PATH"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

load until
