"""The way from the last frame to the exit code."""

from pathlib import Path

import pytest

from tests.harness.scripted import ScriptedRun
from tui.config.settings import Settings
from tui.history import History
from tui.run.events import Outcome, RunEnded
from tui.run.protocol import RunRequest
from tui.run.state import RunState
from tui.run.summary import summarize
from tui.screen import run_screen
from tui.screen.app import StoryApp


@pytest.mark.parametrize(
    ("outcome", "broke", "once", "code"),
    [
        (Outcome.COMPLETED, False, False, 0),
        (Outcome.ERROR, False, False, 0),
        (Outcome.ERROR, False, True, 1),
        (Outcome.COMPLETED, True, False, 1),
        (Outcome.COMPLETED, True, True, 1),
    ],
)
def test_a_screen_that_broke_is_no_success(
    outcome: Outcome,
    broke: bool,
    once: bool,
    code: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Played(StoryApp):
        def run(self, **_: object) -> None:
            self.runs.summary = summarize(RunState(ended=RunEnded(outcome, 0.0)))
            self._return_code = 1 if broke else 0

    monkeypatch.setattr(run_screen, "StoryApp", Played)
    monkeypatch.setattr(run_screen, "handle_signals", lambda *_: None)
    history = History(tmp_path / "history.db")
    left_with = run_screen.run_full_screen(
        lambda _, publish: ScriptedRun(publish), RunRequest("a cat"), history, Settings(), once=once
    )
    history.close()
    assert left_with == code
