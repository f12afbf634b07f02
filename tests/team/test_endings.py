"""Honest endings: what happened, the status, the sentence, and what is kept."""

import socket
from dataclasses import dataclass

import pytest

from tests.harness.running import KEY, Played, play, team_factory
from tests.servers import Fault, FaultKind, ModelServer, Position, Script
from tui.config.settings import Api
from tui.run.events import Outcome, Speaker
from tui.run.summary import Summary

APIS: list[Api] = ["responses", "chat"]


@dataclass(frozen=True)
class Ending:
    """A row of the reference: a fault at the leader's closing text, and what is said of it."""

    fault: FaultKind
    outcome: Outcome
    sentence: str = ""
    keeps_text: bool = True
    api: Api | None = None


ENDINGS = [
    Ending(FaultKind.SLOW_START, Outcome.COMPLETED),
    Ending(FaultKind.BYTE_BY_BYTE, Outcome.COMPLETED),
    Ending(FaultKind.FLAT_OUT, Outcome.COMPLETED),
    Ending(FaultKind.UNKNOWN_EVENTS, Outcome.COMPLETED),
    Ending(FaultKind.LONE_SURROGATES, Outcome.COMPLETED),
    Ending(FaultKind.SPLIT_SURROGATES, Outcome.COMPLETED),
    Ending(FaultKind.HUGE_DELTA, Outcome.COMPLETED),
    Ending(FaultKind.NO_USAGE, Outcome.COMPLETED),
    Ending(FaultKind.TERMINAL_ESCAPES, Outcome.COMPLETED),
    Ending(FaultKind.NO_DONE, Outcome.COMPLETED),
    Ending(FaultKind.ENDS_WITHOUT_FINAL, Outcome.INCOMPLETE, "ended before the model had finished"),
    Ending(FaultKind.CLOSE_MIDCHUNK, Outcome.ERROR, "broke before the model had finished"),
    Ending(FaultKind.RESET_MIDSTREAM, Outcome.ERROR, "broke before the model had finished"),
    Ending(FaultKind.MAX_TOKENS, Outcome.INCOMPLETE, "limit of tokens"),
    Ending(FaultKind.CONTENT_FILTER, Outcome.INCOMPLETE, "content filter"),
    Ending(FaultKind.REFUSAL, Outcome.ERROR, "The model refused", keeps_text=False),
    Ending(FaultKind.ERROR_FLAT, Outcome.ERROR, "The model"),
    Ending(FaultKind.ERROR_NESTED, Outcome.ERROR, "The model"),
    Ending(FaultKind.FAILED, Outcome.ERROR, "The model failed", api="responses"),
    Ending(FaultKind.BAD_JSON, Outcome.ERROR, "sent a broken event"),
    Ending(FaultKind.NO_TEXT, Outcome.INCOMPLETE, "without writing anything", keeps_text=False),
    Ending(FaultKind.WHITESPACE_ONLY, Outcome.INCOMPLETE, "without writing", keeps_text=False),
    Ending(FaultKind.HTML_PAGE, Outcome.ERROR, "not like a model server", keeps_text=False),
    Ending(FaultKind.HTTP_400, Outcome.ERROR, "rejected the request (400)", keeps_text=False),
    Ending(FaultKind.HTTP_401, Outcome.ERROR, "key from OPENAI_API_KEY", keeps_text=False),
    Ending(FaultKind.HTTP_403, Outcome.ERROR, "(403)", keeps_text=False),
    Ending(FaultKind.HTTP_404, Outcome.ERROR, "'gpt-5.2-mini' (404)", keeps_text=False),
    Ending(FaultKind.HTTP_405, Outcome.ERROR, "--api chat", keeps_text=False, api="responses"),
    Ending(FaultKind.HTTP_429_QUOTA, Outcome.ERROR, "The quota of the account", keeps_text=False),
]


def cases() -> list[object]:
    return [
        pytest.param(ending, api, id=f"{ending.fault}-{api}")
        for ending in ENDINGS
        for api in APIS
        if ending.api in (None, api)
    ]


@pytest.mark.parametrize(("ending", "api"), cases())
def test_the_run_ends_honestly(ending: Ending, api: Api) -> None:
    script = Script(words=12, closing_words=24).with_fault(Position.CLOSING, Fault(ending.fault))
    with ModelServer(script) as server:
        summary = play(team_factory(server, api))
    assert summary.outcome is ending.outcome, summary.error
    assert ending.sentence in (summary.error or "")
    assert KEY not in str(summary.to_json())
    assert bool(closing_words(summary)) is ending.keeps_text
    assert summary.words >= 24
    assert not summary.was_cancelled


def closing_words(summary: Summary) -> int:
    return sum(s.words for s in summary.sections if s.speaker.is_leader)


@pytest.mark.parametrize("api", APIS)
def test_bad_utf8_is_repaired_or_said(api: Api) -> None:
    script = Script(closing_words=24).with_fault(Position.CLOSING, Fault(FaultKind.BAD_UTF8))
    with ModelServer(script) as server:
        summary = play(team_factory(server, api))
    assert summary.outcome is Outcome.COMPLETED or "broken event" in (summary.error or "")


