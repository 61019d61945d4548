#!/bin/sh
# From the texts to the weights: training/run.sh TEXTS OUT MODEL, from the repository's root.
# The steps of each stage are those that the shipped model took.
set -eu
texts=${1:?name the folder of texts}
out=${2:-artifacts/training}
model=${3:-src/DefaultModel/model}
export PYTHONHASHSEED=0
# Without these, glibc returns every large tensor to the system, and training is half as fast.
export MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=268435456
python3 training/make_tokenizer.py "$texts" "$out"
train() { python3 training/pretrain.py --texts "$texts" --out "$out" --workers 2 "$@"; }
train --stage plain --steps "${PLAIN:-1220}"
cp "$out/checkpoint.pt" "$out/plain.pt"
train --stage steer --steps "${STEER:-1667}"
round() { python3 training/rft.py --texts "$texts" --out "$out" "$@"; }
cool() { train --stage cool --kept "$out/kept.jsonl" --dropout 0.1 "$@"; }
round --samples 8 --openings 8 --seed 1
cool --steps "${COOL:-643}" --share 0.4 --blend "$out/plain.pt"
round --samples 16 --openings 24 --seed 3
cool --steps "${COOL2:-450}" --seed 2
round --samples 16 --openings 16 --seed 5
cool --steps "${COOL3:-400}" --seed 3
round --samples 64 --openings 150 --seed 7 --end
cool --steps "${COOL4:-200}" --seed 4
python3 training/export.py "$out/checkpoint.pt" "$out" "$model" --key average
python3 training/scales.py --texts "$texts" --model "$model"
