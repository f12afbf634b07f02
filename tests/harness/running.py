"""Runs of a real Agno team against the model server of the tests, in the tests' own process."""

import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self
from uuid import uuid4

from agno.agent import Agent
from agno.team import Team

from tests.servers import ModelServer
from tui.config.settings import Api, Settings
from tui.control.controller import Controller
from tui.control.execution import Execution, Prepare, Task
from tui.run.events import Event, RunEnded
from tui.run.limits import Limits
from tui.run.protocol import Publish
from tui.run.reasons import Reason
from tui.run.state import RunState
from tui.run.summary import Summary, summarize
from tui.team.models import make_model
from tui.team.runner import MakeTeam, PreparedTeam, TeamRunner
from tui.team.story_team import build_team

KEY = "sk-test-1234567890abcdef"


def settings_for(server: ModelServer | str, api: Api = "responses") -> Settings:
    base_url = server if isinstance(server, str) else server.base_url
    return Settings(base_url=base_url, api=api, api_key=KEY, sources={"api_key": "OPENAI_API_KEY"})


def story_team(settings: Settings) -> Team:
    return build_team(*(make_model(settings) for _ in range(3)))


def team_factory(
    server: ModelServer | str,
    api: Api = "responses",
    build: Callable[[Settings], Team] = story_team,
) -> MakeTeam:
    settings = settings_for(server, api)
    return lambda task: PreparedTeam(build(settings), settings.endpoint)


def single_agent_team(settings: Settings, *tools: Callable[..., object]) -> Team:
    """A team of one member that has tools, in the manner of Agno's examples."""
    agent = Agent(
        name="StorytellerAgent",
        model=make_model(settings),
        description="An agent that writes creative stories",
        tools=list(tools),
    )
    return Team(name="Tool Team", members=[agent], model=make_model(settings))


class Played:
    """A run whose events are folded into a state as they come, by the test's own thread."""

    def __init__(
        self,
        make_team: MakeTeam | None = None,
        *,
        execution: Execution | None = None,
        settings: Settings | None = None,
        prompt: str = "a cat",
        prepare: Prepare | None = None,
        through: Callable[[Publish], Publish] = lambda publish: publish,
        auto_cancel: float | None = None,
        max_words: int | None = None,
        max_cost: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        run_id = str(uuid4())
        task = Task(run_id, prompt, settings or Settings(max_cost=max_cost))
        if make_team is not None:
            self.runner = TeamRunner(make_team, clock)
            execution = self.runner
        assert execution is not None
        self.run = Controller(
            run_id,
            prepare or (lambda preparation: task),
            execution,
            through(self._queue.put),
            limits=Limits(auto_cancel, max_words, max_cost),
            clock=clock,
        )
        self.state = RunState(self.run.run_id, "test-model")
        self.events: list[Event] = []

    def __enter__(self) -> Self:
        self.run.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.run.cancel(Reason.QUIT)
        assert self.run.join(60), "the run left a thread behind"

    def until(self, is_so: Callable[[RunState], object], timeout: float = 60.0) -> RunState:
        """Take events until the state is so."""
        while not is_so(self.state):
            try:
                event = self._queue.get(timeout=timeout)
            except queue.Empty:
                raise TimeoutError(f"no event for {timeout} s; last: {self.events[-3:]}") from None
            self.events.append(event)
            self.state.apply(event)
        return self.state

    def take_for(self, seconds: float) -> None:
        """Take the events of this time, or until the end."""
        give_up_at = time.monotonic() + seconds
        while not self.state.ended and (left := give_up_at - time.monotonic()) > 0:
            with suppress(queue.Empty):
                event = self._queue.get(timeout=left)
                self.events.append(event)
                self.state.apply(event)

    def take_waiting(self) -> None:
        """Take the events that are there already."""
        while not self._queue.empty():
            event = self._queue.get()
            self.events.append(event)
            self.state.apply(event)

    def to_the_end(self) -> Summary:
        """Take events until the run has ended."""
        self.until(lambda state: state.ended)
        return summarize(self.state)

    def cancel(self, reason: Reason = Reason.USER) -> Summary:
        """Cancel now and take the rest."""
        self.take_waiting()
        self.run.cancel(reason)
        return self.to_the_end()

    @property
    def ends(self) -> int:
        self.take_waiting()
        return sum(isinstance(event, RunEnded) for event in self.events)


def play(make_team: MakeTeam) -> Summary:
    """Run to the end and return the summary."""
    with Played(make_team) as played:
        return played.to_the_end()


def story_threads() -> list[str]:
    """The threads of runs that are alive."""
    return [t.name for t in threading.enumerate() if t.name.startswith("storyteam-")]
