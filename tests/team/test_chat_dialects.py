"""Streams of Chat Completions that others understand are understood here."""

import json
import time

import pytest

from tests.harness.odd_server import (
    DONE,
    STOP,
    STORY,
    Answer,
    Asked,
    OddServer,
    chat_team,
    chunk,
    delegation,
    event,
    http,
)
from tests.harness.running import Played, play, team_factory
from tui.run.events import Outcome, ReasoningDelta
from tui.run.summary import Summary

TOOL = "delegate_task_to_member"
PAIR = ("\ud83d", "\ude00")
TASK = delegation()
EDIT = delegation("editoragent", "edit")
USAGE = {"prompt_tokens": 9, "completion_tokens": 0, "total_tokens": 9}


def told(answer: bytes | Answer) -> Summary:
    def fixed(_: object) -> bytes:
        assert isinstance(answer, bytes)
        return answer

    with OddServer(fixed if isinstance(answer, bytes) else answer) as server:
        return play(team_factory(server.base_url, "chat"))


def call(arguments: object, **more: object) -> dict[str, object]:
    return {"function": {"name": TOOL, "arguments": arguments}} | more


HARMLESS = {
    "nothing": b"",
    "retry": b"retry: 3000\n\n",
    "id": b"id: 1\n\n: ping\n\n",
    "event": b"event: ping\n\n",
    "empty data": b"data:\n\n",
    "empty data with a space": b"data: \n\n",
    "data without a colon": b"data\n\n",
    "null": b"data: null\n\n",
    "number": b"data: 42\n\n",
    "truth": b"data: true\n\n",
    "text": b'data: "hello"\n\n',
    "list": b"data: []\n\n",
    "object": b"data: {}\n\n",
    "ping with words": b"event: ping\ndata: ping\n\n",
    "heartbeat": b"data: heartbeat\n\n",
    "byte-order mark": b"\xef\xbb\xbf",
    "comment": b": OPENROUTER PROCESSING\n\n",
    "unknown field": b"hello: you\n\n",
    "no choices": event({"id": "c", "choices": None}),
    "choices of nothing": event({"id": "c", "choices": [None]}),
    "null delta": event({"choices": [{"index": 0, "delta": None, "finish_reason": None}]}),
    "null error": event({"error": None, "choices": []}),
    "usage of null": event({"choices": [], "usage": None}),
    "usage of words": event({"choices": [], "usage": "much"}),
    "role": chunk({"role": "assistant", "content": None, "refusal": None, "tool_calls": None}),
    "no calls": chunk({"tool_calls": []}),
    "null refusal": chunk({"content": "", "refusal": None}),
    "another choice": event(
        {"choices": [{"index": 0, "delta": {}}, {"index": 1, "delta": {"content": "X"}}]}
    ),
}


@pytest.mark.parametrize("before", HARMLESS)
def test_what_says_nothing_is_ignored(before: str) -> None:
    summary = told(HARMLESS[before] + STORY)
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert summary.content == "Once upon a time."


