"""Short excerpts of the training texts, scored by the four objectives, to be drawn by a preference direction.

This is rejection sampling over the texts themselves: for a direction v, a random pool of one source's excerpts is
drawn, and one of them is chosen with probability proportional to exp(v.z / TEMPERATURE). z-scores are clipped and
taken within the source, so that a direction tells how to write, not which source to write like.
"""
import math
import re

import numpy as np

import directions
import objectives

LEAST_WORDS, MOST_WORDS = 40, 100
STRIDE = {"tiny": 1, "open": 1, "books": 4}  # an excerpt begins at each so many-th sentence
POOL, TEMPERATURE = 64, 0.25
STARTS_SHARE = 0.35  # of the pools of stories hold only excerpts that begin a document
SINGLE_QUOTED = re.compile(r"(?:^|\s)'[A-Z]")


def sentence_ends(document):
    """Where a sentence ends outside quotation marks, as character positions; 0 is the first of them."""
    ends = [0]
    for match in objectives.SENTENCE_END.finditer(document):
        line = document.rfind("\n", 0, match.end() - 1) + 1
        if len(objectives.QUOTE.findall(document, line, match.end())) % 2 == 0:
            ends.append(match.end())
    if ends[-1] < len(document):
        ends.append(len(document))
    return ends


def single_quoted(document):
    """Speech in single quotation marks would be measured as none."""
    return len(SINGLE_QUOTED.findall(document)) > 2 + document.count('"') / 4


class Excerpts:
    """The excerpts of one source: spans of its documents and their z-scores."""

    def __init__(self, source, documents, measure, random):
        self.documents, self.random, self.spans, raw = documents, random, [], []
        for number, document in enumerate(documents):
            if single_quoted(document):
                continue
            ends = sentence_ends(document)
            words = [len(objectives.WORD.findall(document[a:b])) for a, b in zip(ends, ends[1:])]
            for first in range(0, len(words), STRIDE[source]):
                wanted, count, last = random.randint(LEAST_WORDS, MOST_WORDS), 0, first
                while last < len(words) and count < wanted:
                    count += words[last]
                    last += 1
                if LEAST_WORDS <= count <= MOST_WORDS + 30:
                    self.spans.append((number, ends[first], ends[last]))
                    raw.append(measure.measure(document[ends[first]:ends[last]]))
        table = np.array(raw)
        self.mean, self.deviation = table.mean(0), table.std(0)
        self.z = np.clip((table - self.mean) / self.deviation, -3, 3)
        self.starts = np.array([i for i, span in enumerate(self.spans) if span[1] == 0])
        self.has_starts = source != "books"

    def draw(self, direction):
        """(text, the text that follows it in its document) of an excerpt that the direction describes well."""
        if self.has_starts and self.random.random() < STARTS_SHARE:
            pool = self.starts[[self.random.randrange(len(self.starts)) for _ in range(POOL)]]
        else:
            pool = np.array([self.random.randrange(len(self.spans)) for _ in range(POOL)])
        scores = self.z[pool] @ np.array(direction)
        weights = [math.exp((s - scores.max()) / TEMPERATURE) for s in scores]
        number, begin, end = self.spans[self.random.choices(pool.tolist(), weights)[0]]
        document = self.documents[number]
        while begin < end and document[begin].isspace():
            begin += 1
        return document[begin:end], document[end:end + 40]


def draw_direction(random):
    """Set A is drawn more often than its share of the grid: its arc is shorter than set B's three."""
    return random.choice(directions.DRAWN_A if random.random() < 0.4 else directions.SET_B)
