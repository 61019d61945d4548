"""Preference directions: how one is written, and the only ones that training ever shows.

A direction is a unit vector over objectives.NAMES. It enters the prompt as one line of fixed-width signed
integers, 100 times the weights, each digit one token:

    Preference: positivity +080 brevity -060 dialogue +000 vividness +000

Set A: two objectives, (vividness, brevity) = (cos t, sin t) for t in [-45, 0] degrees.
Set B: three objectives (positivity, brevity, dialogue), the three edge arcs, where one weight is zero and the
other two are not negative. Both on a grid of 5 degrees.
"""
import math

from objectives import NAMES

STEP = 5


def unit(**weights):
    return tuple(weights.get(name, 0.0) for name in NAMES)


def set_a():
    angles = [math.radians(t) for t in range(-45, 1, STEP)]
    return [unit(vividness=math.cos(t), brevity=math.sin(t)) for t in angles]


def set_b():
    edges = (("positivity", "brevity"), ("brevity", "dialogue"), ("dialogue", "positivity"))
    found = []
    for first, second in edges:
        for degrees in range(0, 90, STEP):
            t = math.radians(degrees)
            found.append(unit(**{first: math.cos(t), second: math.sin(t)}))
    return found


SET_A, SET_B = set_a(), set_b()
TRAINED = SET_A + SET_B
# Set A as training draws it: its end, vividness alone, is written unlike its neighbours (+000, +100) and so hard to learn.
DRAWN_A = SET_A + 7 * SET_A[-1:]


def line(direction):
    weights = " ".join(f"{name} {round(100 * w):+04d}" for name, w in zip(NAMES, direction))
    return f"Preference: {weights}\n"


def words_line(words):
    return f"Words: {', '.join(words)}.\n"


def score(direction, z):
    return sum(a * b for a, b in zip(direction, z))


def z_scores(values, mean, deviation, clip=3.0):
    """Clipped z-scores of raw objective values against the mean and deviation of a base sample."""
    return tuple(max(-clip, min(clip, (x - m) / d)) for x, m, d in zip(values, mean, deviation))
