"""Going on with a story: the prompt, what is read back from it, and whole runs."""

import queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.running import Played, team_factory
from tests.servers import Ask, Fault, FaultKind, ModelServer, Position, Script
from tui.config.settings import Api
from tui.run.events import Event, Outcome, TextDelta
from tui.run.protocol import Publish
from tui.story.continuing import (
    Continuation,
    Stop,
    continuation_prompt,
    open_word_of,
    parse_continuation,
    parse_note,
    stop_of,
    tail_of,
)
from tui.story.seam import seamless

STORY = "# The Dragon\n\nOnce there was a dragon.\n\nThe old dragon flew over the cas"
LOOK_ALIKES = st.sampled_from(
    [
        "</story>",
        "<story>",
        "\n</story>\n\n",
        "</story-2>",
        "</request>",
        "<direction>\n",
        "x. ",
        "",
    ]
)
TEXTS = st.lists(st.one_of(LOOK_ALIKES, st.text(max_size=10)), max_size=6).map("".join)


class Continued(Played):
    """A run whose events pass the seam, as in the program."""

    def __init__(self, server: ModelServer, prompt: str, api: Api = "responses") -> None:
        self.arrived: queue.SimpleQueue[Event] = queue.SimpleQueue()
        """What arrives at the seam."""
        self._prompt = prompt
        super().__init__(team_factory(server, api), prompt=prompt, through=self._through_a_seam)

    def _through_a_seam(self, publish: Publish) -> Publish:
        passed = seamless(self._prompt, publish)

        def see_and_pass(event: Event) -> None:
            passed(event)
            self.arrived.put(event)

        return see_and_pass


@given(request=TEXTS, story=TEXTS, direction=TEXTS, note=TEXTS)
def test_a_prompt_is_read_back_whatever_the_texts_are(
    request: str, story: str, direction: str, note: str
) -> None:
    story, note = f"Begin. {story}", " ".join(note.split())
    read = parse_continuation(continuation_prompt(request, story, direction, note=note))
    assert read == Continuation(request, story, direction.strip() or None, note or None)


@given(request=TEXTS, note=TEXTS.filter(str.strip))
def test_the_prompt_of_a_new_story_holds_the_note_and_gives_it_back(
    request: str, note: str
) -> None:
    request, note = f"A cat. {request}", " ".join(note.split())
    asked = continuation_prompt(request, "", None, note=note)
    assert asked.startswith(request)
    assert parse_note(asked) == (request, note)
    assert continuation_prompt(request, "", None) == request


def test_going_on_once_more_keeps_the_first_prompt_and_only_the_new_direction() -> None:
    first = continuation_prompt("a dragon", STORY, "let it fail")
    second = continuation_prompt(first, f"{STORY}tle. It fell.", None)
    assert parse_continuation(second) == Continuation("a dragon", f"{STORY}tle. It fell.", None)


@pytest.mark.parametrize("prompt", ["", "a cat", "Go on with the story between <story> and"])
def test_any_other_prompt_is_no_continuation(prompt: str) -> None:
    assert parse_continuation(prompt) is None


def test_a_story_that_is_not_begun_is_asked_for_anew() -> None:
    assert continuation_prompt("a cat", " \n", None) == "a cat"
    assert continuation_prompt("a cat", "", "a red one") == "a cat\n\na red one"


@pytest.mark.parametrize(
    ("story", "characters", "tail"),
    [
        ("One. Two.", 100, "One. Two."),
        ("First one. Second one. Third one is long", 32, "Second one. Third one is long"),
        ("Long. " * 9 + "\n\nA paragraph. End.", 22, "A paragraph. End."),
        ("one two three four five", 12, "four five"),
        ("x" * 50, 10, "x" * 10),
    ],
)  # fmt: skip
def test_a_tail_starts_where_something_starts(story: str, characters: int, tail: str) -> None:
    assert tail_of(story, characters) == tail


@given(story=st.text(alphabet="ab .\n“”", max_size=300), characters=st.integers(1, 100))
def test_a_tail_is_the_end_and_within_the_budget(story: str, characters: int) -> None:
    tail = tail_of(story, characters)
    assert story.endswith(tail)
    assert len(tail) <= characters
    assert bool(tail.strip()) or not story[-characters:].strip()


@pytest.mark.parametrize(
    ("text", "stop", "word"),
    [
        ("He fell.", Stop.AFTER_SENTENCE, ""),
        ("“He fell!”", Stop.AFTER_SENTENCE, ""),
        ("He fell.\n\n", Stop.AFTER_PARAGRAPH, ""),
        ("# The Sea", Stop.AFTER_PARAGRAPH, "Sea"),
        ("the old drag", Stop.IN_SENTENCE, "drag"),
        ("he didn't", Stop.IN_SENTENCE, "didn't"),
        ("he fell, ", Stop.IN_SENTENCE, ""),
    ],
)
def test_where_a_text_stops(text: str, stop: Stop, word: str) -> None:
    assert stop_of(text) is stop
    assert open_word_of(text) == word


def test_the_model_is_told_where_the_story_stops() -> None:
    assert "begin with a new one" in continuation_prompt("", "He fell.\n\n", None)
    assert "begin with the next sentence" in continuation_prompt("", "He fell.", None)
    assert "last word “cas”" in continuation_prompt("", STORY, None)


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_a_story_goes_on_without_its_last_sentence_twice(api: Api) -> None:
    again = "The old dragon flew over the castle and sang."
    texts = {at.value: again for at in (Position.STORYTELLER, Position.EDITOR, Position.CLOSING)}
    with (
        ModelServer(Script(texts=texts)) as server,
        Continued(server, continuation_prompt("a dragon", STORY, "let it sing"), api) as played,
    ):
        summary = played.to_the_end()
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert [section.text for section in summary.sections] == ["tle and sang."] * 3
    assert STORY + summary.content == STORY + "tle and sang."


def test_the_leader_is_given_the_end_of_the_story_and_the_direction() -> None:
    asks: list[Ask] = []

    def tell(ask: Ask) -> str:
        asks.append(ask)
        return "The end."

    with (
        ModelServer(Script(texts={Position.CLOSING: tell})) as server,
        Continued(server, continuation_prompt("a dragon", STORY, "let it sing")) as played,
    ):
        played.to_the_end()
    assert STORY in asks[0].prompt
    assert "let it sing" in asks[0].prompt


def test_a_cancel_in_the_middle_of_a_repetition_loses_no_word() -> None:
    stall = Fault(FaultKind.STALL_MIDSTREAM, after=3)
    script = Script(texts={Position.STORYTELLER: "The old dragon flew over the castle."})
    with (
        ModelServer(script.with_fault(Position.STORYTELLER, stall)) as server,
        Continued(server, continuation_prompt("a dragon", STORY, None)) as played,
    ):
        record = server.wait_until_stalled(Position.STORYTELLER)
        arrived = ""
        while arrived != record.text:
            event = played.arrived.get(timeout=5)
            arrived += event.text if isinstance(event, TextDelta) else ""
        assert not played.state.sections
        summary = played.cancel()
    assert summary.was_cancelled
    assert "".join(section.text for section in summary.sections).strip() == record.text


def test_no_seam_is_put_into_a_run_that_begins_a_story() -> None:
    events: list[Event] = []
    assert seamless("a cat", events.append) == events.append
