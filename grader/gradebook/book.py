"""The gradebook: the few questions that the rest of the grader asks, and the few things that it has to say."""

import getpass
import hashlib
import os
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from grader.errors import CourseError
from grader.gradebook.claims import LEASE, Claims
from grader.gradebook.engine import Database
from grader.gradebook.overriding import overridden
from grader.gradebook.records import Change, Claim, Comment, Judged, Kept, Override, Standing, Stored
from grader.gradebook.tables import ChangeRow, CommentRow, ExecutedRow, OverrideRow, RunRow, ScoreRow
from grader.lateness import Lateness, after_lateness
from grader.scorecard import Scorecard

__all__ = ["Gradebook"]

AT_ONCE = 500
"""Names in one question; databases limit them."""


class Gradebook:
    """The gradebook of a course. Safe to use from several threads, and by several graders at once.

    Args:
        place: Path of an SQLite file, made when missing, or a URL such as `postgresql+psycopg://user@host/name`.
        who: In whose name scores are given; by default this user.
        lease: Seconds without a sign of life after which a grader on another machine is taken for dead.

    Every method raises InternalFault when the database cannot be read or written; what was written before is safe.

    Raises:
        CourseError: It is no gradebook, or cannot be opened; says what to do.
    """

    def __init__(self, place: Path | str, *, who: str | None = None, lease: float = LEASE) -> None:
        self._database = Database(place)
        self._claims = Claims(self._database, lease=lease)
        self.who = who or _user()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """Where it is, for people."""
        return self._database.name

    def close(self) -> None:
        """Give back what is claimed, and close."""
        self._claims.leave()
        self._database.close()

    # Runs

    def kept(self, week: str, keys: Mapping[str, str]) -> Iterator[tuple[Kept, str]]:
        """Finished runs: of each student the newest with the key given, as far as there is one, and its JSON.

        Observations that this version cannot read count as not there.

        Args:
            week: Name of the assignment.
            keys: Student -> key of the run.
        """
        students = list(keys)
        for start in range(0, len(students), AT_ONCE):
            some = students[start : start + AT_ONCE]
            wanted = select(RunRow).where(
                RunRow.week == week, RunRow.student.in_(some), RunRow.key.in_({keys[s] for s in some} - {""})
            )
            with self._database.read() as session:
                rows = session.scalars(wanted.order_by(RunRow.id)).all()
            newest = {row.student: row for row in rows if keys[row.student] == row.key}
            for row in newest.values():
                kept = _kept(row)
                if kept is not None:
                    yield kept, row.observations

    def claim(self, week: str, student: str, key: str, *, again: bool = False) -> Claim:
        """Ask to run a notebook. Whoever gets it says `finish` or `give_up` in the end.

        Args:
            week: Name of the assignment.
            student: Whose notebook it is.
            key: Of the run.
            again: Run it even though it has been run.
        """
        self._claims.join()
        with self._database.write() as session:
            done = select(RunRow.id).where(RunRow.week == week, RunRow.student == student, RunRow.key == key).limit(1)
            if not again and session.scalar(done) is not None:
                return Claim.DONE
            return self._claims.take(session, week, student, key)

    def finish(self, week: str, kept: Kept, executed: str | None, judged: Judged, *, claimed: str) -> Scorecard | None:
        """Keep a run and its scorecard, all at once.

        Args:
            week: Name of the assignment.
            kept: The run.
            executed: The notebook as it was executed; None when it never was.
            judged: The scorecard; the number of the run in it is filled in.
            claimed: Key under which the run was claimed; empty when it was not.

        Returns:
            The scorecard with overrides. None when another grader took the run over meanwhile: then nothing is kept.

        Raises:
            ValueError: The observations are something that no text can hold.
        """
        observations = kept.observations.model_dump_json()
        observations.encode()
        content = None if executed is None else zlib.compress(executed.encode("utf-8", "replace"), 6)
        with self._database.write() as session:
            if claimed and not self._claims.give(session, week, kept.student, claimed):
                return None
            row = RunRow(
                week=week, student=kept.student, notebook=kept.notebook, sha256=kept.sha256, key=kept.key,
                status=kept.observations.run.status.value, seconds=kept.observations.run.seconds,
                at=datetime.now(UTC), grader=self._claims.name, observations=observations,
            )  # fmt: skip
            session.add(row)
            session.flush()
            if content is not None:
                session.add(ExecutedRow(run=row.id, content=content))
            numbered = Judged(judged.card, row.id, judged.max_score, judged.submitted, judged.late)
            return self._record(session, week, [numbered], "graded")[0]

    def give_up(self, week: str, student: str, key: str) -> None:
        """Give a claimed run back without a result."""
        with self._database.write() as session:
            self._claims.give(session, week, student, key)

    def latest(self, week: str) -> Iterator[tuple[Kept, str, Standing]]:
        """Of each student, in no order, the run that the score rests on, its observations as JSON, and the score.

        Runs that this version cannot read are left out.
        """
        names = ("student", "score", "grade", "max_score", "submitted", "days_late")
        columns = (getattr(ScoreRow, name) for name in names)
        wanted = select(RunRow, *columns).join(ScoreRow, ScoreRow.run == RunRow.id).where(ScoreRow.week == week)
        with self._database.read() as session:
            for run, *standing in session.execute(wanted.execution_options(yield_per=AT_ONCE)):
                kept = _kept(run)
                if kept is not None:
                    yield kept, run.observations, Standing(*standing)

    def stored(self, week: str) -> Iterator[Stored]:
        """Of each student the run that the score rests on, as it is kept; in no order."""
        columns = (RunRow.student, RunRow.notebook, RunRow.sha256, RunRow.key, RunRow.id, RunRow.observations)
        wanted = select(*columns, ScoreRow.submitted).join(ScoreRow, ScoreRow.run == RunRow.id)
        with self._database.read() as session:
            rows = session.execute(wanted.where(ScoreRow.week == week).execution_options(yield_per=AT_ONCE))
            for row in rows:
                yield Stored(*row)

    def standing_run(self, week: str, student: str) -> tuple[Kept, datetime] | None:
        """The run that a student's score rests on, and when it ended; None where this version cannot read it."""
        wanted = select(RunRow).join(ScoreRow, ScoreRow.run == RunRow.id)
        with self._database.read() as session:
            row = session.scalar(wanted.where(ScoreRow.week == week, ScoreRow.student == student))
            kept = None if row is None else _kept(row)
            return None if row is None or kept is None else (kept, row.at)

    def earlier(self, week: str) -> Iterator[Kept]:
        """Of each student who handed in another file before, the newest run of such a file; in no order.

        Runs that this version cannot read are left out.
        """
        newest = (
            select(func.max(RunRow.id))
            .join(ScoreRow, (ScoreRow.week == RunRow.week) & (ScoreRow.student == RunRow.student))
            .where(RunRow.week == week, RunRow.sha256 != ScoreRow.sha256, RunRow.id < ScoreRow.run)
            .group_by(RunRow.student)
        )
        with self._database.read() as session:
            wanted = select(RunRow).where(RunRow.id.in_(newest)).execution_options(yield_per=AT_ONCE)
            for run in session.scalars(wanted):
                kept = _kept(run)
                if kept is not None:
                    yield kept

    def executed(self, week: str, student: str) -> str | None:
        """The notebook as it was executed, of the run that the score rests on; None when there is none."""
        with self._database.read() as session:
            content = session.scalar(
                select(ExecutedRow.content)
                .join(ScoreRow, ScoreRow.run == ExecutedRow.run)
                .where(ScoreRow.week == week, ScoreRow.student == student)
            )
        return None if content is None else zlib.decompress(content).decode("utf-8")

    # Scores

    def record(self, week: str, judged: Sequence[Judged], *, why: str) -> tuple[Scorecard, ...]:
        """Keep scorecards for runs that are kept already; each grade that differs from the one before is a change.

        Returns:
            The scorecards with overrides, in the order given.
        """
        with self._database.write() as session:
            return self._record(session, week, judged, why)

    def scorecards(self, week: str) -> tuple[Scorecard, ...]:
        """All scorecards of a week, with overrides, ordered by student."""
        with self._database.read() as session:
            overrides, comments = _overrides(session, week), _comments(session, week)
            cards = session.execute(select(ScoreRow.student, ScoreRow.card).where(ScoreRow.week == week)).all()
        return tuple(
            overridden(Scorecard.model_validate_json(card), overrides.get(student, ()), comments.get(student, ()))
            for student, card in sorted((student, card) for student, card in cards)
        )

    def scorecard(self, week: str, student: str) -> Scorecard | None:
        """The scorecard of one student's week, with overrides; None when there is none."""
        with self._database.read() as session:
            row = session.get(ScoreRow, (week, student))
            if row is None:
                return None
            overrides, comments = _overrides(session, week, student), _comments(session, week, student)
            judged = Scorecard.model_validate_json(row.card)
        return overridden(judged, overrides.get(student, ()), comments.get(student, ()))

    def weeks(self) -> list[str]:
        """Names of the weeks of which there are scores, in no order."""
        with self._database.read() as session:
            return list(session.scalars(select(ScoreRow.week).distinct()))

    def standings(self, week: str) -> list[Standing]:
        """Score, lateness and grade of each student, ordered by student."""
        with self._database.read() as session:
            rows = session.scalars(select(ScoreRow).where(ScoreRow.week == week)).all()
        return sorted((_standing(row) for row in rows), key=lambda standing: standing.student)

    def history(self, week: str, student: str) -> list[Change]:
        """Every change of a student's grade, the oldest first."""
        wanted = select(ChangeRow).where(ChangeRow.week == week, ChangeRow.student == student).order_by(ChangeRow.id)
        with self._database.read() as session:
            return [
                Change(r.student, r.at, r.who, r.why, r.criterion, r.before, r.after) for r in session.scalars(wanted)
            ]

    # Instructors

    def override(self, week: str, student: str, points: float, *, why: str, criterion: str = "") -> Scorecard:
        """Set the points of a criterion, or of the whole, in place of those judged.

        It holds for the notebook that was graded last, through rejudging and running again, and until it is withdrawn.

        Args:
            week: Name of the assignment.
            student: Whose score.
            points: From 0 to what can be earned.
            why: The reason, for the record and the student.
            criterion: Its id; empty for the whole score.

        Raises:
            CourseError: There is no such score or criterion, the points are not possible, or the reason is missing.
        """
        why = _plain(why)
        if not why.strip():
            raise CourseError("a change of a score needs a reason")
        with self._database.write() as session:
            row = self._score(session, week, student)
            most = _most(row, criterion)
            if not 0 <= points <= most:
                raise CourseError(f"points must lie between 0 and {most:g}", where=f"{student}, {criterion or week}")
            session.merge(
                OverrideRow(
                    week=week, student=student, criterion=criterion, sha256=row.sha256, points=points,
                    who=self.who, why=why, at=datetime.now(UTC),
                )
            )  # fmt: skip
            session.flush()
            return self._rescore(session, row, why, criterion)

    def withdraw(self, week: str, student: str, *, why: str, criterion: str = "") -> Scorecard:
        """Take an override back, so that the judge's points count again.

        Raises:
            CourseError: There is no such score or override.
        """
        with self._database.write() as session:
            row = self._score(session, week, student)
            override = session.get(OverrideRow, (week, student, criterion))
            if override is None:
                raise CourseError("there is no override to withdraw", where=f"{student}, {criterion or week}")
            session.delete(override)
            session.flush()
            return self._rescore(session, row, _plain(why), criterion)

    def overrides(self, week: str, student: str) -> list[Override]:
        """The overrides of a student's week."""
        with self._database.read() as session:
            return _overrides(session, week, student).get(student, [])

    def comment(self, week: str, student: str, said: str, *, criterion: str = "") -> None:
        """Add a comment on a student's week, or on one criterion of it.

        Raises:
            CourseError: There is no such score or criterion, or the text is empty.
        """
        said = _plain(said)
        if not said.strip():
            raise CourseError("a comment needs a text")
        with self._database.write() as session:
            _most(self._score(session, week, student), criterion)
            session.add(
                CommentRow(
                    week=week, student=student, criterion=criterion, text=said, who=self.who, at=datetime.now(UTC)
                )
            )

    def comments(self, week: str, student: str) -> list[Comment]:
        """The comments on a student's week, the oldest first."""
        with self._database.read() as session:
            return _comments(session, week, student).get(student, [])

    def check(self) -> list[str]:
        """What is wrong with the gradebook, a sentence each; nothing, however graders ended."""
        found: list[str] = []
        with self._database.read() as session:
            if self._database.is_sqlite:
                said = session.scalars(text("PRAGMA integrity_check")).all()
                found += [f"SQLite says: {line}" for line in said if line != "ok"]
                found += [
                    f"a row of {row[0]} points nowhere" for row in session.execute(text("PRAGMA foreign_key_check"))
                ]
            last: dict[tuple[str, str], float | None] = {}
            for change in session.scalars(select(ChangeRow).order_by(ChangeRow.id)):
                place = (change.week, change.student)
                if place in last and change.before != last[place]:
                    found.append(f"{place}: a change starts from {change.before}, not from {last[place]}")
                last[place] = change.after
            for row in session.scalars(select(ScoreRow)):
                place = (row.week, row.student)
                run = session.get(RunRow, row.run)
                if run is None or (run.week, run.student, run.sha256) != (*place, row.sha256):
                    found.append(f"{place}: the score rests on a run that is not the student's")
                elif _kept(run) is None:
                    found.append(f"{place}: the observations cannot be read")
                if _digest(row.card) != row.card_sha256:
                    found.append(f"{place}: the scorecard is not as it was written")
                if last.get(place) != row.grade:
                    found.append(f"{place}: the grade is {row.grade}, but the last change was to {last.get(place)}")
        return found

    def runs(self, week: str) -> dict[tuple[str, str], int]:
        """How many finished runs there are of each student and key."""
        counted = select(RunRow.student, RunRow.key, func.count()).where(RunRow.week == week)
        with self._database.read() as session:
            rows = session.execute(counted.group_by(RunRow.student, RunRow.key)).all()
        return {(student, key): count for student, key, count in rows}

    def _record(self, session: Session, week: str, judged: Sequence[Judged], why: str) -> tuple[Scorecard, ...]:
        only = judged[0].card.student if len(judged) == 1 else None
        overrides, comments = _overrides(session, week, only), _comments(session, week, only)
        old = _stand(session, week, [each.card.student for each in judged])
        now = datetime.now(UTC)
        cards: list[Scorecard] = []
        added: list[dict[str, object]] = []
        changed: list[dict[str, object]] = []
        changes: list[dict[str, object]] = []
        for each in judged:
            student = each.card.student
            said = each.written or Judged.as_kept(each.card)
            card = overridden(each.card, overrides.get(student, ()), comments.get(student, ()))
            cards.append(card)
            grade = after_lateness(card.score, each.late)
            row = {
                "week": week, "student": student, "run": each.run, "sha256": card.sha256, "card_sha256": _digest(said),
                "max_score": each.max_score, "score": card.score, "grade": grade, "submitted": each.submitted,
                "days_late": each.late.days, "late_percent": each.late.percent,
            }  # fmt: skip
            before = old.get(student)
            if before != row:
                (added if before is None else changed).append({**row, "card": said, "at": now})
            if before is None or before["grade"] != grade:
                changes.append(
                    {
                        "week": week, "student": student, "at": now, "who": self.who, "why": why, "criterion": "",
                        "before": None if before is None else before["grade"], "after": grade,
                    }
                )  # fmt: skip
        if added:
            session.execute(insert(ScoreRow), added)
        if changed:
            session.execute(update(ScoreRow), changed)  # by primary key
        if changes:
            session.execute(insert(ChangeRow), changes)
        return tuple(cards)

    def _rescore(self, session: Session, row: ScoreRow, why: str, criterion: str) -> Scorecard:
        """Work the score out again after an override came or went."""
        overrides = _overrides(session, row.week, row.student).get(row.student, [])
        judged = Scorecard.model_validate_json(row.card)
        now = overridden(judged, overrides, _comments(session, row.week, row.student).get(row.student, ()))
        late = Lateness(row.days_late, row.late_percent)
        before, row.score, row.grade = row.grade, now.score, after_lateness(now.score, late)
        session.add(
            ChangeRow(
                week=row.week, student=row.student, at=datetime.now(UTC), who=self.who, why=why,
                criterion=criterion, before=before, after=row.grade,
            )
        )  # fmt: skip
        return now

    def _score(self, session: Session, week: str, student: str) -> ScoreRow:
        row = session.get(ScoreRow, (week, student))
        if row is None:
            raise CourseError(
                f"the gradebook has no score of '{student}' for {week}",
                where=self.name,
                remedy=f"Run `grader grade {week} PATH...` first.",
            )
        return row


