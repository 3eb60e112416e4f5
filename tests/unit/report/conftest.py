"""A class of scorecards, and every nasty text that a student, a file or a notebook may bring."""

from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.observation import (
    Accuracy,
    Augmentation,
    AugmentationSetting,
    CellRun,
    CodeError,
    Conditions,
    Figure,
    Function,
    Hint,
    History,
    KerasModel,
    Layer,
    Loss,
    Machine,
    Mistake,
    Observations,
    Provenance,
    Run,
    RunStatus,
)
from grader.report.pages import Pages
from grader.scorecard import Outcome, Remark, RunSummary, Scorecard, Scores, Verdict

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '"><img src=x onerror=alert(1)>',
    "single-quote": "' autofocus onfocus='alert(1)",
    "style-end": "</style></title></textarea><svg onload=alert(1)>",
    "jinja": "{{ 7 * 7 }}{% for x in y %}",
    "formula": '=HYPERLINK("http://evil.example","click")',
    "plus": "+1+1",
    "minus": "-2+3",
    "at": "@SUM(A1:A9)",
    "tab-formula": "\t=1+1",
    "return-formula": "\r=1+1",
    "cdata": "]]>",
    "entity": "&lt;b&gt; &#x3c;i&#x3e;",
    "nul": "a\x00b\x01c\x08d\x7fe\x9bf",
    "not-xml": "a\ufffeb\uffffc\x0b\x0c",
    "ansi": "\x1b[31mred\x1b[0m\x1b[2J",
    "osc8": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "osc-open": "\x1b]0;title that never ends",
    "bidi": "alice\u202egnp.exe",
    "isolate": "\u2066x\u2069\u200b\ufeff",
    "markup": "[red]x[/red][link=http://evil.example]y[/]",
    "pipes": "| a | b |\n| --- | --- |",
    "backticks": "`code` ```\nfence\n```",
    "link": "[x](javascript:alert(1)) ![i](http://evil.example/i.png)",
    "bare-link": "http://evil.example www.evil.example a@evil.example",
    "mention": "@octocat #1 GH-1",
    "command": "::error::x\n::set-output name=a::b",
    "parent": "../../etc/passwd",
    "absolute": "/etc/passwd",
    "windows-path": "..\\..\\boot.ini",
    "device": "CON.txt",
    "index": "index",
    "INDEX": "INDEX",
    "dot": ".",
    "dots": "..",
    "hidden": ".bashrc",
    "option": "-rf",
    "long": "x" * 5000,
    "long-wide": "\u4e16" * 3000,
    "empty": "",
    "blank": "   ",
    "newlines": "a\r\nb\u2028c\u2029d",
    "emoji": "\U0001f600 \U0001f469\u200d\U0001f4bb",
    "upper": "ALICE",
    "title-case": "Alice",
    "plain": "alice",
    "surrogate": "a\udcffb",
}


