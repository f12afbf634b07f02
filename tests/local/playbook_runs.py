"""The playbook with real and scripted members, and what its runs are made of."""

import itertools

from tests.servers import ModelServer
from tui.config.backend import EMBEDDED
from tui.config.endpoint import Endpoint
from tui.local.address import EngineAddress
from tui.local.playbook import leader_model, member_model
from tui.run.summary import Summary
from tui.team.runner import MakeTeam, PreparedTeam
from tui.team.story_team import build_team

SCENES = 5


def no_report(what: str, fraction: float | None) -> None:
    """Nobody watches."""


def local_team(address: EngineAddress) -> MakeTeam:
    endpoint = Endpoint(address.model, address.base_url, "chat", backend=EMBEDDED)
    return lambda task: PreparedTeam(
        build_team(leader_model(), member_model(address), member_model(address)), endpoint
    )


def scripted(server: ModelServer) -> MakeTeam:
    return local_team(EngineAddress(server.base_url, "key", "scripted"))


def scenes_of(summary: Summary) -> list[str]:
    members = [section.text for section in summary.sections if not section.speaker.is_leader]
    return members[:SCENES]


def distinct_share(text: str, size: int = 3) -> float:
    words = text.lower().split()
    grams = list(
        zip(*(itertools.islice(words, start, None) for start in range(size)), strict=False)
    )
    return len(set(grams)) / len(grams)
