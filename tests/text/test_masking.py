"""A secret in a stream is masked, whatever it looks like and wherever the stream is cut."""

import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.scripted import EDITOR, LEADER, TELLER
from tui.run.events import (
    Event,
    MemberEnded,
    Outcome,
    ReasoningDelta,
    RunEnded,
    TextDelta,
    ToolEnded,
)
from tui.run.incoming import Incoming
from tui.text.masking import StreamMasker
from tui.text.secrets import Forms, remember
from tui.text.untrusted import clean, clean_delta

KNOWN = "correct-horse-battery"
FORMS = Forms([KNOWN, "/with(odd)*letters+"])


def masked(*deltas: str) -> str:
    masker = StreamMasker(FORMS)
    return "".join([*map(masker.take, deltas), masker.take("", is_last=True)])


@pytest.mark.parametrize(
    ("secret", "shown_of_it"),
    [
        (KNOWN, 2),
        (KNOWN.upper(), 2),
        ("cor\u200brect-horse\u2060-battery", 3),
        (b64encode(KNOWN.encode()).decode().rstrip("="), 2),
        ("/with(odd)*letters+", 2),
        ("sk-proj-abcdef1234567890", 2),
        ("AKIAIOSFODNN7EXAMPLE", 3),
        ("github_pat_11ABCDEFG0abcdefghij", 10),
        ("gho_16C7e42F292c6912E7710c838347Ae178B4a", 3),
        ("xoxb-123456789012-abcdefGHIJ", 4),
        ("glpat-abcDEF123456_xyz7", 5),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_X", 2),
    ],
)
def test_a_secret_is_masked_wherever_it_is_cut(secret: str, shown_of_it: int) -> None:
    """Of a known one two letters may have been shown, of another the name of its make."""
    text = f"She said: {secret}, and left."
    assert masked(text) == "She said: …, and left."
    for pieces in ([*text], *((text[:cut], text[cut:]) for cut in range(1, len(text)))):
        shown = masked(*pieces).removeprefix("She said: ").removesuffix("…, and left.")
        assert secret[:shown_of_it].startswith(shown), pieces


@pytest.mark.parametrize("before", ["", "u", "us", "user:"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_a_secret_is_masked_in_base64_whatever_is_around_it(
    before: str, encode: Callable[[bytes], bytes]
) -> None:
    text = encode(f"{before}{KNOWN}!".encode()).decode()
    shown = masked(*text)
    assert "…" in shown
    assert len(shown) < len(text) / 2


@pytest.mark.parametrize(
    "text",
    [
        "The skeleton asked a key question: is sk-something risk-averse?",
        "A bearer carried the task-master's basic tenets, correct-hors…",
        "correct-horse-batter! cor",
        "eyJust a moment, AKIA",
        "corcorrect-horcorrect",
    ],
)
def test_ordinary_words_stay_however_they_are_cut(text: str) -> None:
    assert masked(text) == masked(*text) == text


@given(st.text(alphabet="corect-hsbay sk1\u200b"), st.lists(st.integers(0, 60)))
def test_what_is_shown_does_not_depend_on_the_cuts_but_for_two_letters(
    text: str, cuts: list[int]
) -> None:
    edges = [0, *sorted(cuts), len(text) + 60]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    shown = masked(*pieces)
    if "…" not in shown:
        assert shown == text
    assert KNOWN not in shown
    assert ("…" in shown) is ("…" in masked(text))


def test_a_key_without_an_end_is_masked_once_and_not_kept() -> None:
    masker = StreamMasker(FORMS)
    shown = [masker.take("sk-1"), *(masker.take("abcdefgh") for _ in range(1000))]
    assert "".join(shown) == "…"
    assert masker.take(" the end", is_last=True) == " the end"


def test_a_token_costs_the_same_at_any_length() -> None:
    """And not much: a model at its quickest brings a thousand tokens a second."""
    masker = StreamMasker(FORMS)

    def seconds(number: int) -> float:
        began_at = time.process_time()
        for _ in range(number):
            masker.take("word ")
        return time.process_time() - began_at

    first = seconds(5_000)
    seconds(50_000)
    assert seconds(5_000) < 3 * first + 0.05
    assert first < 0.5


def through(*events: Event) -> list[Event]:
    came: list[Event] = []
    incoming = Incoming(came.append)
    for event in events:
        incoming.publish(event)
    return came


def text_of(events: list[Event], kind: type[TextDelta] | type[ReasoningDelta]) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


@pytest.mark.parametrize("kind", [TextDelta, ReasoningDelta])
def test_a_secret_is_masked_in_what_is_written_and_thought_by_several_at_once(
    kind: type[TextDelta] | type[ReasoningDelta],
) -> None:
    remember(KNOWN)
    came = through(
        kind(TELLER, "the correct-", 0.0),
        kind(EDITOR, "corr", 0.0),
        kind(TELLER, "horse-bat", 0.0),
        kind(EDITOR, "idor", 0.0),
        kind(TELLER, "tery.", 0.0),
        RunEnded(Outcome.COMPLETED, 1.0),
    )
    assert text_of([e for e in came if getattr(e, "speaker", None) == TELLER], kind) == "the …."
    assert text_of([e for e in came if getattr(e, "speaker", None) == EDITOR], kind) == "corridor"
    assert isinstance(came[-1], RunEnded)


def test_nothing_is_held_beyond_what_its_speaker_does_next() -> None:
    remember(KNOWN)
    came = through(
        TextDelta(TELLER, "a cor", 0.0),
        TextDelta(LEADER, "b cor", 0.0),
        MemberEnded(TELLER, Outcome.COMPLETED),
        ReasoningDelta(LEADER, "hm", 0.0),
    )
    texts = [getattr(event, "text", None) for event in came]
    assert texts == ["a ", "b ", "cor", None, "cor", "hm"]


def test_secrets_are_masked_in_everything_else_that_is_told() -> None:
    remember(KNOWN)
    came = through(
        ToolEnded("1", False, f"it is {KNOWN}"),
        RunEnded(Outcome.ERROR, 1.0, f"no {KNOWN}", (f"a note of {KNOWN}",)),
    )
    assert came == [
        ToolEnded("1", False, "it is …"),
        RunEnded(Outcome.ERROR, 1.0, "no …", ("a note of …",)),
    ]


@pytest.mark.parametrize("text", ["one\r\ntwo", "one\rtwo", "one\r\r\ntwo\r", "\r\n\r\n", "\r"])
def test_line_breaks_are_the_same_however_they_are_cut(text: str) -> None:
    for cut in range(len(text) + 1):
        deltas = [TextDelta(TELLER, clean_delta(t), 0.0) for t in (text[:cut], text[cut:])]
        came = through(*deltas, RunEnded(Outcome.COMPLETED, 1.0))
        assert text_of(came, TextDelta) == clean(text), cut
