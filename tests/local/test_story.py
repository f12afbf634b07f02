"""A whole story by the real model."""

from tests.harness.running import Played
from tests.local.playbook_runs import distinct_share, local_team, scenes_of
from tui.local.address import EngineAddress
from tui.run.events import Outcome


def test_the_model_writes_a_story_of_a_page_without_going_in_circles(
    address: EngineAddress,
) -> None:
    with Played(local_team(address), prompt="a dragon who learns to code") as played:
        played.until(lambda state: state.ended, timeout=60)
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert 200 < summary.story_words < 700
    assert distinct_share(summary.content) > 0.75
    assert all(scene[-1] in '.!?…"”' for scene in scenes_of(summary))
    assert summary.first_text_seconds is not None
    assert summary.first_text_seconds < 10
    assert summary.usage.output_tokens > 200
    assert not summary.usage.estimated


def test_a_cancelled_story_leaves_the_engine_free_for_the_next(address: EngineAddress) -> None:
    for _ in range(2):
        with Played(local_team(address), prompt="a cat, 2000 words") as played:
            played.until(lambda state: any(part.text for part in state.sections), timeout=10)
            summary = played.cancel()
        assert summary.was_cancelled
        assert scenes_of(summary)[0].startswith("Once upon a time")
