"""Who leads the storytelling team: its model, once it is helped, or else a fixed plan."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.harness.odd_server import STOP, Asked, OddServer, chunk
from tests.harness.running import Played, play, team_factory
from tests.local.playbook_runs import story_script
from tests.servers import ModelServer, Position, Script
from tui.config.backend import EMBEDDED
from tui.config.endpoint import Endpoint
from tui.run.events import Noticed, Outcome
from tui.run.reasons import Reason
from tui.run.summary import Summary
from tui.team.leading import DOES_NOT_LEAD, HELPED, LEADS, is_talk
from tui.team.models import TOKENS_BEFORE_CALL, EngineModel
from tui.team.runner import MakeTeam, PreparedTeam
from tui.team.story_team import build_team

TALK = "Sure! I will ask the StorytellerAgent to write it."
GARBLED = '<tool_call>{"name": "delegate_task_to_member", "argu</tool_call>'
OWN_STORY = "Once upon a time a fox swam. " * 30
STORY = " ".join(["It rained on the fox."] * 10)


def led(said: Sequence[str]) -> tuple[Summary, list[str], int]:
    """Let the leader say these things, and the members write; returns how often it was asked."""
    asked_of_leader: list[Asked] = []

    def answer(asked: Asked) -> bytes:
        if not asked.is_leader:
            return chunk({"content": STORY}) + STOP
        asked_of_leader.append(asked)
        return chunk({"content": said[min(len(asked_of_leader), len(said)) - 1]}) + STOP

    server = OddServer(answer)
    with server, Played(team_factory(server.base_url, "chat")) as run:
        summary = run.to_the_end()
    notices = [event.sentence for event in run.events if isinstance(event, Noticed)]
    return summary, notices, len(asked_of_leader)


@pytest.mark.parametrize("said", [TALK, GARBLED, '{"name": "delegate_task", "task": "a fox"}'])
def test_a_model_that_hands_nothing_over_is_helped_once_then_a_plan_leads(said: str) -> None:
    summary, notices, asked = led([said])
    assert (summary.outcome, summary.error) == (Outcome.COMPLETED, None)
    assert summary.content == STORY
    assert asked == 2
    assert notices == [HELPED, DOES_NOT_LEAD]
    assert DOES_NOT_LEAD in summary.notes


def test_a_model_that_leads_when_it_is_helped_is_not_replaced() -> None:
    script = Script(texts={Position.CLOSING: "The story of the fox."})
    with ModelServer(script) as server:
        good = server.script

        def talk_first(ask: object) -> str:
            server.script = good
            return TALK

        server.script = Script(texts={Position.CLOSING: talk_first}).single()
        with Played(team_factory(server)) as run:
            summary = run.to_the_end()
    assert summary.outcome is Outcome.COMPLETED
    assert summary.content == "The story of the fox."
    assert summary.notes == ()
    assert [event.sentence for event in run.events if isinstance(event, Noticed)] == [HELPED]


def test_a_model_on_a_server_that_writes_the_story_itself_is_not_asked_again() -> None:
    summary, notices, asked = led([OWN_STORY])
    assert summary.content == OWN_STORY
    assert (asked, notices) == (1, [])


def test_what_a_model_said_instead_of_leading_is_none_of_the_story() -> None:
    summary, _, _ = led([TALK])
    assert TALK not in summary.content
    assert summary.words == 2 * len(STORY.split()) + len(STORY.split())


def test_a_cancel_after_a_leader_that_did_not_lead_is_a_cancel() -> None:
    def answer(asked: Asked) -> bytes:
        server.holds = not asked.is_leader
        return chunk({"content": TALK}) + STOP if asked.is_leader else chunk({"content": STORY})

    server = OddServer(answer)
    with server, Played(team_factory(server.base_url, "chat")) as run:
        run.until(lambda state: "rained" in state.story)
        summary = run.cancel()
    assert (summary.outcome, summary.reason) == (Outcome.CANCELLED, Reason.USER)


def embedded_team(server: ModelServer) -> MakeTeam:
    def model() -> EngineModel:
        return EngineModel(id="scripted", base_url=server.base_url, api_key="key")

    endpoint = Endpoint("scripted", server.base_url, "chat", backend=EMBEDDED)
    return lambda task: PreparedTeam(build_team(model(), model(), model()), endpoint, note=LEADS)


def test_a_model_in_the_engine_that_leads_says_so() -> None:
    with ModelServer(Script(texts={Position.CLOSING: "The story of the fox."})) as server:
        summary = play(embedded_team(server))
    assert summary.content == "The story of the fox."
    assert summary.notes == (LEADS,)


def test_a_model_in_the_engine_that_does_not_lead_writes_scenes_for_a_plan() -> None:
    script = replace(story_script(), steps=())
    with ModelServer(script) as server:
        summary = play(embedded_team(server))
        leader = [record.body for record in server.at(Position.CLOSING)]
        scenes = [record.body["messages"] for record in server.at(Position.OTHER)]
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert [body["max_tokens"] for body in leader] == [TOKENS_BEFORE_CALL] * 2
    assert [message["role"] for message in scenes[0]] == ["user", "assistant"]
    assert summary.content.startswith("# ")
    assert summary.notes == (DOES_NOT_LEAD,)


@pytest.mark.parametrize(
    "text",
    [
        TALK,
        "Okay, what should the story be about?",
        "I'll begin at once.",
        "I'd be happy to help.",
        "Let me first call a tool.",
        "As the leader, I plan three parts.",
        '{"name": "write", "arguments": {}}',
        "I delegate this to my members.",
        "The editoragent will look at it.",
    ],
)
def test_what_is_only_said_about_the_work_is_talk(text: str) -> None:
    assert is_talk(text, ["StorytellerAgent", "storytelleragent", "EditorAgent", "editoragent"])


@pytest.mark.parametrize(
    "text",
    ["Once there was a fox.", "“Sure,” said the fox.", "I am an old lamp. I will burn.", OWN_STORY],
)
def test_a_story_is_no_talk(text: str) -> None:
    assert not is_talk(text, ["StorytellerAgent"])