SHAPES = {
    "carriage returns": STORY.replace(b"\n", b"\r\n"),
    "carriage returns alone": STORY.replace(b"\n", b"\r"),
    "no space": STORY.replace(b"data: ", b"data:"),
    "no blank lines": STORY.replace(b"\n\n", b"\n"),
    "no blank line at the end": STORY.removesuffix(b"\n"),
    "no done": STORY.removesuffix(DONE),
    "quoted done": STORY.replace(b"[DONE]", b'"[DONE]"'),
    "lower-case done": STORY.replace(b"[DONE]", b"[done]"),
    "lines of JSON": STORY.removesuffix(DONE).replace(b"data: ", b"").replace(b"\n\n", b"\n"),
    "no index": chunk({"content": "Once upon a time."}).replace(b'"index": 0, ', b"") + STOP,
    "message for delta": event(
        {"choices": [{"message": {"content": "Once upon a time."}, "finish_reason": "stop"}]}
    ),
    "text for delta": event({"choices": [{"text": "Once upon a time.", "finish_reason": "stop"}]}),
    "one choice without a list": event(
        {"choices": {"delta": {"content": "Once upon a time."}, "finish_reason": "stop"}}
    ),
    "a list of chunks": event(
        [{"choices": [{"delta": {"content": "Once upon a time."}, "finish_reason": "stop"}]}]
    ),
    "parts": chunk(
        {
            "content": [
                {"type": "text", "text": "Once upon "},
                {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]},
            ]
        }
    )
    + chunk({"content": ["a time."]})
    + STOP,
    "one part": chunk({"content": {"type": "text", "text": "Once upon a time."}}) + STOP,
    "output text": chunk(
        {"content": [{"type": "output_text", "text": {"value": "Once upon a time."}}]}
    )
    + STOP,
    "an image between": chunk(
        {
            "content": [
                {"type": "image_url", "image_url": {"url": "x"}},
                {"type": "text", "text": "Once upon a time."},
            ]
        }
    )
    + STOP,
    "reasoning of parts": chunk(
        {"reasoning_content": [{"type": "text", "text": "Hm."}], "content": "Once upon a time."}
    )
    + STOP,
    "reasoning that is false": chunk({"reasoning": False, "content": "Once upon a time."}) + STOP,
    "thought": chunk({"content": "<think>Hm.</think>\n\nOnce upon a time."}) + STOP,
    "thought cut into letters": b"".join(
        chunk({"content": c}) for c in "<think>H < m.</think>\n\nOnce upon a time."
    )
    + STOP,
    "thought without its opening": chunk({"content": "The user wants a cat. "})
    + chunk({"content": "</th"})
    + chunk({"content": "ink>\n\nOnce upon a time."})
    + STOP,
    "other tags": chunk({"content": "[THINK]Hm.[/THINK]Once upon a time."}) + STOP,
    "two thoughts": chunk({"content": "<think>a</think>Once upon <think>b</think>a time."}) + STOP,
    "the whole told again": STORY.removesuffix(STOP)
    + event(
        {
            "object": "chat.completion",
            "choices": [{"message": {"content": "Once upon a time."}, "finish_reason": "stop"}],
        }
    ),
    "the whole told again in the last delta's place": STORY.removesuffix(STOP)
    + event({"choices": [{"delta": {}, "message": {"content": "Once upon a time."}}]})
    + STOP,
    "wrapped events": STORY.replace(b"data: ", b"data: data: "),
    "the field in capitals": STORY.replace(b"data: ", b"Data: "),
    "a space before the field": STORY.replace(b"data: ", b" data: "),
    "an event called end": STORY.removesuffix(DONE) + b"event: end\ndata: end\n\n",
    "done without brackets": STORY.removesuffix(DONE) + b"data: DONE\n\n",
    "signs around": b"data: [START]\n\n" + STORY.removesuffix(STOP) + b"data: [PING]\n\n" + STOP,
    "two values in one event": STORY.replace(b"\n\ndata: {", b" {"),
    "both line ends": STORY.replace(b"\n", b"\r\n"),
    "a reason in the delta": STORY.removesuffix(STOP) + chunk({"finish_reason": "stop"}),
    "a reason in another case": STORY.removesuffix(STOP)
    + event({"choices": [{"delta": {}, "finishReason": "STOP"}]}),
    "nothing wrong with the base": STORY.removesuffix(STOP)
    + event(
        {
            "choices": [{"delta": {}, "finish_reason": "stop"}],
            "base_resp": {"status_code": 0, "status_msg": ""},
            "success": True,
            "errors": [],
        }
    ),
    **{
        f"ends with {token}": chunk({"content": f"Once upon a time.{token[:4]}"})
        + chunk({"content": token[4:]})
        + STOP
        for token in ("<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<end_of_turn>", "</s>")
    },
    **{
        f"thought in {opening}": b"".join(
            chunk({"content": c}) for c in f"{opening}Hm.{closing}Once upon a time."
        )
        + STOP
        for opening, closing in (
            ("<Think>", "</THINK>"),
            ("<|START_THINKING|>", "<|END_THINKING|><|START_RESPONSE|>"),
            ("<|begin_of_thought|>", "<|end_of_thought|><|begin_of_solution|>"),
            (
                "<|channel|>analysis<|message|>",
                "<|end|><|start|>assistant<|channel|>final<|message|>",
            ),
            ("<|channel>thought\n", "<channel|>"),
        )
    },
    "Ollama's own": b"".join(
        json.dumps(o).encode() + b"\n"
        for o in (
            {"message": {"role": "assistant", "content": "Once upon a time."}, "done": False},
            {"message": {"content": ""}, "done": True, "done_reason": "stop"},
        )
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_story_is_what_the_model_told(shape: str) -> None:
    summary = told(SHAPES[shape])
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert (summary.content, summary.words) == ("Once upon a time.", 4)


def test_a_character_that_is_cut_in_half_is_whole() -> None:
    halves = [chunk({"content": f"Once {half}"[-1 if half == "\ude00" else 0 :]}) for half in PAIR]
    assert told(b"".join(halves) + STOP).content == "Once 😀"


def test_half_a_character_does_no_harm() -> None:
    summary = told(chunk({"content": "Once \ud83d"}) + chunk({"content": " upon"}) + STOP)
    assert (summary.outcome, summary.content) == (Outcome.COMPLETED, "Once \ufffd upon")


@pytest.mark.parametrize(
    "field",
    [
        {"reasoning_text": "Hm."},
        {"reasoning_content": {"text": "Hm."}},
        {"thinking_blocks": [{"type": "thinking", "thinking": "Hm."}]},
        {"reasoning_details": [{"type": "reasoning.text", "text": "Hm."}]},
    ],
)
def test_a_thought_is_heard_under_any_name(field: dict[str, object]) -> None:
    with (
        OddServer(lambda _: chunk(field) + STORY) as server,
        Played(team_factory(server.base_url, "chat")) as run,
    ):
        run.to_the_end()
    thoughts = [event.text for event in run.events if isinstance(event, ReasoningDelta)]
    assert "".join(thoughts) == "Hm."


def test_a_number_is_text() -> None:
    assert told(chunk({"content": 7}) + chunk({"content": " cats"}) + STOP).content == "7 cats"


def test_a_sign_that_is_no_tag_stays_in_the_story() -> None:
    assert (
        told(chunk({"content": "a <b"}) + chunk({"content": " and <"}) + STOP).content
        == "a <b and <"
    )


def test_thoughts_are_reasoning() -> None:
    answer = chunk({"content": "<think>One two"}) + chunk({"content": " three</think>Go."}) + STOP
    with (
        OddServer(lambda _: answer) as server,
        Played(team_factory(server.base_url, "chat")) as run,
    ):
        run.to_the_end()
    thoughts = [event.text for event in run.events if isinstance(event, ReasoningDelta)]
    assert "".join(thoughts) == "One two three"


def test_the_members_of_a_model_that_lacked_an_opening_begin_inside_their_thought() -> None:
    def answer(asked: Asked) -> bytes:
        first = chunk({"content": "Let me ask."}) + chunk({"content": "</think>", **calls})
        return chat_team(first + STOP)(asked) if asked.is_leader else part

    calls = {"tool_calls": [call(TASK, index=0, id="a")]}
    part = chunk({"content": "Hm, a cat."}) + chunk({"content": "</think>A part."}) + STOP
    summary = told(answer)
    assert [section.text for section in summary.sections] == ["A part.", "The end."]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_whole_completion_is_taken_and_said_not_to_stream(indent: int | None) -> None:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": "Once."},
        "finish_reason": "stop",
    }
    whole = {
        "id": "c",
        "object": "chat.completion",
        "choices": [choice],
        "usage": {"prompt_tokens": 5, "completion_tokens": 2},
    }
    summary = told(http(200, json.dumps(whole, indent=indent).encode()))
    assert (summary.outcome, summary.content) == (Outcome.COMPLETED, "Once.")
    assert summary.usage.output_tokens == 2
    assert "The server does not stream: the text came all at once." in summary.notes


