"""Stories by the build that PYTHONPATH names: a request a line in, a story a line out.

Started by path: of the program it takes only what every build has, the playbook's two models.
"""

import asyncio
import json
import sys
import time
from typing import Any

from agno.agent import Agent
from agno.run.agent import RunContentEvent
from agno.run.team import RunContentEvent as TeamContentEvent
from agno.team import Team

from tui.local.address import EngineAddress
from tui.local.playbook import leader_model, member_model


def team_of(address: EngineAddress, seed: int) -> Team:
    """Return a fresh team whose members write with this seed."""
    members = []
    for name in ("StorytellerAgent", "EditorAgent"):
        model: Any = member_model(address)
        model.seed, model.extra_body["seed"] = seed, seed
        members.append(Agent(name=name, model=model, telemetry=False))
    return Team(name="Team", members=list(members), model=leader_model(), telemetry=False)


async def tell(address: EngineAddress, prompt: str, seed: int) -> dict[str, object]:
    """Return the story without its title, and when its first words came."""
    began_at, first_at, text = time.monotonic(), 0.0, ""
    stream = team_of(address, seed).arun(prompt, stream=True, stream_events=True)
    async for event in stream:
        if isinstance(event, RunContentEvent) and event.content:
            first_at = first_at or time.monotonic()
        elif isinstance(event, TeamContentEvent) and event.content:
            text = str(event.content)
    seconds = time.monotonic() - began_at
    story = text.split("\n\n", 1)[-1]
    return {"text": story, "first_seconds": first_at - began_at, "seconds": seconds}


def main() -> None:
    address = EngineAddress(**json.loads(sys.stdin.readline()))
    print("{}", flush=True)
    with asyncio.Runner() as runner:
        for line in sys.stdin:
            told = runner.run(tell(address, **json.loads(line)))
            print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
