"""An audit from beginning to end, with a class that is graded by hand."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.audit.audit import Plan, without_dates
from grader.course import find_course
from grader.errors import CourseError, RubricError
from grader.measure.answers import find_answers
from grader.notebook import nbformat, read_notebook
from grader.observation import Accuracy, Observations, Run, RunStatus
from grader.scorecard import Outcome, RunSummary, Scorecard, Scores, Verdict

ROOT = Path(__file__).parents[3]


@dataclass
class Class:
    scores: Scores
    observations: dict[str, Observations]


class Grader:
    """Passes everything, but for the mistakes it is told of."""

    def __init__(self, course, lost):
        self.rubric, self.lost = course.assignment("week1").rubric, lost
        self.seen: dict[str, str] = {}

    def __call__(self, folder: Path) -> Class:
        cards, observed = [], {}
        for number, path in enumerate(sorted(folder.glob("*.ipynb"))):
            self.seen[path.stem] = path.read_text()
            read_notebook(path, max_bytes=2**20)
            lost = {c.id for c in self.rubric.criteria} if path.stem == "as-given-out" else self.lost.get(path.stem, ())
            verdicts = tuple(
                Verdict(
                    criterion=c.id,
                    check=c.check,
                    title=c.title,
                    outcome=Outcome.FAILED if c.id in lost else Outcome.PASSED,
                    points=0 if c.id in lost else c.points,
                    max_points=c.points,
                )
                for c in self.rubric.criteria
            )
            summary = RunSummary(status=RunStatus.OK, seconds=1.0)
            cards.append(Scorecard.of(student=path.stem, notebook=path.name, sha256="", run=summary, verdicts=verdicts))
            accuracy = Accuracy(correct=190 + number, images=200, confusion=((100, 0), (0, 100)), classes=("a", "b"))
            run = Run(status=RunStatus.OK, seconds=1.0)
            observed[path.stem] = Observations(run=run, train_accuracy=accuracy, holdout_accuracy=accuracy)
        return Class(Scores(assignment="week1", max_score=100, submissions=tuple(cards)), observed)


@pytest.fixture
def course(tmp_path):
    for name in ("solutions", "assignments"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return find_course(tmp_path)


def test_every_mutant_is_handed_in_and_what_nobody_catches_is_a_hole(course):
    grade = Grader(course, {"rescale-missing": ("generators",)})
    found = Plan.make(course, "week1", only=["rescale-missing", "rescale-225"]).run(grade)
    assert set(grade.seen) == {"rescale-missing", "rescale-225"}
    assert [hole.message for hole in found.holes] == ["'generators' (generator) did not catch: rescale-225"]


def test_without_training_no_cell_trains_and_what_would_need_it_is_left_out(course):
    grade = Grader(course, {})
    found = Plan.make(course, "week1", quick=True).run(grade)
    assert not any(".fit(" in text for name, text in grade.seen.items() if name != "as-given-out")
    assert {"one-epoch", "more-epochs"}.isdisjoint(grade.seen)
    assert {"the-solution", "as-given-out", "functional"} <= set(grade.seen)
    assert not any("'training'" in hole.message for hole in found.holes)


def test_only_what_is_judged_by_the_training_trains(course):
    grade = Grader(course, {})
    Plan.make(course, "week1", only=["one-epoch", "functional", "rescale-225"]).run(grade)
    assert {name for name, text in grade.seen.items() if ".fit(" in text} == {"one-epoch", "functional"}


def test_the_same_mutants_are_the_same_bytes(course):
    first, second = Grader(course, {}), Grader(course, {})
    Plan.make(course, "week1", only=["functional"]).run(first)
    Plan.make(course, "week1", only=["functional"]).run(second)
    assert first.seen == second.seen


def test_seeds_are_measured_once_and_told_ever_after(course):
    grade = Grader(course, {"rescale-225": ("generators",)})
    plan = Plan.make(course, "week1", only=["rescale-225"])
    assert plan.measure(grade, 3).name == "seeds.json"
    assert {"seed-1", "seed-2", "seed-3"} <= set(grade.seen)
    found = plan.run(grade)
    assert [(risk.criterion, risk.threshold, risk.seeds) for risk in found.risks] == [
        ("train-accuracy", 0.85, 3),
        ("holdout-accuracy", 0.75, 3),
    ]


QUESTION = """
[[criteria]]
id = "why"
check = "written"
title = "Why two parts"
goal = "You say in your own words why data is divided."
points = 5
parameters = { heading = "Why *two* parts", words = 17 }
"""
ASKED = "## Why *two* parts\n\n*Write your answer here.*\n\n## And on"


def test_an_answer_in_words_is_given_and_once_left_out(course):
    folder = course.root / "solutions" / "week1"
    (folder / "rubric.toml").write_text((folder / "rubric.toml").read_text() + QUESTION)
    course = find_course(course.root)
    with pytest.raises(RubricError, match=r"'why' wants an answer below “Why .two. parts”"):
        Plan.make(course, "week1", quick=True)
    solution = json.loads((folder / "solution.ipynb").read_text())
    solution["cells"].insert(12, {"cell_type": "markdown", "id": "why", "metadata": {}, "source": ASKED})
    (folder / "solution.ipynb").write_text(json.dumps(solution))
    grade = Grader(course, {"why-unanswered": ("why",)})
    found = Plan.make(course, "week1", quick=True).run(grade)
    assert next(row.caught for row in found.rows if row.criterion == "why") == ("why-unanswered",)
    answers = {
        name: find_answers(nbformat.reads(text, 4), ["Why *two* parts"])[0].text
        for name, text in grade.seen.items()
        if name != "as-given-out"
    }
    assert answers.pop("why-unanswered") == "*Write your answer here.*"
    assert {len(text.split()) for text in answers.values()} == {17}


def test_a_name_that_is_none_is_an_error(course):
    with pytest.raises(CourseError, match="no mutation 'rescale-226'"):
        Plan.make(course, "week1", only=["rescale-226"])


def test_mutants_are_never_late(course):
    dated = course.settings.weeks["week1"].model_copy(update={"times": "times.csv"})
    weeks = {**course.settings.weeks, "week1": dated}
    course = type(course)(course.root, course.settings.model_copy(update={"weeks": weeks}))
    assert without_dates(course, "week1").settings.weeks["week1"].times is None
