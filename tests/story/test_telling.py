"""What becomes of what the user tells the team while it works."""

from dataclasses import replace

import pytest

from tui.errors import UsageError
from tui.run.events import Outcome, RunEnded
from tui.run.reasons import Reason
from tui.run.state import RunState
from tui.run.summary import Summary, summarize
from tui.story.telling import (
    MOST_CHARACTERS,
    Fate,
    Messages,
    add,
    at_end,
    begun,
    direction_of,
    forget,
    take_back,
)


def end(outcome: Outcome = Outcome.COMPLETED, reason: Reason | None = None) -> Summary:
    state = RunState()
    state.apply(RunEnded(outcome, 0.0))
    return replace(summarize(state), reason=reason)


def told(*texts: str) -> Messages:
    messages: Messages = ()
    for text in texts:
        messages = add(messages, text)
    return messages


def fates(messages: Messages) -> list[Fate]:
    return [message.fate for message in messages]


def test_messages_are_delivered_together_in_order_and_only_when_the_passage_has_begun() -> None:
    messages, direction = at_end(told("Let it rain.", "Let it snow."), end())
    assert direction == "Let it rain.\nLet it snow."
    assert [str(message) for message in messages] == ["waiting", "waiting"]
    assert fates(begun(messages)) == [Fate.DELIVERED, Fate.DELIVERED]


def test_a_run_that_was_stopped_for_a_message_delivers_it() -> None:
    messages, direction = at_end(told("Let it rain."), end(Outcome.CANCELLED, Reason.TELL))
    assert direction == "Let it rain."
    assert fates(messages) == [Fate.HANDED_OVER]


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (end(Outcome.CANCELLED, Reason.USER), "dropped, because you asked for it"),
        (end(Outcome.CANCELLED, Reason.COUNTDOWN), "dropped, because the countdown ran out"),
        (end(Outcome.ERROR), "dropped, because the run failed"),
        (end(Outcome.ERROR, Reason.TELL), "dropped, because the run failed"),
        (end(Outcome.INCOMPLETE), "dropped, because the run is incomplete"),
    ],
)
def test_a_message_is_dropped_when_the_run_ends_otherwise(ending: Summary, said: str) -> None:
    messages, direction = at_end(told("Let it rain."), ending)
    assert (direction, [str(message) for message in messages]) == ("", [said])


def test_a_message_whose_passage_never_began_is_dropped_and_not_delivered() -> None:
    handed_over, _ = at_end(told("Let it rain."), end())
    messages, direction = at_end(handed_over, end(Outcome.CANCELLED, Reason.USER))
    assert (direction, fates(messages)) == ("", [Fate.DROPPED])


def test_a_second_message_before_the_passage_has_begun_is_handed_over_with_the_first() -> None:
    handed_over, _ = at_end(told("Let it rain."), end(Outcome.CANCELLED, Reason.TELL))
    messages, direction = at_end(
        add(handed_over, "Let it snow."), end(Outcome.CANCELLED, Reason.TELL)
    )
    assert direction == "Let it rain.\nLet it snow."
    assert fates(messages) == [Fate.HANDED_OVER, Fate.HANDED_OVER]


def test_the_latest_message_that_waits_is_taken_back_first() -> None:
    messages, text = take_back(told("Let it rain.", "Let it snow."))
    assert (text, [message.text for message in messages]) == ("Let it snow.", ["Let it rain."])
    messages, _ = take_back(messages)
    assert take_back(messages) == ((), None)


def test_what_was_handed_over_cannot_be_taken_back() -> None:
    messages, _ = at_end(told("Let it rain."), end())
    assert take_back(messages) == (messages, None)
    assert take_back(begun(messages))[1] is None


def test_a_message_in_the_next_passage_waits_for_its_end() -> None:
    messages = begun(at_end(told("Let it rain."), end())[0])
    messages = add(messages, "Let it snow.")
    assert fates(messages) == [Fate.DELIVERED, Fate.WAITING]
    messages, direction = at_end(messages, end())
    assert (direction, fates(messages)) == ("Let it snow.", [Fate.HANDED_OVER])


def test_nothing_comes_of_nothing() -> None:
    assert at_end((), end()) == ((), "")
    dropped, _ = at_end(told("Let it rain."), end(Outcome.ERROR))
    assert forget(dropped) == ()
    assert at_end(dropped, end()) == ((), "")


def test_a_direction_of_a_megabyte_is_refused_with_a_sentence() -> None:
    assert direction_of(" \ud83d\ude00 " + "a" * (MOST_CHARACTERS - 4)).startswith("\U0001f600")
    with pytest.raises(UsageError, match="10,000 characters, and this one has 1,000,000"):
        direction_of("a" * 1_000_000)
