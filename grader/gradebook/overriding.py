"""From what the judge said and an instructor decided to the scorecard that counts."""

from collections.abc import Sequence

from grader.gradebook.records import Comment, Override
from grader.observation import RunStatus
from grader.scorecard import Outcome, Remark, Scorecard, Verdict

__all__ = ["overridden"]


def overridden(card: Scorecard, overrides: Sequence[Override], comments: Sequence[Comment] = ()) -> Scorecard:
    """The scorecard with an instructor's points in place of the judge's, and with all that staff said.

    An override is about one notebook, so those for another one of the same student are left out; comments are not.
    Points for the whole score win over those for criteria. A score that was held is held no longer once nothing is left
    that is our fault.
    """
    mine = {o.criterion: o for o in overrides if o.sha256 == card.sha256}
    said = [Remark(criterion=c.criterion, text=c.text, who=c.who, at=c.at) for c in comments]
    judged = {"": card.score, **{v.criterion: v.points for v in card.verdicts if v.outcome is not Outcome.ERRORED}}
    said += [
        Remark(criterion=o.criterion, text=o.why, who=o.who, at=o.at, points=o.points, judged=judged.get(o.criterion))
        for o in mine.values()
    ]
    if said:
        card = card.model_copy(update={"remarks": tuple(sorted(said, key=lambda remark: remark.at))})
    if not mine:
        return card
    whole = mine.pop("", None)
    verdicts = tuple(_set(v, mine[v.criterion]) if v.criterion in mine else v for v in card.verdicts)
    ours = card.run.status is RunStatus.INTERNAL and not verdicts
    held = whole is None and (ours or any(v.outcome is Outcome.ERRORED for v in verdicts))
    score = whole.points if whole is not None else round(sum(v.points for v in verdicts), 2)
    return card.model_copy(update={"verdicts": verdicts, "held": held, "score": None if held else score})


def _set(verdict: Verdict, override: Override) -> Verdict:
    points = min(override.points, verdict.max_points)  # the criterion may have come to be worth less since
    outcome = Outcome.PASSED if points >= verdict.max_points else Outcome.PARTIAL if points > 0 else Outcome.FAILED
    said = f"An instructor set these points: {override.why}"
    feedback = f"{verdict.feedback}\n\n{said}" if verdict.feedback else said
    return verdict.model_copy(update={"points": points, "outcome": outcome, "feedback": feedback})
