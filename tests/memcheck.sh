#!/bin/sh
# The programs under valgrind: what the sanitizers do not see, such as memory
# that is used before it is set. TAP on stdout.
bin=${RALM_BIN:-./src}
count=0

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}
case ${RALM_HARDENING-} in *-fsanitize=*) skip "built with sanitizers" ;; esac
command -v valgrind >/dev/null || skip "valgrind was not found"
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 99
valgrind -q "$bin/ralm-auc" --version >log 2>&1 ||
	skip "valgrind does not run here: $(head -n 1 log)"

# clean NAME TOOL ARGUMENT...: exit 0 and no word of valgrind's.
clean() {
	name=$1 tool=$2
	shift 2
	count=$((count + 1))
	valgrind -q --log-file=log --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite "$bin/$tool" "$@" \
		<stdin >stdout 2>stderr
	status=$?
	[ $status -eq 0 ] || printf 'not '
	echo "ok $count - $name"
	[ $status -eq 0 ] || cat stderr log | sed 's/^/# /'
}

awk 'BEGIN { for (u = 0; u < 12; u++) for (i = 0; i < 6; i++)
	if ((u * 7 + i * 5) % 3) print "u" u "\ti" i }' >stdin
clean "a click log" ralm-build-data --clicks=- --min-seeds=2 --test=test \
	--split-by=item --test-min-users=1
cp stdout samples
cp samples stdin
clean "training" ralm-fit -q -j2 -e2 --embedding-size=17 --transformed-size=9 \
	--checkpoint-dir=steps --validate=samples -o model
clean "going on" ralm-fit -q -j2 -e3 --embedding-size=17 --transformed-size=9 \
	--checkpoint-dir=steps --validate=samples --resume -o model
clean "scoring" ralm-score -j2 -m model
cp stdout scores
sed -n 's/.*target_user:\([^ ]*\).*/\1/p' samples | head -n 3 >stdin
clean "an audience" ralm-expand -j2 -m model --size=5 --from=1 \
	--curve=curve --seed-scores=fit --report=expand.html
cp samples stdin
clean "scoring line by line" ralm-score -u --verify -m model
cp scores stdin
clean "measuring" ralm-auc --ci --paddle --at=3,5 --json --report=report.html \
	--bootstrap=3 \
	--compare=scores
awk -v OFS='\t' '{ print $0, NR % 3 }' scores >stdin
clean "measuring with weights" ralm-auc --columns=label,score,group,weight \
	--at=3
echo "1..$count"
