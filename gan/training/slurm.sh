#!/bin/bash
# One run on four machines of a Slurm cluster, from the project's folder: sbatch gan/training/slurm.sh
# Two minutes before its time is over it is saved, and the same command goes on with it.
#SBATCH --nodes=4 --ntasks-per-node=1 --gpus-per-node=8
#SBATCH --time=02:00:00 --signal=TERM@120
. .venv/bin/activate
out=runs/slurm
[ -e $out/state.safetensors ] && resume=--resume
srun python train.py --conditional --batch-size 512 --steps 100000 --out $out $resume
