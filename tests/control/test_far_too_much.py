"""Far too much at once: in pieces, bounded with a sentence, and never in the way of a stop."""

import pytest

from tests.harness.scripted import TELLER
from tests.harness.user_teams import answering, words
from tests.harness.workers import working
from tests.servers import Ask, Script, Turn
from tui.control import controller, progress
from tui.run.events import Outcome, ReasoningDelta, RunEnded, TextDelta
from tui.run.pieces import PIECE_CHARACTERS, in_pieces


@pytest.mark.parametrize("kind", [TextDelta, ReasoningDelta])
@pytest.mark.parametrize("length", [0, 1, PIECE_CHARACTERS, PIECE_CHARACTERS + 1, 100_000])
def test_a_long_delta_comes_in_short_ones_that_say_the_same(
    kind: type[TextDelta | ReasoningDelta], length: int
) -> None:
    delta = kind(TELLER, ("0123456789" * 10_000)[:length], 7.0)
    pieces = list(in_pieces(delta))
    assert "".join(piece.text for piece in pieces) == delta.text
    assert all(len(piece.text) <= PIECE_CHARACTERS for piece in pieces)
    assert all((type(p), p.speaker, p.at) == (kind, TELLER, 7.0) for p in pieces)


def test_what_is_no_delta_stays_whole() -> None:
    end = RunEnded(Outcome.ERROR, 0.0, "x" * 100_000)
    assert list(in_pieces(end)) == [end]


def test_one_delta_of_a_users_model_arrives_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_UNIT", "word ")
    monkeypatch.setenv("TEST_TIMES", "400000")
    with working("endless.py:with_model", answering(), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert summary.sections[0].text == "word " * 400_000
    assert all(len(e.text) <= PIECE_CHARACTERS for e in played.events if isinstance(e, TextDelta))


def test_a_stop_does_not_wait_for_the_rest_of_a_delta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_UNIT", "*a ")
    monkeypatch.setenv("TEST_TIMES", "3000000")
    with working("endless.py:with_model", answering(), monkeypatch) as (played, _):
        # A reader that has enough, as a screen that styles all of it.
        played.run.pace(lambda: played.state.words > 5_000)
        played.until(lambda state: state.words > 5_000)
        summary = played.cancel()
    assert summary.outcome is Outcome.CANCELLED
    assert summary.cancel_seconds is not None
    assert summary.cancel_seconds < 0.5
    assert 5_000 < summary.words < 200_000


def test_a_run_that_writes_without_measure_is_stopped_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(progress, "MOST_CHARACTERS", 100_000)
    monkeypatch.setenv("TEST_UNIT", "word ")
    monkeypatch.setenv("TEST_TIMES", "15000")
    monkeypatch.setenv("TEST_DELTAS", "100")
    with working("endless.py:with_model", answering(), monkeypatch) as (played, _):
        summary = played.to_the_end()
        assert played.run.join(5)
        assert played.ends == 1
    assert (summary.outcome, summary.error) == (Outcome.INCOMPLETE, controller.TOO_MUCH)
    assert 100_000 <= len(summary.sections[0].text) <= 100_000 + PIECE_CHARACTERS


def test_the_rest_of_a_tools_endless_result_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    call = answering("pour").answer
    assert call is not None

    def answer(ask: Ask) -> Turn:
        return Turn(words("That was much.")) if ask.outputs else call(ask)

    with working("endless.py:with_tool", Script(answer=answer), monkeypatch) as (played, server):
        summary = played.to_the_end()
        longest = max(len(str(record.body)) for record in server.records)
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert "The tool pour returned too much: a million characters were kept." in summary.notes
    assert 1_000_000 < longest < 1_100_000
