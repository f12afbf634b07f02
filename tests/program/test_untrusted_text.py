"""Nothing of a model's that a terminal would obey reaches any output, however the text is cut."""

import io
import json
import time
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.harness.hostile import CUTS, OBEYED, cut
from tests.harness.scripted import EDITOR, TELLER
from tests.history.recording import ended, record
from tests.plain.in_memory import tell
from tui import cli
from tui.errors import StoryteamError
from tui.history import History
from tui.plain.run_plain import Output
from tui.run.events import Event, Outcome, ReasoningDelta, RunEnded, TextDelta
from tui.run.incoming import Incoming
from tui.run.state import RunState
from tui.screen.prose.flow import Flow
from tui.text.secrets import masked_line
from tui.text.untrusted import clean, clean_delta, clean_line

DEEDS = ["\x1b", "\x1b[2J", "\x1b]52;c;aGk=\x07", "\x9b31m", "\r", "\r\n", "\x07", "\x7f", "\x85"]
HOSTILE = st.lists(
    st.sampled_from([*DEEDS, "\u202e", "\u2066", "\ufeff", "\U000e0041", "\ud800", "\udc00"])
    | st.text(st.characters(), max_size=6)
    | st.sampled_from(["a", " ", "\n", "Once upon a time", "é", "👩‍👩‍👧", "**", "`", "# "]),
    max_size=12,
).map("".join)
OFTEN = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def events_of(text: str, lengths: list[int]) -> list[Event]:
    """The events of a run whose model writes, and thinks, a text in these pieces."""
    came: list[Event] = []
    incoming = Incoming(came.append)
    for kind, speaker in ((ReasoningDelta, EDITOR), (TextDelta, TELLER)):
        for piece in cut(text, lengths):
            incoming.publish(kind(speaker, clean_delta(piece), 1.0))
    incoming.publish(RunEnded(Outcome.ERROR, 9.0, clean_line(text)))
    return came


def text_of(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@OFTEN
@given(HOSTILE, CUTS)
def test_the_text_is_the_same_for_every_split(text: str, lengths: list[int]) -> None:
    whole = text_of(events_of(text, [len(text) + 1]))
    assert text_of(events_of(text, lengths)) == whole
    assert whole == clean(text)
    assert not OBEYED.search(whole)


@OFTEN
@given(HOSTILE, CUTS)
@pytest.mark.parametrize("output", Output)
def test_plain_output_has_nothing_that_a_terminal_obeys(
    output: Output, text: str, lengths: list[int]
) -> None:
    heard = tell(*events_of(text, lengths), output=output)
    assert not OBEYED.search(heard.out)
    assert not OBEYED.search(heard.err)
    for line in heard.out.splitlines() if output is Output.EVENTS else ():
        assert json.loads(line)["type"]
    if output is Output.JSON:
        said = "".join(section["text"] for section in json.loads(heard.out)["sections"])
        assert said == clean(text)


@pytest.mark.parametrize(
    "words",
    [
        ["show", "{id}"],
        ["show", "{id}", "--json"],
        ["history"],
        ["history", "--json"],
        ["history", "{text}"],
        ["export", "{id}", "-"],
        ["--show-config", "--model", "{text}"],
        ["--show-config", "--json", "--model", "{text}"],
    ],
    ids=" ".join,
)
@settings(OFTEN, max_examples=15)
@given(text=HOSTILE, lengths=CUTS)
def test_nothing_stored_is_obeyed_when_it_is_shown(
    words: list[str],
    text: str,
    lengths: list[int],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path_factory.mktemp("history") / "h.db"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(path.parent))
    history = History(path)
    events = [event for event in events_of(text, lengths) if not isinstance(event, RunEnded)]
    story = record(history, *events, ended(Outcome.ERROR, clean_line(text)), prompt=text or "a cat")
    history.close()
    filled = [word.replace("{id}", story.story_id).replace("{text}", text) for word in words]
    out = io.StringIO()
    with redirect_stdout(out):
        try:
            cli._run([*filled, "--db", str(path)])
        except StoryteamError as error:
            out.write(masked_line(str(error)))
        except SystemExit:
            pass
    assert not OBEYED.search(out.getvalue()), Path(path)
    if words == ["show", "{id}", "--json"]:
        assert json.loads(out.getvalue())["id"] == story.story_id


def seconds_for(unit: str, characters: int, length: int) -> float:
    """The processor time that a text of this unit takes, from the model to the rows."""
    text = unit * (characters // len(unit))
    spent = []
    for _ in range(3):
        began_at = time.process_time()
        flow = Flow(80)
        state = RunState()
        for event in events_of(text, [length]):
            state.apply(event)
            if isinstance(event, TextDelta):
                flow.append(event.text)
        flow.finish()
        for row in range(0, len(flow.rows), 9):
            flow.shown(row)
        spent.append(time.process_time() - began_at)
    return min(spent)


UNITS = (
    "a", "a ", " ", "\t", "\u0301", "\u200b", "_a", "*a ", "`a", "[a ", "**", "# ", "> ", "- a\n",
    "\r", "\n", "\x1b", "\x1b]52;c;aGk=\x07", "sk-aB3", "eyJhbGci.", "QUtJQQ", "AKIA", "://u:p@",
    "<think>", "\ud800", "\U000e0041", "\u732b", "\U0001f469\u200d",
)  # fmt: skip


@pytest.mark.parametrize("length", [7, 1_000_000])
@pytest.mark.parametrize("unit", UNITS)
def test_a_character_of_a_long_text_costs_as_much_as_one_of_a_short_text(
    unit: str, length: int
) -> None:
    short, times = 1_500, 8
    ratio = seconds_for(unit, short * times, length) / seconds_for(unit, short, length)
    assert ratio < 3 * times
