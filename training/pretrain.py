"""Trains the model: python3 pretrain.py --texts TEXTS --lexicons LEXICONS --out OUT --stage STAGE (--steps N | --minutes M)

OUT holds tokenizer.json already. Three stages, each of which goes on from OUT/checkpoint.pt (model, running average,
optimiser, step), writes it every two minutes and appends to OUT/log.csv:

plain  from scratch, without preference lines; the learning rate falls to zero over the last 30 %
steer  rewarmed, then falling to half; most rows are excerpts that a preference direction has chosen
cool   the same rows with the answers that rft.py kept (--kept) among them; the rate falls from there to zero. It can be
       repeated, with the answers of another round

--again goes on within the plain stage. With --workers W it starts W processes of one thread each, which share a
step's rows and average their gradients: on a busy machine that wastes less than threads that wait for each other in
every product.
"""
import argparse
import csv
import json
import os
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing

import directions
import texts
from model import Config, Llama
from optimizer import Optimizer
from rows import Rows, cut
from tokenizer import END_ID, PAD_ID, Tokenizer

FIRST = {"tiny": 0.20, "open": 0.10, "books": 0.70}  # the mix of plain rows at the start of the first stage
LAST = {"tiny": 0.45, "open": 0.20, "books": 0.35}  # and at its end; linear between
LATER = {"tiny": 0.25, "open": 0.10, "books": 0.65}  # in the later stages
AVERAGE = 0.99  # decay of the running average of the weights
COOL_FROM = 0.7  # in the first stage the learning rate falls to zero over the last 30 %
REWARMED = 0.6  # share of the peak learning rate from which it falls linearly to zero over both later stages
BLEND = 0.65  # share of the steered weights in a blend
STEERED = {"plain": 0.0, "steer": 0.6, "cool": 0.6}  # share of rows of steered pieces


def mix(stage, progress):
    return LATER if stage != "plain" else {s: FIRST[s] + (LAST[s] - FIRST[s]) * progress for s in FIRST}


def rate(stage, step, progress):
    """The share of the peak learning rate. step counts from the stage's begin, progress goes from 0 to 1 in it."""
    warm = min(1.0, (step + 1) / 60)
    if stage == "plain":
        return warm * min(1.0, (1.0 - progress) / (1.0 - COOL_FROM))
    return REWARMED * (warm * (1.0 - progress / 2) if stage == "steer" else (1.0 - progress) / 2)


