"""What the sub-commands print is harmless, whoever wrote the history."""

from argparse import Namespace
from typing import Any, cast

import pytest

from tui.command.commands import run_command
from tui.history import History, Passage, StoredSection, Story, StoryRow
from tui.run.events import Outcome
from tui.run.records import Usage

HOSTILE = "\x1b]0;owned\x07 \x9b31m"


class Foreign:
    """A history that another program has written."""

    def stories(self, query: str, limit: int) -> list[StoryRow]:
        return [StoryRow(HOSTILE, HOSTILE, 0.0, 1, Outcome.CANCELLED, HOSTILE, HOSTILE, 1)]

    def story(self, story_id: str) -> Story:
        section = StoredSection(HOSTILE, False, f"Once {HOSTILE}")
        some: dict[str, Any] = dict.fromkeys(
            ("ended_at", "elapsed_seconds", "first_text_seconds", "cancel_seconds", "cost_usd")
        )
        passage = Passage(
            prompt=HOSTILE, direction=HOSTILE, model=HOSTILE, run_id=HOSTILE, reason=HOSTILE,
            error=HOSTILE, outcome=Outcome.CANCELLED, started_at=0.0, usage=Usage(), words=1,
            sections=(section,), **some,
        )  # fmt: skip
        return Story(HOSTILE, HOSTILE, 0.0, 0.0, (passage,))


@pytest.mark.parametrize("command", ["history", "show", "export"])
def test_a_command_prints_nothing_that_a_terminal_obeys(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    options = Namespace(
        command=command, json=False, query=[], id="x", file="-", force=False, versions=False
    )
    assert run_command(options, cast("History", Foreign())) == 0
    printed = capsys.readouterr().out
    assert "owned" in printed or "Once" in printed
    assert not set("\x1b\x07\x9b") & set(printed)
