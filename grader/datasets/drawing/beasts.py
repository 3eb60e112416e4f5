"""Creatures made of round cones that no assignment is about, each in a pose of its own; heads look towards +x."""

from collections.abc import Callable, Sequence
from math import cos, pi, sin

import numpy as np

from grader.datasets.drawing.solids import Cone, Vector

__all__ = ["BEASTS", "Maker", "ball", "chain"]

Maker = Callable[[np.random.Generator], list[Cone]]
MAIN, SECOND, LIMBS, DETAIL, DARK = range(5)


def ball(at: Vector, radius: float, paint: int = MAIN) -> Cone:
    """A ball."""
    return Cone(at, at, radius, radius, paint)


def chain(places: Sequence[Vector], radii: Sequence[float], paint: int = MAIN) -> list[Cone]:
    """Cones from place to place, with a radius at each."""
    return [Cone(places[i], places[i + 1], radii[i], radii[i + 1], paint) for i in range(len(places) - 1)]


def _four_legs(
    rng: np.random.Generator, *, ahead: float, behind: float, aside: float, down: float, thick: float
) -> list[Cone]:
    cones = []
    for x in (ahead, behind):
        for z in (-aside, aside):
            swing = rng.normal(0, 0.16) * down
            knee = (x + swing, down * 0.5, z)
            cones += chain([(x, 0.0, z), knee, (knee[0] + swing * 0.4, down, z)], [thick * 1.3, thick, thick], LIMBS)
    return cones


def _eyes(x: float, y: float, z: float, size: float) -> list[Cone]:
    return [ball((x, y, side * z), size, DARK) for side in (-1, 1)]


def _giraffe(rng: np.random.Generator) -> list[Cone]:
    lean, reach = rng.uniform(0.1, 0.5), rng.uniform(0.9, 1.2)
    head = (0.3 + lean * 0.8, -reach, rng.normal(0, 0.12))
    cones = [Cone((-0.3, 0.05, 0.0), (0.3, -0.06, 0.0), 0.17, 0.2), Cone((0.3, -0.1, 0.0), head, 0.12, 0.06, SECOND)]
    cones += [Cone(head, (head[0] + 0.2, head[1] + 0.1, head[2]), 0.07, 0.04, SECOND)]
    cones += [Cone(head, (head[0] - 0.03, head[1] - 0.12, head[2] + z), 0.02, 0.025, DARK) for z in (-0.05, 0.05)]
    cones += chain([(-0.42, 0.0, 0.0), (-0.52, 0.25, 0.0)], [0.03, 0.02], DETAIL)
    return cones + _four_legs(rng, ahead=0.27, behind=-0.3, aside=0.1, down=rng.uniform(0.85, 1.05), thick=0.04)


def _elephant(rng: np.random.Generator) -> list[Cone]:
    curl = rng.uniform(-0.3, 0.5)
    cones = [Cone((-0.28, 0.0, 0.0), (0.2, 0.0, 0.0), 0.34, 0.32), ball((0.55, -0.12, 0.0), 0.22, SECOND)]
    trunk: list[Vector] = [(0.7, -0.1, 0.0), (0.85, 0.12, 0.0), (0.85 + curl * 0.4, 0.35, 0.0)]
    cones += chain([*trunk, (0.85 + curl, 0.5 - abs(curl) * 0.4, 0.0)], [0.12, 0.09, 0.07, 0.05], SECOND)
    for side in (-1, 1):
        ear = (0.42, -0.1, side * 0.24)
        cones += [Cone(ear, (0.36, 0.1, side * 0.36), 0.15, 0.1, DETAIL)]
        cones += [Cone((0.68, 0.02, side * 0.1), (0.85, 0.14, side * 0.13), 0.035, 0.015, DARK)]
    return cones + _four_legs(rng, ahead=0.25, behind=-0.3, aside=0.18, down=rng.uniform(0.55, 0.65), thick=0.11)


def _tortoise(rng: np.random.Generator) -> list[Cone]:
    out = rng.uniform(0.05, 0.3)
    cones = [ball((0.0, 0.0, 0.0), 0.4), Cone((-0.18, 0.08, 0.0), (0.18, 0.08, 0.0), 0.36, 0.36, SECOND)]
    cones += [ball((x, -0.28, z), 0.13, DETAIL) for x in (-0.2, 0.05, 0.28) for z in (-0.14, 0.14)]
    cones += chain([(0.4, 0.12, 0.0), (0.55 + out, rng.uniform(-0.1, 0.15), 0.0)], [0.1, 0.11], LIMBS)
    return cones + _four_legs(rng, ahead=0.33, behind=-0.33, aside=0.28, down=0.45, thick=0.09)


