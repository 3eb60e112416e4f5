"""What the trials of an audit say about a rubric: each criterion's row, and its holes. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.audit.chance import Risk
from grader.audit.mutation import Mutation
from grader.rubric import Criterion, Rubric
from grader.scorecard import Outcome, Scorecard, awaits_reader

__all__ = ["TRAINED", "Audit", "Hole", "Row", "Trial", "judge_trials", "needs_training"]

TRAINED = frozenset(
    {
        "figure",
        "holdout_accuracy",
        "notebook_runs",
        "overfitting_gap",
        "pytest",
        "train_accuracy",
        "training_history",
    }
)
"""Checks of what the whole notebook leaves behind. Any mistake may show in these, too: a network whose loss does not
fit learns less. So that they fail as well is never wrong, except for a right spelling."""

LOST = frozenset({Outcome.FAILED, Outcome.PARTIAL})


@dataclass(frozen=True)
class Trial:
    """A mutant that was graded."""

    mutation: Mutation
    function: str
    """Name of the function that was changed; empty where it was the training."""
    whole: bool
    """The whole notebook ran, so that criteria about the training count."""
    card: Scorecard

    @property
    def outcomes(self) -> dict[str, Outcome]:
        """By criterion."""
        return {verdict.criterion: verdict.outcome for verdict in self.card.verdicts}

    @property
    def unread(self) -> frozenset[str]:
        """Criteria whose answer in words waits for its reader, who alone can take points for it."""
        return frozenset(verdict.criterion for verdict in self.card.verdicts if awaits_reader(verdict))


@dataclass(frozen=True)
class Row:
    """One criterion, and what was found out about it."""

    criterion: str
    title: str
    check: str
    caught: tuple[str, ...] = ()
    """Names of mistakes that it should catch, and did."""
    missed: tuple[str, ...] = ()
    wrongly: tuple[str, ...] = ()
    """Mistakes that are not about it, and for which it took points all the same."""
    punished: tuple[str, ...] = ()
    """Right spellings that lost points."""


@dataclass(frozen=True)
class Hole:
    """Something that the rubric gets wrong."""

    kind: str
    """`missed`, `left-out`, `wrongly`, `punished`, `untouched`, `cannot-fail`, `chance`, `unlucky` or `held`."""
    message: str


@dataclass(frozen=True)
class Audit:
    """A rubric, audited."""

    week: str
    rows: tuple[Row, ...]
    holes: tuple[Hole, ...]
    trials: tuple[Trial, ...]
    risks: tuple[Risk, ...] = ()
    untold: frozenset[str] = frozenset()
    """Criteria for which not all mutations were tried."""

    @property
    def mistakes(self) -> int:
        """How many were tried."""
        return sum(not trial.mutation.right for trial in self.trials)

    @property
    def spellings(self) -> int:
        """How many were tried."""
        return sum(trial.mutation.right for trial in self.trials)


def needs_training(mutation: Mutation, rubric: Rubric) -> bool:
    """Whether what should catch it judges the whole notebook; right spellings are to lose no point anywhere."""
    checks = {c.id: c.check for c in rubric.criteria}
    return mutation.right or mutation.whole or any(checks.get(by, by) in TRAINED for by in mutation.caught_by)


def judge_trials(
    week: str,
    rubric: Rubric,
    trials: Sequence[Trial],
    *,
    stub: Scorecard | None = None,
    risks: Sequence[Risk] = (),
    untold: Collection[str] = (),
) -> Audit:
    """The rows and the holes.

    Args:
        week: Name of the assignment.
        rubric: Its rubric.
        trials: The mutants that were graded.
        stub: The scorecard of the notebook as it is given out.
        risks: What chance does at each threshold.
        untold: Criteria of which it is not told that no mutation touched them, because not all were tried.
    """
    holes = [
        Hole("held", f"'{trial.mutation.name}' could not be judged: {_fault(trial.card)}")
        for trial in trials
        if trial.card.held
    ]
    sound = [trial for trial in trials if not trial.card.held]
    meant = {id(trial): _meant(trial, rubric.criteria) for trial in sound}
    trained = {c.id for c in rubric.criteria if c.check in TRAINED}
    rows = [_row(criterion, trained & {*criterion.needs}, sound, meant) for criterion in rubric.criteria]
    holes += _left_out(sound, meant)
    for criterion, row in zip(rubric.criteria, rows, strict=True):
        holes += _holes(criterion, row, told=criterion.id not in untold)
    holes += _paid_for_nothing(stub)
    holes += [Hole(risk.kind, risk.message) for risk in risks if risk.kind]
    return Audit(week, tuple(rows), tuple(holes), tuple(trials), tuple(risks), frozenset(untold))


def _meant(trial: Trial, criteria: Iterable[Criterion]) -> dict[str, tuple[str, ...]]:
    """Each name in `caught_by` -> criteria that are meant; of several, those about the changed function."""
    found = {}
    for by in trial.mutation.caught_by:
        those = [c for c in criteria if by in {c.id, c.check}]
        about = [c for c in those if c.function == trial.function]
        found[by] = tuple(c.id for c in about or those)
    return found


def _row(
    criterion: Criterion,
    before: Collection[str],
    trials: Sequence[Trial],
    meant: Mapping[int, Mapping[str, tuple[str, ...]]],
) -> Row:
    """A criterion's row; `before` are those about the training that it needs, in which any mistake may show."""
    caught, missed, wrongly, punished = [], [], [], []
    for trial in trials:
        mutation, outcomes = trial.mutation, trial.outcomes
        if criterion.check in TRAINED and not trial.whole:
            continue
        outcome = outcomes[criterion.id]
        groups = [those for those in meant[id(trial)].values() if criterion.id in those]
        if mutation.right:
            if outcome is not Outcome.PASSED and criterion.id not in trial.unread:
                punished.append(mutation.name)
        elif groups:
            if outcome in LOST:
                caught.append(mutation.name)
            elif outcome is Outcome.SKIPPED and any(outcomes[need] in LOST for need in before):
                continue  # caught already, by the criterion that it waits for
            elif not any(outcomes[other] in LOST for those in groups for other in those):
                missed.append(mutation.name)
        elif (
            outcome in LOST
            and criterion.check not in TRAINED
            and not {criterion.id, criterion.check} & {*mutation.also}
        ):
            wrongly.append(mutation.name)
    names = (tuple(each) for each in (caught, missed, wrongly, punished))
    return Row(criterion.id, criterion.title, criterion.check, *names)


