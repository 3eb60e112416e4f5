"""Lifeless things and plants made of round cones, each of its own proportions, standing upright about their middle."""

from math import cos, pi, sin

import numpy as np

from grader.datasets.drawing.beasts import Maker, ball, chain
from grader.datasets.drawing.solids import Cone, Vector

__all__ = ["OBJECTS"]

MAIN, SECOND, LIMBS, DETAIL, DARK = range(5)


def _ring(middle: Vector, radius: float, thick: float, paint: int, *, upright: bool) -> list[Cone]:
    """A ring of cones, upright like a wheel seen from the side, or lying."""
    turns = [(cos(a), sin(a)) for a in np.linspace(0, 2 * pi, 15)]
    x, y, z = middle
    places = [(x + radius * c, y + radius * s, z) if upright else (x + radius * c, y, z + radius * s) for c, s in turns]
    return chain(places, [thick] * len(places), paint)


def _table(rng: np.random.Generator) -> list[Cone]:
    wide, deep, high, thick = rng.uniform(0.5, 0.8), rng.uniform(0.25, 0.4), rng.uniform(0.4, 0.8), rng.uniform(0.03, 0.06)  # fmt: skip  # noqa: E501
    cones = [Cone((-wide, 0.0, z), (wide, 0.0, z), 0.07, 0.07) for z in np.linspace(-deep, deep, 7)]
    corners = [(x, z) for x in (-wide * 0.9, wide * 0.9) for z in (-deep, deep)]
    return cones + [Cone((x, 0.05, z), (x, high, z), thick, thick * 0.7, LIMBS) for x, z in corners]


def _chair(rng: np.random.Generator) -> list[Cone]:
    half, back, high = rng.uniform(0.22, 0.32), rng.uniform(0.5, 0.8), rng.uniform(0.4, 0.55)
    cones = [Cone((-half, 0.0, z), (half, 0.0, z), 0.05, 0.05) for z in np.linspace(-half, half, 5)]
    cones += [Cone((x, 0.0, z), (x, high, z), 0.035, 0.03, LIMBS) for x in (-half, half) for z in (-half, half)]
    cones += [Cone((-half, 0.0, z), (-half - 0.08, -back, z), 0.04, 0.035, LIMBS) for z in (-half, half)]
    levels = np.linspace(0.35, 1.0, int(rng.integers(2, 5)))
    return cones + [Cone((-half - 0.06, -back * s, -half), (-half - 0.06, -back * s, half), 0.04, 0.04, SECOND) for s in levels]  # fmt: skip  # noqa: E501


def _lamp(rng: np.random.Generator) -> list[Cone]:
    high, wide = rng.uniform(0.5, 1.0), rng.uniform(0.25, 0.42)
    cones = [Cone((0.0, high, 0.0), (0.0, high - 0.03, 0.0), 0.2, 0.2, LIMBS), Cone((0.0, high, 0.0), (0.0, -0.2, 0.0), 0.03, 0.03, LIMBS)]  # fmt: skip  # noqa: E501
    return [*cones, Cone((0.0, -0.15, 0.0), (0.0, -0.5, 0.0), wide, wide * rng.uniform(0.3, 0.7), MAIN)]


def _mug(rng: np.random.Generator) -> list[Cone]:
    wide, high = rng.uniform(0.25, 0.35), rng.uniform(0.2, 0.4)
    cones = [Cone((0.0, high, 0.0), (0.0, -high, 0.0), wide, wide), *_ring((0.0, -high - wide * 0.8, 0.0), wide * 0.6, 0.06, SECOND, upright=False)]  # fmt: skip  # noqa: E501
    return cones + _ring((wide * 1.15, 0.0, 0.0), 0.2, rng.uniform(0.04, 0.07), DETAIL, upright=True)


def _bottle(rng: np.random.Generator) -> list[Cone]:
    wide, neck = rng.uniform(0.15, 0.25), rng.uniform(0.05, 0.08)
    cones = chain([(0.0, 0.5, 0.0), (0.0, -0.1, 0.0), (0.0, -0.35, 0.0), (0.0, -0.65, 0.0)], [wide, wide, neck, neck])
    cones += [Cone((0.0, -0.66, 0.0), (0.0, -0.74, 0.0), neck * 1.3, neck * 1.3, DETAIL)]
    return [*cones, Cone((0.0, 0.3, 0.0), (0.0, 0.05, 0.0), wide * 1.04, wide * 1.04, SECOND)]


def _tree(rng: np.random.Generator) -> list[Cone]:
    cones = [Cone((0.0, 0.7, 0.0), (0.0, -0.1, 0.0), rng.uniform(0.06, 0.12), 0.05, LIMBS)]
    if rng.random() < 0.4:  # a fir
        return cones + [Cone((0.0, y, 0.0), (0.0, y - 0.3, 0.0), 0.42 - 0.35 * s, 0.05) for s, y in zip(np.linspace(0, 1, 4), np.linspace(0.25, -0.55, 4), strict=True)]  # fmt: skip  # noqa: E501
    for _ in range(int(rng.integers(5, 11))):
        x, y, z = rng.normal(0, 0.22), rng.normal(-0.4, 0.16), rng.normal(0, 0.22)
        cones += [ball((x, y, z), rng.uniform(0.15, 0.28), int(rng.integers(2)))]
    return cones