def _rabbit(rng: np.random.Generator) -> list[Cone]:
    up = rng.uniform(0.0, 0.35)
    head = (0.38, -0.3 - up, rng.normal(0, 0.05))
    cones = [Cone((-0.2, 0.05, 0.0), (0.2, -up * 0.6, 0.0), 0.28, 0.2), ball(head, 0.17, SECOND)]
    cones += [ball((-0.48, 0.0, 0.0), 0.1, DETAIL), *_eyes(head[0] + 0.1, head[1] - 0.04, 0.13, 0.03)]
    for side in (-1, 1):
        tip = (head[0] - rng.uniform(-0.05, 0.25), head[1] - 0.5, head[2] + side * rng.uniform(0.08, 0.2))
        cones += [Cone((head[0], head[1] - 0.12, head[2] + side * 0.07), tip, 0.055, 0.04, SECOND)]
        cones += [Cone((-0.22, 0.2, side * 0.18), (0.05, 0.32, side * 0.2), 0.11, 0.06, LIMBS)]
        cones += [Cone((0.25, 0.05, side * 0.1), (0.3, 0.32, side * 0.1), 0.06, 0.05, LIMBS)]
    return cones


def _kangaroo(rng: np.random.Generator) -> list[Cone]:
    lean = rng.uniform(0.1, 0.45)
    head = (lean + 0.2, -0.75, 0.0)
    cones = [Cone((-0.1, 0.1, 0.0), (lean, -0.45, 0.0), 0.26, 0.13), Cone((lean, -0.45, 0.0), head, 0.09, 0.07)]
    cones += [Cone(head, (head[0] + 0.2, head[1] + 0.06, 0.0), 0.1, 0.05, SECOND)]
    cones += chain([(-0.25, 0.15, 0.0), (-0.6, 0.4, 0.0), (-1.0, rng.uniform(0.25, 0.5), 0.0)], [0.15, 0.09, 0.04])
    for side in (-1, 1):
        knee, heel = (0.2, 0.2, side * 0.2), (-0.15, 0.45, side * 0.2)
        cones += chain([(-0.1, 0.15, side * 0.15), knee, heel, (0.25, 0.5, side * 0.2)], [0.17, 0.1, 0.05, 0.04], LIMBS)
        cones += [Cone((head[0] - 0.05, head[1] - 0.05, side * 0.06), (head[0] - 0.1, head[1] - 0.25, side * 0.1), 0.05, 0.02, SECOND)]  # fmt: skip  # noqa: E501
        cones += [Cone((lean, -0.35, side * 0.12), (lean + 0.25, -0.2, side * 0.12), 0.05, 0.03, LIMBS)]
    return cones


def _ostrich(rng: np.random.Generator) -> list[Cone]:
    bow, stride = rng.uniform(-0.1, 0.35), rng.uniform(0, 0.3)
    head = (0.45 + bow, -0.85 + abs(bow), 0.0)
    cones = [Cone((-0.2, 0.0, 0.0), (0.2, -0.05, 0.0), 0.24, 0.22), ball((-0.45, -0.1, 0.0), 0.16, SECOND)]
    cones += chain([(0.3, -0.1, 0.0), (0.38, -0.5, 0.0), head], [0.09, 0.05, 0.05], LIMBS)
    cones += [Cone(head, (head[0] + 0.2, head[1] + 0.04, 0.0), 0.08, 0.02, DETAIL)]
    for side in (-1, 1):
        knee = (side * stride * 0.5, 0.5, side * 0.1)
        foot = (side * stride, 0.95, side * 0.1)
        cones += chain([(0.0, 0.12, side * 0.1), knee, foot, (foot[0] + 0.15, 0.97, foot[2])], [0.12, 0.04, 0.03, 0.03], LIMBS)  # fmt: skip  # noqa: E501
    return cones


