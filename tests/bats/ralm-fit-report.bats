#!/usr/bin/env bats
# shellcheck disable=SC2154 # run sets stderr
#
# ralm-fit --report: the page of a run, its numbers beside those of --log, and when
# it is written.

bats_require_minimum_version 1.5.0
load until

setup_file() {
	cd "$BATS_FILE_TMPDIR" || exit 1
	"$RALM_BIN/ralm-build-data" --planted --users=300 --items=80 \
		--clicks-per-user=20 --passes=1 --negatives=1 \
		--test=test.txt > train.txt 2> said
	head -n 470 train.txt > few.txt
}

setup() {
	fit="$RALM_BIN/ralm-fit"
	cd "$BATS_TEST_TMPDIR" || exit 1
	ln -s "$BATS_FILE_TMPDIR"/* .
	# batches of just so many samples, which wait for no more
	small=(-q -b 100 --embedding-size=16 --negative-weight=1)
}

# The page's numbers as text: narrow spaces, marks of columns and signs gone.
numbers() {
	sed 's/&#8239;//g; s/<\/*i>//g; s/&minus;/-/g; s/&ndash;/nan/g' "$1"
}

# The rows of the table of epochs, tabs between the numbers.
epochs() {
	numbers "$1" | sed -n '/<h2>Epochs</,/<\/table>/p' | grep 'scope="row"' |
		sed 's/<\/t[hd]><t[hd][^>]*>/\t/g; s/<[^>]*>//g'
}

@test "the numbers of a page are those of the log, and the model is the same" {
	train=("$fit" "${small[@]}" -e 3 --print-interval=1 -l 0.02 few.txt)
	"${train[@]}" --validate=test.txt -o plain.bin
	"${train[@]}" --validate=test.txt --log=log --report='r<u>n' -o 'm&.bin'
	cmp plain.bin 'm&.bin'
	grep -q '<title>Training of m&amp;.bin</title>' 'r<u>n'
	numbers 'r<u>n' > page
	grep -q '<h1>m&amp;.bin</h1>' page
	grep -q '^<p>1410 samples, 15 steps, 3 of 3 epochs. <b>Done.</b></p>' page
	run ! grep -Ei 'https?:|src=|<script|<link|@import|url\(|[ "MLVH>](-?nan|-?inf)' 'r<u>n'
	# One row an epoch: step, mean loss, AUC, validation AUC, rate. The rate of
	# the log is that of the next step, too.
	awk -F'\t' 'NR > 1 { n = $3 - ($1 == epoch ? before : 0); epoch = $1
			before = $3; sum += n * $4; all += n }
		$8 != "nan" && NR > 1 {
			printf "%d\t%d\t%.5f\t%.4f\t%.4f\t%.4f\n", $1, $2, sum / all, $6, $8, $9
			sum = all = 0 }' log > want
	epochs 'r<u>n' | cut -f 1-6 | diff want -
	[ "$(wc -l < want)" -eq 3 ]
	# The best of them, and where it was.
	best=$(cut -f 1,5 want | sort -t "$(printf '\t')" -k 2,2gr -k 1,1n | head -n 1)
	grep -q "<h2>Validation AUC</h2><b>${best#*$'\t'}</b><p>the best, of epoch ${best%$'\t'*}</p>" page
	grep -q "<h2>Loss</h2><b>$(awk -F'\t' 'END { printf "%.4f", $3 }' want)</b>" page
	# Four plots; each validation with its number.
	[ "$(grep -o '<svg id="[a-z-]*' page | cut -d '"' -f 2 | paste -s -d ' ')" = "loss auc learning-rate speed" ]
	awk -F'\t' '$8 != "nan" && NR > 1 { printf "step %d: %.6g\n", $2, $8 }' log > want
	grep -o '<title>step [^<]*' page | sed 's/<title>//' | diff want -
	# 15 points of loss, rising steps, from the left to the right.
	sed -n '/id="loss"/,/<\/svg>/p' page | grep -o 'class="line one" d="[^"]*' |
		grep -o '[ML][^ML"]*' | tr -d ML > points
	[ "$(wc -l < points)" -eq 15 ]
	sort -g -c points
	# The loss of the log, drawn: a line through all points.
	awk -F'\t' 'NR > 1 { print $4 }' log | paste -d ' ' points - | awk '
		{ y[NR] = $2; v[NR] = $3
			if (NR == 1 || v[NR] > v[hi]) hi = NR
			if (NR == 1 || v[NR] < v[lo]) lo = NR }
		END { for (i = 1; i <= NR; i++) {
			d = y[lo] + (v[i] - v[lo]) / (v[hi] - v[lo]) * (y[hi] - y[lo]) - y[i]
			if (d * d > 0.04) { print i, d; exit 1 } } exit !(y[hi] < y[lo]) }'
	# Settings as --print-config writes them, machine, model.
	"${train[@]:0:$((${#train[@]} - 1))}" --print-config > config
	sed -n '/<h2>Settings</,/<\/pre>/p' page | sed '1d; $d; s/^<pre>//' > settings
	[ "$(grep -c : settings)" -gt 30 ]
	# but for what the machine and the network make of them
	sed 's/&quot;/"/g' settings | grep -vxF -f config | cut -d: -f 1 | paste -s -d ' ' |
		grep -qx ' *transformed_size *threads'
	for row in system processors threads instructions 'BLAS kernel'; do
		grep -q "<tr><th scope=\"row\">$row</th><td>[^<]" page
	done
	digest=$("$RALM_BIN/ralm-score" --info -m 'm&.bin' | sed -n 's/^digest\t//p')
	grep -q "^<p>Digest of the model: <code>$digest</code></p>" page
	grep -q "^<p>Command: <code>ralm-fit -q -b 100 .* few.txt --validate=test.txt --log=log '--report=r&lt;u&gt;n' -o 'm&amp;.bin'</code></p>" page
}

@test "without --validate, in one step, of standard input to standard output" {
	"$fit" "${small[@]}" -b 1000 --report=page -o - < few.txt > m.bin
	grep -q '<h1>How training went</h1>' page
	numbers page | grep -q '^<p>470 samples, 1 steps, 1 of 1 epochs. <b>Done.</b></p>'
	run ! grep -E 'Validation AUC|<title>step|[ "MLVH>](-?nan|-?inf)' page
	[ "$(epochs page | cut -f 1,2,5)" = "1$(printf '\t')1$(printf '\t')nan" ]
	digest=$("$RALM_BIN/ralm-score" --info -m m.bin | sed -n 's/^digest\t//p')
	grep -q "<code>$digest</code>" page
	# one label only: AUC is left out, and nothing else
	grep 'label:1' few.txt > ones
	"$fit" "${small[@]}" --report=page -o m.bin ones
	grep -q '<h2>Loss</h2>' page
	run ! grep -E '<h2>AUC</h2><b|[ "MLVH>](-?nan|-?inf)' page
	grep -q 'nothing to show' page
}

@test "--patience and signals: the page says so; a failure leaves the old one" {
	# the test's own samples are known by heart after some epochs
	"$fit" "${small[@]}" -e 50 -l 0.3 --validate=test.txt --patience=2 \
		--report=page -o m.bin few.txt
	numbers page > text
	grep -q '<b>Ended early,</b> since the validation AUC grew no more.' text
	done=$(sed -n 's/.* steps, \([0-9]*\) of 50 epochs\. .*/\1/p' text)
	best=$(sed -n 's/.*the best, of epoch \([0-9]*\)<.*/\1/p' text)
	[ "$done" -eq $((best + 2)) ]
	[ "$(epochs page | wc -l)" -eq "$done" ]
	# patience that ends with the last epoch cuts nothing short
	"$fit" "${small[@]}" -e "$done" -l 0.3 --validate=test.txt --patience=2 \
		--report=page -o m.bin few.txt
	grep -q '<b>Done.</b>' page
	# Of many epochs some; of many steps no more points than a picture shows.
	for saved in 0 3; do
		rm -f log
		"$fit" "${small[@]}" -j 1 -e 1000000 -b 40 --log=log --report=page \
			--print-interval=1 --save-every=$saved -o m$saved.bin few.txt 2> said &
		pid=$!
		long() { [ -e log ] && [ "$(wc -l < log)" -gt 1100 ]; }
		until_true long
		kill -TERM $pid
		status=0
		wait $pid || status=$?
		[ "$status" -eq 143 ]
		numbers page > text
		steps=$(sed -n 's/.* samples, \([0-9]*\) steps, .*/\1/p' text)
		[ "$steps" -eq "$(tail -n 1 log | cut -f 2)" ]
		[ "$(epochs page | wc -l)" -le 80 ]
		[ "$(wc -c < page)" -lt 100000 ]
	done
	grep -q '<b>Stopped by a signal:</b> the model last saved stands.' text
	grep -q "<code>$("$RALM_BIN/ralm-score" --info -m m3.bin | sed -n 's/^digest\t//p')</code>" text
	[ ! -e m0.bin ]
	cp page before
	run -1 "$fit" "${small[@]}" -l 1000 --weight-decay=1000 -e 9 --report=page -o m.bin few.txt
	cmp page before
	run -1 --separate-stderr "$fit" "${small[@]}" --report=/dev/full -o full.bin few.txt
	[ "$stderr" = "ralm-fit: /dev/full: cannot write: No space left on device" ]
	[ -s full.bin ]
}

