"""What several requests for one text have cost together."""

from typing import Any

from openai.types.chat import ChatCompletionChunk

from tui.local.spent import Spent


def chunk(finish_reason: str | None = None, **more: Any) -> ChatCompletionChunk:
    choice = {"index": 0, "delta": {"content": "x"}, "finish_reason": finish_reason}
    return ChatCompletionChunk.model_validate(
        {
            "id": "1",
            "created": 0,
            "model": "m",
            "object": "chat.completion.chunk",
            "choices": [choice],
            **more,
        }
    )


def timings(read: int, written: int) -> dict[str, int]:
    return {"cache_n": read - 1, "prompt_n": 1, "predicted_n": written}


def ask(spent: Spent, *chunks: ChatCompletionChunk) -> None:
    spent.begin_request()
    for one in chunks:
        spent.see(one)
    spent.end_request()


def test_what_was_thrown_away_has_been_paid_for_as_well() -> None:
    spent = Spent()
    ask(spent, chunk(timings=timings(10, 1)), chunk(timings=timings(10, 7)))
    usage = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
    ask(spent, chunk("stop"), chunk(usage=usage))
    assert (spent.requests, spent.tokens, spent.finish_reason) == (2, 12, "stop")
    ending = spent.ending("stop")
    assert ending is not None
    assert ending.usage is not None
    assert (ending.usage.prompt_tokens, ending.usage.completion_tokens) == (22, 12)
    assert ending.choices[0].finish_reason == "stop"


def test_a_cost_that_one_server_did_not_tell_is_not_known() -> None:
    spent = Spent()
    ask(spent, chunk(timings=timings(10, 7)))
    ask(spent, chunk())
    ending = spent.ending("stop")
    assert ending is not None
    assert ending.usage is None


def test_an_answer_that_was_left_has_no_end_of_its_own() -> None:
    spent = Spent()
    ask(spent, chunk("length"))
    ask(spent, chunk())
    assert spent.finish_reason == ""
