#!/bin/sh
# Each tool with the n-th call of each kind failing, for every n until it
# passes: it ends by itself and in time, exits with 1 and a message or does as
# well as without the failure, leaves no temporary behind, and every file it
# was to write is the old one or the whole new one. "full" is write from the
# n-th on, as on a disk that stays full. TAP on stdout.
#
# Of more than 60 allocations every 17th is tried; with RALM_FAULTS=all each, and
# what goes to a temporary file.
bin=${RALM_BIN:-./src}
inject=$bin/../tests/faults/inject.so
calls='read write full open mmap fsync rename close ftruncate thread malloc spent'
count=0
every=${RALM_FAULTS-} # all: every allocation

[ -e "$inject" ] || {
	echo "1..0 # SKIP the injector is for glibc without sanitizers"
	exit 0
}
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99
TMPDIR=$folder/tmp
SOURCE_DATE_EPOCH=0
export TMPDIR SOURCE_DATE_EPOCH
mkdir tmp input good

report() { # report STATUS NAME
	count=$((count + 1))
	[ "$1" -eq 0 ] || printf 'not '
	echo "ok $count - $2"
}

# In a fresh folder, with files that were there before.
prepare() {
	rm -rf work && mkdir work && echo old > work/out && echo old > work/test
}

# run COMMAND...: in the folder work; stdout, stderr and status beside it.
run() {
	(cd work && exec "$@") < input/stdin > stdout 2> stderr
	status=$?
}

# What is in work is what was there before or what should be there, or a model
# that was saved on the way.
whole() {
	find work tmp -name '.?*' ! -name work | grep . && return 1
	[ ! -e work/run.html ] || [ "$(tail -n 1 work/run.html)" = '</html>' ] || {
		echo "run.html is not whole"
		return 1
	}
	(cd work && find . -type f ! -name log ! -name run.html) > files
	while read -r file; do
		cmp -s "work/$file" "good/$file" ||
			[ "$(cat "work/$file")" = old ] ||
			"$bin/ralm-score" --info --verify -m "work/$file" \
				> /dev/null 2>&1 || {
			echo "$file is neither old nor whole"
			return 1
		}
	done < files
}

# judge TOOL: says what is wrong after a failed call, if anything. A tool may
# do without some memory or a thread, not without what it reads and writes.
judge() {
	case $status-$call in
	0-read | 0-write | 0-full | 0-rename) echo "exit 0" ;;
	0-fsync) grep -q ': cannot sync a folder: ' stderr || echo "exit 0" ;;
	0-*)
		cmp -s stdout good.stdout || echo "exit 0, other output"
		[ ! -e good/run.html ] || [ -e work/run.html ] ||
			echo "exit 0, no run.html"
		(cd good && find . -type f ! -name log ! -name run.html) > files
		while read -r file; do
			cmp -s "work/$file" "good/$file" ||
				echo "exit 0, $file is not as it should be"
		done < files
		;;
	1-*) grep -q "^$1: ." stderr || echo "exit 1 without a message" ;;
	*) echo "exit $status: $(head -c 300 stderr)" ;;
	esac
	whole
}

# try NAME TOOL ARGUMENT...: every call of every kind.
try() {
	name=$1 tool=$2
	shift 2
	prepare
	run "$bin/$tool" "$@"
	if [ $status -ne 0 ]; then
		sed 's/^/# /' stderr
		report 1 "$name: runs"
		return
	fi
	rm -rf good && mv work good && mv stdout good.stdout
	for call in $calls; do
		n=0 bad=0 runs=0 folders=0
		while :; do
			n=$((n + 1))
			[ "$call" != malloc ] || [ $n -le 60 ] ||
				[ "$every" = all ] || n=$((n + 16))
			[ "$call" != spent ] || [ $n -le 1 ] ||
				[ "$every" = all ] || n=$((n + 16))
			prepare
			rm -f mark
			kind=$call on=
			[ "$call" != full ] || kind=write on=RALM_FAULT_ON=1
			[ "$call" != spent ] || kind=malloc on=RALM_FAULT_ON=1
			# shellcheck disable=SC2086 # one word or none
			run timeout 120 env LD_PRELOAD="$inject" $on \
				RALM_FAULT_CALL="$kind" RALM_FAULT_NTH=$n \
				RALM_FAULT_MARK="$folder/mark" "$bin/$tool" "$@"
			[ -e mark ] || break
			runs=$((runs + 1))
			! grep -q ': cannot sync a folder: ' stderr || folders=1
			wrong=$(judge "$tool")
			if [ -n "$wrong" ]; then
				echo "$wrong" | sed "s/^/# $call $n: /"
				bad=1
			fi
		done
		# Every run allocates and writes: an injector that does nothing
		# must not pass.
		[ $runs -gt 0 ] || case $call in malloc | spent | write | full) bad=1 ;; esac
		# The name of a new file is to last, too.
		[ "$call$folders" != fsync0 ] || [ $runs -eq 0 ] || bad=1
		report $bad "$name: $call fails, in $runs places"
	done
}

"$bin/ralm-build-data" --paddlerec > input/samples || exit 99
awk 'BEGIN { for (u = 0; u < 12; u++) for (i = 0; i < 6; i++)
	if ((u * 7 + i * 5) % 3) print "u" u "\ti" i }' > input/clicks
printf 'u1,20095\nu2,1010\n' > input/table
cp input/samples input/stdin
cat > input/config.yaml <<'END'
hyper_parameters: {user_emb_size: 4, transformed_size: 4}
runner: [{epochs: 2, threads: 1}]
END

