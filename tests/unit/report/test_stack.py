from xml.etree import ElementTree as ET

from grader.observation import KerasModel, Layer
from grader.report.stack import bricks, draw_stack


def layer(kind: str, *shape: int | None, parameters: int = 0, trainable: int = 0, **settings) -> Layer:
    return Layer(
        name=kind.lower(), kind=kind, output_shape=(None, *shape), parameters=parameters, trainable=trainable,
        settings=settings,
    )  # fmt: skip


SMALL = KerasModel(
    input_shape=(None, 150, 150, 3),
    layers=(
        layer("Conv2D", 148, 148, 16, parameters=448, trainable=448, filters=16, kernel_size=[3, 3]),
        layer("MaxPooling2D", 74, 74, 16, pool_size=[2, 2]),
        layer("Flatten", 87616),
        layer("Dense", 1, parameters=87617, units=1),
    ),
)


def drawn(model: KerasModel) -> ET.Element:
    return ET.fromstring(str(draw_stack(model)))


def test_each_layer_has_a_slab_its_shape_and_its_parameters():
    svg = drawn(SMALL)
    assert [e.get("class") for e in svg.iter("rect")] == ["other", "convolution", "pooling", "other", "dense"]
    texts = ["".join(e.itertext()) for e in svg.iter("text")]
    assert texts == [
        "Input", "150 \u00d7 150 \u00d7 3",
        "Conv2D 16, 3\u00d73", "148 \u00d7 148 \u00d7 16 \u00b7 448 parameters",
        "MaxPooling2D 2\u00d72", "74 \u00d7 74 \u00d7 16 \u00b7 no parameters",
        "Flatten", "87,616 \u00b7 no parameters",
        "Dense 1", "1 \u00b7 87,617 parameters, frozen",
    ]  # fmt: skip


def test_the_smaller_the_image_the_narrower_the_slab():
    widths = [float(str(e.get("width"))) for e in drawn(SMALL).iter("rect")]
    assert widths[0] > widths[1] > widths[2] > widths[3] > widths[4] > 0


def test_it_is_told_to_those_who_do_not_see_it():
    svg = drawn(SMALL)
    said = {e.get("id"): e.text for e in svg if e.get("id")}
    assert str(svg.get("aria-labelledby")).split() == list(said)
    assert "MaxPooling2D, output 74 \u00d7 74 \u00d7 16, 0 parameters" in str(said["stack-desc"])


def test_a_deep_base_is_one_slab_and_the_head_is_drawn():
    base = tuple(layer("Conv2D", 7, 7, 768, parameters=10) for _ in range(220))
    shown = bricks(KerasModel(layers=(*base, layer("Flatten", 37632), layer("Dense", 1, parameters=5, trainable=5))))
    assert [(b.kind, b.settings, b.parameters, b.trainable) for b in shown] == [
        ("220 layers ahead of the head", "220 convolutions", 2200, 0),
        ("Flatten", "", 0, 0),
        ("Dense", "", 5, 5),
    ]


def test_a_tower_of_layers_is_cut_in_the_middle():
    shown = bricks(KerasModel(layers=tuple(layer("Dense", 8, parameters=1) for _ in range(1000))))
    assert len(shown) == 31
    assert sum(b.parameters for b in shown) == 1000


def test_shapes_that_are_not_known_are_drawn_too():
    odd = KerasModel(layers=(Layer(name="a", kind="Thing"), layer("Conv2D", None, None, 8), layer("Odd", 1, 2, 3, 4)))
    assert len(list(drawn(odd).iter("rect"))) == 4
    assert draw_stack(KerasModel()) is None
