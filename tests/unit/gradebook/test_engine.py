"""A gradebook is opened at the version that this grader knows, or not at all; a disk that is full loses nothing."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from grader.errors import CourseError, GraderError, InternalFault
from grader.gradebook import Gradebook
from grader.gradebook.engine import HEAD, MIGRATIONS, Database
from grader.gradebook.tables import Base

from .conftest import WEEK, grade, judged, kept


def test_the_migrations_lead_to_the_tables(book):
    with book._database.read() as session:
        assert compare_metadata(MigrationContext.configure(session.connection()), Base.metadata) == []


def test_the_version_that_is_known_is_that_of_the_last_migration():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_gradebook_of_a_newer_grader_is_refused(opened):
    book = opened()
    with book._database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CourseError, match="newer grader"):
        opened()


def test_another_database_is_not_touched(tmp_path):
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE precious (x)")
    connection.close()
    with pytest.raises(CourseError, match="not a gradebook"):
        Gradebook(tmp_path / "other.sqlite")
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("precious",)]
    connection.close()


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "x.sqlite").write_text("my homework " * 1000)
    with pytest.raises(CourseError, match="another kind of file"):
        Gradebook(tmp_path / "x.sqlite")


def test_a_folder_in_the_place_of_the_file_is_a_clear_error(tmp_path):
    with pytest.raises(InternalFault, match="cannot be read"):
        Gradebook(tmp_path)


def test_a_server_that_does_not_answer_is_a_clear_error_without_the_password(tmp_path):
    with pytest.raises(InternalFault) as told:
        Gradebook(f"postgresql://ada:sesame@/book?host={tmp_path}")
    assert "sesame" not in str(told.value)
    assert "postgresql+psycopg://ada:***@/book" in str(told.value)


@pytest.mark.parametrize("place", ["mysql://x/y", "no url", "sqlite:///x"])
def test_other_databases_are_refused(place):
    with pytest.raises(CourseError):
        Gradebook(place)


def test_two_graders_that_make_the_gradebook_at_once_make_one(place):
    opened: list[Gradebook | GraderError] = []

    def one() -> None:
        try:
            opened.append(Gradebook(place))
        except GraderError as error:
            opened.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(book, Gradebook) for book in opened), opened
    for book in opened:
        assert book.check() == []
        book.close()


def test_a_write_that_fails_halfway_leaves_nothing(book):
    grade(book)

    def half() -> None:
        with book._database.write() as session:
            session.execute(text("DELETE FROM changes"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert len(book.history(WEEK, "alice")) == 1


def test_sudden_loss_of_power_loses_nothing_that_was_finished(tmp_path):
    with Gradebook(tmp_path / "g.sqlite") as book, book._database.read() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2  # FULL: each commit reaches the disk


def fill(book: Gradebook) -> tuple[int, InternalFault]:
    """Grade until the disk is full."""
    for number in range(10_000):
        run = kept(f"s{number}")
        try:
            book.finish(WEEK, run, os.urandom(20_000).hex(), judged(run, 10), claimed="")
        except InternalFault as error:
            return number, error
    raise AssertionError("the disk was never full")


def looks_sound(place: Path, count: int) -> None:
    with Gradebook(place) as book:
        assert book.check() == []
        assert len(book.scorecards(WEEK)) == count
        assert book.executed(WEEK, f"s{count - 1}")


def test_a_full_disk_is_a_clear_error_and_loses_nothing(tmp_path):
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with Gradebook(disk / "g.sqlite") as book:
            count, error = fill(book)
            assert count > 3
            assert "full" in str(error)
            assert "run the same command again" in str(error)
            assert error.exit_code == 3
            assert len(book.scorecards(WEEK)) == count
        subprocess.run(["mount", "-o", "remount,size=9m", disk], check=True)  # somebody makes room
        looks_sound(disk / "g.sqlite", count)
        with Gradebook(disk / "g.sqlite") as book:
            grade(book, "later")
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_file_that_may_not_grow_is_a_clear_error_and_loses_nothing(tmp_path):
    with Gradebook(tmp_path / "g.sqlite") as book:
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))  # of what this process alone writes
        try:
            count, error = fill(book)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert count > 3
        assert "run the same command again" in str(error)
    looks_sound(tmp_path / "g.sqlite", count)


def test_opening_a_gradebook_that_is_up_to_date_does_not_import_the_migrator(tmp_path):
    Gradebook(tmp_path / "g.sqlite").close()
    code = f"import sys; from grader.gradebook import Gradebook; Gradebook({str(tmp_path / 'g.sqlite')!r}); "
    code += "assert 'alembic' not in sys.modules and 'psycopg' not in sys.modules"
    code = code.replace("Gradebook('", "from pathlib import Path; Gradebook(Path('").replace("')", "'))")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_database_is_named_without_its_password(tmp_path):
    database = Database(tmp_path / "g.sqlite")
    assert database.name == str(tmp_path / "g.sqlite")
    database.close()
