"""Measures steering: for each direction, answers to the same 200 openings, the first sentences of held-out documents.

    python3 steer.py --texts TEXTS --lexicons LEXICONS --model MODEL --out steering.csv

Rows: set, angle, whether the direction was trained, the four weights, then mean and half-width of the 95 %
interval for each objective (half A of the lexicon), and for positivity by the unseen half B. Printed at last: rank
correlations (Spearman) of an objective's weight and its mean over the trained directions, of each set and of both,
with 95 % intervals from a bootstrap over the openings: with each direction a point, and with each distinct weight a
point, the mean of the directions that share it (ties of the weight keep the first below 1).
"""
import argparse
import csv
import math

import numpy as np

import directions
import objectives
import texts
from peers import hugging_face_model
from rft import TEMPERATURE, TOP_P, openings
from sample import generate_all
from tokenizer import END_ID, Tokenizer

EDGES = (("positivity", "brevity"), ("brevity", "dialogue"), ("dialogue", "positivity"))
BOOTSTRAPS = 500


def on_edge(first, second, degrees):
    t = math.radians(degrees)
    return directions.unit(**{first: math.cos(t), second: math.sin(t)})


def measured(step):
    """(set, angle, trained, direction): none; set A's arc and beyond it; set B's edges and inside; negatives."""
    found = [("none", 0, False, None)]
    for degrees in (*range(-90, -45, 15), *range(-45, 0, 5), 0, 15, 30, 45):
        found.append(("A", degrees, -45 <= degrees <= 0, on_edge("vividness", "brevity", degrees)))
    for first, second in EDGES:
        for degrees in range(0, 90, step):
            found.append((f"B {first}-{second}", degrees, True, on_edge(first, second, degrees)))
    for weights in ((1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 1, 2)):
        size = math.sqrt(sum(w * w for w in weights))
        found.append(("B inside", 0, False, tuple(w / size for w in weights) + (0.0,)))
    return found + [("negative", 0, False, directions.unit(**{n: -1.0})) for n in objectives.NAMES]


def ranks(values):
    order = np.argsort(values, kind="stable")
    values, result = np.asarray(values, dtype=float), np.empty(len(values))
    result[order] = np.arange(len(values))
    for v in set(values.tolist()):
        result[values == v] = result[values == v].mean()
    return result


def spearman(x, y):
    return float(np.corrcoef(ranks(np.round(x, 6)), ranks(y))[0, 1])


def correlation(weights, values, seed):
    """values [points, openings], with NaN for an answer without words: the rank correlation and its interval."""
    draw = np.random.default_rng(seed)
    picks = draw.integers(0, values.shape[1], (BOOTSTRAPS, values.shape[1]))
    again = [spearman(weights, np.nanmean(values[:, p], 1)) for p in picks]
    low, high = np.percentile(again, (2.5, 97.5))
    return f"{spearman(weights, np.nanmean(values, 1)):.2f} [{low:.2f}, {high:.2f}] over {len(weights)}"


def by_weight(weights, values):
    """The distinct weights, and for each the mean over the directions that share it, opening by opening."""
    rounded = np.round(weights, 3)
    distinct = np.unique(rounded)
    return distinct, np.array([np.nanmean(values[rounded == w], 0) for w in distinct])


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--texts", default="../shared/data/train")
    a.add_argument("--lexicons", default="src/DefaultModel/lexicons")
    a.add_argument("--model", default="src/DefaultModel/model")
    a.add_argument("--out", default="steering.csv")
    a.add_argument("--prompts", type=int, default=200)
    a.add_argument("--tokens", type=int, default=64)
    a.add_argument("--step", type=int, default=10, help="degrees between the directions of set B that are measured")
    a.add_argument("--samples", type=int, default=1, help="answers to each opening")
    a.add_argument("--only", default="", help="the set to measure, A or B; default: all directions")
    a.add_argument("--seed", type=int, default=11)
    a = a.parse_args()
    tokenizer, model = Tokenizer(a.model), hugging_face_model(a.model)
    _, held = texts.load(a.texts)
    starts = openings(held["tiny"] + held["open"] + held["books"], tokenizer, a.prompts, a.seed)
    first, second = (objectives.Objectives(a.lexicons, half) for half in "ab")
    table = [row for row in measured(a.step) if row[0].startswith(a.only)]
    lines = [tokenizer.encode(directions.line(v)) if v else [] for *_, v in table]
    prompts = [[END_ID] + line + opening for line in lines for opening in starts for _ in range(a.samples)]
    values = np.full((len(prompts), 5), np.nan)
    for i, (ids, _) in enumerate(generate_all(model, prompts, a.tokens, TEMPERATURE, TOP_P, a.seed)):
        text = tokenizer.decode(ids)
        if found := first.measure(text):
            values[i] = (*found, second.measure(text)[0])
    values = values.reshape(len(table), len(starts) * a.samples, 5)
    with open(a.out, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        head = [f"{n} {part}" for n in (*objectives.NAMES, "positivity unseen") for part in ("mean", "interval")]
        out.writerow(["set", "angle", "trained", *objectives.NAMES, *head])
        for (name, angle, trained, v), rows in zip(table, values):
            half = 1.96 * np.nanstd(rows, 0, ddof=1) / np.sqrt((~np.isnan(rows)).sum(0))
            cells = [f"{x:.3f}" for pair in zip(np.nanmean(rows, 0), half) for x in pair]
            out.writerow([name, angle, int(trained), *(f"{x:.3f}" for x in v or (0,) * 4), *cells])
            print(name, angle, np.nanmean(rows, 0).round(2), flush=True)
    values = np.nanmean(values.reshape(len(table), len(starts), a.samples, 5), 2)
    for group in ("A", "B", "") if not a.only else (a.only,):
        inside = [i for i, row in enumerate(table) if row[2] and row[0].startswith(group)]
        for n, name in enumerate((*objectives.NAMES, "positivity unseen")):
            weights = [table[i][3][n % 4] for i in inside]
            if max(weights) - min(weights) > 0.01:
                found = values[inside, :, n]
                place = f"set {group}" if group else "both sets"
                print(f"{place}, {name}: {correlation(weights, found, a.seed)} trained directions,",
                      f"{correlation(*by_weight(weights, found), a.seed)} distinct weights", flush=True)


if __name__ == "__main__":
    main()