def validation_rows(documents, tokenizer, context, rows):
    """The first rows of plain held-out text for each source, padded."""
    found = {}
    for source, held in documents.items():
        pieces = [p for t in held for p in cut(t, tokenizer, context)]
        pieces = pieces[::max(1, len(pieces) // rows)][:rows]
        table = np.full((len(pieces), context + 1), PAD_ID, dtype=np.int64)
        for i, p in enumerate(pieces):
            ids = ([END_ID] + p.ids[p.offset:])[:context + 1]
            table[i, :len(ids)] = ids
        found[source] = torch.from_numpy(table)
    return found


@torch.no_grad()
def validate(model, tables):
    model.eval()
    losses = {}
    for source, table in tables.items():
        with torch.autocast("cpu", dtype=torch.bfloat16):
            weights = (table[:, 1:] != PAD_ID).float()
            losses[source] = model.loss(table[:, :-1], table[:, 1:], weights).item()
    model.train()
    return losses


def read_kept(path):
    """The kept answers of rft.py, by the direction's line; the file's first line is about them all."""
    kept = defaultdict(list)
    for k in map(json.loads, Path(path).read_text(encoding="utf-8").splitlines()[1:]):
        kept[directions.line(k["direction"])].append((k["opening"], k["answer"], k["ended"]))
    return kept


def blend(model, average, other):
    """Model and average become a blend: the steered stage repeats the small sources, which costs it generality."""
    mixed = {k: BLEND * v + (1 - BLEND) * other[k] for k, v in average.state_dict().items()}
    model.load_state_dict(mixed)
    average.load_state_dict(mixed)


def agree(value):
    """The first worker's value, for all."""
    shared = torch.tensor([value], dtype=torch.float64)
    distributed.broadcast(shared, 0)
    return shared.item()


def average_gradients(model, workers):
    grads = [p.grad for p in model.parameters()]
    flat = torch.cat([g.flatten() for g in grads])
    distributed.all_reduce(flat)
    for g, mean in zip(grads, (flat / workers).split([g.numel() for g in grads])):
        g.copy_(mean.view_as(g))


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--texts", default="../shared/data/train")
    a.add_argument("--lexicons", default="src/DefaultModel/lexicons")
    a.add_argument("--out", required=True)
    a.add_argument("--steps", type=int, default=1 << 30)
    a.add_argument("--minutes", type=float, default=1e9)
    a.add_argument("--rows", type=int, default=32)
    a.add_argument("--context", type=int, default=256)
    a.add_argument("--dropout", type=float, default=0.0)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--stage", choices=STEERED, required=True)
    a.add_argument("--again", action="store_true")
    a.add_argument("--kept", metavar="KEPT.jsonl")
    a.add_argument("--share", type=float, default=0.6, help="of the steered pieces that are kept answers")
    a.add_argument("--blend", metavar="CHECKPOINT", help="begin from 0.65 of the last average and 0.35 of this one's")
    a.add_argument("--workers", type=int, default=1)
    a = a.parse_args()
    if a.workers == 1:
        run(0, a)
    else:
        (Path(a.out) / "meeting").unlink(missing_ok=True)
        multiprocessing.spawn(run, (a,), a.workers)


def run(rank, a):
    torch.manual_seed(a.seed)
    out = Path(a.out)
    if a.workers > 1:
        torch.set_num_threads(1)
        meeting = (out / "meeting").resolve().as_uri()
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=a.workers)
    tokenizer = Tokenizer(out)
    train, held = texts.load(a.texts)
    rows = Rows(train, tokenizer, a.lexicons, a.context, a.seed + 7919 * rank)
    rows.kept = read_kept(a.kept) if a.kept else {}
    kept_share = a.share if a.kept else 0.0
    tables = validation_rows(held, tokenizer, a.context, 48)
    config = Config(vocab_size=len(tokenizer.ids))
    model = Llama(config, a.dropout)
    average = Llama(config)
    average.load_state_dict(model.state_dict())
    optimizer = Optimizer(model)
    step, seen = 0, 0
    if a.stage != "plain" or a.again:
        saved = torch.load(out / "checkpoint.pt", weights_only=True)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimizer.load(saved["optimizer"])
        if a.blend:
            blend(model, average, torch.load(a.blend, weights_only=True)["average"])
        step, seen = saved["step"], saved["tokens"]
        rows.random.seed(a.seed + step + 7919 * rank)
    begun_at, first = step, 0 if a.again else step
    log = csv.writer(open(out / "log.csv" if rank == 0 else os.devnull, "a", newline="", buffering=1))
    begun, saved_at, shown = time.time(), time.time(), []
    while True:
        progress = max((step - first) / a.steps, (time.time() - begun) / 60 / a.minutes)
        if a.workers > 1:
            progress = agree(progress)
        if progress >= 1.0:
            break
        ids, weights = rows.batch(a.rows // a.workers, mix(a.stage, progress), STEERED[a.stage], kept_share)
        ids, weights = torch.from_numpy(ids), torch.from_numpy(weights)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = model.loss(ids[:, :-1], ids[:, 1:], weights)
        optimizer.zero()
        loss.backward()
        if a.workers > 1:
            average_gradients(model, a.workers)
        optimizer.step(rate(a.stage, step - first, progress))
        with torch.no_grad():
            for p, q in zip(average.parameters(), model.parameters()):
                p.lerp_(q, 1 - min(AVERAGE, (step + 1) / (step + 10)))
        shown.append(loss.item())
        step, seen = step + 1, seen + a.rows * a.context
        if rank > 0:
            continue
        if step % 100 == 0:
            v = validate(average, tables)
            row = [step, seen, round(time.time() - begun), sum(shown) / len(shown), *v.values()]
            log.writerow([x if isinstance(x, int) else round(x, 4) for x in row])
            speed = round((step - begun_at) * a.rows * a.context / (time.time() - begun))
            print("step", step, "tokens/s", speed, "loss", round(row[3], 3), {s: round(x, 4) for s, x in v.items()})
            shown = []
        if time.time() - saved_at > 120:
            save(out / "checkpoint.pt", model, average, optimizer, step, seen)
            saved_at = time.time()
    if rank == 0:
        save(out / "checkpoint.pt", model, average, optimizer, step, seen)


def save(path, model, average, optimizer, step, seen):
    part = path.with_suffix(".part")
    torch.save({"model": model.state_dict(), "average": average.state_dict(), "optimizer": optimizer.state(),
                "step": step, "tokens": seen}, part)
    part.replace(path)


if __name__ == "__main__":
    main()