def _penguin(rng: np.random.Generator) -> list[Cone]:
    flap = rng.uniform(0.02, 0.4)
    cones = [Cone((0.0, 0.25, 0.0), (0.0, -0.2, 0.0), 0.3, 0.22), Cone((0.1, 0.22, 0.0), (0.08, -0.15, 0.0), 0.23, 0.15, SECOND)]  # fmt: skip  # noqa: E501
    cones += [ball((0.02, -0.5, 0.0), 0.18), Cone((0.15, -0.48, 0.0), (0.34, -0.44, 0.0), 0.06, 0.015, DETAIL)]
    cones += _eyes(0.15, -0.56, 0.1, 0.03)
    for side in (-1, 1):
        cones += [Cone((0.0, -0.2, side * 0.22), (-0.05, 0.2 - flap * 0.3, side * (0.32 + flap)), 0.07, 0.04)]
        cones += [Cone((0.0, 0.54, side * 0.12), (0.18, 0.56, side * 0.16), 0.06, 0.05, DETAIL)]
    return cones


def _duck(rng: np.random.Generator) -> list[Cone]:
    head = (0.4, rng.uniform(-0.55, -0.3), rng.normal(0, 0.08))
    cones = [Cone((-0.2, 0.0, 0.0), (0.2, 0.02, 0.0), 0.22, 0.26), Cone((-0.3, -0.05, 0.0), (-0.6, -0.2, 0.0), 0.14, 0.03)]  # fmt: skip  # noqa: E501
    cones += [Cone((0.32, -0.1, 0.0), head, 0.11, 0.09, SECOND), ball(head, 0.14, SECOND)]
    cones += [Cone((head[0] + 0.1, head[1] + 0.03, head[2]), (head[0] + 0.32, head[1] + 0.06, head[2]), 0.07, 0.05, DETAIL)]  # fmt: skip  # noqa: E501
    for side in (-1, 1):
        cones += [Cone((0.1, -0.05, side * 0.22), (-0.35, -0.02, side * 0.2), 0.13, 0.04, LIMBS)]
    return [*cones, *_eyes(head[0] + 0.08, head[1] - 0.05, 0.11, 0.025)]


def _fish(rng: np.random.Generator) -> list[Cone]:
    bend, deep = rng.normal(0, 0.15), rng.uniform(0.16, 0.3)
    cones = chain([(0.5, 0.02, 0.0), (0.2, 0.0, 0.0), (-0.2, 0.0, bend * 0.4), (-0.55, 0.0, bend)], [0.06, deep, deep * 0.8, 0.05])  # fmt: skip  # noqa: E501
    for up in (-1, 1):
        cones += [Cone((-0.52, 0.0, bend), (-0.8, up * 0.25, bend * 1.5), 0.05, 0.06, SECOND)]
        cones += [Cone((0.1, up * deep * 0.8, 0.0), (-0.2, up * (deep + 0.15), 0.0), 0.07, 0.02, SECOND)]
        cones += [Cone((0.2, 0.05, up * deep * 0.8), (0.05, 0.15, up * (deep + 0.18)), 0.05, 0.04, SECOND)]
    return [*cones, *_eyes(0.38, -0.05, deep * 0.55, 0.04)]


def _snake(rng: np.random.Generator) -> list[Cone]:
    waves, high = rng.uniform(1.0, 2.4), rng.uniform(0.12, 0.3)
    share = np.linspace(0, 1, 14)
    places = [(float(1.6 * s - 0.8), 0.0, float(high * sin(2 * pi * waves * s))) for s in share]
    places += [(0.95, -rng.uniform(0.0, 0.5), places[-1][2])]
    radii = [float(0.03 + 0.07 * sin(pi * min(s * 0.9 + 0.08, 1.0)) ** 0.5) for s in share] + [0.08]
    return [*chain(places, radii, SECOND if rng.random() < 0.5 else MAIN), ball(places[-1], 0.11, DETAIL)]


def _many_legs(rng: np.random.Generator, pairs: int, reach: float, arch: float) -> list[Cone]:
    cones = []
    for number in range(pairs):
        angle = pi * (number + 0.7) / (pairs + 0.4)
        for side in (-1, 1):
            x, z = cos(angle), side * sin(angle)
            r = reach * rng.uniform(0.85, 1.1)
            knee = (x * r * 0.55, -arch, z * r * 0.55)
            cones += chain([(x * 0.15, 0.0, z * 0.15), knee, (x * r, 0.25, z * r)], [0.045, 0.035, 0.02], LIMBS)
    return cones


