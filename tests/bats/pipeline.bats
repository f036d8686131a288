#!/usr/bin/env bats
# The four programs in a pipe, as the first page of the manual shows them.

bats_require_minimum_version 1.5.0

setup() {
	PATH=$RALM_BIN:$PATH
	cd "$BATS_TEST_TMPDIR" || exit 1
}

@test "with the defaults a model learns the planted tastes" {
	# fewer of them than --planted has: seconds in place of a minute
	ralm-build-data --planted --users=500 --items=250 --tastes=8 --passes=4 \
		--test=test.txt | ralm-fit -q -o model.bin
	auc=$(ralm-score -m model.bin < test.txt | ralm-auc -q)
	echo "# AUC $auc"
	awk -v auc="$auc" 'BEGIN { exit !(auc >= 0.8 && auc <= 1) }'
}

@test "with PaddleRec's samples and settings: trained, and told why there is no AUC" {
	ralm-build-data --paddlerec |
		ralm-fit -c "$RALM_SRC/examples/paddlerec.yaml" -o model.bin 2> said
	grep -q "^epoch 1/1, batch 4, .* AUC nan, .* BATCH_AUC nan$" said
	ralm-build-data --paddlerec | ralm-score -m model.bin > scores
	run -0 --separate-stderr ralm-auc scores
	[ "${lines[0]}" = "auc	nan" ]
	[ "${lines[1]}" = "samples	100" ]
	[ "$stderr" = "ralm-auc: no line has label 0: AUC is undefined" ]
}
