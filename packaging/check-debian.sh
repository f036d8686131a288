#!/bin/sh
# The Debian packages are built from a tarball of make dist, lintian finds nothing
# in them, and what they bring works: check-debian.sh TARBALL.
set -eu
tarball=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset MAKEFLAGS MFLAGS MAKELEVEL
mkdir source root
tar -xf "$tarball" --strip-components=1 -C source
# Without the package of ralm-fit-mpi where there is no MPI to build it with.
dpkg -s libopenmpi-dev >/dev/null 2>&1 ||
	export DEB_BUILD_PROFILES=pkg.ralm.nompi
(cd source && DEB_BUILD_OPTIONS="nocheck parallel=2" dpkg-buildpackage -b -us -uc)
# With OpenCL they say what it needs; nothing else is built anew for that.
(cd source && DEB_BUILD_PROFILES="${DEB_BUILD_PROFILES-} pkg.ralm.opencl" \
	debian/rules override_dh_gencontrol)
grep '^Suggests:.* pocl-opencl-icd | opencl-icd' source/debian/ralm/DEBIAN/control
grep '^Depends:.* libclblast-dev' source/debian/libralm-dev/DEBIAN/control
lintian --allow-root --fail-on error,warning ./*.changes
for package in ./*.deb; do
	dpkg -x "$package" root
done

# Files between the programs, so that no pipefail is needed.
PATH=$folder/root/usr/bin:$PATH
ralm-build-data --paddlerec >samples
ralm-fit -q -e 1 -o model.bin samples
ralm-score -m model.bin samples >scores
[ "$(wc -l <scores)" = 100 ]
cp root/usr/share/doc/ralm/examples/score.c .
library=$(dirname root/usr/lib/*/libralm.a)
flags=$(PKG_CONFIG_PATH="$library/pkgconfig" pkg-config --cflags --libs ralm \
	--define-variable=includedir="$folder/root/usr/include" \
	--define-variable=libdir="$folder/$library")
# shellcheck disable=SC2086 # flags are words
cc -o score score.c $flags
./score model.bin 1,2,3 4