class Reader(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.styles = ""
        self.scripts = ""
        self._inside = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute of <{tag}> is given twice"
        self.elements.append((tag, dict(attrs)))
        self._inside = tag
        self.text += " " if tag in {"td", "th", "dt", "dd", "h3"} else ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.styles += data
        elif self._inside == "script":
            self.scripts += data
        else:
            self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        """The text, every run of white space as one blank."""
        return " ".join(self.text.split())


@pytest.fixture
def read() -> Callable[[str], Reader]:
    return Reader


@pytest.fixture(params=list(HOSTILE))
def hostile(request: pytest.FixtureRequest) -> str:
    return HOSTILE[request.param]


@pytest.fixture
def all_hostile() -> list[str]:
    return list(HOSTILE.values())


@pytest.fixture
def templates() -> Path:
    return Path(__file__).parents[3] / "templates"


@pytest.fixture
def pages(templates: Path) -> Pages:
    return Pages(templates)


def verdict(
    criterion: str = "loss", outcome: Outcome = Outcome.PASSED, points: float | None = None, **changes
) -> Verdict:
    earned = {Outcome.PASSED: 15.0, Outcome.PARTIAL: 7.5}.get(outcome, 0.0) if points is None else points
    values = {
        "check": "loss_activation",
        "title": "The loss fits",
        "max_points": 15.0,
        "expected": "binary cross-entropy",
        "actual": "mean squared error",
        "feedback": "Use binary cross-entropy.",
        "provenance": Provenance.MEASURED,
    }
    return Verdict(**{"criterion": criterion, "outcome": outcome, "points": earned, **values, **changes})


@pytest.fixture
def make_verdict() -> Callable[..., Verdict]:
    return verdict


@pytest.fixture
def make_card() -> Callable[..., Scorecard]:
    def make(
        student: str = "alice", *verdicts: Verdict, status=RunStatus.OK, message="", remarks=(), **changes
    ) -> Scorecard:
        values = {
            "student": student,
            "notebook": f"{student}/week1.ipynb",
            "sha256": "ab" * 32,
            "run": RunSummary(status=status, seconds=12.3, message=message),
            "verdicts": verdicts or (verdict("split"), verdict("loss", Outcome.FAILED)),
        }
        return Scorecard.of(**{**values, **changes}).model_copy(update={"remarks": tuple(remarks)})

    return make


@pytest.fixture
def make_scores() -> Callable[..., Scores]:
    def make(*cards: Scorecard, assignment: str = "week1", max_score: float = 30) -> Scores:
        return Scores(assignment=assignment, max_score=max_score, submissions=cards)

    return make


@pytest.fixture
def make_hostile(make_card: Callable[..., Scorecard]) -> Callable[[str], Scorecard]:
    """A scorecard with a text in every place that a text can reach."""

    def make(text: str) -> Scorecard:
        words = {"title": text, "expected": text, "actual": text, "feedback": text, "evidence": {text: [text]}}
        verdicts = (
            verdict(text or "empty", Outcome.FAILED, **words),
            verdict("partial", Outcome.PARTIAL, **words),
            verdict("skipped", Outcome.SKIPPED, **words),
        )
        at = datetime(2026, 11, 21, tzinfo=UTC)
        remarks = [
            Remark(criterion=c, text=text, who=text, at=at, points=p) for c in ("", "partial") for p in (None, 1)
        ]
        values = {"notebook": text, "sha256": text, "message": text, "remarks": remarks}
        return make_card(text, *verdicts, status=RunStatus.CELL_ERROR, **values)

    return make


@pytest.fixture
def make_observations() -> Callable[..., Observations]:
    """Observations in full, a text of the caller's in every place that a student's text can reach."""

    def make(text: str = "cats", **changes) -> Observations:
        error = CodeError(name=text, message=text, line=text, line_number=3)
        layers = (
            Layer(
                name=text, kind="Conv2D", activation="relu", output_shape=(None, 148, 148, 16), parameters=448,
                settings={"filters": 16, "kernel_size": [3, 3]},
            ),
            Layer(name="dense", kind=text, activation=text, output_shape=(None, 1), settings={"units": text}),
        )  # fmt: skip
        values = {
            "run": Run(
                status=RunStatus.CELL_ERROR,
                seconds=1.0,
                cells=(
                    CellRun(index=7, status="error", error=error, source=f"x = 1\ny = 2\n{text}\nmodel.fit({text})"),
                ),
            ),
            "conditions": Conditions(
                versions={text: text},
                sandbox=text,
                seed=1,
                data=text,
                machine=Machine(processor=text, instructions=(text,), threads={text: text}),
            ),
            "functions": {text: Function(name=text, defined=True, error=error, cell=7)},
            "augmentation": Augmentation(
                settings={"rotation": AugmentationSetting(low=-20, high=20, share=1, interval=(19, 21), samples=96)},
                samples=96,
                places=("data",),
            ),
            "train_mistakes": (Mistake(image=3, file=text, truth="dogs", said=text, confidence=0.9),),
            "figures": (Figure(cell=7, width=640, height=480, colours=90),),
            "hints": (Hint(cell=7, line_number=1, line=text, modern=text),),
            "built_model": KerasModel(layers=layers, parameters=448, trainable=448, loss=Loss(name=text)),
            "history": History(
                epochs=3,
                curves={
                    text: (0.1, 0.2, 0.3),
                    "accuracy": (0.5, 0.7, 0.9),
                    "val_accuracy": (0.5, None, 0.8),
                    "loss": (0.7, 0.5, 0.3),
                    "val_loss": (0.7, 0.6, 0.4),
                },
            ),
            "train_accuracy": Accuracy(correct=19, images=20, confusion=((9, 1), (0, 10)), classes=("cats", "dogs")),
            "holdout_accuracy": Accuracy(correct=18, images=20, confusion=((8, 2), (0, 10)), classes=(text, "dogs")),
            "missing": {"directories": text},
        }
        return Observations(**{**values, **changes})

    return make
