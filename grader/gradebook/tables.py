"""The gradebook's tables. A change here needs a migration in `migrations/versions`; a test compares the two."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    TypeDecorator,
)
from sqlalchemy import Text as LongText
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "Base",
    "ChangeRow",
    "ClaimRow",
    "CommentRow",
    "ExecutedRow",
    "GraderRow",
    "OverrideRow",
    "RunRow",
    "ScoreRow",
]


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite, which knows no time zones, gets it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables, with names for their constraints, by which later migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - SQLAlchemy's own form


class RunRow(Base):
    """One finished run of a notebook. Runs are only ever added."""

    __tablename__ = "runs"
    __table_args__ = (Index(None, "week", "student", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str]
    student: Mapped[str]
    notebook: Mapped[str]
    """Path as reports show it."""
    sha256: Mapped[str]
    """Of the notebook file's bytes; empty where it could not be read."""
    key: Mapped[str]
    """Of all that the observations depend on; empty for a run that nobody may use again, for it failed through us."""
    status: Mapped[str]
    seconds: Mapped[float]
    at: Mapped[datetime]
    """When it was finished."""
    grader: Mapped[str]
    """Machine and process that ran it."""
    observations: Mapped[str] = mapped_column(LongText)
    """`Observations` as JSON: text, not the database's own JSON type, for it must come back to the digit."""


class ExecutedRow(Base):
    """The notebook of a run as it was executed, with its outputs."""

    __tablename__ = "executed"

    run: Mapped[int] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """The .ipynb file, compressed by zlib."""


class ScoreRow(Base):
    """What stands for one student's week now."""

    __tablename__ = "scores"

    week: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    sha256: Mapped[str]
    card: Mapped[str] = mapped_column(LongText)
    """`Scorecard` as JSON, as judged: overrides are not in it."""
    card_sha256: Mapped[str]
    max_score: Mapped[float]
    score: Mapped[float | None]
    """With overrides, without lateness; None while it is held."""
    grade: Mapped[float | None]
    """With overrides and lateness."""
    submitted: Mapped[datetime | None]
    days_late: Mapped[int]
    """Days begun after the due date, grace days among them."""
    late_percent: Mapped[float]
    """Of the score, that lateness costs."""
    at: Mapped[datetime]
    """When it was last judged."""


class ChangeRow(Base):
    """One change of a grade. Changes are only ever added."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "week", "student"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str]
    student: Mapped[str]
    at: Mapped[datetime]
    who: Mapped[str]
    why: Mapped[str] = mapped_column(LongText)
    criterion: Mapped[str]
    """That an instructor overrode; empty otherwise."""
    before: Mapped[float | None]
    """The grade before; None when it was held, or when there was none."""
    after: Mapped[float | None]


class OverrideRow(Base):
    """Points that an instructor gave, in place of those judged, for one notebook of a student."""

    __tablename__ = "overrides"

    week: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    """Empty for the whole score."""
    sha256: Mapped[str]
    """Of the notebook that it is about; it does not hold for another one that is handed in later."""
    points: Mapped[float]
    who: Mapped[str]
    why: Mapped[str] = mapped_column(LongText)
    at: Mapped[datetime]


class CommentRow(Base):
    """What an instructor wrote to or about a student's week."""

    __tablename__ = "comments"
    __table_args__ = (ForeignKeyConstraint(["week", "student"], ["scores.week", "scores.student"]),)

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[str]
    student: Mapped[str]
    criterion: Mapped[str]
    """That it is about; empty for all of the notebook."""
    text: Mapped[str] = mapped_column(LongText)
    who: Mapped[str]
    at: Mapped[datetime]


class GraderRow(Base):
    """A grader at work, as others see it."""

    __tablename__ = "graders"

    id: Mapped[str] = mapped_column(primary_key=True)
    """Random."""
    host: Mapped[str]
    """Names the process table that `pid` belongs to."""
    pid: Mapped[int]
    started: Mapped[int] = mapped_column(BigInteger)
    """Start of the process, in ticks of the system's clock; a process id alone may come to mean another process."""
    beat: Mapped[int]
    """Grows while it lives."""
    at: Mapped[datetime]


class ClaimRow(Base):
    """A run that a grader is about to make or is making; no other grader makes it meanwhile."""

    __tablename__ = "claims"

    week: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    grader: Mapped[str] = mapped_column(ForeignKey("graders.id", ondelete="CASCADE"))