def _spider(rng: np.random.Generator) -> list[Cone]:
    cones = [ball((-0.3, -0.05, 0.0), rng.uniform(0.22, 0.32)), ball((0.12, 0.0, 0.0), 0.16, SECOND)]
    return cones + _many_legs(rng, 4, rng.uniform(0.75, 1.0), rng.uniform(0.15, 0.4)) + _eyes(0.25, -0.06, 0.06, 0.03)


def _crab(rng: np.random.Generator) -> list[Cone]:
    cones = [Cone((0.0, 0.0, -0.2), (0.0, 0.0, 0.2), 0.2, 0.2), *_many_legs(rng, 3, 0.7, 0.1)]
    for side in (-1, 1):
        elbow, wrist = (0.35, -0.05, side * 0.4), (0.6, -0.1 - rng.uniform(0, 0.3), side * 0.3)
        cones += chain([(0.1, 0.0, side * 0.3), elbow, wrist], [0.06, 0.07, 0.09], SECOND)
        cones += [Cone(wrist, (wrist[0] + 0.25, wrist[1] + up * 0.1, wrist[2]), 0.07, 0.02, SECOND) for up in (-1, 1)]
        cones += chain([(0.15, -0.15, side * 0.08), (0.2, -0.32, side * 0.1)], [0.025, 0.04], DARK)
    return cones


def _octopus(rng: np.random.Generator) -> list[Cone]:
    cones = [Cone((0.0, -0.45, 0.0), (0.0, -0.15, 0.0), 0.3, 0.2), *_eyes(0.18, -0.22, 0.12, 0.05)]
    for number in range(8):
        angle, wave = 2 * pi * number / 8 + rng.normal(0, 0.15), rng.normal(0, 0.14)
        x, z = cos(angle), sin(angle)
        far = rng.uniform(0.6, 0.95)
        places = [(x * 0.1, 0.0, z * 0.1), (x * 0.35, 0.2 + wave, z * 0.35), (x * far, 0.25 - wave, z * far)]
        cones += chain(places, [0.1, 0.065, 0.02], LIMBS)
    return cones


def _snail(rng: np.random.Generator) -> list[Cone]:
    places = [(float(0.1 - 0.28 * cos(a) * (1 - a / 14)), float(-0.3 + 0.28 * sin(a) * (1 - a / 14)), 0.02 * a) for a in np.linspace(0, 4 * pi * 0.8, 14)]  # fmt: skip  # noqa: E501
    cones = chain(places, [0.16 - 0.008 * i for i in range(14)], SECOND)
    cones += chain([(-0.6, 0.1, 0.0), (0.0, 0.06, 0.0), (0.5, 0.05, 0.0), (0.65, -0.18, 0.0)], [0.03, 0.13, 0.12, 0.1])
    for side in (-1, 1):
        cones += chain([(0.68, -0.25, side * 0.04), (0.75, -0.5 * rng.uniform(0.8, 1.1), side * 0.12)], [0.025, 0.035], DETAIL)  # fmt: skip  # noqa: E501
    return cones


def _crocodile(rng: np.random.Generator) -> list[Cone]:
    bend, gape = rng.normal(0, 0.2), rng.uniform(0.02, 0.25)
    cones = chain([(0.35, 0.0, 0.0), (-0.3, 0.0, 0.0), (-0.7, 0.04, bend), (-1.1, 0.08, bend * 2.2)], [0.15, 0.16, 0.1, 0.02])  # fmt: skip  # noqa: E501
    cones += [Cone((0.4, 0.04, 0.0), (0.85, 0.04 + gape * 0.4, 0.0), 0.12, 0.06, SECOND), Cone((0.4, -0.04, 0.0), (0.88, -0.04 - gape, 0.0), 0.13, 0.06)]  # fmt: skip  # noqa: E501
    cones += [Cone((x, -0.12, 0.0), (x - 0.04, -0.24, 0.0), 0.05, 0.01, DETAIL) for x in np.linspace(-0.7, 0.2, 7)]
    return cones + _four_legs(rng, ahead=0.28, behind=-0.35, aside=0.2, down=0.22, thick=0.05)