CALLS: dict[str, list[list[object]]] = {
    "no index": [[call(TASK, id="a")], [call(EDIT, id="b")]],
    "both at 0": [[call(TASK, index=0, id="a")], [call(EDIT, index=0, id="b")]],
    "both at 0 with the same id": [[call(TASK, index=0, id="")], [call(EDIT, index=0, id="")]],
    "neither index nor id": [[call(TASK)], [call(EDIT)]],
    "in one chunk": [[call(TASK), call(EDIT)]],
    "index -1": [[call(TASK, index=-1, id="a")], [call(EDIT, index=-1, id="b")]],
    "from 1": [[call(TASK, index=1, id="a")], [call(EDIT, index=2, id="b")]],
    "index as text": [[call(TASK, index="0", id="a")], [call(EDIT, index="1", id="b")]],
    "objects": [[call(json.loads(TASK), index=0)], [call(json.loads(EDIT), index=1)]],
    "ids as numbers": [[call(TASK, index=0, id=1)], [call(EDIT, index=1, id=2)]],
    "null type": [
        [call(TASK, index=0, id="a", type=None)],
        [call(EDIT, index=1, id="b", type=None)],
    ],
    "interleaved pieces": [
        [call("", index=0, id="a"), call(None, index=1, id="b")],
        [{"index": 0, "function": {"arguments": TASK[:9]}}],
        [{"index": 1, "function": {"arguments": EDIT[:9]}}],
        [{"index": 0, "function": {"arguments": TASK[9:]}}],
        [{"index": 1, "function": {"arguments": EDIT[9:]}}],
    ],
    "the id with every piece": [
        [call(TASK[:9], index=0, id="a")],
        [call(TASK[9:], index=0, id="a")],
        [call(EDIT, index=1, id="b")],
    ],
    "pieces without index": [
        [call("", id="a")],
        [{"function": {"arguments": TASK}}],
        [call("", id="b")],
        [{"function": {"arguments": EDIT}}],
    ],
    "told again at the end": [
        [call(TASK, index=0, id="a"), call(EDIT, index=1, id="b")],
        [call(TASK, index=0, id="a"), call(EDIT, index=1, id="b")],
    ],
    "a name in pieces": [
        [call(None, index=0, id="a", function={"name": "delegate_task_", "arguments": ""})],
        [{"index": 0, "function": {"name": "to_member"}}],
        [{"index": 0, "function": {"arguments": TASK}}],
        [call(EDIT, index=1, id="b")],
    ],
    "a name that grows": [
        [call(None, index=0, id="a", function={"name": "delegate_task", "arguments": ""})],
        [call(TASK, index=0)],
        [call(EDIT, index=1, id="b")],
    ],
    "names with more around them": [
        [call(None, index=0, function={"name": f"functions.{TOOL}:0", "arguments": TASK})],
        [call(None, index=1, function={"name": f" {TOOL}<|channel|>x\n", "arguments": EDIT})],
    ],
    "an empty object first": [
        [call("{}", index=0, id="a"), call("null", index=1, id="b")],
        [{"index": 0, "function": {"arguments": TASK}}],
        [{"index": 1, "function": {"arguments": EDIT}}],
    ],
    "JSON in JSON": [
        [call(json.dumps(TASK), index=0), call(f"```json\n{EDIT}\n```", index=1)],
    ],
    "too much behind": [
        [call(TASK + "}", index=0), call(EDIT + "</tool_call>", index=1)],
    ],
    "the arguments twice": [[call(TASK + TASK, index=0), call(EDIT + EDIT, index=1)]],
    "parameters for arguments": [
        [{"index": 0, "function": {"name": TOOL, "parameters": json.loads(TASK)}}],
        [{"index": 1, "name": TOOL, "input": json.loads(EDIT)}],
    ],
    "without a function around": [
        [{"name": TOOL, "arguments": TASK}, {"name": TOOL, "arguments": EDIT}]
    ],
}


