#!/bin/sh
# make check-threads: what runs in threads, built by clang with
# --enable-sanitizers=thread, has no data race. TAP on stdout.
bin=${RALM_BIN:-./src}
TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66"
export TSAN_OPTIONS
count=0

case ${RALM_HARDENING-} in
*-fsanitize=thread*) ;;
*)
	echo "1..0 # SKIP not built with --enable-sanitizers=thread"
	exit 0
	;;
esac
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99

# quiet NAME COMMAND...: exit 0, which it is not after a race.
quiet() {
	name=$1
	shift
	count=$((count + 1))
	"$@" <stdin >stdout 2>stderr
	status=$?
	[ $status -eq 0 ] || printf 'not '
	echo "ok $count - $name"
	[ $status -eq 0 ] || head -n 60 stderr | sed 's/^/# /'
}

for test in ${RALM_THREADED_TESTS?set by make check-threads}; do
	: >stdin
	quiet "unit tests: ${test##*/test-}" "$bin/../$test"
done

fit() {
	"$bin/ralm-fit" -q -j3 --embedding-size=8 --transformed-size=8 \
		-o model "$@"
}
score() {
	"$bin/ralm-score" -j3 -m model "$@"
}
"$bin/ralm-build-data" --planted --users=90 --items=20 --lists=each --test=test \
	>samples || exit 99
quiet "training from a file" fit -e2 --validate=test --checkpoint-dir=steps \
	--checkpoint-every=40 samples
cp samples stdin
for optimizer in sgd adagrad rowwise-adagrad; do
	quiet "training from a pipe, $optimizer" fit --optimizer=$optimizer \
		--memory=1M
done
quiet "training without an end" fit --stream --save-every=20
quiet "scoring" score
cp stdout scores
quiet "scoring with a small cache" score --cache=20K
awk '{ line = ""; for (i = 1; i <= NF; i++) if ($i !~ /^user_seeds/)
	line = line " " $i; print line }' samples >stdin
awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^item:/) item = $i
	if (item in seen) next
	seen[item] = 1; line = item
	for (i = 1; i <= NF; i++) if ($i ~ /^user_seeds/) line = line " " $i
	print line }' samples >lists
quiet "scoring with named lists" score --seeds=lists
quiet "audiences" "$bin/ralm-expand" -j3 -m model --size=20 --lists=lists
sed -n 's/.*target_user:\([^ ]*\).*/\1/p' samples | head -n 40 >stdin
quiet "what sizes are worth" "$bin/ralm-expand" -j3 -m model --size=20 \
	--curve=curve --seed-scores=fit --report=report.html
cp scores stdin
quiet "measuring" "$bin/ralm-auc"
quiet "measuring everything" "$bin/ralm-auc" --ci --paddle --at=3,5 \
	--bootstrap=20 \
	--compare=scores
echo "1..$count"