def _dinosaur(rng: np.random.Generator) -> list[Cone]:
    head = (0.62, rng.uniform(-0.75, -0.5), rng.normal(0, 0.08))
    cones = [Cone((-0.15, 0.0, 0.0), (0.25, -0.2, 0.0), 0.26, 0.18), Cone((0.25, -0.25, 0.0), head, 0.14, 0.1)]
    cones += [Cone(head, (head[0] + 0.32, head[1] + 0.03, head[2]), 0.15, 0.09, SECOND)]
    cones += chain([(-0.3, 0.0, 0.0), (-0.75, 0.05, 0.0), (-1.2, rng.uniform(-0.2, 0.25), rng.normal(0, 0.2))], [0.2, 0.1, 0.02])  # fmt: skip  # noqa: E501
    for side in (-1, 1):
        swing = rng.normal(0, 0.15)
        places = [(-0.12, 0.08, side * 0.18), (0.08 + swing, 0.35, side * 0.2), (-0.1 + swing, 0.65, side * 0.2)]
        cones += chain([*places, (0.15 + swing, 0.72, side * 0.2)], [0.18, 0.1, 0.06, 0.05], LIMBS)
        cones += chain([(0.35, -0.18, side * 0.15), (0.48, -0.02, side * 0.15)], [0.04, 0.02], LIMBS)
    return cones


def _caterpillar(rng: np.random.Generator) -> list[Cone]:
    hump = rng.uniform(0, 0.35)
    places = [(float(x), float(-hump * max(0.0, cos(x * 2.2))), float(rng.normal(0, 0.02))) for x in np.linspace(-0.8, 0.8, 9)]  # fmt: skip  # noqa: E501
    cones = [ball(place, 0.15, (MAIN, SECOND)[i % 2]) for i, place in enumerate(places)]
    cones += [Cone((p[0], p[1] + 0.1, z), (p[0], p[1] + 0.24, z), 0.03, 0.03, LIMBS) for p in places for z in (-0.1, 0.1)]  # fmt: skip  # noqa: E501
    return [*cones, ball((0.95, places[-1][1] - 0.08, 0.0), 0.18, DETAIL)]


def _starfish(rng: np.random.Generator) -> list[Cone]:
    arms, start = int(rng.integers(5, 7)), rng.uniform(0, 6)
    angles = [start + 2 * pi * k / arms + rng.normal(0, 0.07) for k in range(arms)]
    cones = [Cone((0.0, 0.0, 0.0), (0.8 * cos(a), 0.8 * sin(a), rng.normal(0, 0.1)), 0.2, 0.06) for a in angles]
    return cones + [ball((r * cos(a), r * sin(a), 0.16), 0.05, DETAIL) for a in angles for r in (0.15, 0.35)]


def _dragonfly(rng: np.random.Generator) -> list[Cone]:
    cones = chain([(0.25, 0.0, 0.0), (-0.2, 0.0, 0.0), (-0.9, rng.uniform(-0.1, 0.2), 0.0)], [0.1, 0.06, 0.035])
    cones += [ball((0.36, -0.02, side * 0.07), 0.09, DARK) for side in (-1, 1)]
    for x, back in ((0.12, -0.1), (-0.08, -0.4)):
        for side in (-1, 1):
            tip = (x + back, -rng.uniform(0.0, 0.35), side * 0.85)
            cones += chain([(x, -0.05, side * 0.05), (x + back * 0.5, tip[1] * 0.6, side * 0.45), tip], [0.02, 0.08, 0.05], SECOND)  # fmt: skip  # noqa: E501
    return cones


BEASTS: dict[str, Maker] = {
    "caterpillar": _caterpillar,
    "crab": _crab,
    "crocodile": _crocodile,
    "dinosaur": _dinosaur,
    "dragonfly": _dragonfly,
    "duck": _duck,
    "elephant": _elephant,
    "fish": _fish,
    "giraffe": _giraffe,
    "kangaroo": _kangaroo,
    "octopus": _octopus,
    "ostrich": _ostrich,
    "penguin": _penguin,
    "rabbit": _rabbit,
    "snail": _snail,
    "snake": _snake,
    "spider": _spider,
    "starfish": _starfish,
    "tortoise": _tortoise,
}
"""Name -> what draws a fresh one, about one unit large, about the middle of its trunk."""
