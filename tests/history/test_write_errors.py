"""A history that cannot be written, or read: the run goes on, the text is kept, one sentence."""

import os
import sqlite3
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.harness.waiting import wait_until
from tests.history.recording import (
    EDITOR,
    WAIT_SECONDS,
    Open,
    cancelled,
    ended,
    record,
    tell,
    text,
    titles,
    write,
)
from tui.history import History, HistoryError, database, store
from tui.run.events import Outcome

Mount = Callable[..., Path]


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a small file system of its own."""
    mounted: list[Path] = []

    def mount_one(options: str) -> Path:
        directory = tmp_path / "disk"
        directory.mkdir(exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=10)
        except (OSError, subprocess.SubprocessError):
            pytest.skip("mounting is not allowed here")
        mounted.append(directory)
        return directory

    yield mount_one
    for directory in mounted:
        subprocess.run(["umount", "-l", str(directory)], check=False, timeout=10)


@pytest.fixture
def locked(path: Path, open_history: Open) -> Iterator[sqlite3.Connection]:
    """A history that another program has locked; it holds one story."""
    write(open_history(), "The first.", prompt="alpha")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def _only(directory: Path) -> str:
    (file,) = directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file.read_text(encoding="utf-8")


def _kept(history: History, write_errors: list[str], why: str) -> str:
    """Record a run that cannot be written, and return what is kept of it."""
    recorder = record(history, text("Once upon "), text("a time, "), prompt="a dragon")
    assert recorder.saved_words == 4
    tell(history, recorder, text("Edited.", EDITOR), text("the end"), *cancelled())
    assert not recorder.is_saved
    path = recorder.fallback_path
    assert path is not None
    assert write_errors == [
        f"The history cannot be written: {why}. This story is kept in {path} instead."
    ]
    assert history.write_errors == tuple(write_errors)
    return path.read_text(encoding="utf-8")


def test_a_directory_that_cannot_be_made(
    open_history: Open, tmp_path: Path, write_errors: list[str], fallen_back: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    history = open_history(tmp_path / "file" / "stories.db")
    kept = _kept(history, write_errors, "the file cannot be opened")
    assert kept == "# A dragon\n\n> a dragon\n\nOnce upon a time, the end\n\nEdited.\n"
    assert _only(fallen_back) == kept
    tell(history, history.record("a goose"), text("Honk"), ended())
    assert len(write_errors) == 1
    assert len(list(fallen_back.iterdir())) == 2


def test_a_read_only_disk(open_history: Open, mount: Mount, write_errors: list[str]) -> None:
    disk = mount("size=4m")
    history = open_history(disk / "stories.db")
    write(history, "The first.", prompt="alpha")
    assert history.close(WAIT_SECONDS)
    mount_again = ["mount", "-o", "remount,ro", str(disk)]
    subprocess.run(mount_again, check=True, capture_output=True, timeout=10)
    history = open_history(disk / "stories.db")
    _kept(history, write_errors, "the file or its directory is read-only")
    assert titles(history, "first") == ["Alpha"]
    with pytest.raises(HistoryError, match="read-only"):
        history.rename(history.stories()[0].id, "Omega")


def test_a_full_disk_and_the_space_that_comes_back(
    open_history: Open, mount: Mount, write_errors: list[str]
) -> None:
    disk = mount("size=700k")
    history = open_history(disk / "stories.db")
    recorder = record(history, text("Once upon a time "), prompt="a dragon")
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            pass
    long = "word " * 20_000
    tell(history, recorder, text(long))
    assert "the disk is full" in write_errors[0]
    assert recorder.fallback_path is not None
    assert recorder.fallback_path.read_text(encoding="utf-8").count("word ") == 20_000
    ballast.unlink()
    recorder.put(ended())
    wait_until(lambda: recorder.is_saved)
    assert history.story(recorder.story_id).text == f"Once upon a time {long}"
    assert len(write_errors) == 1
    assert recorder.fallback_path.exists()


def test_a_full_database(
    open_history: Open, write_errors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = database.connect

    def connect_to_little(path: Path, wait_seconds: float) -> sqlite3.Connection:
        connection = connect(path, wait_seconds)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 10}")
        return connection

    monkeypatch.setattr(store, "connect", connect_to_little)
    history = open_history()
    recorder = record(history, text("word " * 30_000))
    assert "the disk is full" in write_errors[0]
    assert recorder.saved_words == 30_000


def test_a_short_lock_is_not_worth_a_word(
    history: History,
    locked: sqlite3.Connection,
    write_errors: list[str],
    fallen_back: Path,
) -> None:
    recorder = record(history, text("Once upon a time"))
    assert "Once upon a time" in _only(fallen_back)
    assert recorder.saved_words == 4
    locked.execute("ROLLBACK")
    tell(history, recorder, ended())
    assert recorder.is_saved
    assert history.story(recorder.story_id).text == "Once upon a time"
    assert write_errors == []
    assert list(fallen_back.iterdir()) == []


def test_a_long_lock_is_told_and_outlived(
    history: History,
    locked: sqlite3.Connection,
    write_errors: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tui.history.write_errors.PATIENCE_SECONDS", 0.0)
    recorder = record(history, text("Once upon a time"))
    tell(history, recorder, ended())
    assert len(write_errors) == 1
    assert "another program keeps it locked" in write_errors[0]
    assert titles(history) == ["Alpha"]
    locked.execute("ROLLBACK")
    wait_until(lambda: recorder.is_saved)
    assert recorder.fallback_path is not None
    assert recorder.fallback_path.exists()


def test_a_locked_history_delays_nobody(history: History, locked: sqlite3.Connection) -> None:
    del locked
    slowest = 0.0
    recorder = history.record("a dragon")
    for number in range(3000):
        before = time.perf_counter()
        recorder.put(text(f"{number} "))
        slowest = max(slowest, time.perf_counter() - before)
    assert slowest < 0.1
    before = time.monotonic()
    history.close(1.0)
    assert time.monotonic() - before < 3.0
    assert recorder.fallback_path is not None
    assert "2999" in recorder.fallback_path.read_text(encoding="utf-8")


def test_closing_waits_for_a_lock_as_long_as_it_may(
    history: History, locked: sqlite3.Connection
) -> None:
    recorder = record(history, text("Once"))
    recorder.put(ended())
    closing = threading.Thread(target=history.close, args=(WAIT_SECONDS,))
    closing.start()
    locked.execute("ROLLBACK")
    closing.join(WAIT_SECONDS)
    assert recorder.is_saved


def test_when_nothing_can_be_written_that_is_said(
    open_history: Open, tmp_path: Path, write_errors: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    history = open_history(tmp_path / "file" / "stories.db")
    recorder = history.record("a dragon")
    recorder.put(text("Once"))
    assert not history.flush(WAIT_SECONDS)
    assert "not kept anywhere" in write_errors[0]
    assert recorder.saved_words == 0
    (tmp_path / "missing").mkdir()
    recorder.put(text(" upon"))
    assert history.flush(WAIT_SECONDS)
    assert "Once upon" in _only(tmp_path / "missing")


def test_a_listener_that_fails_does_no_harm(tmp_path: Path, fallen_back: Path) -> None:
    def fail(sentence: str) -> None:
        raise RuntimeError(sentence)

    (tmp_path / "file").write_text("in the way")
    history = History(tmp_path / "file" / "stories.db", on_write_error=fail)
    record(history, text("Once"), ended(Outcome.ERROR))
    assert "Once" in _only(fallen_back)
    assert history.close(WAIT_SECONDS)


def test_a_run_without_text_leaves_no_file(
    open_history: Open, tmp_path: Path, write_errors: list[str], fallen_back: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    history = open_history(tmp_path / "file" / "stories.db")
    record(history, *cancelled())
    assert list(fallen_back.iterdir()) == []
    assert write_errors == []


def test_a_directory_in_its_place_is_no_history(path: Path, open_history: Open) -> None:
    path.mkdir(parents=True)
    with pytest.raises(HistoryError, match="cannot be changed: the file cannot be opened"):
        open_history().delete("dragon")


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to(os.devnull)])
def test_what_is_no_file_is_left_as_it_is(
    make: Callable[[Path], None],
    open_history: Open,
    path: Path,
    write_errors: list[str],
    fallen_back: Path,
) -> None:
    path.parent.mkdir()
    make(path)
    before = path.stat()
    _kept(open_history(), write_errors, "it is not a regular file")
    after = path.stat()
    assert (after.st_mode, after.st_ctime_ns) == (before.st_mode, before.st_ctime_ns)
    assert [*path.parent.iterdir()] == [path]


def test_a_name_that_means_something_else_to_the_library_is_a_file(
    open_history: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    history = open_history(Path(":memory:"))
    monkeypatch.chdir("/")
    write(history, "Once upon a time", prompt="a dragon")
    assert titles(history) == ["A dragon"]
    assert (tmp_path / ":memory:").is_file()