@test "a run that goes on: what it did itself, and how much came before" {
	train=("$fit" "${small[@]}" -e 4 --checkpoint-dir=c --checkpoint-every=7 few.txt)
	"${train[@]}" -o whole.bin
	cp -r c d
	rm c/step-000000000020.bin # 14 and the end of epochs stay
	find c -name 'step-*' | sort > names
	last=$((10#$(tail -n 1 names | tr -dc 0-9)))
	"${train[@]}" --resume --report=page -o m.bin
	cmp whole.bin m.bin
	numbers page > text
	grep -q "<p>Goes on where an earlier run was after $last steps, of which nothing is shown: " text
	grep -q ", $((20 - last)) steps, 4 of 4 epochs. <b>Done.</b></p>" text
	[ "$(epochs page | cut -f 1 | tail -n 1)" = 4 ]
	"$fit" -q -b 100 --negative-weight=1 --init-model=whole.bin --report=page -o n.bin few.txt
	numbers page | grep -q '<p>Began with a model of 20 steps, of which nothing is shown: '
	numbers page | grep -q '^<p>470 samples, 5 steps, 1 of 1 epochs\.'
	# All is done already.
	cp d/* c
	"${train[@]}" --resume --report=page -o m.bin
	numbers page | grep -q '^<p>0 samples, 0 steps, 4 of 4 epochs. <b>Done.</b></p>'
	run ! grep -E '[ "MLVH>](-?nan|-?inf)' page
}

@test "where no page can be written is told before training" {
	refused() {
		run "-$1" --separate-stderr "$fit" "${small[@]}" --checkpoint-dir=c -o m.bin "${@:3}" few.txt
		[[ "${stderr_lines[0]}" == "ralm-fit: $2"* ]]
		[ ! -e m.bin ]
	}
	cp few.txt other.txt
	refused 1 "cannot write 'none/page'" --report=none/page
	refused 2 "FILE and --report are the same file" --report=few.txt
	refused 2 "--validate and --report are the same file" --validate=other.txt --report=other.txt
	refused 2 "--output and --report are the same file" --report=m.bin
	refused 2 "'c/step-000000000001.bin' has a name" --report=c/step-000000000001.bin
	cmp few.txt other.txt
	run -2 --separate-stderr "$fit" --epochs=0 --init-model=m.bin --report=page -o n.bin
	[ ! -e page ]
}
