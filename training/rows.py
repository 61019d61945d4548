"""Turns documents into training rows: an endless, seeded stream of token ids with a weight for each target.

A row is filled with pieces of one of two kinds. *Plain*: a document from its start or from a paragraph inside it, as
far as the row goes. *Steered*: `Preference:` line and a short excerpt that the direction describes well (excerpts.py),
or an answer that rejection sampling kept (rft.py). Either kind may carry a `Words:` line. A piece that begins a
document or carries a line follows <|endoftext|>. The lines are no targets. Some targets weigh more than the rest: words
that a `Words:` line asks for, and in steered pieces what an objective is made of (emphasis.py), by its weight.
"""
import random
from collections import Counter

import numpy as np

import directions
import emphasis
import excerpts
import objectives
from tokenizer import END_ID

STEERED_MIX = {"tiny": 0.3, "open": 0.1, "books": 0.6}
WORDS_SHARE = 0.35  # of the pieces carry a `Words:` line
WORD_WEIGHT = 3.0  # of the tokens of asked-for words as targets
COMMON = 150  # the most frequent words are never asked for
REACH = 60  # words are taken from the first so many words of a piece
BEFORE_NOUNS = set("a an the his her my their our your big little old small red new some two this that".split())


class Piece:
    def __init__(self, document, offset, ids, starts):
        self.document, self.offset, self.ids, self.starts = document, offset, ids, starts


def cut(document, tokenizer, context):
    """Pieces of one document: its start, and then a paragraph at least `context` tokens after the last piece."""
    paragraphs = document.split("\n")
    encoded = [tokenizer.encode(p + "\n") for p in paragraphs]
    ids = [i for e in encoded for i in e][:-1] + [END_ID]
    pieces, position, last = [], 0, -context
    for e in encoded:
        if position - last >= context and len(ids) - position >= 32:
            pieces.append(Piece(document, position, ids, position == 0))
            last = position
        position += len(e)
    return pieces


class Rows:
    def __init__(self, documents, tokenizer, lexicons, context, seed):
        self.tokenizer, self.context = tokenizer, context
        self.random = random.Random(seed)
        measure = objectives.Objectives(lexicons, "a")
        self.vivid = measure.vivid
        self.emphasis = emphasis.Emphasis(tokenizer, measure)
        counts = Counter(w for texts in documents.values() for t in texts for w in objectives.words_of(t))
        self.common = {w for w, _ in counts.most_common(COMMON)}
        self.pieces = {s: [p for t in texts for p in cut(t, tokenizer, context)] for s, texts in documents.items()}
        self.queues = {s: [] for s in documents}
        self.excerpts = {s: excerpts.Excerpts(s, texts, measure, self.random) for s, texts in documents.items()}
        self.kept = {}  # answers that rejection sampling kept: for a direction's line (opening, answer, ended)

    def ask(self, text):
        """One to four words of a text's beginning, mostly nouns and concrete words, in random order."""
        near = objectives.WORD.findall(text)[:REACH]
        weights = {}
        for before, word in zip([""] + near, near):
            if word.islower() and len(word) > 2 and "'" not in word and word not in self.common:
                weights[word] = 1 + 3 * (before.lower() in BEFORE_NOUNS) + 2 * (word in self.vivid)
        if not weights:
            return []
        count = self.random.choices((1, 2, 3, 4), (3, 5, 2, 1))[0]
        return list(dict.fromkeys(self.random.choices(list(weights), list(weights.values()), k=count)))

    def weigh(self, ids, weights, words):
        """Raises the target weights of the asked-for words where they first stand."""
        for word in words:
            for spelled in (self.tokenizer.encode(" " + word), self.tokenizer.encode(word)):
                at = next((i for i in range(len(ids)) if ids[i:i + len(spelled)] == spelled), None)
                if at is not None:
                    weights[at:at + len(spelled)] = [WORD_WEIGHT] * len(spelled)
                    break
        return weights

    def lead(self, line, text):
        """The ids of the lines before a piece, and the words asked for."""
        words = self.ask(text) if self.random.random() < WORDS_SHARE else []
        return self.tokenizer.encode(line + (directions.words_line(words) if words else "")), words

    def plain(self, shares):
        source = self.random.choices(list(shares), list(shares.values()))[0]
        queue = self.queues[source]
        if not queue:
            queue += range(len(self.pieces[source]))
            self.random.shuffle(queue)
        piece = self.pieces[source][queue.pop()]
        ids = piece.ids[piece.offset:piece.offset + self.context + 1]
        lead, words = self.lead("", self.tokenizer.decode(ids))
        return lead, ids, self.weigh(ids, [1.0] * len(ids), words), piece.starts

    def steered(self):
        """An excerpt goes one token beyond its end, so that an end that the text does not have is never learnt."""
        source = self.random.choices(list(STEERED_MIX), list(STEERED_MIX.values()))[0]
        direction = excerpts.draw_direction(self.random)
        text, after = self.excerpts[source].draw(direction)
        ids, weights = self.emphasis.encode(text, direction)
        ids.append(self.tokenizer.encode(after)[0] if after else END_ID)
        lead, words = self.lead(directions.line(direction), text)
        return lead, ids, self.weigh(ids, weights + [1.0], words), True

    def answer(self):
        direction = excerpts.draw_direction(self.random)
        opening, answer, ended = self.random.choice(self.kept[directions.line(direction)])
        ids, weights = self.emphasis.encode(opening + answer, direction)
        lead, words = self.lead(directions.line(direction), opening + answer)
        return lead, ids + [END_ID] * ended, self.weigh(ids, weights, words) + [1.0] * ended, True

    def row(self, shares, steered, kept):
        """steered: the share of rows of steered pieces; kept: the share of those pieces that are kept answers."""
        ids, weights = [], []
        steer = self.random.random() < steered
        while len(ids) <= self.context:
            if not steer:
                lead, more, its, begins = self.plain(shares)
            else:
                lead, more, its, begins = self.answer() if self.random.random() < kept else self.steered()
            if (begins or lead or ids) and (not ids or ids[-1] != END_ID):
                ids.append(END_ID)
                weights.append(0.0)
            ids += lead + more
            weights += [0.0] * len(lead) + its
        return ids[:self.context + 1], weights[:self.context + 1]

    def batch(self, rows, shares, steered, kept):
        """Ids [rows, context + 1] and the weights [rows, context] of the targets, ids[:, 1:]."""
        found = [self.row(shares, steered, kept) for _ in range(rows)]
        return np.array([r[0] for r in found]), np.array([r[1][1:] for r in found], dtype=np.float32)
