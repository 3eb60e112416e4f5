"""Whether a submission comes out with one score however often it is run, and a borderline one with one decision.

    python benchmarks/repeatability.py [--weeks week1 ...] [--times 20] [--borderline 20]

Each week's solution is run so many times from the start; each time must give the same points. Then the first week's
solution is made borderline: it trains for three epochs only, and the rubric's threshold is set to the accuracy that
its first run measures. Such a notebook is run again with other seeds each time, and all its runs together decide.
Limits of time are lifted, for this is not about speed.
"""

import argparse
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from grader.course import find_course
from grader.grade import ClassGrader
from grader.gradebook import Gradebook
from grader.judge import compile_rubric
from grader.repeat import Repeats, repeat
from grader.report.repeats import render
from grader.sandbox import Sandbox, choose_sandbox

ROOT = Path(__file__).parents[1]
PATIENT = {"cell_seconds": 3600, "run_seconds": 7200, "cpu_seconds": 7200}
EPOCHS = 3


def prepare(week: str, notebook: Path, book: Gradebook, box: Sandbox) -> ClassGrader:
    """The class of one notebook, with time enough on any machine."""
    grader = ClassGrader.prepare(find_course(ROOT), week, [notebook], book, sandbox=box, jobs=1, rerun=True)
    patient = grader.runner.limits.model_copy(update=PATIENT)
    return replace(grader, runner=replace(grader.runner, limits=patient))


def with_threshold(grader: ClassGrader, minimum: float) -> ClassGrader:
    """The same with another threshold for holdout accuracy, which nothing else depends on."""
    rubric = grader.assignment.rubric
    criteria = tuple(
        one.model_copy(update={"parameters": {**one.parameters, "minimum": minimum}})
        if one.check == "holdout_accuracy"
        else one
        for one in rubric.criteria
    )
    assignment = replace(grader.assignment, rubric=rubric.model_copy(update={"criteria": criteria}))
    bound = compile_rubric(assignment.rubric, where=str(assignment.folder / "rubric.toml"))
    scorer = replace(grader.scorer, assignment=assignment, rubric=bound)
    return replace(grader, scorer=scorer, runner=replace(grader.runner, assignment=assignment))


def measure(grader: ClassGrader, times: int, title: str) -> Repeats:
    """Run it so many times and print the table."""
    print(f"== {title}, {times} times", flush=True)
    (found,) = repeat(grader, times, finished=lambda: print(".", end="", flush=True))
    print("\n" + render([found], max_score=grader.assignment.rubric.max_score, width=140), flush=True)
    return found


def borderline(book: Gradebook, box: Sandbox, folder: Path, times: int) -> Repeats:
    """The first week's solution with too few epochs, and a threshold at what it reaches."""
    text = (ROOT / "solutions" / "week1" / "solution.ipynb").read_text(encoding="utf-8")
    short, count = re.subn(r"epochs=\d+", f"epochs={EPOCHS}", text)
    if not count:
        sys.exit("the solution of week 1 does not say epochs=NUMBER any more")
    notebook = folder / "borderline.ipynb"
    notebook.write_text(short, encoding="utf-8")
    grader = prepare("week1", notebook, book, box)
    once = with_threshold(grader, 0.01)  # nothing is close to that, so it runs once
    _, seen = once.trial(once.submissions[0])
    if seen.holdout_accuracy is None:
        sys.exit(f"the borderline notebook came to no accuracy: {seen.run.status} {seen.run.message} {seen.missing}")
    minimum = round(seen.holdout_accuracy.share, 3)
    found = measure(with_threshold(grader, minimum), times, f"a borderline notebook, threshold {minimum:.1%}")
    for trial in found.trials:
        verdict = next(one for one in trial.card.verdicts if one.check == "holdout_accuracy")
        print(f"{verdict.outcome.value:8}{verdict.actual}  {verdict.evidence.get('runs')}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", nargs="*", default=["week1"], help="weeks whose solutions are run")
    parser.add_argument("--times", type=int, default=20, help="runs of each solution")
    parser.add_argument("--borderline", type=int, default=20, help="gradings of the borderline notebook; 0 for none")
    asked = parser.parse_args()
    box = choose_sandbox("auto")
    steady = []
    try:
        with tempfile.TemporaryDirectory() as name, Gradebook(Path(name) / "gradebook.sqlite") as book:
            for week in asked.weeks:
                grader = prepare(week, ROOT / "solutions" / week / "solution.ipynb", book, box)
                steady.append(measure(grader, asked.times, f"the solution of {week}").is_one_score)
            if asked.borderline:
                steady.append(borderline(book, box, Path(name), asked.borderline).is_one_score)
    finally:
        box.close()
    print("one score each" if all(steady) else "NOT one score each")
    sys.exit(0 if all(steady) else 1)


if __name__ == "__main__":
    main()
