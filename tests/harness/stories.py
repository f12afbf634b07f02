"""Stories as the history returns them."""

from tui.history.stories import Passage, StoredSection, Story
from tui.run.events import Outcome
from tui.run.records import Usage


def passage(
    text: str,
    *,
    prompt: str = "a dragon",
    direction: str | None = None,
    outcome: Outcome | None = Outcome.COMPLETED,
    reason: str | None = None,
    model: str = "test-model",
) -> Passage:
    return Passage(
        prompt=prompt,
        direction=direction,
        model=model,
        run_id="run",
        outcome=outcome,
        reason=reason,
        error=None,
        started_at=0.0,
        ended_at=1.0,
        elapsed_seconds=1.0,
        first_text_seconds=0.1,
        cancel_seconds=None,
        usage=Usage(),
        cost_usd=None,
        words=len(text.split()),
        sections=(StoredSection("Team", True, text),),
    )


def story(*passages: Passage, title: str = "The Lamp") -> Story:
    return Story("lamp-23456", title, 1_750_000_000.0, 1_750_000_100.0, passages)
