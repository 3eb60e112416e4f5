"""Program of the second sandbox: loads saved models in safe mode, describes them, predicts on unlabelled images.

No student code runs here. Reads from `$GRADER_IN` what `grader.measure.inspection` put there: `plan.json` and, where
they exist, `built.keras`, `trained.keras`, `stump.keras`, `pixels.npy`, `train.npy`, `holdout.npy`, `fiducial.npy` and
`weights.h5`. Sends a record
"model" {which, ...fields of KerasModel} for each model, `predictions-train.npy` and `predictions-holdout.npy`
(n, units) float32, where there are pretrained weights a record "base" {which, ...fields of BaseWeights}, and for
augmentation a record "front" {low, high} with `front.npy` (1 + n, h, w, c) uint8, of which
the first is not augmented.
"""

import json
import os
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.probe import fiducials, keras_api, outbox
from grader.probe.describe import describe, holds_rescaling
from grader.probe.weights import compare_base, file_digests

__all__ = ["Loaded", "load_model", "main", "predict"]

BATCH = 32
FORBIDDEN = ("disallowed", "not allowed: ", "not a modeling function", "unsafe deserialization")
"""In lower case, what Keras says when it refuses what a file asks for."""
DAMAGED = (
    "unable to synchronously open",
    "expecting value",
    "differ",
    "file signature",
    "bad crc",
    "codec can't decode",
)
"""What readers say of files that nobody wrote with `save`."""


class Loaded:
    """A model and the configuration that it was compiled with.

    Attributes:
        model: The Keras model.
        compiled_with: Serialized compile configuration from the archive; empty for a model that was not compiled.
    """

    def __init__(self, model: Any, compiled_with: dict[str, Any]) -> None:
        self.model = model
        self.compiled_with = compiled_with


def main() -> None:
    """Inspect the models named by the environment."""
    outbox.claim()
    keras_api.install()
    given = Path(os.environ["GRADER_IN"])
    plan = json.loads((given / "plan.json").read_text(encoding="utf-8"))
    for which in ("built", "trained", "stump"):
        path = given / f"{which}.keras"
        if not path.is_file():
            continue
        try:
            loaded = load_model(path)
            pixels = _pixels(given, plan, loaded.model)
            facts = describe(
                loaded.model, compiled_with=loaded.compiled_with, pixels=pixels, label_form=plan["label_form"]
            )
        except Exception as error:  # noqa: BLE001 - a model can be wrong in any way
            outbox.record("model", which=which, error=_in_kind_words(error))
            continue
        outbox.record("model", which=which, **facts)
        if which == "trained":
            _predict_all(loaded.model, given, plan)
        if (given / "weights.h5").is_file():
            outbox.record("base", which=which, **compare_base(loaded.model, file_digests(given / "weights.h5")))
        if which == plan.get("front"):
            _pass_fiducials(loaded.model, given, plan)


def load_model(path: Path) -> Loaded:
    """Load a `.keras` file in safe mode; a custom loss, metric or optimizer does not stop it.

    Raises:
        Exception: Whatever Keras raises for a model that cannot be loaded, such as one with a custom layer.
    """
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    compiled_with = config.get("compile_config") if isinstance(config, dict) else None
    # What it was compiled with is read from the archive, not from the loaded model: there a custom loss cannot exist.
    model = keras_api.load(path)
    return Loaded(model, compiled_with if isinstance(compiled_with, dict) else {})


def predict(model: Any, images: NDArray[np.uint8], scale: float, offset: float) -> NDArray[np.float32]:
    """Predictions (n, units) for raw images (n, h, w, c), prepared batch by batch as scale * pixel + offset."""
    said = _compiled(model, (BATCH, *images.shape[1:]))
    batches = []
    for start in range(0, len(images), BATCH):
        some = images[start : start + BATCH]
        batch = np.zeros((BATCH, *images.shape[1:]), np.float32)  # the last one is filled up, and so of no other shape
        batch[: len(some)] = some.astype(np.float32) * np.float32(scale) + np.float32(offset)
        batches.append(np.asarray(said(batch), dtype=np.float32).reshape(BATCH, -1)[: len(some)])
    return np.concatenate(batches)


