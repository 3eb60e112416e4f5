"""Sizes of the pages, the time to write them for a class of 10,000, and how quick the class page is in Chromium.

Give the number of students as an argument for another class. Chromium is asked through Playwright, where both are here.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from grader.observation import (
    Accuracy,
    Augmentation,
    AugmentationSetting,
    CellRun,
    CodeError,
    Conditions,
    Function,
    History,
    KerasModel,
    Layer,
    Loss,
    Mistake,
    Observations,
    Provenance,
    Run,
    RunStatus,
)
from grader.report import Background, write_reports
from grader.scorecard import Outcome, RunSummary, Scorecard, Scores, Verdict

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
CHROMIUM = Path("/usr/bin/chromium")
FUNCTIONS = ("create_train_val_dirs", "split_data", "train_val_generators", "create_model")
CRITERIA, POINTS = 15, 6.0
STUB = "def {name}(a, b):\n    ### your code here\n    raise NotImplementedError"


class Seen(Mapping[str, Observations]):
    """The observations of a class, each made when it is asked for, as a gradebook gives them."""

    def __init__(self, students: list[str], pictures: int) -> None:
        self._numbers = {student: number for number, student in enumerate(students)}
        self._pictures = pictures

    def __getitem__(self, student: str) -> Observations:
        return observations(self._numbers[student], self._pictures)

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def make_class(count: int) -> Scores:
    """Scorecards of a class, with every outcome and every kind of run."""
    return Scores(
        assignment="week1", max_score=CRITERIA * POINTS, submissions=tuple(card(number) for number in range(count))
    )


def card(number: int, *, points: float = POINTS) -> Scorecard:
    dice = random.Random(number)
    skill = dice.random()
    verdicts = []
    for which in range(CRITERIA):
        luck = dice.random()
        outcome = Outcome.PASSED if luck < 0.35 + 0.65 * skill else dice.choice([Outcome.FAILED, Outcome.PARTIAL])
        if outcome is not Outcome.PASSED and luck > 0.95:
            outcome = Outcome.ERRORED if luck > 0.998 else Outcome.SKIPPED
        share = {Outcome.PASSED: 1.0, Outcome.PARTIAL: 0.5}.get(outcome, 0.0)
        verdicts.append(
            Verdict(
                criterion=f"criterion-{which}",
                check="loss_activation",
                title=f"Criterion {which + 1}: the loss and the last layer fit",
                outcome=outcome,
                points=round(points * share, 2),
                max_points=points,
                expected="a last layer, a loss and labels that fit each other",
                actual="1 unit with `softmax`, integer labels up to 1, binary_crossentropy",
                feedback="" if outcome is Outcome.PASSED else "Softmax over one unit always gives 1.0. Use a sigmoid.",
                provenance=Provenance.MEASURED,
                evidence={"code": "passed" if outcome is Outcome.PASSED else f"mistake-{dice.randrange(4)}"},
            )
        )
    status = RunStatus.OK if luck < 0.97 else dice.choice([RunStatus.CELL_ERROR, RunStatus.TIMEOUT])
    return Scorecard.of(
        student=f"student-{number:05}",
        notebook=f"student-{number:05}/week1.ipynb",
        sha256=f"{number:064x}",
        run=RunSummary(status=status, seconds=20 + 60 * luck, message="" if status is RunStatus.OK else "Cell 9."),
        verdicts=tuple(verdicts),
    )


def observations(number: int, pictures: int) -> Observations:
    """All that a page can show: every kind of augmentation, twenty layers, thirty epochs, errors, mistaken images."""
    dice = random.Random(number)
    size, layers = 150, []
    for depth in range(1, 10):
        size = max(2, size // 2)
        layers += [
            Layer(
                name=f"conv{depth}", kind="Conv2D", activation="relu", output_shape=(None, size, size, 2**depth),
                parameters=999 * depth, trainable=999 * depth, settings={"filters": 2**depth, "kernel_size": [3, 3]},
            ),
            Layer(name=f"pool{depth}", kind="MaxPooling2D", output_shape=(None, size // 2, size // 2, 2**depth)),
        ]  # fmt: skip
    layers.append(Layer(name="out", kind="Dense", activation="sigmoid", output_shape=(None, 1), parameters=513))
    names = (
        "rotation", "shear", "zoom_height", "zoom_width", "height_shift", "width_shift", "horizontal_flip",
        "vertical_flip", "brightness", "contrast", "tint",
    )  # fmt: skip
    curve = tuple(min(0.99, 0.5 + 0.02 * epoch + 0.02 * dice.random()) for epoch in range(30))
    words = [f"word{dice.randrange(10**6)}" for _ in range(30)]
    own = "\n".join(f"    {a} = tf.{b}({a}, {n}) + np.{a}" for n, (a, b) in enumerate(pairwise(words)))
    error = CodeError(name="KeyError", message="'acc'", line=own.splitlines()[3].strip(), line_number=5)
    cells = [
        CellRun(index=n, status="ok", source=f"def {name}(a, b):\n{own}\n    return a")
        for n, name in enumerate(FUNCTIONS)
    ]
    return Observations(
        run=Run(
            status=RunStatus.CELL_ERROR, seconds=30,
            cells=(*cells, CellRun(index=9, status="error", error=error, source=f"history = model.fit(a)\n{own}")),
        ),
        conditions=Conditions(versions={"tensorflow": "2.21.0", "keras": "3.15.1"}, sandbox="bwrap", seed=1),
        functions={name: Function(name=name, defined=True, cell=n) for n, name in enumerate(FUNCTIONS)},
        augmentation=Augmentation(
            settings={
                name: AugmentationSetting(low=-0.3, high=0.3, share=0.5, interval=(0, 1), samples=96)
                if name not in {"rotation", "shear"}
                else AugmentationSetting(low=-30, high=30, share=1, interval=(0, 1), samples=96)
                for name in names
            },
            samples=96,
            places=("data",),
        ),
        built_model=KerasModel(
            input_shape=(None, 150, 150, 3), layers=tuple(layers), parameters=45_468, trainable=45_468,
            loss=Loss(name="binary_crossentropy"),
        ),
        history=History(
            epochs=30, curves={"accuracy": curve, "val_accuracy": curve[::-1], "loss": curve[::-1], "val_loss": curve}
        ),
        train_accuracy=Accuracy(correct=180, images=200, confusion=((90, 10), (10, 90)), classes=("cats", "dogs")),
        train_mistakes=tuple(
            Mistake(image=n, file=f"Cat/{dice.randrange(pictures)}.png", truth="cats", said="dogs", confidence=0.9)
            for n in range(8)
        ),
        holdout_accuracy=Accuracy(correct=340, images=400, confusion=((170, 30), (30, 170)), classes=("cats", "dogs")),
    )  # fmt: skip


def make_pictures(folder: Path, count: int) -> None:
    """Training images that compress badly: the pages that show them are as large as pages get."""
    from PIL import Image  # noqa: PLC0415

    for number in range(count):
        Image.effect_noise((200, 200), 60 + number % 40).save(folder / f"{number}.png")


def write(count: int, out: Path, pictures: Path) -> Scores:
    """Write the reports of a class."""
    make_pictures(pictures, 24)
    scores = make_class(count)
    students = [one.student for one in scores.submissions]
    background = Background(
        functions={f"criterion-{n}": FUNCTIONS[n % len(FUNCTIONS)] for n in range(CRITERIA)},
        stub=[STUB.format(name=name) for name in FUNCTIONS],
        picture_of=lambda name: pictures / name.rpartition("/")[2],
        previous={one.student: card(number + 1) for number, one in enumerate(scores.submissions[:100])},
    )
    write_reports(scores, out, templates=TEMPLATES, observations=Seen(students, 24), background=background)
    return scores


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as name:
        out, pictures = Path(name) / "report", Path(name) / "pictures"
        pictures.mkdir()
        start = time.perf_counter()
        write(count, out, pictures)
        seconds = time.perf_counter() - start
        print(f"reports of {count:,} students: {seconds:.0f} s, {1000 * seconds / count:.1f} ms each")
        sizes = [path.stat().st_size for path in out.glob("student-*.html")]
        print(f"a student's page: {statistics.median(sizes) / 1000:.0f} kB, the largest {max(sizes) / 1000:.0f} kB")
        print(f"the class page: {(out / 'index.html').stat().st_size / 1e6:.1f} MB")
        in_chromium((out / "index.html").as_uri())


def in_chromium(page: str) -> None:
    """First paint, and how long typing into the filter keeps the page busy."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415
    except ImportError:
        print("Playwright is not installed, so no browser was asked")
        return
    if not CHROMIUM.exists():
        print(f"there is no {CHROMIUM}, so no browser was asked")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        paints, filters, sorts, worked = [], [], [], []
        for _ in range(5):
            tab = browser.new_page(viewport={"width": 1280, "height": 800})
            tab.goto(page)
            paint = tab.wait_for_function("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
            paints.append(paint.json_value())
            session = tab.context.new_cdp_session(tab)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            for words in ("student-00", "student-009", "9", "nobody", ""):
                before = busy(session)
                filters.append(tab.evaluate(TYPE, words))
                worked.append(busy(session) - before)
            sorts += [tab.evaluate(SORT, column) for column in (1, 0, 5)]
            tab.close()
        browser.close()
    rows = {"first contentful paint": paints, "filter": filters, "filter, processor time": worked, "sort": sorts}
    for what, times in rows.items():
        middle = statistics.median(times)
        print(f"{what}: median {middle:.0f} ms, quickest {min(times):.0f} ms, slowest {max(times):.0f} ms")


def busy(session: Any) -> float:
    """Milliseconds of processor time that the page's own thread has used: other programs do not add to it."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(metrics["TaskDuration"])


# Until the frame after it is drawn, so that layout and paint are counted.
AFTER_FRAME = (
    "await new Promise((done) => requestAnimationFrame(() => setTimeout(done))); return performance.now() - start;"
)
TYPE = f"""async (words) => {{
  const field = document.getElementById("filter"), start = performance.now();
  field.value = words; field.dispatchEvent(new Event("input")); {AFTER_FRAME}
}}"""
SORT = f"""async (column) => {{
  const start = performance.now();
  document.querySelectorAll("#table thead button")[column].click(); {AFTER_FRAME}
}}"""

if __name__ == "__main__":
    main()