def _left_out(trials: Sequence[Trial], meant: Mapping[int, Mapping[str, tuple[str, ...]]]) -> list[Hole]:
    """Mistakes whose criterion is not in the rubric at all."""
    nobody: dict[str, list[str]] = {}
    for trial in trials:
        for by, those in meant[id(trial)].items():
            if not those:
                nobody.setdefault(by, []).append(trial.mutation.name)
    return [
        Hole("left-out", f"no criterion uses '{by}', so nothing catches: {', '.join(names)}")
        for by, names in nobody.items()
    ]


def _holes(criterion: Criterion, row: Row, *, told: bool) -> list[Hole]:
    found = []
    name = f"'{criterion.id}' ({criterion.check})"
    if row.missed and not row.caught:
        count = len(row.missed)
        words = (
            f"cannot fail: it passed with {'the one mistake' if count == 1 else f'all {count} mistakes'} that it is for"
        )
        found.append(Hole("cannot-fail", f"{name} {words}: {', '.join(row.missed)}"))
    elif row.missed:
        found.append(Hole("missed", f"{name} did not catch: {', '.join(row.missed)}"))
    elif not row.caught and told:
        found.append(Hole("untouched", f"{name} is touched by no mutation, so nobody knows whether it can fail"))
    if row.wrongly:
        found.append(Hole("wrongly", f"{name} took points for mistakes that are not its own: {', '.join(row.wrongly)}"))
    if row.punished:
        found.append(Hole("punished", f"{name} took points for right spellings: {', '.join(row.punished)}"))
    return found


def _paid_for_nothing(stub: Scorecard | None) -> list[Hole]:
    """Criteria that pass in a notebook in which nothing was written."""
    if stub is None:
        return []
    return [
        Hole("cannot-fail", f"'{v.criterion}' ({v.check}) pays {v.points:g} points for the notebook as it is given out")
        for v in stub.verdicts
        if v.points
    ]


def _fault(card: Scorecard) -> str:
    return next((v.feedback for v in card.verdicts if v.outcome is Outcome.ERRORED), card.run.message)
