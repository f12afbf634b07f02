"""Each fault does on the wire what its name says."""

import json
import time

import pytest

from tests.servers import Fault, FaultKind, ModelServer, Position, Script, prose
from tests.servers.raw_client import Heard, RawClient

APIS = ("responses", "chat")
SPOKEN = Script(words=40).single()
HELD = {
    FaultKind.NO_ANSWER: 0,
    FaultKind.STALL_AFTER_HEADERS: 0,
    FaultKind.STALL_MIDSTREAM: 8,
    FaultKind.STALL_WITH_COMMENTS: 8,
    FaultKind.STALL_BEFORE_FINAL: 40,
}
"""Faults that hold the answer, and the words that come before."""
BROKEN = {
    FaultKind.RESET_BEFORE_HEADERS: "reset",
    FaultKind.RESET_MIDSTREAM: "reset",
    FaultKind.CLOSE_MIDCHUNK: "fin",
    FaultKind.ENDS_WITHOUT_FINAL: "whole",
}
UNREADABLE = {FaultKind.BAD_JSON, FaultKind.BAD_UTF8}
HTTP = {kind for kind in FaultKind if kind.startswith("http_")}
WORDED = set(FaultKind) - HELD.keys() - UNREADABLE - HTTP - {FaultKind.HTML_PAGE} - BROKEN.keys()

SAYS: dict[FaultKind, tuple[bytes, bytes]] = {
    FaultKind.HTTP_400: (b"context_length_exceeded",) * 2,
    FaultKind.HTTP_401: (b"Incorrect API key provided: sk-secret",) * 2,
    FaultKind.HTTP_429_QUOTA: (b'"code":"insufficient_quota"',) * 2,
    FaultKind.HTML_PAGE: (b"<!doctype html>",) * 2,
    FaultKind.UNKNOWN_EVENTS: (b'"response.sparkle.delta"', b'"chat.completion.sparkle"'),
    FaultKind.ERROR_FLAT: (b'"type":"error","sequence_number"', b'{"object":"error","message"'),
    FaultKind.ERROR_NESTED: (b'"error":{"type":"server_error"', b'{"error":{"message"'),
    FaultKind.FAILED: (b'"type":"response.failed"', b'{"error":{"message"'),
    FaultKind.MAX_TOKENS: (b'"reason":"max_output_tokens"', b'"finish_reason":"length"'),
    FaultKind.CONTENT_FILTER: (b'"reason":"content_filter"', b'"finish_reason":"content_filter"'),
    FaultKind.REFUSAL: (b'"type":"response.refusal.delta"', b'"delta":{"refusal":'),
    FaultKind.LONE_SURROGATES: (b'"delta":"\\ud83d"', b'"content":"\\ud83d"'),
    FaultKind.SPLIT_SURROGATES: (b'"delta":"\\udc09"', b'"content":"\\udc09"'),
    FaultKind.TERMINAL_ESCAPES: (b"\\u001b]52;c;",) * 2,
    FaultKind.MARKUP: (b"[bold red]x[/]",) * 2,
}
NOT_SAID: dict[FaultKind, tuple[bytes, bytes]] = {
    FaultKind.NO_DONE: (b"[DONE]", b"[DONE]"),
    FaultKind.NO_USAGE: (b'"usage":{', b'"usage":{'),
    FaultKind.NO_TEXT: (b"output_text", b'"content":" '),
}


def with_fault(kind: FaultKind, after: int | None = None) -> Script:
    return SPOKEN.with_fault(Position.OTHER, Fault(kind, after))


def heard_by(api: str, server: ModelServer) -> Heard:
    with RawClient(server.port) as client:
        client.ask(api, stream_options={"include_usage": True})
        return client.hear()


def check_words(kind: FaultKind, api: str, heard: Heard) -> None:
    at = APIS.index(api)
    assert SAYS.get(kind, (b"", b""))[at] in heard.body
    assert kind not in NOT_SAID or NOT_SAID[kind][at] not in heard.body


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("kind", sorted(HELD))
def test_a_stall_holds_until_the_client_goes(kind: FaultKind, api: str) -> None:
    with ModelServer(with_fault(kind)) as server:
        with RawClient(server.port) as client:
            client.ask(api)
            record = server.wait_until_stalled(Position.OTHER)
            comments = kind is FaultKind.STALL_WITH_COMMENTS
            heard = client.hear_so_far(b"\n: keep-alive\n" if comments else b"")
            assert (heard.end, record.client_closed_at) == ("open", None)
            closed_at = time.monotonic()
        server.wait_until_quiet()
        assert not record.completed
        assert record.client_closed_at
        assert record.client_closed_at - closed_at < 0.5
        assert record.words == HELD[kind]