try "build-data, planted clicks" ralm-build-data --planted --users=50 --items=20 \
	--test=test
try "build-data, a click log" ralm-build-data --clicks=../input/clicks \
	--min-seeds=2 --test=test --split-by=user --test-min-users=1 \
	--users-file=users --user-table=../input/table --user-columns=user,zip \
	--valid=valid --seeds-file=seeds
try "build-data, samples" ralm-build-data --samples=- --test=test
try "fit" ralm-fit -q -c ../input/config.yaml -o out
try "fit with checkpoints and validation" ralm-fit -c ../input/config.yaml \
	-o out --checkpoint-dir=steps --checkpoint-every=1 \
	--validate=../input/samples --log=log --report=run.html \
	../input/samples
try "fit without an end" ralm-fit -q -c ../input/config.yaml -o out --stream \
	--save-every=1 --batch-size=40
"$bin/ralm-fit" -q -c input/config.yaml -o input/model input/samples || exit 99
if [ "${RALM_FAULTS-}" = all ]; then
	"$bin/ralm-build-data" --planted --users=400 --items=100 | head -n 40000 \
		> input/stdin
	[ -s input/stdin ] || exit 99
	try "fit with a temporary file" ralm-fit -q -c ../input/config.yaml \
		-o out --memory=1M
	cp input/samples input/stdin
fi
awk 'BEGIN { for (u = 1; u < 30; u++) print u, u / 7, 1 - u, 0, u % 5 }' \
	> input/vectors
try "fit from vectors, with a note" ralm-fit -q -j1 -c ../input/config.yaml \
	--init-vectors=../input/vectors --note=a --note=b -o out
try "fit from a model" ralm-fit -q -j1 --init-model=../input/model -o out
tr ' ' '\n' < input/samples | sed -n 's/^user_seeds://p' | sort -u |
	awk '{ printf "user:%s x:%d n=%d", $1, $1 % 3, $1
		for (i = 0; i < 19; i++) # more fields than an array begins with
			printf " f%d:%d", i, ($1 + i) % 2
		print "" }' > input/users
try "fit, and values" ralm-fit -q -j2 --init-model=../input/model -o out \
	--epochs=0 --users=../input/users --min-value-count=2
"$bin/ralm-fit" -q --init-model=input/model --epochs=0 --users=input/users \
	--min-value-count=2 -o input/told || exit 99
sed 's/user_seeds:[0-9]* //g; s/$/item:a/' input/samples | head -5 > input/named
echo 'item:a user_seeds:2 user_seeds:19' > input/lists
try "score" ralm-score -j1 -m ../input/model
try "score line by line" ralm-score -u -m ../input/model ../input/samples
try "score, and what seeds weigh" ralm-score -j1 -m ../input/told --explain=3 \
	--users=../input/users --seeds=../input/lists ../input/named
try "score with named lists" ralm-score -j1 -m ../input/model \
	--seeds=../input/lists ../input/named
cp good.stdout good.named
sed -n 's/^[^:]*user_seeds:\([0-9]*\).*/\1/p' input/samples | head -3 > input/seeds
seq 1 20 > input/others
try "expand" ralm-expand -j1 -m ../input/model --size=7 -o out ../input/seeds
echo 'user:later x:1 n=3' >> input/users
try "expand with newcomers" ralm-expand -j1 -m ../input/told --size=7 -o out \
	--users=../input/users --users-known=both ../input/seeds
try "expand, a file a list" ralm-expand -j2 -m ../input/model --size=3% \
	--exclude=../input/seeds --lists=../input/lists -o out-%s
try "expand, and what sizes are worth" ralm-expand -j1 -m ../input/model \
	--curve=curve --sizes=1,10% --seed-scores=fit --report=report.html \
	--candidates=../input/others ../input/seeds
try "expand, lists for users" ralm-expand -j1 -m ../input/model --best=1 \
	--lists=../input/lists ../input/seeds
# Each allocation: while values are indexed, arrays grow that are released together.
every=all
try "score: what a model is" ralm-score -m ../input/told --info
every=${RALM_FAULTS-}
try "score: the same as JSON" ralm-score -m ../input/told --info --json
try "score: vectors" ralm-score -m ../input/model --export=out --export-ids=ids
try "score: vectors of lists" ralm-score -m ../input/told --export=out \
	--users=../input/users --seeds=../input/lists
# A signal before each call, however early: the lists are read again, no more.
for call in open mmap read close; do
	n=0 bad=0
	while :; do
		n=$((n + 1))
		prepare
		rm -f mark
		run timeout 120 env LD_PRELOAD="$inject" RALM_FAULT_SIGNAL=1 \
			RALM_FAULT_CALL=$call RALM_FAULT_NTH=$n \
			RALM_FAULT_MARK="$folder/mark" "$bin/ralm-score" -j1 \
			-m ../input/model --seeds=../input/lists ../input/named
		[ -e mark ] || break
		[ $status -eq 0 ] && cmp -s stdout good.named && continue
		echo "# $call $n: exit $status"
		bad=1
	done
	[ $n -gt 1 ] || bad=1
	report $bad "score with named lists: a SIGHUP before each $call"
done
awk 'BEGIN { for (i = 0; i < 60; i++) print i * 7 % 3 % 2, i / 60, "g" i % 9 }' \
	> input/stdin
try "auc" ralm-auc
try "auc of each" ralm-auc -j1 --each --bootstrap=3 ../input/stdin -
try "auc with everything" ralm-auc --ci --paddle --at=3,5 --json --bootstrap=2 \
	--compare=../input/stdin --roc=roc --pr=pr --calibration=calibration \
	--report=report.html
echo "1..$count"
