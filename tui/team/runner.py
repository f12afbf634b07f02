"""TeamRunner: carries a task out on the calling thread, and obeys while it does.

The rule of this module: one event loop, one fresh team, one run. Commands come from other threads.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from tui.config.endpoint import Endpoint
from tui.config.inputs import NO_INPUTS, Inputs
from tui.control.execution import Task
from tui.errors import StoryteamError, said_by
from tui.run.events import CostEstimated, Noticed, Outcome, RunEnded, RunStarted
from tui.run.protocol import Publish
from tui.team.members import Runnable
from tui.team.model_calls import RunGuard
from tui.team.team_run import request_cancel, run_team, settle
from tui.text.secrets import masked_line


@dataclass(frozen=True, slots=True)
class PreparedTeam:
    """A team that no run has used, and the model behind it."""

    team: Runnable
    endpoint: Endpoint
    model: str = ""
    """How the model is called, if only the team knows."""
    inputs: Inputs = NO_INPUTS
    note: str = ""
    """What there is to say of the team before it begins."""


MakeTeam = Callable[[Task], PreparedTeam]
"""Makes a fresh team; may raise ``StoryteamError``."""


class TeamRunner:
    """Runs one task. Every method but ``run`` may be called from any thread."""

    def __init__(self, make_team: MakeTeam, clock: Callable[[], float] = time.monotonic) -> None:
        self._make_team = make_team
        self._clock = clock
        self._change = threading.Lock()
        """Guards what follows."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._work: asyncio.Task[RunEnded] | None = None
        self._guard: RunGuard | None = None
        self._obey: Callable[[], None] = lambda: None
        self._is_cancelled = False

    def run(self, task: Task, publish: Publish) -> None:
        """Run the team, publish what happens and how it ended, and clean up."""
        try:
            prepared = self._make_team(task)
            with asyncio.Runner() as runner:
                runner.run(self._run(task, prepared, publish))
        except BaseException as error:
            # Also what is no Exception: the team's own code may call sys.exit.
            publish(RunEnded(Outcome.ERROR, self._clock(), explain(error)))

    def cancel(self) -> None:
        """Cancel the team's run."""
        with self._change:
            self._is_cancelled = True
            if self._loop is None:
                return
        if self._guard:
            # Not on the loop, which a tool may block while it asks a model of its own.
            self._guard.interrupt.set()
        self._call(self._obey)

    def stop_member(self, name: str) -> None:
        """Stop one member, on the loop: what it does there cannot be interrupted from here."""
        if self._guard:
            self._call(self._guard.stop_member, name)

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Hand over what a human answered."""
        if self._guard:
            self._call(self._guard.answers.put_nowait, (question_id, answer))

    def terminate(self) -> None:
        """Cancel whatever the loop still waits for."""
        if self._work:
            self._call(self._work.cancel)

    def close(self) -> None:
        """Nothing is left when ``run`` has returned."""

    async def _run(self, task: Task, prepared: PreparedTeam, publish: Publish) -> None:
        guard = RunGuard(
            task.run_id,
            prepared.endpoint,
            publish,
            self._clock,
            limits=task.settings.limits,
            on_overspent=lambda cost_usd: publish(CostEstimated(cost_usd)),
        )
        with self._change:
            if self._is_cancelled:
                publish(RunEnded(Outcome.CANCELLED, self._clock()))
                return
            self._guard, self._loop = guard, asyncio.get_running_loop()
            self._obey = lambda: request_cancel(prepared.team, guard)
        publish(RunStarted(task.run_id, prepared.model, self._clock()))
        if prepared.note:
            guard.notes[prepared.note] = None
            publish(Noticed(prepared.note, self._clock()))
        self._work = asyncio.create_task(self._end_of(task, prepared, guard, publish))
        await asyncio.wait([self._work])
        with suppress(asyncio.CancelledError):
            publish(self._work.result())
        await settle(guard)

    async def _end_of(
        self, task: Task, prepared: PreparedTeam, guard: RunGuard, publish: Publish
    ) -> RunEnded:
        try:
            ending = await run_team(prepared.team, task.prompt, guard, publish, prepared.inputs)
        except asyncio.CancelledError:
            return RunEnded(Outcome.CANCELLED, self._clock(), None, tuple(guard.notes))
        except Exception as error:
            return RunEnded(Outcome.ERROR, self._clock(), explain(error), tuple(guard.notes))
        notes = tuple(guard.notes)
        return RunEnded(ending.outcome, self._clock(), ending.sentence or None, notes)

    def _call(self, call: Callable[..., object], *arguments: object) -> None:
        """Call it soon on the loop, unless that is closing: a team may close it itself."""
        with suppress(RuntimeError):
            if self._loop:
                self._loop.call_soon_threadsafe(call, *arguments)


def explain(error: BaseException) -> str:
    """Return the sentence for whatever ended a run that nothing else could explain."""
    said = masked_line(said_by(error), 1000)
    if isinstance(error, StoryteamError):
        return said
    if isinstance(error, SystemExit):
        return f"The team left the program (sys.exit({said})). A tool of it may have done that."
    name = type(error).__name__
    return f"The team failed: {said}" if said else f"The team failed: {name}."
