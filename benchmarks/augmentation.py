"""Augmentation recovered from pixels: true and measured range of each setting, for five ways to write it.

Prints one line a case and setting, and at the end how many lie within the bound: 10 % of the range, or 2 degrees, or
for shifts, zoom and light 0.01.

    python benchmarks/augmentation.py
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.src.legacy.preprocessing.image import ImageDataGenerator
from numpy.typing import NDArray
from scipy import ndimage

from grader.measure.augmentation import measure_augmentation
from grader.measure.augmentation_pattern import Pattern

SAMPLES = 200
Range = tuple[float, float]
Case = tuple[str, str, Callable[[NDArray[np.float32]], NDArray[np.float32]], dict[str, Any]]
SETTINGS = (
    "rotation", "shear", "zoom_height", "zoom_width", "height_shift", "width_shift", "brightness", "contrast", "tint",
)  # fmt: skip
UNITS = {"rotation": 2.0, "shear": 2.0, "contrast": 0.02}


def both(x: float) -> Range:
    return (-x, x)


def generator(**settings: Any) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    def run(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        return next(ImageDataGenerator(rescale=1 / 255, **settings).flow(batch, batch_size=len(batch), shuffle=False))

    return run


def front(*parts: Any) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    def run(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        model = keras.Sequential([keras.Input(batch.shape[1:]), *parts, layers.Rescaling(1 / 255)])
        return np.concatenate([np.asarray(model(batch[i : i + 32], training=True)) for i in range(0, len(batch), 32)])

    return run


def mapped(function: Callable[[Any], Any]) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    def run(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        data = tf.data.Dataset.from_tensor_slices(batch).map(lambda x: function(x / 255)).batch(64)
        return np.concatenate([part.numpy() for part in data])

    return run


def by_hand(rng: np.random.Generator, **most: float) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    def one(image: NDArray[np.float32]) -> NDArray[np.float32]:
        turn, zoom = (
            np.radians(rng.uniform(*both(most.get("rotation", 0)))),
            1 + rng.uniform(*both(most.get("zoom", 0))),
        )
        shift = rng.uniform(-1, 1, 2) * most.get("shift", 0) * len(image)
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * zoom
        middle = (np.array(image.shape[:2]) - 1) / 2
        planes = [
            ndimage.affine_transform(image[..., c], matrix, middle - matrix @ (middle + shift), order=1, mode="nearest")
            for c in range(image.shape[-1])
        ]
        made = np.stack(planes, axis=-1) / 255 * (1 + rng.uniform(*both(most.get("brightness", 0))))
        return made[:, ::-1] if rng.random() < most.get("flip", 0) else made

    return lambda batch: np.stack([one(image) for image in batch]).astype(np.float32)


def cases() -> Iterator[Case]:
    for x in (5, 10, 20, 40, 90, 180):
        yield "generator", f"rotation {x}", generator(rotation_range=x), {"rotation": both(x)}
    for x in (5, 15, 30):
        yield "generator", f"shear {x}", generator(shear_range=x), {"shear": both(x)}
    for x in (0.05, 0.1, 0.2, 0.4):
        yield "generator", f"zoom {x}", generator(zoom_range=x), {"zoom_height": both(x), "zoom_width": both(x)}
        # Keras' height_shift_range moves along the width, and the reverse; what counts is what moves.
        yield "generator", f"shift {x}", generator(width_shift_range=x), {"height_shift": both(x)}
    yield "generator", "zoom 0.5 to 1", generator(zoom_range=[0.5, 1.0]), {"zoom_height": (-0.5, 0.0)}
    for mode in ("constant", "nearest", "reflect", "wrap"):
        made = generator(rotation_range=30, height_shift_range=0.2, zoom_range=0.2, fill_mode=mode)
        yield "generator", mode, made, {"rotation": both(30), "width_shift": both(0.2), "zoom_height": both(0.2)}
    for x in (0.2, 0.5):
        yield "generator", f"brightness {x}", generator(brightness_range=[1 - x, 1 + x]), {"brightness": both(x)}
    yield "generator", "channel shift 50", generator(channel_shift_range=50), {"brightness": both(50 / 255)}
    everything = {
        "rotation_range": 40, "width_shift_range": 0.2, "height_shift_range": 0.1, "shear_range": 20,
        "zoom_range": 0.2, "horizontal_flip": True,
    }  # fmt: skip
    truth = {
        "rotation": both(40), "height_shift": both(0.2), "width_shift": both(0.1), "shear": both(20),
        "zoom_height": both(0.2), "zoom_width": both(0.2), "horizontal_flip": 0.5, "vertical_flip": 0.0,
    }  # fmt: skip
    yield "generator", "all", generator(**everything), truth
    lit = generator(**everything, vertical_flip=True, brightness_range=[0.7, 1.3])
    yield "generator", "all, lit", lit, {**truth, "vertical_flip": 0.5, "brightness": both(0.3)}
    for x in (0.02, 0.1, 0.2, 0.5):
        yield "layers", f"rotation {x}", front(layers.RandomRotation(x)), {"rotation": both(360 * x)}
    for x in (0.1, 0.3):
        yield "layers", f"translation {x}", front(layers.RandomTranslation(x, x / 2)), {
            "height_shift": both(x), "width_shift": both(x / 2)}  # fmt: skip
        yield "layers", f"zoom {x}", front(layers.RandomZoom(x)), {"zoom_height": both(x), "zoom_width": both(x)}
    yield "layers", "zoom in", front(layers.RandomZoom((-0.4, 0.0))), {"zoom_height": (-0.4, 0.0)}
    # Keras 3.15 reads RandomContrast(0.3) as factors from 1 to 1.3, and RandomFlip() does both flips or none.
    yield "layers", "contrast 0.3", front(layers.RandomContrast(0.3)), {"contrast": (0.0, 0.3), "brightness": both(0)}
    yield "layers", "brightness 0.2", front(layers.RandomBrightness(0.2)), {"brightness": both(0.2)}
    yield "layers", "flips", front(layers.RandomFlip()), {"horizontal_flip": 0.5, "vertical_flip": 0.5}
    stack = [
        layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomTranslation(0.1, 0.1),
        layers.RandomZoom(0.2, 0.2), layers.RandomContrast(0.2),
    ]  # fmt: skip
    truth = {
        "horizontal_flip": 0.5, "rotation": both(36), "height_shift": both(0.1), "width_shift": both(0.1),
        "zoom_height": both(0.2), "zoom_width": both(0.2), "contrast": (0.0, 0.2), "shear": both(0),
    }  # fmt: skip
    yield "layers", "all", front(*stack), truth
    other = [layers.RandomZoom(0.2, 0.2), layers.RandomRotation(0.1), layers.RandomFlip("horizontal")]
    yield "layers", "zoom first", front(*other), {"rotation": both(36), "zoom_height": both(0.2), "shear": both(0)}
    augment = keras.Sequential(stack[:4])
    yield "dataset.map", "all but light", mapped(lambda x: augment(x[None], training=True)[0]), {
        k: v for k, v in truth.items() if k != "contrast"}  # fmt: skip
    yield "tf.image", "flip, brightness 0.2", mapped(
        lambda x: tf.image.random_brightness(tf.image.random_flip_left_right(x), 0.2)
    ), {"horizontal_flip": 0.5, "brightness": both(0.2)}  # fmt: skip
    yield "tf.image", "contrast 0.6 to 1.4", mapped(lambda x: tf.image.random_contrast(x, 0.6, 1.4)), {
        "contrast": both(0.4)}  # fmt: skip
    yield "tf.image", "quarter turns", mapped(
        lambda x: tf.image.rot90(x, tf.random.uniform([], 0, 4, tf.int32))
    ), {"rotation": (-90.0, 180.0)}  # fmt: skip
    rng = np.random.default_rng(0)
    yield "NumPy", "all", by_hand(rng, rotation=25, zoom=0.15, shift=0.1, flip=0.5, brightness=0.2), {
        "rotation": both(25), "zoom_height": both(0.15), "height_shift": both(0.1), "width_shift": both(0.1),
        "horizontal_flip": 0.5, "brightness": both(0.2)}  # fmt: skip
    yield "NumPy", "nothing", lambda batch: batch / 255, dict.fromkeys(SETTINGS, both(0.0))


def main() -> int:
    only = sys.argv[1:]  # parts of names of cases; default: all
    met = total = 0
    seconds = 0.0
    for side, channels in ((150, 3), (28, 1)):
        pattern = Pattern.from_seed(7)
        batch = np.repeat(pattern.render(side, side, channels)[None].astype(np.float32), SAMPLES, axis=0)
        for way, name, run, truth in cases():
            np.random.seed(1)
            keras.utils.set_random_seed(1)
            if only and not any(word in name for word in only):
                continue
            images = np.asarray(run(batch))
            start = time.perf_counter()
            found = measure_augmentation(images, pattern, line=(1 / 255, 0.0))
            seconds += time.perf_counter() - start
            lost = f", {found.unreadable} unreadable" if found.unreadable else ""
            for setting, true in truth.items():
                seen = found.settings[setting]
                if isinstance(true, float):
                    ok = abs(seen.share - true) < 0.1
                    text = f"true {true:8.0%}            measured {seen.share:8.0%}"
                else:
                    bound = max(0.1 * max(map(abs, true)), UNITS.get(setting, 0.01))
                    ok = abs(seen.low - true[0]) <= bound and abs(seen.high - true[1]) <= bound
                    text = f"true {true[0]:8.2f} {true[1]:8.2f}   measured {seen.low:8.2f} {seen.high:8.2f}"
                met, total = met + ok, total + 1
                print(f"{side:3d} px  {way:12s} {name:22s} {setting:16s} {text}  {'ok' if ok else 'OFF'}{lost}")
    print(f"{met} of {total} within 10 % (or 2 degrees, or 0.01); {seconds / max(1, total):.1f} s a setting")
    return 0 if met == total else 1


if __name__ == "__main__":
    sys.exit(main())
