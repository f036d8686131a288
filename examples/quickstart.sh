#!/bin/sh
# Builds the tools and does their main job once: makes samples, trains a model,
# scores samples of items that training never saw, and measures the scores.
# Installs what is missing on Debian and Ubuntu. Writes into build/ alone, but
# for the files of autoconf.
#
# A pipeline must fail when any of its programs does. Where sh cannot say so
# (dash, as in Debian 12), bash can.
# shellcheck disable=SC3040
if ! (set -o pipefail) 2>/dev/null; then
	exec bash "$0" "$@"
fi
set -euo pipefail
cd "$(dirname "$0")/.."

packages="gcc libc6-dev make autoconf automake pkg-config libyaml-dev
	libopenblas-dev libxxhash-dev"

have_all() {
	for tool in gcc make autoconf automake pkg-config; do
		command -v "$tool" >/dev/null || return 1
	done
	echo '#include <stdio.h>' | gcc -fsyntax-only -xc - 2>/dev/null || return 1
	pkg-config --exists yaml-0.1 openblas 'libxxhash >= 0.8.0'
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# Elsewhere configure names what it misses.
if ! have_all && command -v apt-get >/dev/null; then
	as_root apt-get update -q
	# shellcheck disable=SC2086 # a list of words
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends $packages
fi

[ -x configure ] || ./bootstrap
mkdir -p build/quickstart
cd build
[ -f Makefile ] || ../configure -q --disable-werror
make -s -j "$(getconf _NPROCESSORS_ONLN)"
PATH=$PWD/src:$PATH
cd quickstart
rm -f test.txt model.bin

show() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}
show 'ralm-build-data --planted --test=test.txt | ralm-fit -o model.bin'
show 'ralm-score -m model.bin < test.txt | ralm-auc'
show 'ralm-score -m model.bin --info'
printf '\nmodel.bin and test.txt are in %s\n' "$PWD"
