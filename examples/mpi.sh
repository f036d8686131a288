#!/bin/sh
# Trains a model whose users are spread over processes (ralm-fit-mpi(1)):
#
#	mpi.sh RANKS MODEL SAMPLES... [OPTION...]
#
# On this machine, or on those of MPIRUN_HOSTS (host1,host2,...), which have
# ralm-fit-mpi in the same place; the first of them has the files. What the model
# learns depends on BATCH and BLOCK (samples of a batch, and of a block of it), not
# on RANKS: a batch is to have several blocks for each rank.
set -e
if [ $# -lt 3 ]; then
	echo "usage: mpi.sh RANKS MODEL SAMPLES... [OPTION...]" >&2
	exit 2
fi
ranks=$1 model=$2
shift 2
# shellcheck disable=SC2086 # two words, or none
exec mpirun -n "$ranks" ${MPIRUN_HOSTS:+--host "$MPIRUN_HOSTS"} \
	ralm-fit-mpi --batch-size="${BATCH:-4096}" --block-size="${BLOCK:-256}" \
	-o "$model" "$@"
