"""A run that was made again with other seeds is kept whole, and found by whose score rests on it."""

from grader.gradebook import Kept
from grader.observation import Accuracy, Again, Run, RunStatus

from .conftest import WEEK, judged, kept


def test_runs_with_other_seeds_are_kept_with_the_run_that_they_belong_to(opened):
    accuracy = Accuracy(correct=3, images=4, confusion=((1, 1), (0, 2)), classes=("cats", "dogs"), draw=2)
    again = Again(seed=2, run=Run(status=RunStatus.OK, seconds=1), holdout_accuracy=accuracy)
    first = kept("alice")
    seen = first.observations.model_copy(update={"again": (again,)})
    whole = Kept(first.student, first.notebook, first.sha256, first.key, seen)
    book = opened()
    book.finish(WEEK, first, None, judged(first, 10), claimed="")
    book.finish(WEEK, whole, None, judged(whole, 0), claimed="")
    found = opened().standing_run(WEEK, "alice")
    assert found is not None
    assert found[0].observations == seen
    assert found[0].run == 2
    ((reused, _),) = opened().kept(WEEK, {"alice": first.key})
    assert reused.observations.again == (again,)
    assert found[1].tzinfo is not None


def test_a_student_without_a_score_has_no_run(book):
    assert book.standing_run(WEEK, "nobody") is None