@pytest.mark.parametrize("api", APIS)
def test_a_server_that_is_not_there_names_its_address_and_the_way_out(api: Api) -> None:
    with socket.create_server(("127.0.0.1", 0)) as vacant:
        address = f"http://127.0.0.1:{vacant.getsockname()[1]}/v1"
    summary = play(team_factory(address, api))
    assert summary.outcome is Outcome.ERROR
    assert summary.error is not None
    assert address in summary.error
    assert "--local" in summary.error


@pytest.mark.parametrize("kind", [FaultKind.HTTP_429, FaultKind.HTTP_500, FaultKind.HTTP_503])
def test_a_passing_fault_is_tried_again(kind: FaultKind) -> None:
    script = Script(words=12).with_fault(Position.LEADER, Fault(kind, attempts=(1,), seconds=0.01))
    with ModelServer(script) as server:
        assert play(team_factory(server)).outcome is Outcome.COMPLETED
        assert len(server.at(Position.LEADER)) == 2


def test_too_many_requests_says_how_long_to_wait() -> None:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.HTTP_429, seconds=0.25))
    with ModelServer(script) as server:
        summary = play(team_factory(server))
    assert summary.outcome is Outcome.ERROR
    assert "Wait 0.25 seconds" in (summary.error or "")


def test_no_word_at_all_is_an_error() -> None:
    faults: dict[str, tuple[Fault, ...]] = {p: (Fault(FaultKind.NO_TEXT),) for p in Position}
    with ModelServer(Script(faults=faults)) as server:
        summary = play(team_factory(server))
    assert summary.outcome is Outcome.ERROR
    assert "could not write its part" in (summary.error or "")
    assert any("without writing anything" in note for note in summary.notes)


@pytest.mark.parametrize(
    ("kind", "words"),
    [(FaultKind.RESET_MIDSTREAM, True), (FaultKind.HTTP_400, False), (FaultKind.REFUSAL, False)],
)
def test_a_failed_member_shows_even_when_the_team_goes_on(kind: FaultKind, words: bool) -> None:
    script = Script(words=24).with_fault(Position.STORYTELLER, Fault(kind))
    with ModelServer(script) as server:
        summary = play(team_factory(server))
    assert summary.outcome is Outcome.COMPLETED
    assert any(note.startswith("StorytellerAgent: ") for note in summary.notes)
    storyteller = next(c for c in summary.contributors if c.name == "StorytellerAgent")
    assert storyteller.activity == "failed"
    assert bool(storyteller.words) is words


def test_a_member_cut_at_its_limit_shows_as_incomplete() -> None:
    script = Script(words=24).with_fault(Position.EDITOR, Fault(FaultKind.MAX_TOKENS))
    with ModelServer(script) as server:
        summary = play(team_factory(server))
    assert summary.outcome is Outcome.COMPLETED
    assert any("EditorAgent: The model reached its limit" in note for note in summary.notes)


def test_usage_counts_the_leader_and_its_members_and_nothing_is_estimated() -> None:
    with ModelServer(Script(words=20)) as server, Played(team_factory(server)) as played:
        summary = played.to_the_end()
    assert not summary.usage.estimated
    assert all(c.output_tokens > 0 for c in summary.contributors)
    assert summary.usage.output_tokens == sum(c.output_tokens for c in summary.contributors)


def test_a_request_without_usage_is_estimated_and_said_to_be() -> None:
    script = Script(words=40).with_fault(Position.STORYTELLER, Fault(FaultKind.NO_USAGE))
    with ModelServer(script) as server:
        summary = play(team_factory(server))
        storyteller = next(c for c in summary.contributors if c.name == "StorytellerAgent")
        sent = len(server.text_of(Position.STORYTELLER))
    assert summary.usage.estimated
    assert storyteller.output_tokens == -(-sent // 4)


def test_terminal_escapes_arrive_as_pictures_of_themselves() -> None:
    script = Script().with_fault(Position.STORYTELLER, Fault(FaultKind.TERMINAL_ESCAPES))
    with ModelServer(script) as server:
        summary = play(team_factory(server))
    text = "".join(section.text for section in summary.sections)
    assert "␛" in text
    assert "\x1b" not in text


@pytest.mark.parametrize("api", APIS)
def test_a_character_cut_in_two_by_the_stream_is_one_character(api: Api) -> None:
    script = Script().with_fault(Position.STORYTELLER, Fault(FaultKind.SPLIT_SURROGATES))
    with ModelServer(script) as server:
        summary = play(team_factory(server, api))
    assert "\ufffd" not in summary.sections[0].text
    assert any(ord(character) > 0xFFFF for character in summary.sections[0].text)


def test_who_speaks_is_known_by_run_and_name() -> None:
    with ModelServer(Script(words=12)) as server:
        summary = play(team_factory(server))
    speakers = [section.speaker for section in summary.sections]
    assert [s.name for s in speakers] == ["StorytellerAgent", "EditorAgent", "Storytelling Team"]
    assert speakers[-1] == Speaker(summary.run_id, "Storytelling Team", is_leader=True)
    assert len({speaker.run_id for speaker in speakers}) == 3