@pytest.mark.parametrize("finish", ["tool_calls", "stop"])
@pytest.mark.parametrize("shape", CALLS)
def test_two_calls_stay_two_and_reach_their_members(shape: str, finish: str) -> None:
    chunks = b"".join(chunk({"tool_calls": calls}) for calls in CALLS[shape])
    summary = told(chat_team(chunks + chunk({}, finish) + DONE))
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert {c.name for c in summary.contributors if c.runs} == {"StorytellerAgent", "EditorAgent"}
    assert summary.content == "The end."


WORDED = {
    "tags": f'<tool_call>\n{{"name": "{TOOL}", "arguments": {TASK}}}\n</tool_call>',
    "tags that stay open": f'<tool_call>{{"name": "{TOOL}", "arguments": {TASK}}}',
    "bare": f'{{"name": "{TOOL}", "parameters": {TASK}}}',
    "fenced": f'```json\n{{"name": "{TOOL}", "arguments": {TASK}}}\n```',
    "Mistral's": f'[TOOL_CALLS][{{"name": "{TOOL}", "arguments": {TASK}}}]',
    "Llama's": f'<|python_tag|>{{"name": "{TOOL}", "parameters": {TASK}}}',
    "after a thought": "<think>Hm.</think>\n"
    f'<tool_call>{{"name": "{TOOL}", "arguments": {TASK}}}</tool_call>',
    "Mistral's later one": f"[TOOL_CALLS]{TOOL}[ARGS]{TASK}",
    "Mistral's without a sign": f"[TOOL_CALLS]{TOOL}{TASK}",
    "Llama's tag": f"<function={TOOL}>{TASK}</function>",
    "Llama's Python": f'[{TOOL}(member_id="storytelleragent", task="write")]',
    "Granite's": f'<|tool_call|>[{{"name": "{TOOL}", "arguments": {TASK}}}]',
    "GLM's": f"<tool_call>{TOOL}\n<arg_key>member_id</arg_key>\n<arg_value>storytelleragent"
    "</arg_value>\n<arg_key>task</arg_key>\n<arg_value>write</arg_value>\n</tool_call>",
    "Anthropic's": f'<function_calls><invoke name="{TOOL}"><parameter name="member_id">'
    'storytelleragent</parameter><parameter name="task">write</parameter></invoke>'
    "</function_calls>",
    "MiniMax's": f'<minimax:tool_call><invoke name="{TOOL}"><parameter name="member_id">'
    'storytelleragent</parameter><parameter name="task">write</parameter></invoke>'
    "</minimax:tool_call>",
    "Kimi's": f"<|tool_calls_section_begin|><|tool_call_begin|>functions.{TOOL}:0"
    f"<|tool_call_argument_begin|>{TASK}<|tool_call_end|><|tool_calls_section_end|>",
    "DeepSeek's": "<\uff5ctool▁calls▁begin\uff5c><\uff5ctool▁call▁begin\uff5c>"
    f"function<\uff5ctool▁sep\uff5c>{TOOL}\n"
    f"```json\n{TASK}\n```<\uff5ctool▁call▁end\uff5c><\uff5ctool▁calls▁end\uff5c>",
    "tools": f'<tools>{{"name": "{TOOL}", "arguments": {TASK}}}</tools>',
    "parameters by name": f"<tool_call><function={TOOL}><parameter=member_id>\nstorytelleragent\n"
    "</parameter><parameter=task>write</parameter></function></tool_call>",
}


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("shape", WORDED)
def test_a_call_that_is_written_as_text_is_a_call(shape: str, size: int) -> None:
    text = WORDED[shape]
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    summary = told(chat_team(b"".join(chunk({"content": piece}) for piece in pieces) + STOP))
    assert [section.text for section in summary.sections] == ["A part.", "The end."]
    assert summary.outcome is Outcome.COMPLETED


