"""Horses and people made of round cones, each in a pose of its own."""

from math import cos, radians, sin

import numpy as np

from grader.datasets.drawing.solids import Cone, Vector

__all__ = ["PAINTS", "horse_cones", "human_cones"]

PAINTS = 5
"""Colours that a figure has: trunk, second part, limbs, hair, face and hands or hoofs and muzzle."""
TRUNK, SECOND, LIMBS, HAIR, BARE = range(PAINTS)


def horse_cones(rng: np.random.Generator) -> list[Cone]:
    """A horse that looks towards +x, in shoulder heights about the middle of its trunk."""
    fat, legs, neck = rng.uniform(0.88, 1.15), rng.uniform(0.9, 1.12), rng.uniform(0.9, 1.15)
    chest, hips = (0.36, -0.02, 0.0), (-0.36, -0.03, 0.0)
    cones = [
        Cone(chest, (0.0, 0.02, 0.0), 0.2 * fat, 0.215 * fat),
        Cone((0.0, 0.02, 0.0), hips, 0.215 * fat, 0.205 * fat),
    ]
    raised = rng.uniform(-10, 70)  # from grazing to alert
    if rng.random() < 0.18:
        raised = rng.uniform(-55, -30)
    turned = rng.normal(0, 16)
    poll = _reach((0.46, -0.1, 0.0), 0.46 * neck, raised, turned)
    cones.append(Cone((0.38, -0.06, 0.0), poll, 0.17 * fat, 0.095, SECOND))
    nose = _reach(poll, 0.3, min(raised - 75, 5) if raised > -20 else raised - 25, turned * 1.6)
    jaw = _between(poll, nose, 0.3)
    cones += [
        Cone(poll, jaw, 0.1, 0.095, SECOND),
        Cone(jaw, nose, 0.09, 0.055, SECOND),
        Cone(_between(poll, nose, 0.88), nose, 0.058, 0.058, BARE),
    ]
    for side in (-0.05, 0.05):
        root = (poll[0] - 0.01, poll[1] - 0.06, poll[2] + side)
        cones.append(Cone(root, (root[0] + 0.02, root[1] - 0.11, root[2] + side * 0.4), 0.035, 0.008, SECOND))
        eye = _between(poll, nose, 0.22)
        place = (eye[0], eye[1] - 0.02, eye[2] + side * 1.75)
        cones.append(Cone(place, place, 0.018, 0.018, BARE))
    crest = (0.3, -0.2, 0.0)
    for share in np.linspace(0, 1, 6):
        root = _between(crest, (poll[0] - 0.05, poll[1] - 0.08, poll[2]), float(share))
        fall = rng.uniform(0.06, 0.15)
        cones.append(Cone(root, (root[0] - 0.05, root[1] + fall, root[2] + 0.07), 0.05, 0.02, HAIR))
    tail = (-0.55, -0.1, 0.0)
    swing = rng.uniform(-0.1, 0.3)
    middle = (tail[0] - 0.1 - swing * 0.5, tail[1] + 0.16 - swing * 0.3, rng.normal(0, 0.05))
    cones += [
        Cone(tail, middle, 0.035, 0.06, HAIR),
        Cone(middle, (middle[0] - swing * 0.4, 0.42, middle[2]), 0.06, 0.02, HAIR),
    ]
    stride = rng.choice([3.0, 14.0, 30.0])
    for x, front in ((0.36, True), (-0.38, False)):
        for side in (-0.11, 0.11):
            swung = rng.normal(0, stride)
            bent = abs(rng.normal(0, stride)) * (1 if front else -0.6)
            cones += _leg((x, 0.08, side * fat), swung, bent, 0.4 * legs, front)
    return cones


def human_cones(rng: np.random.Generator) -> list[Cone]:
    """A person who looks towards +z, about as tall as two units, about the middle."""
    wide, tall = rng.uniform(0.85, 1.2), rng.uniform(0.93, 1.07)
    pose = ("stand", "stride", "sit", "crouch", "reach", "bend")[rng.integers(6)]
    lean = {"bend": rng.uniform(40, 80), "crouch": rng.uniform(15, 45), "sit": rng.uniform(-12, 15)}.get(
        pose, rng.normal(0, 6)
    )
    hip = (0.0, 0.0, 0.0)
    breast = (0.0, -0.42 * tall * cos(radians(lean)), 0.42 * tall * sin(radians(lean)))
    cones = [
        Cone((-0.07 * wide, 0.02, 0.0), (0.07 * wide, 0.02, 0.0), 0.115 * wide, 0.115 * wide, SECOND),
        Cone(hip, breast, 0.125 * wide, 0.15 * wide),
    ]
    shoulder = 0.17 * wide
    cones.append(Cone((-shoulder, *breast[1:]), (shoulder, *breast[1:]), 0.085, 0.085))
    up = (breast[0], breast[1] - 0.16 * cos(radians(lean)), breast[2] + 0.16 * sin(radians(lean)))
    nod, tilt = lean + rng.normal(0, 14), rng.normal(0, 0.03)
    head = (up[0] + tilt, up[1] - 0.11 * cos(radians(nod)), up[2] + 0.11 * sin(radians(nod)))
    crown = (head[0] + tilt, head[1] - 0.05, head[2] - 0.02)
    cones += [
        Cone(breast, up, 0.06, 0.05, BARE),
        Cone((head[0], head[1] + 0.04, head[2] + 0.01), crown, 0.078, 0.098, BARE),
        Cone((head[0], head[1] - 0.03, head[2] - 0.045), (crown[0], crown[1] - 0.015, crown[2] - 0.01), 0.1, 0.1, HAIR),
    ]
    if rng.random() < 0.45:  # long hair
        cones.append(
            Cone(
                (head[0], head[1], head[2] - 0.06),
                (head[0], head[1] + rng.uniform(0.12, 0.3), head[2] - 0.1),
                0.09,
                0.05,
                HAIR,
            )
        )
    for side in (-1, 1):
        cones += _arm(breast, shoulder * side, side, pose, rng)
        cones += _human_leg(side * 0.09 * wide, side, pose, tall, rng)
    if rng.random() < 0.2 and pose in {"stand", "stride", "reach"}:  # a skirt
        cones.append(Cone((0.0, 0.05, 0.0), (0.0, rng.uniform(0.25, 0.5), 0.0), 0.14 * wide, 0.24 * wide, SECOND))
    return cones