def _cactus(rng: np.random.Generator) -> list[Cone]:
    cones = [Cone((0.0, 0.6, 0.0), (0.0, -0.6, 0.0), 0.15, 0.13)]
    for side in (-1, 1)[: int(rng.integers(1, 3))]:
        low, out = rng.uniform(-0.2, 0.3), side * rng.uniform(0.3, 0.42)
        cones += chain([(0.0, low, 0.0), (out, low, 0.0), (out, low - rng.uniform(0.2, 0.5), 0.0)], [0.09, 0.09, 0.08])
    cones += [ball((0.0, -0.72, 0.0), 0.08, DETAIL)]
    return [*cones, Cone((0.0, 0.7, 0.0), (0.0, 0.55, 0.0), 0.2, 0.28, SECOND)]


def _flower(rng: np.random.Generator) -> list[Cone]:
    petals, long, lean = int(rng.integers(5, 10)), rng.uniform(0.25, 0.4), rng.normal(0, 0.15)
    cones = chain([(lean, 0.9, 0.0), (0.0, 0.35, 0.0), (0.0, -0.2, 0.0)], [0.03, 0.03, 0.03], LIMBS)
    for k in range(petals):
        a = 2 * pi * k / petals
        cones += [Cone((0.0, -0.2, 0.05), (long * cos(a), -0.2 + long * sin(a), 0.1), 0.06, 0.11)]
    cones += [Cone((0.0, 0.5, 0.0), (side * 0.3, 0.3, 0.05), 0.04, 0.08, LIMBS) for side in (-1, 1)]
    return [*cones, ball((0.0, -0.2, 0.12), rng.uniform(0.1, 0.16), DETAIL)]


def _mushroom(rng: np.random.Generator) -> list[Cone]:
    wide = rng.uniform(0.35, 0.55)
    cones = [Cone((0.0, 0.5, 0.0), (0.0, -0.1, 0.0), 0.16, 0.11, SECOND), Cone((0.0, -0.1, 0.0), (0.0, -0.32, 0.0), wide, wide * 0.4)]  # fmt: skip  # noqa: E501
    spots = [(rng.uniform(-0.7, 0.7) * wide, rng.uniform(-0.5, -0.1), wide * 0.75) for _ in range(5)]
    return cones + [ball(spot, 0.07, DETAIL) for spot in spots]


def _car(rng: np.random.Generator) -> list[Cone]:
    long, high = rng.uniform(0.5, 0.7), rng.uniform(0.15, 0.25)
    cones = [Cone((-long, 0.0, z), (long, 0.02, z), 0.16, 0.14) for z in (-0.15, 0.0, 0.15)]
    cones += [Cone((-long * 0.5, -high, z), (long * 0.3, -high, z), 0.14, 0.12, SECOND) for z in (-0.12, 0.12)]
    wheels = [(x, 0.16, z) for x in (-long * 0.65, long * 0.65) for z in (-0.26, 0.26)]
    return cones + [Cone(w, (w[0], w[1], w[2] * 1.1), 0.14, 0.14, DARK) for w in wheels]


def _aeroplane(rng: np.random.Generator) -> list[Cone]:
    sweep, span = rng.uniform(0.0, 0.4), rng.uniform(0.6, 0.9)
    cones = chain([(0.75, 0.0, 0.0), (0.4, 0.0, 0.0), (-0.4, 0.0, 0.0), (-0.85, -0.06, 0.0)], [0.05, 0.12, 0.12, 0.04])
    for side in (-1, 1):
        cones += [Cone((0.1 + dx, 0.02, 0.0), (0.05 + dx - sweep, -0.03, side * span), 0.05, 0.03, SECOND) for dx in (-0.08, 0.08)]  # fmt: skip  # noqa: E501
        cones += [Cone((-0.75, -0.05, 0.0), (-0.85, -0.06, side * 0.3), 0.05, 0.03, SECOND)]
    return [*cones, Cone((-0.7, -0.05, 0.0), (-0.9, -0.35, 0.0), 0.06, 0.04, DETAIL)]


def _ladder(rng: np.random.Generator) -> list[Cone]:
    wide, lean = rng.uniform(0.16, 0.28), rng.normal(0, 0.15)
    cones = [Cone((lean + x, -0.85, 0.0), (x, 0.85, 0.0), 0.045, 0.045) for x in (-wide, wide)]
    rungs = np.linspace(-0.7, 0.7, int(rng.integers(5, 9)))
    return cones + [Cone((lean * (0.5 - y / 1.7) - wide, y, 0.0), (lean * (0.5 - y / 1.7) + wide, y, 0.0), 0.035, 0.035, SECOND) for y in rungs]  # fmt: skip  # noqa: E501


