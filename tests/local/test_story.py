"""Stories by the real model; a whole one is in ``tests/program/test_end_to_end.py``."""

from tests.harness.running import Played
from tests.local.playbook_runs import local_team, scenes_of
from tui.local.address import EngineAddress


def test_a_cancelled_story_leaves_the_engine_free_for_the_next(address: EngineAddress) -> None:
    for _ in range(2):
        with Played(local_team(address), prompt="a cat, 2000 words") as played:
            played.until(lambda state: any(part.text for part in state.sections))
            summary = played.cancel()
        assert summary.was_cancelled
        assert scenes_of(summary)[0].startswith("Once upon a time")
