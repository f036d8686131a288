#!/usr/bin/env bats
# ralm-score: lists of uneven lengths are cut where they are longer than
# seeds_num, in scoring and in validation, and others are not.

bats_require_minimum_version 1.5.0
load score-model

# cut_lists FILE MOST: the lists of a file by their first seeds; MOST is of awk.
cut_lists() {
	awk '{ item = 0; n = 0; line = ""
		for (f = 1; f <= NF; f++)
			if ($f ~ /^item:/)
				item = substr($f, 6)
		for (f = 1; f <= NF; f++)
			if ($f !~ /^user_seeds:/ || ++n <= '"$2"')
				line = line (line == "" ? "" : " ") $f
		print line }' "$1"
}

# Lists of one to seven seeds, one length an item.
make_uneven() {
	cut_lists test.txt '1 + item % 7' > uneven.txt
	[ "$(awk '{ print gsub(/user_seeds:/, "") }' uneven.txt | sort -u | wc -l)" -gt 4 ]
}

@test "--seeds-num scores a list by its first seeds" {
	make_uneven
	all=$(wc -l < uneven.txt)
	for most in 1 2 3 5; do
		cut_lists uneven.txt $most > cut.txt
		"$score" -m model.bin cut.txt > want
		n=$(awk -v most=$most 'gsub(/user_seeds:/, "") > most { n++ } END { print n }' uneven.txt)
		[ "$n" -lt "$all" ]
		for how in -u -j1 -j3 --cache=0; do
			"$score" -m model.bin --seeds-num=$most $how uneven.txt 2> messages | cmp - want
			grep -q "^ralm-score: $n of $all samples (.*) have lists cut to $most seeds (--seeds-num)$" messages
		done
	done
	"$score" -m model.bin uneven.txt > want
	for most in 0 7; do
		"$score" -m model.bin --seeds-num=$most uneven.txt 2> messages | cmp - want
		[ ! -s messages ]
	done
}

@test "the model's seeds_num cuts lists in scoring and in validation" {
	printf 'hyper_parameters:\n  seeds_num: 2\n' > two.yaml
	make_uneven
	cut_lists uneven.txt 2 > cut.txt
	fit=(ralm-fit -q -j1 -e 1 -c two.yaml --embedding-size=8 --transformed-size=8)
	"${fit[@]}" --validate=uneven.txt --log=whole.log -o two.bin train.txt
	"${fit[@]}" --validate=cut.txt --log=cut.log -o other.bin train.txt
	"$score" -m two.bin uneven.txt > got 2> messages
	grep -q 'have lists cut to 2 seeds (--seeds-num)$' messages
	"$score" -m two.bin cut.txt | cmp - got
	# the option goes before the model
	"$score" -m two.bin --seeds-num=0 uneven.txt > all 2> messages
	[ ! -s messages ]
	run ! cmp -s all got
	# the same AUC on lists that are cut and on those cut by hand
	ralm-auc got > whole.auc
	"$score" -m two.bin cut.txt | ralm-auc | cmp - whole.auc
	"$score" -m other.bin cut.txt | cmp - got
	# and so of validation while it trains
	for log in whole cut; do
		awk -F '\t' 'NR == 1 { for (f = 1; f <= NF; f++) if ($f == "validation_auc") c = f }
			{ print $c }' $log.log > $log.column
	done
	cmp whole.column cut.column
	grep -q '^0\.' cut.column
}
