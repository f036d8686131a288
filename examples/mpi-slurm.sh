#!/bin/sh
#SBATCH --job-name=ralm
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=16
#SBATCH --exclusive
#SBATCH --signal=TERM@120
#SBATCH --requeue
# Trains a model on four nodes of a Slurm cluster, a rank a node with all its
# processors (ralm-fit-mpi(1)):
#
#	sbatch mpi-slurm.sh /shared/train.txt /shared/model.bin
#
# 4 nodes of 16 processors: 64 blocks of 256 samples. All nodes are of one kind: where the cluster has several, add --constraint=KIND.
# Two minutes before its time
# is over the job is told to stop, writes a checkpoint, and the next one goes on from
# it; which may have another number of nodes. TERM goes to the ranks alone, not to
# this shell.
if [ $# -ne 2 ]; then
	echo "usage: sbatch mpi-slurm.sh SAMPLES MODEL" >&2
	exit 2
fi
exec srun --cpu-bind=none ralm-fit-mpi --threads="${SLURM_CPUS_PER_TASK:-0}" \
	--batch-size=16384 --block-size=256 --print-interval=1000 \
	--checkpoint-dir="$2.checkpoints" --checkpoint-every=1000 --resume \
	-o "$2" "$1"
