"""Refusals, redirects and limits: the server's own reason is what people are told."""

import time

import pytest

from tests.harness.odd_server import STOP, STORY, Asked, OddServer, chunk, event, http
from tests.harness.running import Played, play, team_factory
from tests.harness.waiting import wait_until
from tui.config.settings import Api
from tui.run.events import Noticed, Outcome
from tui.run.reasons import Reason
from tui.run.summary import Summary
from tui.team.error_bodies import words_in
from tui.team.retry_waits import asked_wait, wait_before_retry
from tui.team.transport import ERROR_BYTES


def refused(answer: bytes, api: Api = "chat", path: str = "/v1") -> Summary:
    with OddServer(lambda _: answer) as server:
        summary = play(team_factory(f"{server.address}{path}", api))
    assert summary.outcome is Outcome.ERROR
    return summary


def said(answer: bytes, api: Api = "chat", path: str = "/v1") -> str:
    return refused(answer, api, path).error or ""


NOT_FOUND = http(404, {"detail": "Not Found"})


def test_an_address_without_v1_is_told_to_have_it() -> None:
    for answer in (NOT_FOUND, http(404, b"404 page not found", "text/plain"), http(404, b"")):
        for api in ("chat", "responses"):
            sentence = said(answer, api, "")
            assert "/v1" in sentence
            assert "--api" not in sentence
            assert "--model" not in sentence


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
def test_an_address_that_ends_in_an_endpoint_is_told_where_it_must_end(path: str) -> None:
    sentence = said(NOT_FOUND, "chat", path)
    assert sentence.endswith("/v1")
    assert "must end before the endpoint" in sentence


@pytest.mark.parametrize("answer", [NOT_FOUND, http(405, {"detail": "Method Not Allowed"})])
def test_a_server_without_the_responses_api_is_known_by_the_path(answer: bytes) -> None:
    assert "Give --api chat" in said(answer, "responses")


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize(
    "words",
    [
        "No models loaded. Load one first.",
        "Resource not found",
        "Response with id 'resp_1' not found.",
        "This account is closed",
    ],
)
def test_any_other_404_is_told_in_the_server_s_own_words(words: str, api: Api) -> None:
    sentence = said(http(404, {"error": {"message": words}}), api)
    assert words in sentence
    assert "does not know the model" not in sentence
    assert "--api" not in sentence


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "model 'gpt-5.2-mini' not found"}},
        {"error": {"message": "The model does not exist.", "code": "model_not_found"}},
        {"detail": "Model gpt-5.2-mini is not found"},
    ],
)
def test_a_model_is_unknown_when_the_server_says_so(body: object) -> None:
    assert "does not know the model 'gpt-5.2-mini'" in said(http(404, body))


BODIES = {
    "a string": "model not loaded",
    "plain text": b"model not loaded",
    "a message": {"message": "model not loaded"},
    "a detail": {"detail": "model not loaded"},
    "a list of details": {"detail": [{"loc": ["body", "x"], "msg": "model not loaded"}]},
    "a list": [{"error": {"message": "model not loaded"}}],
    "an error as text": {"error": "model not loaded"},
    "details": {"error": {"details": "model not loaded"}},
    "a type alone": {"error": {"type": "model not loaded", "message": None}},
    "what the provider said": {
        "error": {"message": "Provider returned error", "metadata": {"raw": "model not loaded"}}
    },
    "JSON inside of JSON": {"error": {"message": '{"error": {"message": "model not loaded"}}'}},
    "errors": {"errors": [{"message": "model not loaded"}]},
    "a number before the words": {"error": 500, "reason": "model not loaded"},
    "msg": {"success": False, "msg": "model not loaded"},
    "error_msg": {"error_code": 336, "error_msg": "model not loaded"},
    "base_resp": {"base_resp": {"status_code": 1004, "status_msg": "model not loaded"}},
    "fault": {"fault": {"faultstring": "model not loaded", "detail": {"errorcode": "x"}}},
    "capitals": {"Message": "model not loaded"},
    "errorMessage": {"errorMessage": "model not loaded"},
    "metadata": {"ResponseMetadata": {"Error": {"Code": "X", "Message": "model not loaded"}}},
    "a title": b"<html><head><title>model not loaded</title></head><body>x</body></html>",
    "a heading": b"<html><h1>model <b>not</b> loaded</h1></html>",
    "too many words": {"error": {"message": "model not loaded " + "x" * 100_000}},
    "depth": {"error": {"error": {"error": {"message": "model not loaded"}}}},
}


@pytest.mark.parametrize("status", [400, 402, 403, 404, 500])
@pytest.mark.parametrize("shape", BODIES)
def test_the_reason_is_found_in_any_body(shape: str, status: int) -> None:
    answer = http(status, BODIES[shape], x_should_retry="false")
    assert "model not loaded" in " ".join(said(answer).split())


@pytest.mark.parametrize("nothing", [None, {}, [], "", b"", {"error": {}}, True, {"error": None}])
def test_a_body_that_says_nothing_says_nothing(nothing: object) -> None:
    assert words_in(nothing) == ""


def test_a_key_that_is_suspended_is_not_called_wrong_alone() -> None:
    assert "account suspended" in said(http(401, {"error": {"message": "account suspended"}}))