def test_the_old_form_of_a_call_is_a_call() -> None:
    first = chunk({"function_call": {"name": TOOL, "arguments": TASK}}) + chunk({}, "function_call")
    assert told(chat_team(first + DONE)).content == "The end."


def test_a_call_that_cannot_be_read_is_no_story() -> None:
    summary = told(chat_team(chunk({"content": '<tool_call>{"name": </tool_call>'}) + STOP))
    assert summary.outcome is Outcome.COMPLETED
    assert summary.content == "A part."
    assert any("a fixed plan leads" in note for note in summary.notes)


def test_a_story_that_begins_with_a_brace_is_a_story() -> None:
    assert (
        told(chunk({"content": "{ Once"}) + chunk({"content": " }"}) + STOP).content == "{ Once }"
    )


def test_usage_says_nothing_of_the_end() -> None:
    usage = event({"id": "c", "choices": [], "usage": USAGE})
    for answer in (usage + chunk({"content": "Once"}), chunk({"content": "Once"}) + usage):
        summary = told(answer)
        assert summary.outcome is Outcome.INCOMPLETE
        assert summary.content == "Once"


UNHEARD_OF = {
    "an index beyond all": chunk(
        {"tool_calls": [{"index": 1099511627776, "function": {"name": "x"}}]}
    ),
    "too many calls": chunk(
        {"tool_calls": [{"index": i, "function": {"name": "x"}} for i in range(300)]}
    ),
    "endless arguments": chunk(
        {"tool_calls": [{"index": 0, "function": {"name": "x", "arguments": "a" * 1_000_001}}]}
    ),
    "a huge delta": chunk({"content": "a" * 2_000_001}),
    "a huge event": b"data: " + b"a" * 9_000_000,
}