def _hammer(rng: np.random.Generator) -> list[Cone]:
    head = rng.uniform(0.2, 0.35)
    cones = [Cone((0.0, 0.8, 0.0), (0.0, -0.5, 0.0), 0.07, 0.05, LIMBS), Cone((-head, -0.55, 0.0), (head, -0.55, 0.0), rng.uniform(0.06, 0.15), 0.13)]  # fmt: skip  # noqa: E501
    return [*cones, Cone((0.0, 0.8, 0.0), (0.0, 0.5, 0.0), 0.08, 0.08, DETAIL)]


def _bicycle(rng: np.random.Generator) -> list[Cone]:
    wheel, base = rng.uniform(0.28, 0.38), rng.uniform(0.5, 0.6)
    cones = [c for x in (-base, base) for c in _ring((x, 0.3, 0.0), wheel, 0.035, DARK, upright=True)]
    saddle, crank, bar = (-0.25, -0.25, 0.0), (-0.05, 0.28, 0.0), (0.4, -0.3, 0.0)
    pairs = [((-base, 0.3, 0.0), saddle), (saddle, crank), (crank, bar), (saddle, bar), ((-base, 0.3, 0.0), crank), (bar, (base, 0.3, 0.0))]  # fmt: skip  # noqa: E501
    cones += [Cone(a, b, 0.03, 0.03) for a, b in pairs]
    return [*cones, Cone((0.38, -0.4, -0.2), (0.38, -0.4, 0.2), 0.035, 0.035, SECOND), Cone((-0.35, -0.32, 0.0), (-0.18, -0.32, 0.0), 0.07, 0.04, SECOND)]  # fmt: skip  # noqa: E501


def _umbrella(rng: np.random.Generator) -> list[Cone]:
    wide, ribs = rng.uniform(0.5, 0.7), 10
    cones = [Cone((0.0, -0.5, 0.0), (0.0, 0.7, 0.0), 0.03, 0.03, LIMBS), *chain([(0.0, 0.7, 0.0), (0.08, 0.8, 0.0), (0.16, 0.7, 0.0)], [0.035] * 3, DETAIL)]  # fmt: skip  # noqa: E501
    for k in range(ribs):
        a = 2 * pi * k / ribs
        places = [(0.0, -0.55, 0.0), (wide * 0.6 * cos(a), -0.42, wide * 0.6 * sin(a)), (wide * cos(a), -0.1, wide * sin(a))]  # fmt: skip  # noqa: E501
        cones += chain(places, [0.1, 0.14, 0.06], k % 2)
    return cones


def _key(rng: np.random.Generator) -> list[Cone]:
    cones = [*_ring((0.0, -0.6, 0.0), rng.uniform(0.16, 0.26), 0.06, MAIN, upright=True), Cone((0.0, -0.4, 0.0), (0.0, 0.6, 0.0), 0.06, 0.06)]  # fmt: skip  # noqa: E501
    teeth = np.linspace(0.3, 0.58, int(rng.integers(2, 4)))
    return cones + [Cone((0.0, y, 0.0), (rng.uniform(0.14, 0.26), y, 0.0), 0.05, 0.05, SECOND) for y in teeth]


def _boat(rng: np.random.Generator) -> list[Cone]:
    mast = rng.uniform(0.7, 1.0)
    cones = [Cone((-0.5, 0.35, z), (0.5 - abs(z), 0.35, z * 0.5), 0.14, 0.1) for z in (-0.14, 0.0, 0.14)]
    cones += [Cone((0.0, 0.3, 0.0), (0.0, -mast, 0.0), 0.03, 0.02, LIMBS)]
    heights = np.linspace(0.1, 0.9 * mast, 7)
    return cones + [Cone((0.03, 0.15 - h, 0.0), (0.05 + 0.5 * (1 - h / mast), 0.15 - h, 0.08), 0.06, 0.05, SECOND) for h in heights]  # fmt: skip  # noqa: E501


def _dumbbell(rng: np.random.Generator) -> list[Cone]:
    half = rng.uniform(0.3, 0.6)
    plates = [(s * (half + k * 0.12), 0.3 - 0.05 * k) for s in (-1, 1) for k in range(int(rng.integers(1, 4)))]
    return [Cone((-half - 0.3, 0.0, 0.0), (half + 0.3, 0.0, 0.0), 0.04, 0.04, LIMBS)] + [ball((x, 0.0, 0.0), r, k % 3) for k, (x, r) in enumerate(plates)]  # fmt: skip  # noqa: E501


OBJECTS: dict[str, Maker] = {
    "aeroplane": _aeroplane,
    "bicycle": _bicycle,
    "boat": _boat,
    "bottle": _bottle,
    "cactus": _cactus,
    "car": _car,
    "chair": _chair,
    "dumbbell": _dumbbell,
    "flower": _flower,
    "hammer": _hammer,
    "key": _key,
    "ladder": _ladder,
    "lamp": _lamp,
    "mug": _mug,
    "mushroom": _mushroom,
    "table": _table,
    "tree": _tree,
    "umbrella": _umbrella,
}
"""Name -> what draws a fresh one, about one unit large."""
