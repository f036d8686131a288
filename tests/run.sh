#!/bin/sh
# The tests, from a fresh clone: installs what is missing (Debian), then builds
# with gcc and with clang, plain and sanitized, warnings being errors, and runs
# the tests of each, gcc's by make distcheck, and the lints: tests/run.mk. The
# builds and what they said stay in build-check/. The last line is the count:
# "N passed, N failed[, N skipped]". On a terminal a line tells how far it has come.
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

# A distcheck that failed leaves folders that are only read.
[ ! -d build-check ] || chmod -R u+w build-check
rm -rf build-check
mkdir -p build-check/log || exit 2
: >build-check/counts
source=$(pwd)

have() { # have PROGRAM...
	for program in "$@"; do
		command -v "$program" >/dev/null 2>&1 || return 1
	done
}

# ralm-fit-mpi is built and tested where there is an MPI, training on devices where
# there is OpenCL, packages where there is what Debian makes them with.
mpi='' opencl='' debian=''
if have mpirun && pkg-config --exists mpi-c; then
	mpi=--with-mpi
else
	echo "mpi: not here, training over machines is not tested"
fi
if pkg-config --exists OpenCL clblast; then
	opencl=--with-opencl
else
	echo "opencl: not here, devices are not tested"
fi
if have dpkg-buildpackage dh lintian; then
	debian=yes
else
	echo "debian: not here, packages are not built"
fi

# Leaks are looked for where the system lets a process trace itself.
leaks=1
echo 'int main(void) { return 0; }' |
	gcc -fsanitize=address -xc -o build-check/leaks - 2>/dev/null
ASAN_OPTIONS=detect_leaks=1 build-check/leaks >/dev/null 2>&1 || {
	leaks=0
	echo "sanitizers: leaks cannot be looked for here"
}

# What runs in threads, where ThreadSanitizer finds the race of a loop that has
# one.
threads=yes
printf '%s\n' '#include <pthread.h>' 'int n;' \
	'void *add(void *x) { for (int i = 0; i < 9999; i++) n += i; return x; }' \
	'int main(void) { pthread_t id; pthread_create(&id, 0, add, 0);' \
	'add(0); pthread_join(id, 0); return 0; }' |
	clang -fsanitize=thread -xc -o build-check/race - 2>/dev/null
TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66" \
	build-check/race >/dev/null 2>&1
if [ $? != 66 ]; then
	threads=
	echo "threads: ThreadSanitizer does not work here"
fi

# One job more than there are processors, since some tests wait.
export source mpi opencl debian leaks threads
live_run build-check/log make -k -j $(($(nproc) + 1)) --no-print-directory \
	-C build-check -f ../tests/run.mk
status=$?

counts=$(awk '{ for (i = 1; i <= 3; i++) n[i] += $i }
	END { printf "%d %d %d", n[1], n[2], n[3] }' build-check/counts)
# shellcheck disable=SC2086 # three words
set -- $counts
passed=$1 failed=$2 skipped=$3
if [ $status != 0 ] && [ "$failed" = 0 ]; then
	failed=1
	echo "FAILED: make of tests/run.mk"
fi
summary="$passed passed, $failed failed"
[ "$skipped" = 0 ] || summary="$summary, $skipped skipped"
echo "$summary"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