def _arm(breast: Vector, x: float, side: int, pose: str, rng: np.random.Generator) -> list[Cone]:
    start = (x, breast[1], breast[2])
    out, ahead = rng.uniform(5, 35), rng.normal(0, 22)
    if pose == "reach" and rng.random() < 0.7:
        out = rng.uniform(60, 165)
    elif pose in {"crouch", "bend", "sit"}:
        ahead = rng.uniform(15, 70)
    elbow = _limb(start, 0.28, out * side, ahead)
    hand = _limb(elbow, 0.26, (out + rng.normal(0, 22)) * side, ahead + rng.uniform(0, 60))
    bare = BARE if rng.random() < 0.4 else TRUNK
    return [
        Cone(start, elbow, 0.066, 0.052),
        Cone(elbow, hand, 0.05, 0.038, bare),
        Cone(hand, _limb(hand, 0.07, out * side, ahead), 0.042, 0.035, BARE),
    ]


def _human_leg(x: float, side: int, pose: str, tall: float, rng: np.random.Generator) -> list[Cone]:
    ahead, bent = rng.normal(0, 5), abs(rng.normal(0, 6))
    if pose == "stride":
        ahead, bent = side * rng.uniform(10, 38), rng.uniform(0, 45)
    elif pose == "sit":
        ahead, bent = rng.uniform(75, 95), rng.uniform(70, 100)
    elif pose == "crouch":
        ahead, bent = rng.uniform(70, 115), rng.uniform(100, 140)
    out = side * abs(rng.normal(4, 6))
    knee = _limb((x, 0.06, 0.0), 0.42 * tall, out, ahead)
    foot = _limb(knee, 0.4 * tall, out, ahead - bent)
    return [
        Cone((x, 0.04, 0.0), knee, 0.1, 0.072, LIMBS),
        Cone(knee, foot, 0.068, 0.046, LIMBS),
        Cone(foot, (foot[0], foot[1] + 0.03, foot[2] + 0.13), 0.05, 0.04, HAIR),
    ]


def _leg(root: Vector, swung: float, bent: float, length: float, front: bool) -> list[Cone]:
    """A horse's leg: thigh, shank and hoof."""
    knee = _swing(root, length * 0.52, swung)
    fetlock = _swing(knee, length * 0.58, swung - bent)
    hoof = _swing(fetlock, length * 0.16, swung - bent * 0.5 + 20)
    return [
        Cone((root[0], root[1] - 0.08, root[2] * 0.9), knee, 0.115 if front else 0.135, 0.052, LIMBS),
        Cone(knee, fetlock, 0.048, 0.034, LIMBS),
        Cone(fetlock, hoof, 0.038, 0.05, BARE),
    ]


def _reach(start: Vector, length: float, up: float, aside: float) -> Vector:
    """From the start towards +x, raised and turned aside, in degrees."""
    flat = cos(radians(up)) * length
    return (
        start[0] + cos(radians(aside)) * flat,
        start[1] - sin(radians(up)) * length,
        start[2] + sin(radians(aside)) * flat,
    )


def _swing(start: Vector, length: float, ahead: float) -> Vector:
    """Down from the start, swung towards +x by degrees."""
    return start[0] + sin(radians(ahead)) * length, start[1] + cos(radians(ahead)) * length, start[2]


def _limb(start: Vector, length: float, out: float, ahead: float) -> Vector:
    """Down from the start, out towards +x and ahead towards +z by degrees."""
    down = cos(radians(ahead)) * length
    return (
        start[0] + sin(radians(out)) * down,
        start[1] + cos(radians(out)) * down,
        start[2] + sin(radians(ahead)) * length,
    )


def _between(a: Vector, b: Vector, share: float) -> Vector:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share
