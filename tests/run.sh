#!/bin/sh
# The tests, from a fresh clone: installs what is missing (Debian), then builds
# with gcc and with clang, plain and sanitized, warnings being errors, and runs
# the tests of each, gcc's by make distcheck; then the lints. The builds stay in
# build-check/. The last line is the count: "N passed, N failed[, N skipped]".
# On a terminal a line tells how far it has come.
set -u
cd "$(dirname "$0")/.." || exit 2
# shellcheck source=tests/live.sh
. tests/live.sh

packages='gcc libc6-dev make autoconf automake pkg-config libyaml-dev
	libopenblas-dev libxxhash-dev bats clang libclang-rt-dev
	mandoc shellcheck valgrind libc6-dbg locales python3-numpy xz-utils'

missing() {
	for program in gcc make autoreconf pkg-config bats clang mandoc \
		shellcheck valgrind localedef xz; do
		command -v "$program" >/dev/null 2>&1 || return 0
	done
	[ -e /usr/share/i18n/locales/de_DE ] || return 0
	python3 -c 'import numpy' 2>/dev/null ||
		/usr/bin/python3 -c 'import numpy' 2>/dev/null || return 0
	ls "$(clang -print-resource-dir)"/lib/*/*tsan* >/dev/null 2>&1 || return 0
	! pkg-config --exists yaml-0.1 openblas 'libxxhash >= 0.8.0'
}

if missing && command -v apt-get >/dev/null 2>&1; then
	root=
	[ "$(id -u)" = 0 ] || root=sudo
	$root apt-get update -qq
	# shellcheck disable=SC2086 # a list of words
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
		--no-install-recommends $packages >/dev/null
fi

passed=0 failed=0 skipped=0
log=build-check/log
# A distcheck that failed leaves folders that are only read.
[ ! -d build-check ] || chmod -R u+w build-check
rm -rf build-check
mkdir -p build-check || exit 2
source=$(pwd)

# step NAME COMMAND...: one test that is a command.
step() {
	name=$1
	shift
	live_show "$name"
	"$@" >"$log" 2>&1
	status=$?
	live_clear
	if [ $status = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $name"
		tail -n 30 "$log"
	fi
}

# count WORD: the tests that the summary of make check, in the log, calls so.
count() {
	awk -v k="# $1:" 'index($0, k) == 1 { n += $NF } END { print n + 0 }' \
		"$log"
}

# suite NAME [TARGET]: make check, or TARGET, in build-check/NAME, every test of
# it counted.
suite() {
	live_run "$1" "$log" make -j3 -C "build-check/$1" "${2:-check}"
	status=$?
	ran=$(count PASS)
	bad=$(($(count FAIL) + $(count ERROR) + $(count XPASS)))
	passed=$((passed + ran))
	failed=$((failed + bad))
	skipped=$((skipped + $(count SKIP)))
	echo "$1: $ran passed, $bad failed"
	if [ "$ran" = 0 ] || { [ $status != 0 ] && [ "$bad" = 0 ]; }; then
		failed=$((failed + 1))
		echo "FAILED: the suite of $1 did not run through"
		tail -n 30 "$log"
	elif [ $status != 0 ]; then
		grep -E '^(FAIL|ERROR|XPASS):' "$log" | head -n 30
		find "build-check/$1" -name test-suite.log -exec cat {} + |
			grep -vE '^(ok |PASS:)' | tail -n 60
	fi
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

# ralm-fit-mpi is built and tested where there is an MPI.
mpi=
if command -v mpirun >"$log" && pkg-config --exists mpi-c; then
	mpi=--with-mpi
	DISTCHECK_CONFIGURE_FLAGS=$mpi
	export DISTCHECK_CONFIGURE_FLAGS
fi

step bootstrap ./bootstrap
# All tests of gcc are those of what is distributed, in a tree that is only read.
# shellcheck disable=SC2086 # no word where there is none
build gcc CC=gcc --enable-werror $mpi
suite gcc distcheck
if command -v dpkg-buildpackage >"$log" && command -v dh >"$log" &&
	command -v lintian >"$log"; then
	step "Debian packages" packaging/check-debian.sh \
		build-check/gcc/ralm-*.tar.xz
fi
build clang CC=clang --enable-werror
suite clang check-quick
# Training on devices, where there is OpenCL.
if pkg-config --exists OpenCL clblast; then
	build opencl CC=gcc --enable-werror --with-opencl
	suite opencl check-devices
else
	echo "opencl: not here, devices are not tested"
fi

# Leaks are looked for where the system lets a process trace itself.
leaks=1
echo 'int main(void) { return 0; }' |
	gcc -fsanitize=address -xc -o build-check/leaks - >"$log" 2>&1
ASAN_OPTIONS=detect_leaks=1 build-check/leaks >"$log" 2>&1 || {
	leaks=0
	echo "sanitizers: leaks cannot be looked for here"
}
build sanitizers CC=gcc --enable-werror --enable-sanitizers
build clang-sanitizers CC=clang --enable-werror --enable-sanitizers
# Without a stack of its own for signals: where a thread is cancelled,
# AddressSanitizer takes what its functions left on the stack for still in use,
# and stumbles over that itself when it gives the other stack back.
ASAN_OPTIONS=detect_leaks=$leaks:use_sigaltstack=0
UBSAN_OPTIONS=print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
suite sanitizers check-watched
suite clang-sanitizers check-c
unset ASAN_OPTIONS UBSAN_OPTIONS

# What runs in threads, where ThreadSanitizer finds the race of a loop that has
# one.
printf '%s\n' '#include <pthread.h>' 'int n;' \
	'void *add(void *x) { for (int i = 0; i < 9999; i++) n += i; return x; }' \
	'int main(void) { pthread_t id; pthread_create(&id, 0, add, 0);' \
	'add(0); pthread_join(id, 0); return 0; }' |
	clang -fsanitize=thread -xc -o build-check/race - >"$log" 2>&1
TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66" \
	build-check/race >"$log" 2>&1
if [ $? = 66 ]; then
	build threads CC=clang --enable-werror --enable-sanitizers=thread
	suite threads check-threads
else
	echo "threads: ThreadSanitizer does not work here"
fi

for page in man/*.[0-9]; do
	step "mandoc -Tlint $page" mandoc -Tlint -W warning "$page"
done
for script in bootstrap .ci/run examples/*.sh packaging/*.sh tests/*.sh tests/*/*.sh \
	tests/*/*.bash; do
	step "shellcheck $script" shellcheck -x "$script"
done
# A command behind ! ends no test of bats, whatever it says.
step "shellcheck tests/bats" shellcheck -i SC2314,SC2315 tests/bats/*.bats

summary="$passed passed, $failed failed"
[ $skipped = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ $failed = 0 ] && [ $passed -gt 0 ]
