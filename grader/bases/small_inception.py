"""A little sister of InceptionV3: blocks of the same kind, far less work, and weights that ship with the grader.

`scripts/pretrain_base.py` trained it to tell 37 kinds of drawn things apart (`grader.datasets.drawing.things`), none of
which is in an assignment.
"""

from typing import Any

__all__ = ["BLOCKS", "SmallInception"]

BLOCKS = ("mixed0", "mixed1", "mixed2", "mixed3", "mixed4", "mixed5")
"""Names of the layers that join the branches of a block; `mixed2` and `mixed5` halve height and width first."""

WIDTHS = {"mixed0": 16, "mixed1": 24, "mixed2": 32, "mixed3": 40, "mixed4": 48, "mixed5": 64}
"""Maps of each of a block's four branches."""
CLASSES = 37


def SmallInception(  # noqa: N802 - it is called as keras.applications.InceptionV3 is
    include_top: bool = True,
    weights: str | None = None,
    input_shape: tuple[int, int, int] = (150, 150, 3),
    classes: int = CLASSES,
) -> Any:
    """The network, with arguments as those of `keras.applications.InceptionV3`.

    Args:
        include_top: Whether it ends in a layer that tells `classes` kinds of things apart.
        weights: Path of a weights file; None for random ones.
        input_shape: (height, width, channels), at least 75 x 75 x 3; pixel values from 0 to 1.
        classes: Units of the top.

    Returns:
        A functional `keras.Model`, not compiled. Its blocks end in layers named `mixed0` to `mixed5`.
    """
    import keras  # noqa: PLC0415 - heavy, and most of the grader never needs it

    layers = keras.layers

    def conv(x: Any, name: str, filters: int, size: int, strides: int = 1) -> Any:
        x = layers.Conv2D(filters, size, strides, padding="same", use_bias=False, name=f"{name}_conv")(x)
        x = layers.BatchNormalization(momentum=0.97, name=f"{name}_norm")(x)
        return layers.Activation("relu", name=f"{name}_relu")(x)

    def block(x: Any, name: str) -> Any:
        width = WIDTHS[name]
        one = conv(x, f"{name}_1x1", width, 1)
        three = conv(conv(x, f"{name}_3x3_in", width, 1), f"{name}_3x3", width, 3)
        five = conv(x, f"{name}_5x5_in", width, 1)
        five = conv(conv(five, f"{name}_5x5_mid", width, 3), f"{name}_5x5", width, 3)
        pool = layers.AveragePooling2D(3, 1, padding="same", name=f"{name}_pool")(x)
        pool = conv(pool, f"{name}_pool_1x1", width, 1)
        return layers.Concatenate(name=name)([one, three, five, pool])

    image = keras.Input(input_shape, name="image")
    x = conv(image, "stem0", 16, 5, strides=2)
    x = layers.MaxPooling2D(3, 2, padding="same", name="stem0_pool")(x)
    x = conv(x, "stem1", 32, 3)
    x = layers.MaxPooling2D(3, 2, padding="same", name="stem1_pool")(x)
    for name in BLOCKS:
        if name in {"mixed2", "mixed5"}:
            x = layers.MaxPooling2D(3, 2, padding="same", name=f"{name}_halve")(x)
        x = block(x, name)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="average")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    model = keras.Model(image, x, name="small_inception")
    if weights is not None:
        model.load_weights(weights)
    return model
