"""The wire: what is said comes out as it went in, and nothing else is taken for a message."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.config.settings import Settings
from tui.control.execution import Task
from tui.control.messages import COMMANDS, REPORTS, Answer, Cancel
from tui.local.address import EngineAddress
from tui.run.events import (
    Event,
    ModelRequested,
    Outcome,
    ReasoningDelta,
    RunEnded,
    Speaker,
    TextDelta,
)
from tui.run.wire import Lines, NotAMessage, encode
from tui.team.outbox import ROOM_BYTES, Outbox

TEXTS = st.text(st.characters(codec=None), max_size=40)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(str, TEXTS)
st.register_type_strategy(float, FINITE)
EVENTS = st.one_of([st.from_type(event_class) for event_class in get_args(Event)])
STORYTELLER, EDITOR = Speaker("1", "Storyteller"), Speaker("2", "Editor")
SPEAKERS = st.sampled_from([STORYTELLER, EDITOR])
DELTAS = st.one_of(
    [st.builds(kind, SPEAKERS, TEXTS, FINITE) for kind in (TextDelta, ReasoningDelta)]
)


@given(st.lists(EVENTS, max_size=20), st.integers(1, 200))
def test_any_sequence_of_events_comes_out_as_it_went_in(events: list[Event], size: int) -> None:
    sent = b"".join(map(encode, events))
    lines = Lines()
    pieces = [sent[at : at + size] for at in range(0, len(sent), size)]
    heard = [REPORTS.decode(line) for piece in pieces for line in lines.feed(piece)]
    assert heard == events


@given(EVENTS)
def test_a_line_is_ascii_and_has_no_control_character(event: Event) -> None:
    line = encode(event)
    assert line.endswith(b"\n")
    assert all(0x20 <= byte < 0x7F for byte in line[:-1])


def test_commands_come_out_as_they_went_in() -> None:
    given_settings = Settings(
        base_url="http://x", api_key="sk-1", gguf=Path("/a b.gguf"), temperature=0.5,
        auto_cancel=3, keys={"cancel": "x"}, sources={"model": "a flag"},
    )  # fmt: skip
    engine = EngineAddress("http://127.0.0.1:1/v1", "key", "tiny")
    for command in (
        Task("run", "a cat", given_settings, engine),
        Task("run", "", Settings()),
        Cancel(),
        Answer("1", True),
        Answer("1", "true"),
    ):
        assert COMMANDS.decode(encode(command)) == command


@given(st.binary(max_size=80))
def test_no_other_line_is_taken_for_a_message(line: bytes) -> None:
    with pytest.raises(NotAMessage):
        REPORTS.decode(line)


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        {"type": "Nothing"},
        {"type": ["RunEnded"]},
        {"type": "RunEnded"},
        {"type": "RunEnded", "outcome": "eaten", "at": 1.0},
        {"type": "RunEnded", "outcome": "error", "at": "now"},
        {"type": "RunEnded", "outcome": "error", "at": True},
        {"type": "RunEnded", "outcome": "error", "at": 1.0, "more": 1},
        {"type": "RunEnded", "outcome": "error", "at": 1.0, "notes": "text"},
        {"type": "TextDelta", "speaker": "me", "text": "", "at": 1.0},
        {"type": "Cancel"},
    ],
)
def test_what_does_not_fit_is_no_message(said: Any) -> None:
    with pytest.raises(NotAMessage):
        REPORTS.decode(json.dumps(said).encode())


def test_garbage_before_a_message_does_not_swallow_it() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"\xff half of a print")
        outbox = Outbox(theirs)
        end = RunEnded(Outcome.COMPLETED, 1.0)
        outbox.put(end)
        outbox.close()
        theirs.close()
        assert list(heard_from(ours)) == [end]


@settings(deadline=None)
@given(st.lists(st.one_of(DELTAS, EVENTS), max_size=30))
def test_what_is_put_in_is_sent_in_order_with_neighbours_joined(events: list[Event]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        outbox = Outbox(theirs)
        for event in events:
            outbox.put(event)
        outbox.close()
        theirs.close()
        heard = list(heard_from(ours))
    assert joined(heard) == joined(events)


def test_a_slow_reader_makes_the_team_wait_and_a_cancel_does_not() -> None:
    ours, theirs = socket.socketpair()
    delta = TextDelta(STORYTELLER, "x" * 1000, 0.0)
    put = [0]
    with ours, theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 12)
        outbox = Outbox(theirs)
        is_full = threading.Event()

        def write() -> None:
            for count in range(2000):
                put[0] = count
                if count * len(delta.text) > 4 * ROOM_BYTES:
                    is_full.set()
                outbox.put(delta)

        team = threading.Thread(target=write, daemon=True)
        team.start()
        # It is much too much for the buffers of the channel and of the outbox.
        assert not is_full.wait(0.3)
        outbox.hurry()
        team.join(60)
        assert not team.is_alive()
        reader = threading.Thread(target=lambda: list(heard_from(ours)), daemon=True)
        reader.start()
        outbox.close()
        theirs.close()
        reader.join(60)
        assert not reader.is_alive()


def test_what_is_no_delta_is_sent_before_the_call_returns() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        outbox = Outbox(theirs)
        events = [TextDelta(EDITOR, "Once", 0.0), ModelRequested(EDITOR, 1.0)]
        for event in events:
            outbox.put(event)
        ours.setblocking(False)
        data = ours.recv(1 << 16)
        assert [REPORTS.decode(line) for line in Lines().feed(data)] == events
        outbox.close()


def heard_from(channel: socket.socket) -> Iterator[Event]:
    lines = Lines()
    while data := channel.recv(1 << 16):
        for line in lines.feed(data):
            try:
                yield REPORTS.decode(line)
            except NotAMessage:
                continue


def joined(events: list[Event]) -> list[object]:
    """Neighbouring deltas of one speaker as one, whose instant is the first one's."""
    found: list[object] = []
    for key, group in groupby(events, lambda e: (type(e), getattr(e, "speaker", None))):
        members = list(group)
        first = members[0]
        if key[0] in (TextDelta, ReasoningDelta):
            assert isinstance(first, TextDelta | ReasoningDelta)
            found.append(replace(first, text="".join(m.text for m in members)))  # type: ignore[union-attr]
        else:
            found += members
    return found
