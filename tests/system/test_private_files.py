"""What the program writes is for its user alone, and nothing put in its place is written to."""

import logging
import os
import stat
import threading
from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.servers import ModelServer
from tui.control import supervisor
from tui.local import engine, weights
from tui.local.gguf import KnownFile, file_sha256, is_verified
from tui.system.files import make_private_folder, open_private, read_file
from tui.team.agno_setup import _log_to

UNTOUCHED = "untouched"
NOT_CANCELLED = threading.Event()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A file of somebody that must stay as it is."""
    path = tmp_path / "target"
    path.write_text(UNTOUCHED)
    return path


def test_the_log_is_private_also_after_it_was_rotated(tmp_path: Path) -> None:
    os.umask(before := os.umask(0))
    os.umask(0)
    try:
        path = tmp_path / "a" / "b" / "x.log"
        _log_to(path)
        for _ in range(3):
            logging.getLogger("agno").warning("x" * 600_000)
    finally:
        os.umask(before)
    files = [*path.parent.iterdir()]
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(f.stat().st_mode) for f in (path.parent, path.parent.parent)} == {0o700}


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_what_stands_in_the_place_of_a_log_is_left_alone(
    kind: str, tmp_path: Path, target: Path
) -> None:
    path = tmp_path / "log"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(target)
    _log_to(path)
    logging.getLogger("agno").warning("something")
    with pytest.raises(engine.EngineError, match="cannot be written"):
        engine._launch(path)
    assert target.read_text() == UNTOUCHED


def test_a_link_in_the_place_of_the_lock_empties_nothing(tmp_path: Path, target: Path) -> None:
    (tmp_path / ".fetch.lock").symlink_to(target)
    with (
        pytest.raises(OSError, match="link"),
        weights._sole_fetcher(tmp_path, print, NOT_CANCELLED),
    ):
        pass
    assert target.read_text() == UNTOUCHED


def test_weights_with_their_old_time_are_looked_at_again(tmp_path: Path) -> None:
    model, stamp = tmp_path / "model", tmp_path / "stamp"
    model.write_bytes(b"right")
    known = KnownFile("model", 5, file_sha256(model, NOT_CANCELLED))
    assert is_verified(model, known, stamp, NOT_CANCELLED)
    times = model.stat()
    model.write_bytes(b"wrong")
    os.utime(model, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert not is_verified(model, known, stamp, NOT_CANCELLED)


def test_the_engine_is_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OPENAI_API_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "HTTP_PROXY",
        "DB_PASS",
        "LLAMA_API_KEY",
    ):
        monkeypatch.setenv(name, "a-secret-of-others")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    needed = engine.needed(os.environ)
    assert "a-secret-of-others" not in needed.values()
    assert {"PATH", "OMP_NUM_THREADS"} <= needed.keys()


def test_a_private_file_is_made_private_and_added_to(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "b")
    path = tmp_path / "a" / "b" / "file"
    path.write_text("one ")
    path.chmod(0o666)
    with open(open_private(path), "w") as file:
        file.write("two")
    assert path.read_text() == "one two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_file(path, 3) == b"one"


def test_everything_a_run_leaves_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with ModelServer() as server:
            env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
            run("--json", "a cat", env=env)
    finally:
        os.umask(before)
    left = list(tmp_path.rglob("*"))
    assert left
    assert not [str(path) for path in left if path.stat().st_mode & 0o077]


@pytest.mark.parametrize("kind", ["link", "pipe", "open to all"])
def test_what_a_team_prints_goes_to_a_private_file_and_nowhere_else(
    kind: str, tmp_path: Path, target: Path
) -> None:
    path = tmp_path / "team.log"
    match kind:
        case "link":
            path.symlink_to(target)
        case "pipe":
            os.mkfifo(path)
        case _:
            path.write_text("older")
            path.chmod(0o666)
    number = supervisor._open_private(str(path))
    assert (number is None) is (kind != "open to all")
    if number is not None:
        os.close(number)
        assert (stat.S_IMODE(path.stat().st_mode), path.read_text()) == (0o600, "")
    assert target.read_text() == UNTOUCHED
