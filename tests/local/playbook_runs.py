"""The playbook with real and scripted members, and what its runs are made of."""

import itertools
from random import Random
from typing import Any

from tests.servers import ModelServer, Position, Script
from tests.servers.incoming import Ask
from tests.servers.prose import fresh_prose
from tui.config.backend import EMBEDDED
from tui.config.endpoint import Endpoint
from tui.control.execution import Task
from tui.local.address import EngineAddress
from tui.local.playbook import leader_model, member_model
from tui.run.summary import Summary
from tui.team.runner import MakeTeam, PreparedTeam
from tui.team.story_team import build_team

SCENES = 5


def no_report(what: str, fraction: float | None) -> None:
    """Ignore a report of progress."""


def local_team(address: EngineAddress, **members: Any) -> MakeTeam:
    endpoint = Endpoint(address.model, address.base_url, "chat", backend=EMBEDDED)

    def make_team(task: Task) -> PreparedTeam:
        storyteller, editor = (member_model(address, **members) for _ in range(2))
        return PreparedTeam(build_team(leader_model(), storyteller, editor), endpoint)

    return make_team


def story_script(words: int = 300, **more: Any) -> Script:
    """A model that never says again what it has said, as long as it is asked."""
    random = Random(1)

    def answer(ask: Ask) -> str:
        return f" {fresh_prose(words, random)}"

    return Script(texts={Position.OTHER: answer}, **more)


def scripted(server: ModelServer, **members: Any) -> MakeTeam:
    return local_team(EngineAddress(server.base_url, "key", "scripted"), **members)


def scenes_of(summary: Summary) -> list[str]:
    members = [section.text for section in summary.sections if not section.speaker.is_leader]
    return members[:SCENES]


def distinct_share(text: str, size: int = 3) -> float:
    words = text.lower().split()
    grams = list(
        zip(*(itertools.islice(words, start, None) for start in range(size)), strict=False)
    )
    return len(set(grams)) / len(grams)
