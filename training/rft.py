"""Rejection sampling on the trained directions, for the last stage of pretrain.py:

    python3 rft.py --texts TEXTS --lexicons LEXICONS --out OUT

Samples from the running average in OUT/checkpoint.pt. For each trained direction and a number of story openings,
samples answers with the direction in the prompt, z-scores their objectives against answers of the same model to
plain openings, and keeps the answer of the greatest v.z. Writes OUT/kept.jsonl: first the base sample's means and
deviations, then a kept answer a line, with its direction and opening. --end asks for vividness alone, the end of set A's
arc, and adds to the file.
"""
import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch

import directions
import objectives
import texts
from model import Config, Llama
from sample import generate_all
from tokenizer import END_ID, Tokenizer

TEMPERATURE, TOP_P = 0.9, 0.95
MAX_OPENING = 30  # tokens


def openings(documents, tokenizer, count, seed):
    """First sentences of stories, as ids."""
    found = []
    for text in documents:
        end = objectives.SENTENCE_END.search(text)
        first = text[:end.end()] if end else text
        ids = tokenizer.encode(first)
        if 4 <= len(ids) <= MAX_OPENING:
            found.append(ids)
    random.Random(seed).shuffle(found)
    return [found[i % len(found)] for i in range(count)]


def measure_all(measure, tokenizer, answers):
    return [measure.measure(tokenizer.decode(ids)) for ids, _ in answers]


def base_scale(model, tokenizer, measure, prompts, tokens, seed):
    """Means and deviations of the objectives over the model's own answers to plain openings."""
    answers = generate_all(model, [[END_ID] + p for p in prompts], tokens, TEMPERATURE, TOP_P, seed)
    table = np.array([m for m in measure_all(measure, tokenizer, answers) if m])
    return table.mean(0).tolist(), table.std(0).tolist()


def reject(model, tokenizer, measure, prompts, scale, samples, tokens, seed):
    """prompts: (direction, opening). Returns the best of `samples` answers to each, and the mean best and mean v.z."""
    leads = [[END_ID] + tokenizer.encode(directions.line(v)) + opening for v, opening in prompts]
    answers = generate_all(model, [p for p in leads for _ in range(samples)], tokens, TEMPERATURE, TOP_P, seed)
    values = measure_all(measure, tokenizer, answers)
    kept, gains = [], []
    for n, (direction, opening) in enumerate(prompts):
        scored = []
        for j in range(n * samples, (n + 1) * samples):
            if values[j]:
                scored.append((directions.score(direction, directions.z_scores(values[j], *scale)), j))
        if scored:
            best, j = max(scored)
            gains.append((best, sum(s for s, _ in scored) / len(scored)))
            ids, ended = answers[j]
            kept.append({"direction": direction, "opening": tokenizer.decode(opening),
                         "answer": tokenizer.decode(ids), "ended": ended})
    return kept, np.array(gains).mean(0).tolist()


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--texts", default="../shared/data/train")
    a.add_argument("--lexicons", default="src/DefaultModel/lexicons")
    a.add_argument("--out", required=True)
    a.add_argument("--samples", type=int, default=8)
    a.add_argument("--openings", type=int, default=8, help="for each direction of set B; three times as many for set A")
    a.add_argument("--end", action="store_true")
    a.add_argument("--base", type=int, default=256, help="plain openings for the z-scores")
    a.add_argument("--tokens", type=int, default=64)
    a.add_argument("--seed", type=int, default=1)
    a = a.parse_args()
    out = Path(a.out)
    tokenizer = Tokenizer(out)
    train, _ = texts.load(a.texts)
    measure = objectives.Objectives(a.lexicons, "a")
    saved = torch.load(out / "checkpoint.pt", weights_only=True)
    model = Llama(Config(vocab_size=len(tokenizer.ids))).eval()
    model.load_state_dict(saved["average"])
    asked = (directions.SET_A[-1:] if a.end else directions.DRAWN_A * 3 + directions.SET_B) * a.openings
    pool = openings(train["tiny"] + train["open"], tokenizer, a.base + len(asked), a.seed)
    scale = base_scale(model, tokenizer, measure, pool[:a.base], a.tokens, a.seed)
    print("step", saved["step"], "base mean and deviation", scale, flush=True)
    prompts = list(zip(asked, pool[a.base:]))
    kept, gain = reject(model, tokenizer, measure, prompts, scale, a.samples, a.tokens, a.seed + 1)
    print(len(kept), "kept; mean of the best v.z and of all", gain, flush=True)
    with open(out / "kept.jsonl", "a" if a.end else "w", encoding="utf-8") as f:
        if not a.end:
            f.write(json.dumps({"objectives": objectives.NAMES, "mean": scale[0], "deviation": scale[1],
                                "step": saved["step"], "gain": gain}) + "\n")
        for answer in kept:
            f.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