def test_a_huge_refusal_is_read_no_further_than_it_matters() -> None:
    body = b"<html><title>Too big</title>" + b"x" * 20_000_000
    before = time.monotonic()
    sentence = said(http(400, body, "text/html"))
    assert time.monotonic() - before < 5
    assert "Too big" in sentence
    assert len(body) > ERROR_BYTES * 100


def test_a_refusal_that_drips_can_be_cancelled() -> None:
    head = b"HTTP/1.1 400 Bad\r\ncontent-type: text/plain\r\ncontent-length: 900\r\n\r\nslow"
    with (
        OddServer(lambda _: head, holds=True) as server,
        Played(team_factory(server.base_url, "chat")) as run,
    ):
        wait_until(lambda: server.asked)
        assert run.cancel(Reason.USER).outcome is Outcome.CANCELLED


# Redirects.


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_another_host_gets_nothing(status: int) -> None:
    with OddServer(lambda _: STORY) as elsewhere:
        location = f"{elsewhere.base_url}/chat/completions"
        sentence = said(http(status, b"", Location=location))
        assert elsewhere.asked == []
    assert f"--base-url {elsewhere.base_url}" in sentence
    assert f"({status})" in sentence


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_lose_the_request_names_the_new_address(status: int) -> None:
    with OddServer(lambda _: http(status, b"", Location="/api/v1/chat/completions")) as server:
        summary = play(team_factory(server.base_url, "chat"))
    assert f"{server.address}/api/v1" in (summary.error or "")
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [307, 308])
def test_a_redirect_on_the_same_host_that_keeps_the_request_is_followed(status: int) -> None:
    def answer(asked: Asked) -> bytes:
        moved = http(status, b"", Location="/v2/chat/completions")
        return STORY if "/v2/" in asked.line else moved

    with OddServer(answer) as server:
        assert play(team_factory(server.base_url, "chat")).content == "Once upon a time."


def test_a_circle_of_redirects_has_an_end() -> None:
    assert "round in a circle" in said(http(307, b"", Location="/v1/chat/completions"))


# Limits.


@pytest.mark.parametrize("wait", ["nan", "inf", "-1", "", "soon", "1e999"])
def test_a_wait_that_is_none_is_not_shown(wait: str) -> None:
    answer = http(429, {"message": "free quota per day"}, retry_after=wait, x_should_retry="false")
    sentence = said(answer)
    assert "free quota per day" in sentence
    assert "Wait a little" in sentence


def test_a_wait_may_be_a_date() -> None:
    seconds = asked_wait({"retry-after": "Fri, 31 Dec 2100 23:59:59 GMT"})
    assert seconds is not None
    assert seconds > 1e9
    assert asked_wait({"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"}) == 0


def test_what_does_not_pass_is_not_asked_again() -> None:
    assert wait_before_retry(429, {}, "insufficient_quota", 0) is None
    assert wait_before_retry(429, {"retry-after": "3600"}, "", 0) is None
    assert wait_before_retry(400, {}, "", 0) is None
    assert wait_before_retry(503, {"x-should-retry": "false"}, "", 0) is None
    assert wait_before_retry(429, {"retry-after": "7"}, "", 0) == 7
    assert wait_before_retry(500, {}, "", 1) == 1


def test_while_the_server_limits_it_is_said_how_often_it_was_asked_and_for_how_long() -> None:
    def answer(_: Asked) -> bytes:
        limit = http(429, {"message": "slow down"}, retry_after="0.01")
        return STORY if len(server.asked) == 3 else limit

    server = OddServer(answer)
    with server, Played(team_factory(server.base_url, "chat")) as run:
        assert run.to_the_end().outcome is Outcome.COMPLETED
    notices = [event.sentence for event in run.events if isinstance(event, Noticed)]
    assert len(notices) == 2
    assert all("The server limits requests (429)" in notice for notice in notices)
    assert "asked once" in notices[0]
    assert "asked 2 times" in notices[1]
    assert "in 1 s" in notices[0]
    assert run.state.notice == ""


# Tools.


def toolless(answer: bytes) -> Summary:
    def choose(asked: Asked) -> bytes:
        said = "The draft." if len(server.asked) == 2 else "The revision."
        return answer if asked.is_leader else chunk({"content": said}) + STOP

    server = OddServer(choose)
    with server:
        return play(team_factory(server.base_url, "chat"))


@pytest.mark.parametrize(
    "words",
    [
        "registry.ollama.ai/library/gemma:2b does not support tools",
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
        "No endpoints found that support tool use. Try disabling tools.",
        "tools param requires --jinja flag",
        "`tool calling` is not supported with this model",
        "Function calling is not enabled for models/x",
        "This model does not support function calling.",
        "Unrecognized request argument supplied: tools",
        "tools: Extra inputs are not permitted",
    ],
)
@pytest.mark.parametrize("status", [400, 404])
def test_a_model_that_refuses_tools_is_led_by_the_playbook(words: str, status: int) -> None:
    summary = toolless(http(status, {"error": {"message": words}}))
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert summary.content == "The revision."
    assert [s.text for s in summary.sections][:2] == ["The draft.", "The revision."]
    assert any("cannot call tools" in note for note in summary.notes)


def test_tools_that_are_refused_inside_the_stream_are_refused_as_well() -> None:
    assert toolless(event({"error": "this model does not support tools"})).error is None


def test_what_only_speaks_of_tools_is_no_refusal_of_them() -> None:
    words = "The tool result is too long for the context window."
    summary = toolless(http(400, {"error": {"message": words}}))
    assert words in (summary.error or "")
