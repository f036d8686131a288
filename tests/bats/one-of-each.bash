# One small file of each kind that the programs read, in the folder of each test.
# shellcheck shell=bash

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=60 --items=20 \
		--clicks-per-user=8 --passes=1 --lists=each > samples 2> /dev/null
	"$RALM_BIN/ralm-fit" -q -j1 --embedding-size=4 --transformed-size=4 \
		-o model samples
	"$RALM_BIN/ralm-score" -m model samples > scores
	sed -n 's/.*target_user:\([0-9]*\) label:1 item:\([^ ]*\).*/\1\t\2/p' \
		samples > clicks
	printf 'item:%s user_seeds:1 user_seeds:2\n' a b > lists
	printf 'hyper_parameters:\n  user_emb_size: 4\n' > config
}
