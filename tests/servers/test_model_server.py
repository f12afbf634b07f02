"""The model server plays a whole team run, and its log tells the truth."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from agno.agent import Agent
from agno.models.openai import OpenAIChat, OpenAIResponses
from agno.models.openai.like import OpenAILike
from agno.team import Team
from openai import APITimeoutError, AsyncOpenAI, BadRequestError, OpenAI

from tests.servers import Fault, FaultKind, ModelServer, Position, Script, deaf_address, prose
from tests.servers.raw_client import RawClient

Model = OpenAIResponses | OpenAIChat
PROMPT = "Write about a dragon who learns to code"
KINDS: dict[str, Callable[[str], Model]] = {
    "responses-chained": lambda url: OpenAIResponses(
        id="gpt-5.2-mini", base_url=url, api_key="test"
    ),
    "responses-replayed": lambda url: OpenAIResponses(
        id="gpt-4o-mini", base_url=url, api_key="test"
    ),
    "chat": lambda url: OpenAIChat(id="gpt-5.2-mini", base_url=url, api_key="test"),
    "like": lambda url: OpenAILike(id="some-model", base_url=url, api_key="test"),
}


def openai_client(url: str, timeout: float = 5.0) -> OpenAI:
    return OpenAI(base_url=url, api_key="test", max_retries=0, timeout=timeout)


@dataclass
class Seen:
    """What a team run let us see."""

    events: Counter[str] = field(default_factory=Counter)
    texts: dict[str, str] = field(default_factory=lambda: defaultdict(str))
    order: list[str] = field(default_factory=list)


async def run_team(make: Callable[[], Model]) -> Seen:
    models = [make(), make(), make()]
    storyteller = Agent(
        name="StorytellerAgent",
        model=models[1],
        description="An agent that writes creative stories",
    )
    editor = Agent(
        name="EditorAgent",
        model=models[2],
        description="An agent that reviews and improves stories",
    )
    team = Team(name="Story Team", model=models[0], members=[storyteller, editor])
    seen = Seen()
    async for event in team.arun(PROMPT, stream=True, stream_events=True):
        seen.events[event.event] += 1
        if event.event in ("RunContent", "TeamRunContent"):
            speaker = getattr(event, "agent_name", None) or "leader"
            seen.texts[speaker] += getattr(event, "content", None) or ""
            seen.order.append(speaker)
    for model in models:
        if model.async_client:
            await model.async_client.close()
    return seen


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as started:
        yield started


@pytest.mark.parametrize("kind", KINDS)
async def test_a_team_writes_with_both_members_in_turn(server: ModelServer, kind: str) -> None:
    seen = await run_team(lambda: KINDS[kind](server.base_url))
    positions = [record.position for record in server.records]
    assert positions == ["leader", "storyteller", "between", "editor", "closing"]
    assert seen.events["TeamToolCallCompleted"] == 2
    assert seen.events["RunCompleted"] == 2
    assert seen.events["TeamRunCompleted"] == 1
    assert (
        seen.texts["StorytellerAgent"] == server.text_of("storyteller") == prose(120, "storyteller")
    )
    assert seen.texts["EditorAgent"] == server.text_of("editor")
    assert seen.texts["leader"] == server.text_of("closing")
    assert all(record.completed for record in server.records)
    assert server.records[0].calls[0].name == "delegate_task_to_member"
    assert '"storytelleragent"' in server.records[0].calls[0].arguments
    chained = [bool(record.body.get("previous_response_id")) for record in server.records]
    assert chained == [
        False,
        False,
        kind == "responses-chained",
        False,
        kind == "responses-chained",
    ]


@pytest.mark.parametrize("kind", ["responses-chained", "chat"])
async def test_members_called_together_interleave(server: ModelServer, kind: str) -> None:
    server.script = Script(words=60, delay_seconds=0.005).parallel()
    seen = await run_team(lambda: KINDS[kind](server.base_url))
    assert [record.position for record in server.at("closing")] == ["closing"]
    assert len(server.records) == 4
    changes = sum(one != two for one, two in zip(seen.order, seen.order[1:], strict=False))
    assert changes > 10


async def test_a_member_that_failed_once_is_asked_again(server: ModelServer) -> None:
    fault = Fault(FaultKind.HTTP_500, attempts=(1,))
    server.script = Script(words=10).with_fault(Position.STORYTELLER, fault)
    seen = await run_team(lambda: KINDS["responses-chained"](server.base_url))
    assert [record.completed for record in server.at("storyteller")] == [False, True]
    assert seen.events["TeamRunCompleted"] == 1


@pytest.mark.parametrize("kind", ["responses-replayed", "chat"])
def test_an_answer_that_is_not_streamed_is_whole(server: ModelServer, kind: str) -> None:
    server.script = Script(words=30).single()
    with openai_client(server.base_url) as client:
        if kind == "chat":
            chat = client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": PROMPT}]
            )
            text = chat.choices[0].message.content
        else:
            text = client.responses.create(model="gpt-4o", input=PROMPT).output_text
    assert text == server.text_of("other") == prose(30, "other")


def test_one_connection_serves_one_request_after_another(server: ModelServer) -> None:
    with openai_client(server.base_url) as client:
        assert "gpt-5.2-mini" in [model.id for model in client.models.list()]
        with client.responses.create(model="gpt-4o", input=PROMPT, stream=True) as stream:
            assert [event.sequence_number for event in stream] == list(range(128))
        assert server.open_connections == 1
        assert not server.records[0].connection_closed_at
    server.wait_until_quiet()
    assert server.records[0].connection_closed_at
    assert server.records[1].client_closed_at is None


def test_an_unknown_previous_response_is_refused_as_openai_does(server: ModelServer) -> None:
    with openai_client(server.base_url) as client, pytest.raises(BadRequestError) as refused:
        client.responses.create(model="gpt-5", input=PROMPT, previous_response_id="resp_gone")
    assert refused.value.code == "previous_response_not_found"


async def test_the_log_tells_when_a_client_left_in_mid_stream(server: ModelServer) -> None:
    server.script = Script(words=1000, delay_seconds=0.002).single()
    async with AsyncOpenAI(base_url=server.base_url, api_key="test") as client:
        stream = await client.responses.create(model="gpt-4o", input=PROMPT, stream=True)
        await server.until(lambda: server.records[0].words >= 5)
        assert (server.streams_open, server.open_connections) == (1, 1)
        closed_at = time.monotonic()
        await stream.close()
    record = server.records[0]
    await server.until(lambda: record.finished_at)
    assert record.client_closed_at
    assert 0 <= record.client_closed_at - closed_at < 0.5
    assert not record.completed
    assert 5 <= record.words < 1000


def test_a_wait_in_vain_says_what_the_log_holds(server: ModelServer) -> None:
    with pytest.raises(TimeoutError, match="no request"):
        server.wait_for_request(Position.LEADER, timeout=0.01)


def test_nothing_is_left_of_a_server_that_was_stopped_while_it_stalled() -> None:
    script = Script().single().with_fault("other", Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server, RawClient(server.port) as client:
        client.ask("chat")
        record = server.wait_until_stalled("other")
        server.stop()
        assert client.hear().raw == b""
    assert record.client_closed_at is None
    assert "model-server" not in [thread.name for thread in threading.enumerate()]


def test_a_text_can_depend_on_the_request(server: ModelServer) -> None:
    server.script = Script(texts={Position.OTHER: lambda ask: f"You said: {ask.prompt}"}).single()
    with openai_client(server.base_url) as client:
        assert client.responses.create(model="gpt-4o", input="Hm").output_text == "You said: Hm"


def test_a_deaf_address_never_connects() -> None:
    with (
        deaf_address() as url,
        openai_client(url, timeout=0.2) as client,
        pytest.raises(APITimeoutError),
    ):
        client.models.list()


def test_the_command_serves_until_its_input_ends() -> None:
    command = [sys.executable, "-m", "tests.servers", "--words", "7", "--shape", "single", "--log"]
    with subprocess.Popen(
        [*command, "--fault", "other:flat_out", "--tokens-per-second", "0.01"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        base_url = json.loads(process.stdout.readline())["base_url"]
        with (
            openai_client(base_url) as client,
            client.responses.create(model="gpt-4o", input=PROMPT, stream=True) as stream,
        ):
            assert list(stream)[-1].type == "response.completed"
        _, log = process.communicate(timeout=5)
    assert process.returncode == 0
    assert "responses other#1 with flat_out: 7 words, completed" in log
