#!/bin/sh
# Scores samples by several processes, in order, with GNU parallel:
#
#	score-parallel.sh MODEL < samples.txt > scores.txt
#
# One process for each processor, each reading pieces of 10 MB that end at the
# end of a line; the model file is mapped once for all of them.
#
# On several hosts, which have ralm-score and the model in the same place:
#
#	parallel --pipe --keep-order --block 10M --sshlogin host1,host2 \
#	    ralm-score -j1 -m /srv/model.bin < samples.txt > scores.txt
#
# or with the model sent along to each of them, by rsync:
#
#	parallel --pipe --keep-order --block 10M --sshlogin host1,host2 \
#	    --basefile model.bin ralm-score -j1 -m model.bin < samples.txt
set -e
if [ $# -ne 1 ]; then
	echo "usage: score-parallel.sh MODEL < SAMPLES" >&2
	exit 2
fi
exec parallel --quote --pipe --keep-order --block "${BLOCK:-10M}" \
	ralm-score -j1 -m "$1"
