"""Streams of the Responses API that others understand are understood here."""

import json

import pytest

from tests.harness.odd_server import (
    COMPLETED,
    CREATED,
    Answer,
    OddServer,
    delegation,
    event,
    http,
    message,
    response,
    responses_team,
    text_delta,
)
from tests.harness.running import play, team_factory
from tui.config.backend import SERVER
from tui.run.events import Outcome
from tui.run.summary import Summary

TOOL = "delegate_task_to_member"
TASK = delegation()
EDIT = delegation("editoragent", "edit")
TEXT = "Once upon a time."


def told(answer: bytes | Answer) -> Summary:
    def fixed(_: object) -> bytes:
        assert isinstance(answer, bytes)
        return answer

    with OddServer(fixed if isinstance(answer, bytes) else answer) as server:
        return play(team_factory(server.base_url, "responses"))


def of(kind: str, **more: object) -> bytes:
    return event({"type": f"response.{kind}", **more})


def done(*output: object) -> bytes:
    return of("completed", response=response(output=list(output)))


DONE_TEXT = of("output_text.done", text=TEXT, output_index=0, content_index=0)
DONE_PART = of("content_part.done", part={"type": "output_text", "text": TEXT})
DONE_ITEM = of("output_item.done", item=message(TEXT))

SHAPES = {
    "deltas": CREATED + text_delta("Once upon ") + text_delta("a time.") + COMPLETED,
    "done alone": CREATED + DONE_TEXT + COMPLETED,
    "part alone": CREATED + DONE_PART + COMPLETED,
    "item alone": CREATED + DONE_ITEM + COMPLETED,
    "the end alone": CREATED + done(message(TEXT)),
    "nothing but the end": done(message(TEXT)),
    "everything": CREATED
    + text_delta(TEXT)
    + DONE_TEXT
    + DONE_PART
    + DONE_ITEM
    + done(message(TEXT)),
    "everything but deltas": CREATED + DONE_TEXT + DONE_PART + DONE_ITEM + done(message(TEXT)),
    "content as text": done({"type": "message", "content": TEXT}),
    "no response at all": of("created") + text_delta(TEXT) + of("completed"),
    "null responses": of("created", response=None)
    + text_delta(TEXT)
    + of("completed", response=None),
    "names of events": event({"response": response()}, "response.created")
    + event({"delta": TEXT}, "response.output_text.delta")
    + event({"response": response()}, "response.completed"),
    "a list": event([{"type": "response.output_text.delta", "delta": TEXT}]) + COMPLETED,
    "parts": text_delta([{"type": "text", "text": TEXT}]) + COMPLETED,
    "null deltas": text_delta(None)
    + text_delta(TEXT)
    + of("refusal.delta", delta=None)
    + COMPLETED,
    "silent events": b"retry: 3000\n\nevent: ping\n\ndata:\n\ndata: null\n\n"
    + text_delta(TEXT)
    + COMPLETED,
    "unknown events": of("sparkle", x=1)
    + event({"type": "keepalive"})
    + text_delta(TEXT)
    + COMPLETED,
    "thought": text_delta("<think>Hm.</th") + text_delta("ink>\n" + TEXT) + COMPLETED,
    "thought without its opening": text_delta("Hm, cats.")
    + text_delta("</think>" + TEXT)
    + COMPLETED,
    "reasoning": of("reasoning_text.delta", delta="Hm.")
    + text_delta(TEXT)
    + done({"type": "reasoning", "id": "x", "summary": [{"type": "summary_text", "text": "Hm."}]}),
    "odd items": done(
        None, 5, {"type": "web_search_call"}, {"type": "reasoning", "summary": None}, message(TEXT)
    ),
    "odd usage": text_delta(TEXT)
    + of(
        "completed",
        response=response(
            usage={"input_tokens": None, "output_tokens": "7", "input_tokens_details": []}
        ),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_story_is_told_once(shape: str) -> None:
    summary = told(SHAPES[shape])
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert (summary.content, summary.words) == (TEXT, 4)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_whole_response_is_taken_and_said_not_to_stream(indent: int | None) -> None:
    whole = json.dumps(response(output=[message(TEXT)]), indent=indent).encode()
    summary = told(http(200, whole))
    assert (summary.outcome, summary.content) == (Outcome.COMPLETED, TEXT)
    assert any("does not stream" in note for note in summary.notes)


def item(number: int, arguments: object) -> dict[str, object]:
    ids = {"id": f"fc{number}", "call_id": f"c{number}"}
    return {"type": "function_call", "name": TOOL, "arguments": arguments, **ids}


def added(number: int, arguments: object = "") -> bytes:
    return of("output_item.added", output_index=number, item=item(number, arguments))


def arguments(number: int, text: object, verb: str = "delta") -> bytes:
    key = "delta" if verb == "delta" else "arguments"
    place = {"output_index": number, "item_id": f"fc{number}"}
    return of(f"function_call_arguments.{verb}", **{**place, key: text})


def finished(number: int, text: object) -> bytes:
    return of("output_item.done", output_index=number, item=item(number, text))


CALLS = {
    "deltas": added(0)
    + arguments(0, TASK[:9])
    + arguments(0, TASK[9:])
    + finished(0, TASK)
    + added(1)
    + arguments(1, EDIT)
    + finished(1, EDIT),
    "arguments done": added(0) + arguments(0, TASK, "done") + added(1) + arguments(1, EDIT, "done"),
    "items done": added(0) + finished(0, TASK) + added(1) + finished(1, EDIT),
    "items done without beginning": finished(0, TASK) + finished(1, EDIT),
    "null at first": added(0, None)
    + arguments(0, TASK)
    + finished(0, TASK)
    + added(1, None)
    + arguments(1, EDIT),
    "interleaved": added(0)
    + added(1)
    + arguments(0, TASK[:9])
    + arguments(1, EDIT[:9])
    + arguments(0, TASK[9:])
    + arguments(1, EDIT[9:])
    + finished(0, TASK)
    + finished(1, EDIT),
    "all at the beginning": added(0, TASK) + added(1, EDIT),
    "objects": finished(0, json.loads(TASK)) + finished(1, json.loads(EDIT)),
    "told three times": added(0)
    + arguments(0, TASK)
    + arguments(0, TASK, "done")
    + finished(0, TASK)
    + finished(1, EDIT),
    "without places": event(
        {
            "type": "response.output_item.added",
            "item": {"type": "function_call", "name": TOOL, "arguments": ""},
        }
    )
    + of("function_call_arguments.delta", delta=TASK)
    + of("output_item.done", item={"type": "function_call", "name": TOOL, "arguments": TASK})
    + finished(1, EDIT),
}


@pytest.mark.parametrize("shape", CALLS)
def test_two_calls_reach_their_members(shape: str) -> None:
    summary = told(responses_team(CREATED + CALLS[shape] + COMPLETED))
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert {c.name for c in summary.contributors if c.runs} == {"StorytellerAgent", "EditorAgent"}
    assert all(c.runs == 1 for c in summary.contributors if not c.is_leader)
    assert summary.content == "The end."


def test_calls_in_nothing_but_the_end_reach_their_members() -> None:
    summary = told(responses_team(CREATED + done(item(0, TASK), item(1, EDIT))))
    assert {c.name for c in summary.contributors if c.runs} == {"StorytellerAgent", "EditorAgent"}


def test_a_call_that_is_written_as_text_is_a_call() -> None:
    text = f'<tool_call>{{"name": "{TOOL}", "arguments": {TASK}}}</tool_call>'
    summary = told(responses_team(CREATED + text_delta(text) + COMPLETED))
    assert [section.text for section in summary.sections] == ["A part.", "The end."]


ENDINGS = {
    "failed": (
        of("failed", response=response("failed", error={"message": "out of memory"})),
        Outcome.ERROR,
        "out of memory",
    ),
    "failed without a word": (of("failed"), Outcome.ERROR, "The model failed"),
    "completed, with an error": (
        of("completed", response=response("failed", error="out of memory")),
        Outcome.ERROR,
        "out of memory",
    ),
    "error": (
        event({"type": "error", "message": "account suspended"}),
        Outcome.ERROR,
        "account suspended",
    ),
    "error by name": (
        event({"error": {"message": "account suspended"}}, "error"),
        Outcome.ERROR,
        "account suspended",
    ),
    "error in a string": (
        event({"error": "account suspended"}),
        Outcome.ERROR,
        "account suspended",
    ),
    "incomplete": (
        of(
            "incomplete",
            response=response("incomplete", incomplete_details={"reason": "max_output_tokens"}),
        ),
        Outcome.INCOMPLETE,
        "limit of tokens",
    ),
    "incomplete without a word": (of("incomplete"), Outcome.INCOMPLETE, "stopped before"),
    "incomplete as completed": (
        of("completed", response=response("incomplete")),
        Outcome.INCOMPLETE,
        "stopped before",
    ),
    "cut": (b"", Outcome.INCOMPLETE, "ended before the model had finished"),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_what_came_is_kept_and_the_reason_is_said(how: str) -> None:
    end, outcome, words = ENDINGS[how]
    summary = told(CREATED + text_delta("Once") + end)
    assert summary.outcome is outcome
    assert words in (summary.error or "")
    assert summary.content == "Once"


def test_the_context_is_replayed_and_nothing_is_stored_on_the_server() -> None:
    first = CREATED + finished(0, TASK) + COMPLETED
    with OddServer(responses_team(first)) as server:
        assert play(team_factory(server.base_url)).outcome is Outcome.COMPLETED
    assert [asked.body["store"] for asked in server.asked] == [False] * 3
    assert not any("previous_response_id" in asked.body for asked in server.asked)
    assert [asked.has_results for asked in server.asked] == [False, False, True]


def test_a_loop_of_the_leader_has_an_end_with_a_sentence() -> None:
    def answer(asked: object) -> bytes:
        return first if getattr(asked, "is_leader", False) else part

    first = CREATED + finished(0, TASK) + COMPLETED
    part = CREATED + text_delta("A part.") + COMPLETED
    with OddServer(answer) as server:
        summary = play(team_factory(server.base_url))
    assert summary.outcome is Outcome.ERROR
    assert "50 times without coming to an end" in (summary.error or "")
    assert len(server.asked) == 2 * SERVER.most_requests