def _stand(session: Session, week: str, students: Sequence[str]) -> dict[str, dict[str, object]]:
    """What is recorded of these students, but for the cards themselves."""
    names = (
        "week", "student", "run", "sha256", "card_sha256", "max_score", "score", "grade", "submitted", "days_late",
        "late_percent",
    )  # fmt: skip
    wanted = select(*(getattr(ScoreRow, name) for name in names)).where(ScoreRow.week == week)
    if len(students) <= AT_ONCE:
        wanted = wanted.where(ScoreRow.student.in_(students))
    return {row.student: dict(zip(names, row, strict=True)) for row in session.execute(wanted)}


def _overrides(session: Session, week: str, student: str | None = None) -> dict[str, list[Override]]:
    wanted = select(OverrideRow).where(OverrideRow.week == week)
    if student is not None:
        wanted = wanted.where(OverrideRow.student == student)
    found: defaultdict[str, list[Override]] = defaultdict(list)
    for row in session.scalars(wanted):
        found[row.student].append(
            Override(row.student, row.criterion, row.sha256, row.points, row.who, row.why, row.at)
        )
    return dict(found)


def _comments(session: Session, week: str, student: str | None = None) -> dict[str, list[Comment]]:
    """By student, the oldest first."""
    wanted = select(CommentRow).where(CommentRow.week == week).order_by(CommentRow.id)
    if student is not None:
        wanted = wanted.where(CommentRow.student == student)
    found: defaultdict[str, list[Comment]] = defaultdict(list)
    for row in session.scalars(wanted):
        found[row.student].append(Comment(row.student, row.criterion, row.text, row.who, row.at))
    return dict(found)


def _kept(row: RunRow) -> Kept | None:
    return Stored(row.student, row.notebook, row.sha256, row.key, row.id, row.observations, None).read()


def _standing(row: ScoreRow) -> Standing:
    return Standing(row.student, row.score, row.grade, row.max_score, row.submitted, row.days_late)


def _most(row: ScoreRow, criterion: str) -> float:
    """Points that can be earned."""
    if not criterion:
        return row.max_score
    verdicts = {v.criterion: v.max_points for v in Scorecard.model_validate_json(row.card).verdicts}
    if criterion not in verdicts:
        raise CourseError(
            f"there is no criterion '{criterion}'", where=row.week, remedy=f"The criteria are: {', '.join(verdicts)}."
        )
    return verdicts[criterion]


def _digest(card: str) -> str:
    return hashlib.sha256(card.encode()).hexdigest()


def _plain(said: str) -> str:
    """Text that every database can hold."""
    return said.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as containers have
        return f"user {os.getuid()}"
