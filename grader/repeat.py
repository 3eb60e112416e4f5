"""The same submissions run several times over: whether each comes out with one score, and how far apart if not."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from grader.grade import ClassGrader
from grader.intervals import CONFIDENCE
from grader.judge.accuracy import each_run
from grader.judge.estimate import Estimate, estimate
from grader.observation import Observations
from grader.scorecard import Scorecard

__all__ = ["Repeats", "Trial", "repeat"]

FACTS = ("train_accuracy", "holdout_accuracy")


@dataclass(frozen=True)
class Trial:
    """One time that a submission was graded."""

    card: Scorecard
    accuracies: dict[str, Estimate]
    """`train_accuracy` and `holdout_accuracy`, as far as they were measured."""
    stopped: str = ""
    """What of the week's budget ended training, such as `seconds`; empty where nothing did."""

    def document(self) -> dict[str, Any]:
        """For JSON."""
        accuracies = {
            fact: {"share": round(found.share, 4), "correct": found.correct, "images": found.images, **found.evidence}
            for fact, found in self.accuracies.items()
        }
        points = {verdict.criterion: verdict.points for verdict in self.card.verdicts}
        run = {"score": self.card.score, "seconds": self.card.run.seconds, "training_stopped_by": self.stopped}
        return {**run, "points": points, **accuracies}


@dataclass(frozen=True)
class Repeats:
    """All times that one submission was graded."""

    student: str
    trials: tuple[Trial, ...]

    @property
    def scores(self) -> tuple[float | None, ...]:
        """Each score that came out, once, in order; None, for one that is held, comes last."""
        found = {trial.card.score for trial in self.trials}
        return tuple(sorted(found, key=lambda score: (score is None, score or 0)))

    @property
    def differing(self) -> tuple[str, ...]:
        """Criteria that did not earn the same points each time."""
        earned = [{v.criterion: (v.points, v.outcome) for v in trial.card.verdicts} for trial in self.trials]
        return tuple(name for name in earned[0] if any(other.get(name) != earned[0][name] for other in earned))

    @property
    def is_one_score(self) -> bool:
        """The same points for everything, each time."""
        return len(self.scores) == 1 and not self.differing

    def accuracies(self, fact: str) -> tuple[Estimate, ...]:
        """Of each trial that has it."""
        return tuple(trial.accuracies[fact] for trial in self.trials if fact in trial.accuracies)

    def document(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "student": self.student,
            "one_score": self.is_one_score,
            "scores": list(self.scores),
            "differing": list(self.differing),
            "trials": [trial.document() for trial in self.trials],
        }


def repeat(grader: ClassGrader, times: int, *, finished: Callable[[], None] = lambda: None) -> tuple[Repeats, ...]:
    """Run and judge every submission so many times; nothing is used again, and nothing is kept in the gradebook.

    Args:
        grader: The class, ready to be graded.
        times: How often.
        finished: Told when one run has ended.

    Raises:
        InternalFault: No more can be run.
        KeyboardInterrupt: After Ctrl-C; nothing is left running.
    """
    found: dict[str, list[Trial]] = {submission.student: [] for submission in grader.submissions}
    pool = ThreadPoolExecutor(max_workers=grader.jobs)
    try:
        futures = [pool.submit(grader.trial, submission) for _ in range(times) for submission in grader.submissions]
        for future in as_completed(futures):
            card, seen = future.result()
            stopped = seen.training.stopped if seen.training else ""
            found[card.student].append(Trial(card, _accuracies(seen), stopped))
            finished()
    except BaseException:
        grader.runner.sandbox.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return tuple(Repeats(student, tuple(trials)) for student, trials in found.items())


def _accuracies(seen: Observations) -> dict[str, Estimate]:
    runs: dict[str, Sequence[Any]] = {fact: each_run(seen, fact) for fact in FACTS}
    return {fact: estimate(counted, CONFIDENCE) for fact, counted in runs.items() if counted}
