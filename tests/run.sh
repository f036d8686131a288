#!/bin/sh
# The tests, from a fresh clone: installs what is missing (Debian), builds with
# gcc and with clang, warnings as errors, runs make check, the lints and make
# distcheck. The last line is the count: "N passed, N failed[, N skipped]".
set -u
cd "$(dirname "$0")/.." || exit 2

packages='gcc make autoconf automake pkg-config libyaml-dev libopenblas-dev
	libxxhash-dev bats clang libomp-dev mandoc shellcheck python3-numpy xz-utils'

missing() {
	for program in gcc make autoreconf pkg-config bats clang mandoc \
		shellcheck xz; do
		command -v "$program" >/dev/null 2>&1 || return 0
	done
	! pkg-config --exists yaml-0.1 openblas libxxhash
}

if missing && command -v apt-get >/dev/null 2>&1; then
	root=
	[ "$(id -u)" = 0 ] || root=sudo
	$root apt-get update -qq
	# shellcheck disable=SC2086 # a list of words
	DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq \
		--no-install-recommends $packages >/dev/null
fi

passed=0 failed=0 skipped=0
log=build-check/log
rm -rf build-check
mkdir -p build-check || exit 2
source=$(pwd)

# step NAME COMMAND...: one test that is a command.
step() {
	name=$1
	shift
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		tail -n 30 "$log"
	fi
}

# suite NAME: make check in build-check/NAME, every test of it counted.
suite() {
	(cd "build-check/$1" && make -j2 check) >"$log" 2>&1
	status=$?
	count() { awk -v k="# $1:" '$0 ~ "^" k { n += $NF } END { print n + 0 }' "$log"; }
	ran=$(count PASS)
	bad=$(($(count FAIL) + $(count ERROR) + $(count XPASS)))
	passed=$((passed + ran))
	failed=$((failed + bad))
	skipped=$((skipped + $(count SKIP)))
	echo "$1: $ran passed, $bad failed"
	if [ "$ran" = 0 ] || { [ $status != 0 ] && [ "$bad" = 0 ]; }; then
		failed=$((failed + 1))
		echo "FAILED: the suite of $1 did not run through"
	fi
	[ $status = 0 ] || grep -E '^(FAIL|ERROR)|error:' "$log" | head -n 30
}

configure_in() (
	cd "$1" && shift && "$@"
)

# build NAME CONFIGURE-ARGUMENTS...
build() {
	tree=$1
	shift
	mkdir -p "build-check/$tree"
	step "configure $tree" configure_in "build-check/$tree" \
		"$source/configure" -q "$@"
	step "make $tree" make -j2 -C "build-check/$tree"
}

step bootstrap ./bootstrap
build gcc CC=gcc --enable-werror
suite gcc
build clang CC=clang --enable-werror

for page in man/*.[0-9]; do
	step "mandoc -Tlint $page" mandoc -Tlint -W warning "$page"
done
for script in bootstrap .ci/run $(git ls-files '*.sh' '*.bash'); do
	step "shellcheck $script" shellcheck -x "$script"
done

summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ] && [ $passed -gt 0 ]
