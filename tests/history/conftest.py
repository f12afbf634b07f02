"""A history of its own for every test, and a temporary directory for what falls back."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.history.recording import Open
from tui.history import History


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "stories.db"


@pytest.fixture
def fallen_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary directory, as this test sees it."""
    directory = tmp_path / "tmp"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


@pytest.fixture
def write_errors() -> list[str]:
    """The sentences that were said."""
    return []


@pytest.fixture
def open_history(path: Path, write_errors: list[str], fallen_back: Path) -> Iterator[Open]:
    """Opens histories, by default the test's own, and closes them in the end."""
    opened: list[History] = []

    def open_one(where: Path | None = None) -> History:
        opened.append(History(where or path, on_write_error=write_errors.append))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close(2.0)


@pytest.fixture
def history(open_history: Open) -> History:
    return open_history()
