#!/usr/bin/env bats
# What is installed is enough to build on: a program in C and one in C++ that know
# <ralm.h> and pkg-config alone.

bats_require_minimum_version 1.5.0

# Into $root, of which pkg-config is told: the file says where it will be.
setup_file() {
	command -v pkg-config > /dev/null || skip "pkg-config is not installed"
	cd "$BATS_FILE_TMPDIR" || exit 1
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS "${MAKE:-make}" -C "$RALM_BIN/.." \
		DESTDIR="$PWD/root" install-libLIBRARIES install-includeHEADERS \
		install-nodist_pkgconfigDATA > log 2>&1 || { cat log; exit 1; }
	pc=$(find root -name ralm.pc)
	PKG_CONFIG_PATH=$(dirname "$pc") pkg-config --cflags --libs ralm \
		--define-variable=includedir="$PWD/$(dirname "$(find root -name ralm.h)")" \
		--define-variable=libdir="$PWD/$(dirname "$(find root -name libralm.a)")" \
		> flags
}

setup() {
	cd "$BATS_FILE_TMPDIR" || exit 1
}

@test "one header is installed" {
	[ "$(find root -name '*.h' -exec basename {} \;)" = ralm.h ]
}

@test "its version is that of the package" {
	version=$(sed -n 's/^Version: //p' "$RALM_BIN/ralm.pc")
	IFS=. read -r major minor patch <<< "$version"
	number=$(sed -n 's/^#define RALM_VERSION_NUMBER //p' "$(find root -name ralm.h)")
	[ "$number" -eq $((major * 10000 + minor * 100 + patch)) ]
}

@test "a program in C99 builds samples, fits, scores, evaluates and sees errors" {
	# shellcheck disable=SC2046 # flags are words
	${RALM_CC:-cc} -std=c99 -D_POSIX_C_SOURCE=200809L -pedantic -Wall -Wextra \
		-Werror -o use "$RALM_SRC/tests/interface/use.c" $(cat flags)
	run -0 --separate-stderr ./use
	[ -z "$stderr" ]
	# the number that ralm-auc prints
	[ "$output" = "$("$RALM_BIN/ralm-auc" -q scores.txt)" ]
	"$RALM_BIN/ralm-score" -m model.bin test.txt | cmp - scores.txt
}

@test "a program in C++11 does, in threads" {
	command -v "${CXX:-g++}" > /dev/null || skip "${CXX:-g++} is not installed"
	case ${RALM_HARDENING-} in *-fsanitize=*) skip "built with sanitizers" ;; esac
	# shellcheck disable=SC2046 # flags are words
	"${CXX:-g++}" -std=c++11 -pedantic -Wall -Wextra -Werror -o use++ \
		"$RALM_SRC/tests/interface/use.cc" $(cat flags)
	run -0 --separate-stderr ./use++
	[ -z "$stderr" ]
	[ "${#lines[@]}" -eq 1 ]
}