@pytest.mark.parametrize("what", UNHEARD_OF)
def test_what_no_model_sends_is_refused_and_what_came_before_is_kept(what: str) -> None:
    before = time.monotonic()
    summary = told(chunk({"content": "Once"}) + UNHEARD_OF[what] + STOP)
    assert time.monotonic() - before < 10
    assert summary.outcome is Outcome.ERROR
    assert "sent something this program does not understand (" in (summary.error or "")
    assert summary.content == "Once"


ERRORS = {
    "text": {"error": "model not loaded"},
    "message": {"error": {"message": "model not loaded", "code": 1}},
    "detail": {"detail": "model not loaded"},
    "list": [{"error": {"message": "model not loaded"}}],
    "bare": {"message": "model not loaded", "object": "error"},
    "type alone": {"error": {"type": "model not loaded"}},
    "in the choice": {
        "choices": [{"error": {"message": "model not loaded"}, "finish_reason": "error"}]
    },
    "msg": {"code": 500, "msg": "model not loaded"},
    "no success": {"success": False, "errors": [{"code": 5007, "message": "model not loaded"}]},
    "error_msg": {"error_code": 336, "error_msg": "model not loaded"},
    "a text with a code": {"text": "model not loaded", "error_code": 50001},
    "base_resp": {"base_resp": {"status_code": 1004, "status_msg": "model not loaded"}},
    "fault": {"fault": {"faultstring": "model not loaded", "detail": {"errorcode": "x"}}},
    "capitals": {"Message": "model not loaded"},
    "metadata": {"ResponseMetadata": {"Error": {"Code": "X", "Message": "model not loaded"}}},
    "a number before the words": {"error": 1, "msg": "model not loaded"},
    "beside the chunk": {"choices": [{"delta": {}}], "x_groq": {"error": "model not loaded"}},
    "in the delta": {"choices": [{"delta": {"error": "model not loaded"}}]},
    "raw": {"error": {"message": "", "metadata": {"raw": '{"error": "model not loaded"}'}}},
}


@pytest.mark.parametrize("shape", ERRORS)
def test_an_error_inside_a_stream_says_what_the_server_says(shape: str) -> None:
    summary = told(chunk({"content": "Once "}) + event(ERRORS[shape]))
    assert summary.outcome is Outcome.ERROR
    assert "model not loaded" in (summary.error or "")
    assert summary.content == "Once "


def test_a_proxy_s_page_in_the_middle_of_a_stream_is_an_error() -> None:
    page = b"<html>\n<head><title>502 Bad Gateway</title></head>\n\n<body>x</body>\n</html>"
    summary = told(chunk({"content": "Once"}) + page)
    assert (summary.outcome, summary.content) == (Outcome.ERROR, "Once")
    assert "502 Bad Gateway" in (summary.error or "")


@pytest.mark.parametrize("reason", ["tool_use", "COMPLETE", "eos_found", "end_turn", "done"])
def test_a_whole_text_is_completed_whatever_it_is_called(reason: str) -> None:
    assert told(chunk({"content": "Once."}) + chunk({}, reason)).outcome is Outcome.COMPLETED


def test_an_error_in_plain_words_is_one() -> None:
    assert "Server overloaded" in (told(b"data: Server overloaded\n\n").error or "")


def test_broken_json_is_a_broken_event() -> None:
    summary = told(chunk({"content": "Once"}) + b'data: {"id": \n\n' + STOP)
    assert "sent a broken event" in (summary.error or "")
    assert summary.content == "Once"
