"""A stop at any event of a team's run is obeyed by the team itself, and not only given up on."""

import pytest

from tests.harness.running import Played
from tests.harness.user_teams import answering, user_team
from tests.servers import ModelServer
from tui.control import controller
from tui.run.events import Event, Outcome
from tui.run.protocol import Publish
from tui.run.reasons import Reason
from tui.run.summary import Summary

EVENTS = (
    "RunStarted", "ModelRequested", "UsageReported", "DelegationStarted", "MemberStarted",
    "ToolStarted", "ToolEnded", "TextDelta", "MemberEnded",
)  # fmt: skip
LONG_GRACE = 5.0
"""So long that a run which does not end by itself is told from one that does."""


def cancelled_at(spec: str, kind: str, count: int) -> Summary:
    """Cancel at the so-manieth event of a kind, on the very thread that publishes it."""
    seen: list[Event] = []

    def watching(publish: Publish) -> Publish:
        def watch(event: Event) -> None:
            publish(event)
            if type(event).__name__ == kind:
                seen.append(event)
                if len(seen) == count:
                    played.run.cancel(Reason.USER)

        return watch

    played = Played(user_team(spec), through=watching)
    with played:
        return played.to_the_end()


@pytest.mark.parametrize("kind", EVENTS)
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize(
    "spec", ["weather.py:team", "newsroom.py:make_team", "modes.py:broadcast", "modes.py:tasks"]
)
def test_a_stop_at_any_event_is_obeyed_by_the_team(
    spec: str, count: int, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(controller, "GRACE_SECONDS", LONG_GRACE)
    with ModelServer(answering("forecast", {"city": "Rome"})) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        summary = cancelled_at(spec, kind, count)
    assert summary.outcome in (Outcome.CANCELLED, Outcome.COMPLETED, Outcome.INCOMPLETE), (
        summary.error
    )
    if summary.cancel_seconds is not None:
        assert summary.cancel_seconds < LONG_GRACE / 2
