"""The connection to a gradebook: SQLite or PostgreSQL, one writer at a time, at the version that this code knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from grader.errors import CourseError, InternalFault

__all__ = ["HEAD", "MIGRATIONS", "Database"]

MIGRATIONS = Path(__file__).with_name("migrations")
HEAD = "0001"
"""Newest version of the tables; the last file of `migrations/versions`."""
PATIENCE = 60
"""Seconds that a writer waits for its turn."""
WRITERS = 0x67726164
"""Number of the PostgreSQL advisory lock that the one writer holds."""


class Database:
    """An engine and what it takes to use it safely. Safe to use from several threads.

    Args:
        place: Path of an SQLite file, made when missing, or a URL such as `postgresql+psycopg://user@host/name`.

    Raises:
        CourseError: It is no gradebook, or cannot be opened; says what to do.
        InternalFault: It cannot be written.
    """

    def __init__(self, place: Path | str) -> None:
        url = _url(place)
        self.name = url.database or "" if url.drivername == "sqlite" else url.render_as_string(hide_password=True)
        """For messages; passwords are left out."""
        self._engine = _engine(url, self.name)
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    @property
    def is_sqlite(self) -> bool:
        """It is a file."""
        return self._engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the gradebook.

        Raises:
            InternalFault: It cannot be read.
        """
        with self._told("read"), Session(self._engine) as session:
            if not self.is_sqlite:
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session in a transaction of its own: all is kept at the end, or nothing. No other writer comes between.

        Raises:
            InternalFault: It cannot be written; nothing that was written before is lost.
        """
        with self._told("written"), Session(self._engine, expire_on_commit=False) as session:
            session.connection(execution_options={"writes": True})
            if not self.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": WRITERS})
            yield session
            session.commit()

    def _migrate(self) -> None:
        with self.read() as session:
            version = _version(session)
        if version == HEAD:
            return
        with self.write() as session:
            version = _version(session)  # another grader may have been quicker
            if version == HEAD:
                return
            known = [path.stem[1:5] for path in sorted((MIGRATIONS / "versions").glob("v*.py"))]
            if version is not None and version not in known:
                raise CourseError(
                    f"the gradebook has version {version}, which this grader does not know (it knows {HEAD})",
                    where=self.name,
                    remedy="Use the newer grader that made it.",
                )
            if version is None and inspect(session.connection()).get_table_names():
                raise CourseError(
                    "this is a database, but not a gradebook",
                    where=self.name,
                    remedy="Name another one in course.toml (`gradebook = ...`) or in GRADER_GRADEBOOK.",
                )
            _upgrade(session)

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Errors of the database as ours."""
        try:
            yield
        except DBAPIError as error:
            said = " ".join(str(error.orig).split())[:300]
            if "not a database" in said or "malformed" in said:
                raise CourseError(
                    f"the gradebook is damaged, or another kind of file: {said}",
                    where=self.name,
                    remedy="Restore it from a backup, or move it away: a new one is made from the notebooks.",
                ) from error
            raise InternalFault(
                f"the gradebook cannot be {what}: {said}",
                where=self.name,
                remedy="Mend that (make room if the disk is full) and run the same command again: "
                "what was finished is kept.",
            ) from error
        except SQLAlchemyError as error:
            raise InternalFault(f"the gradebook cannot be {what}: {error}", where=self.name) from error


def _url(place: Path | str) -> URL:
    if isinstance(place, Path):
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise InternalFault(
                f"the gradebook's folder cannot be made: {error.strerror}",
                where=str(place.parent),
                remedy="Make room or choose another place: `gradebook = ...` in course.toml, or GRADER_GRADEBOOK.",
            ) from error
        return URL.create("sqlite", database=str(place))
    try:
        url = make_url(place)
    except ArgumentError as error:
        raise CourseError(
            "this is no URL of a gradebook",
            remedy="It looks like postgresql+psycopg://USER:PASSWORD@HOST/DATABASE; or give the path of a file.",
        ) from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise CourseError(
        f"a gradebook cannot be kept in '{url.get_backend_name()}'",
        remedy="Give the path of an SQLite file, or a URL such as postgresql+psycopg://USER:PASSWORD@HOST/DATABASE.",
    )


def _engine(url: URL, name: str) -> Engine:
    sqlite = url.drivername == "sqlite"
    try:
        engine = create_engine(url, connect_args={"timeout": PATIENCE} if sqlite else {"connect_timeout": 30})
    except (ImportError, NoSuchModuleError) as error:
        raise CourseError(
            "the driver for PostgreSQL is not installed",
            where=name,
            remedy="Install it with: pip install 'cnn-grader[postgres]'",
        ) from error
    if sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    """A new connection to SQLite."""
    connection.isolation_level = None  # or sqlite3 would begin transactions when it sees fit
    # Readers and the writer do not wait for each other. FULL: with less, a power failure could take the last commits.
    for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: Any) -> None:
    """A writer takes its turn at once: one that began as a reader could find that another came between."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _version(session: Session) -> str | None:
    if not inspect(session.connection()).has_table("alembic_version"):
        return None
    return session.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(session: Session) -> None:
    from alembic import command  # noqa: PLC0415 - needed once in the life of a gradebook, and slow to import
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = session.connection()
    command.upgrade(config, "head")
