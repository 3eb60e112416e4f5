import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest

from grader.observation import History
from grader.report.charts import accuracy_chart, loss_chart

CURVES = {"accuracy": (0.5, 0.9), "val_accuracy": (0.5, 0.8), "loss": (0.7, 0.2), "val_loss": (0.7, 0.4)}


def history(**curves: tuple[float | None, ...]) -> History:
    return History(epochs=max(map(len, curves.values()), default=0), curves=curves)


def test_curves_are_named_and_described():
    svg = ET.fromstring(str(accuracy_chart(history(**CURVES), train=0.93, holdout=0.85)))
    assert svg.get("role") == "img"
    said = {e.get("id"): e.text for e in svg if e.get("id")}
    assert str(svg.get("aria-labelledby")).split() == ["accuracy-title", "accuracy-desc"]
    assert said["accuracy-title"] == "Accuracy over epochs"
    assert said["accuracy-desc"] == (
        "2 epochs. training, as claimed: from 0.5 to 0.9; validation, as claimed: from 0.5 to 0.8; "
        "training, measured 93%; holdout, measured 85%."
    )
    legend = {e.text for e in svg.iter("text")}
    assert {"training, as claimed", "holdout, measured 85%", "epoch"} <= legend


def test_a_drawing_needs_no_style_no_script_and_no_outside():
    drawn = str(loss_chart(history(**CURVES)))
    for e in ET.fromstring(drawn).iter():
        assert e.tag in {"svg", "title", "desc", "g", "path", "defs", "use", "clipPath", "rect", "text"}
        assert "style" not in e.attrib
        assert not [k for k in e.attrib if k.startswith(("on", "{"))]
    assert "http" not in drawn
    assert "currentColor" in drawn


def test_every_reference_is_answered_and_two_charts_share_no_id():
    first = ET.fromstring(str(loss_chart(history(**CURVES))))
    second = ET.fromstring(str(accuracy_chart(history(**CURVES), train=None, holdout=None)))
    ids = [{i for e in svg.iter() if (i := e.get("id"))} for svg in (first, second)]
    assert not ids[0] & ids[1]
    for svg, known in zip((first, second), ids, strict=True):
        assert {str(e.get("href"))[1:] for e in svg.iter("use")} <= known
        assert {str(e.get("clip-path"))[5:-1] for e in svg.iter() if e.get("clip-path")} <= known


def test_drawings_are_the_same_every_time():
    assert loss_chart(history(**CURVES)) == loss_chart(history(**CURVES))


def test_there_is_no_chart_without_a_curve():
    assert loss_chart(history(accuracy=(0.5,))) is None
    assert accuracy_chart(history(loss=(0.5,)), train=0.9, holdout=0.9) is None
    assert loss_chart(history(loss=(None, None))) is None


@pytest.mark.parametrize("name", ["acc", "binary_accuracy", "sparse_categorical_accuracy"])
def test_accuracy_has_many_names(name: str):
    assert accuracy_chart(history(**{name: (0.5, 0.6)}), train=None, holdout=None) is not None


@pytest.mark.parametrize(
    "curve",
    [(1e308, -1e308, 0.5), (0.0,), (0.5,) * 100_000, (None, 0.1, None), (5e-324, 0.3)],
    ids=["huge", "one", "long", "gaps", "tiny"],
)
def test_strange_numbers_are_drawn_or_left_out(curve: tuple[float | None, ...]):
    claims = history(loss=curve, accuracy=curve)
    for svg in (loss_chart(claims), accuracy_chart(claims, train=0.0, holdout=1.0)):
        assert svg is not None
        assert len(svg) < 60_000


def test_words_of_the_notebook_never_reach_a_drawing():
    claims = History(epochs=2, curves={**CURVES, "$\\frac{": (1.0, 2.0), "<b>_accuracy": (0.1, 0.2)})
    svg = str(accuracy_chart(claims, train=None, holdout=None))
    assert "frac" not in svg
    assert "<b>" not in svg


def test_a_class_without_curves_does_not_pay_for_matplotlib():
    code = "import sys, grader.report; sys.exit(any(m in sys.modules for m in ('matplotlib', 'tensorflow', 'keras')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