@pytest.mark.parametrize("kind", sorted(HELD))
def test_a_released_stall_goes_on(kind: FaultKind) -> None:
    with ModelServer(with_fault(kind)) as server, RawClient(server.port) as client:
        client.ask("responses")
        server.wait_until_stalled(Position.OTHER)
        server.release()
        assert client.hear().text == prose(40, "other")


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_a_broken_answer_is_not_completed(kind: FaultKind, api: str) -> None:
    with ModelServer(with_fault(kind)) as server:
        heard = heard_by(api, server)
        server.wait_until_quiet()
        assert heard.end == BROKEN[kind]
        assert not server.records[0].completed
        assert server.records[0].client_closed_at is None
        assert b"response.completed" not in heard.raw
        assert b'"finish_reason":"' not in heard.raw


@pytest.mark.parametrize("api", APIS)
def test_a_stream_may_end_in_the_middle_of_the_text(api: str) -> None:
    with ModelServer(with_fault(FaultKind.ENDS_WITHOUT_FINAL, after=3)) as server:
        heard = heard_by(api, server)
        assert (heard.end, len(heard.text.split())) == ("whole", 3)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("kind", sorted(HTTP | {FaultKind.HTML_PAGE}))
def test_an_error_of_http_has_its_status_and_body(kind: FaultKind, api: str) -> None:
    with ModelServer(with_fault(kind)) as server:
        heard = heard_by(api, server)
        check_words(kind, api, heard)
        assert heard.status == (200 if kind is FaultKind.HTML_PAGE else int(kind.split("_")[1]))
        assert ("retry-after: 0.05" in heard.head) == (kind is FaultKind.HTTP_429)
        if kind in HTTP:
            assert json.loads(heard.body)["error"]["message"]


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("kind", sorted(UNREADABLE))
def test_an_unreadable_event_is_unreadable(kind: FaultKind, api: str) -> None:
    with ModelServer(with_fault(kind)) as server:
        heard = heard_by(api, server)
        wrong = UnicodeDecodeError if kind is FaultKind.BAD_UTF8 else json.JSONDecodeError
        with pytest.raises(wrong):
            _ = heard.events


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("kind", sorted(WORDED))
def test_a_whole_answer_says_what_the_log_says(kind: FaultKind, api: str) -> None:
    script = with_fault(kind) if kind is not FaultKind.SLOW_START else SPOKEN
    with ModelServer(script) as server:
        heard = heard_by(api, server)
        server.wait_for(lambda: not server.streams_open)
        record = server.records[0]
        check_words(kind, api, heard)
        assert record.completed
        assert heard.text == record.text
        assert ("[DONE]" in heard.body.decode()) == (api == "chat" and kind != FaultKind.NO_DONE)
        assert record.words == len(record.text.split())


def test_a_slow_start_is_slow_once() -> None:
    fault = Fault(FaultKind.SLOW_START, seconds=0.1, attempts=(1,))
    with ModelServer(SPOKEN.with_fault("other", fault)) as server:
        assert [heard_by("chat", server).status for _ in range(2)] == [200, 200]
        slow, usual = server.records
        assert slow.first_byte_at
        assert slow.first_byte_at - slow.requested_at >= 0.1
        assert usual.fault is None


def test_a_text_may_be_huge_or_blank_or_the_prompt_again() -> None:
    said = {}
    for kind in (FaultKind.HUGE_DELTA, FaultKind.WHITESPACE_ONLY, FaultKind.REPEATS_PROMPT):
        with ModelServer(with_fault(kind)) as server:
            heard_by("responses", server)
            said[kind] = server.records[0].text
    assert len(said[FaultKind.HUGE_DELTA]) == 1_000_000
    assert not said[FaultKind.WHITESPACE_ONLY].strip()
    assert said[FaultKind.REPEATS_PROMPT].startswith("Tell me a story ")


def test_a_client_that_reads_nothing_and_goes_is_noticed() -> None:
    with ModelServer(Script(words=100_000).single()) as server:
        with RawClient(server.port) as client:
            client.ask("responses")
            record = server.wait_until_streaming(Position.OTHER, 1000)
        server.wait_until_quiet()
        assert record.client_closed_at
        assert 1000 <= record.words < 100_000