@cache
def _compiled(model: Any, shape: tuple[int, ...]) -> Callable[[Any], Any]:
    """What a model says of a float32 batch of this shape, its first axis included; compiled once for all images.

    `predict_on_batch` would compile two functions, one within the other, for each size of a batch.
    """
    import tensorflow as tf

    signature = [tf.TensorSpec(shape, tf.float32)]
    said: Callable[[Any], Any] = tf.function(
        lambda images: model(images, training=False), input_signature=signature, autograph=False
    )
    return said


def _prepare(model: Any, plan: Mapping[str, Any]) -> tuple[float, float]:
    """Scale and offset: those of the student's pipeline, or where they are not known what the model itself suggests."""
    if plan["scale"] is not None:
        return float(plan["scale"]), float(plan["offset"])
    return (1.0 if holds_rescaling(model) else 1 / 255), 0.0


def _pixels(given: Path, plan: Mapping[str, Any], model: Any) -> NDArray[np.float32] | None:
    path = given / "pixels.npy"
    if not path.is_file():
        return None
    pixels = np.load(path, allow_pickle=False).astype(np.float32)
    if not plan["pixels_ready"]:
        scale, offset = _prepare(model, plan)
        pixels = pixels * np.float32(scale) + np.float32(offset)
    return np.asarray(pixels, dtype=np.float32)


def _predict_all(model: Any, given: Path, plan: Mapping[str, Any]) -> None:
    scale, offset = _prepare(model, plan)
    for name in ("train", "holdout"):
        if not (given / f"{name}.npy").is_file():
            continue
        try:
            predictions = predict(model, np.load(given / f"{name}.npy", allow_pickle=False), scale, offset)
        except Exception as error:  # noqa: BLE001 - above all images of another size than the model takes
            outbox.record("no_predictions", which=name, error=_in_kind_words(error))
            continue
        path = Path(f"predictions-{name}.npy")
        np.save(path, predictions, allow_pickle=False)
        outbox.file(path.name, path)


def _pass_fiducials(model: Any, given: Path, plan: Mapping[str, Any]) -> None:
    """Send what the model's front makes of the fiducial image: once as it is, and many times as in training."""
    image = np.load(given / "fiducial.npy", allow_pickle=False)
    images = fiducials.front_samples(model, image, *_prepare(model, plan))
    if images is None:
        return
    path = Path("front.npy")
    record = fiducials.keep(images, path)
    outbox.record("front", low=record["low"], high=record["high"])
    outbox.file(path.name, path)


def _in_kind_words(error: Exception) -> str:
    text = " ".join(str(error).split())
    text = text.rpartition("Exception encountered: ")[2]  # Keras tells the outermost object first and the cause last
    lower = text.lower()
    if "lambda" in lower:
        return (
            "the model holds a Lambda layer, and code inside a saved model is never run here; "
            "use a Keras layer that does the same, such as Rescaling or Activation"
        )
    if any(sign in lower for sign in FORBIDDEN):
        return (
            "the saved file asks for something that no loading of a model may do here; "
            f"hand in what `model.save` writes, unchanged ({text[:160]})"
        )
    if "could not locate class" in lower or "custom object" in lower:
        return (
            "the model uses a class of your own, which does not travel with the saved file; "
            f"use Keras's own layers ({text[:160]})"
        )
    if type(error).__name__ in {"ResourceExhaustedError", "MemoryError"}:
        return f"the model needs more memory than there is; use fewer or smaller layers ({text[:160]})"
    if any(sign in lower for sign in DAMAGED):
        return f"the saved file is damaged ({text[:160]})"
    return f"{type(error).__name__}: {text[:300]}"


if __name__ == "__main__":
    main()
