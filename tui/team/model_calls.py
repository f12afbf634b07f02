"""The accounts of a run's model calls: who asked, what came, what it cost, what went wrong."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import Any, Self

from agno.exceptions import ModelProviderError, RunCancelledException
from agno.models.base import Model
from agno.models.response import ModelResponse
from agno.tools.function import Function

from tui.config.endpoint import Endpoint
from tui.config.prices import cost_of, rate_of
from tui.run.events import (
    AllMembersStopped,
    Event,
    MemberStarted,
    ModelRequested,
    Noticed,
    Outcome,
    Speaker,
    StructuredOutput,
    TextDelta,
    TextRecalled,
    UsageReported,
)
from tui.run.limits import NO_LIMITS, Limits
from tui.run.stopping import stop_note
from tui.team.endings import TOO_LONG, BrokenEnding, Ending, EndingWatch
from tui.team.failures import explain
from tui.team.interrupt import Interrupt, Interrupted
from tui.team.member_stops import MemberStops, runs_below
from tui.team.names import Names
from tui.team.refusals import refuses_tools
from tui.team.side_loop import SideLoop
from tui.team.structured import laid_out, object_in
from tui.team.transport import Listener
from tui.team.undelivered import Undelivered
from tui.text.untrusted import clean_delta, clean_line, without_surrogates

CHARACTERS_PER_TOKEN = 4
"""The usual rule of thumb for English, for requests that never reported their usage."""

_BEGINNING_CHARACTERS = 2000

EMPTY = Ending(Outcome.INCOMPLETE, "The model finished without writing anything.")


def _limited(attempts: int, seconds: float) -> str:
    times = "once" if attempts == 1 else f"{attempts} times"
    return (
        f"The server limits requests (429): asked {times}, "
        f"asking again in {max(1, round(seconds))} s…"
    )


@dataclass(eq=False)
class ModelCall:
    """One request to a model on behalf of a speaker."""

    speaker: Speaker | None
    """None when Agno asks on its own behalf, such as for a memory or a summary."""
    prompt_characters: int
    endpoint: Endpoint
    watch: EndingWatch
    stop: Interrupt
    """Set when the user stops the member for which the model is asked."""
    max_tokens: int | None = None
    """The most that the model may generate, if it was told."""
    output_characters: int = 0
    beginning: str = ""
    """A page of its text."""
    is_streamed: bool = True
    is_empty: bool = True
    """Whether the model neither wrote nor asked for anything."""
    usage: tuple[int, int, int] | None = None
    """Tokens of the input, of the output, and those of the input that were cached."""
    ending: Ending | None = None
    """What was wrong with it first of all."""
    is_stopped: bool = False
    """Whether it was interrupted for the user, who wanted no more of it."""
    listener: Listener = field(default_factory=Listener)
    half: str = ""
    """The first half of a surrogate pair whose second half has not come yet."""

    def see(self, delta: ModelResponse) -> None:
        """Take account of a piece of the answer."""
        if isinstance(delta.content, str) and delta.content:
            delta.content = self._mended(delta.content)
            self.output_characters += len(delta.content)
            if len(self.beginning) < _BEGINNING_CHARACTERS:
                self.beginning += delta.content
            self.is_empty = self.is_empty and not delta.content.strip()
        if isinstance(delta.reasoning_content, str):
            self.output_characters += len(delta.reasoning_content)
        if delta.tool_calls:
            self.is_empty = False
        if usage := delta.response_usage:
            self.usage = (
                usage.input_tokens or 0,
                usage.output_tokens or 0,
                usage.cache_read_tokens or 0,
            )

    @property
    def is_cut(self) -> bool:
        """Whether it wrote all that it was allowed to: some servers call that completed."""
        return bool(self.max_tokens and self.usage and self.usage[1] >= self.max_tokens)

    @property
    def estimated_tokens(self) -> tuple[int, int]:
        """Input and output, by the rule of thumb."""
        return (
            self.prompt_characters // CHARACTERS_PER_TOKEN,
            -(-self.output_characters // CHARACTERS_PER_TOKEN),
        )

    def _mended(self, text: str) -> str:
        """A surrogate pair may be cut in two by the stream; Agno could send neither half back."""
        text, self.half = self.half + text, ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self.half = text[:-1], text[-1]
        return without_surrogates(text)


@dataclass(eq=False)
class RunGuard:
    """What the models of one run share: its interrupt, its accounts, and its endings."""

    run_id: str
    endpoint: Endpoint
    publish: Callable[[Event], None]
    clock: Callable[[], float]
    models: dict[int, Model] = field(default_factory=dict)
    """By id of the object: the models that are guarded."""
    interrupt: Interrupt = field(default_factory=Interrupt)
    stops: MemberStops = field(default_factory=MemberStops)
    members: frozenset[str] = frozenset()
    """The names of those whom the leader of the team can hand its work to."""
    calls: dict[str, ModelCall] = field(default_factory=dict)
    """By run id, the leader's or a member's: its latest model call."""
    open_calls: set[ModelCall] = field(default_factory=set)
    leader_name: str = "Agent"
    """Who is charged for what Agno asks on its own behalf."""
    endings: dict[str, Ending] = field(default_factory=dict)
    """By run id: what was wrong with that call."""
    loop: asyncio.AbstractEventLoop | None = None
    """The event loop of the run, once it has begun."""
    side: SideLoop = field(default_factory=SideLoop)
    names: Names = field(default_factory=Names)
    undelivered: Undelivered = field(default_factory=Undelivered)
    team_runs: set[str] = field(default_factory=set)
    """The ids of the team's own run and of its members', as far as they are known."""
    limits: Limits = NO_LIMITS
    on_overspent: Callable[[float], object] = lambda cost_usd: None
    spent_usd: float = 0.0
    """What the requests that are over have cost, as far as their prices are known."""
    notes: dict[str, None] = field(default_factory=dict)
    """Sentences for the reader, each once, in the order in which they came."""
    thinkers: set[Endpoint] = field(default_factory=set)
    """The models whose server opens their first thought for them, and does not say so."""
    lacks_tools: bool = False
    """Whether the leader's model said that it cannot call tools."""
    requests: Counter[str] = field(default_factory=Counter)
    """By run id: how often its model was asked."""
    answers: asyncio.Queue[tuple[str, bool | str]] = field(default_factory=asyncio.Queue)
    """What a human said, by id of the question that was asked."""

    def __deepcopy__(self, memo: object) -> Self:
        """Agno asks copies of some models: they belong to the same run."""
        return self

    def listen(self, call: ModelCall) -> None:
        """Have told what there is to know about a call besides its answer."""
        call.listener = Listener(
            note=lambda sentence: self.notes.setdefault(sentence),
            limited=lambda attempts, seconds: self.publish(
                Noticed(_limited(attempts, seconds), self.clock())
            ),
            is_thinking=call.endpoint in self.thinkers,
        )

    def see_recall(self, call: ModelCall) -> None:
        """Take back what a model wrote before it said that this was a thought."""
        if call.watch.is_recalled:
            call.watch.is_recalled = False
            call.is_empty = True
            self.thinkers.add(call.endpoint)
            if call.speaker:
                self.publish(TextRecalled(call.speaker))

    def speaker(self, told: Any) -> Speaker | None:
        """Who a run response or a chunk belongs to; None for what works for the team unseen.

        That is Agno itself, which remembers and summarizes, and an agent inside of a tool.
        """
        run_id = getattr(told, "run_id", None)
        if not run_id or not self.is_of_team(run_id):
            return None
        return Speaker(run_id, self.names.of(told), run_id == self.run_id)

    def is_of_team(self, run_id: str) -> bool:
        """Say whether a run is the team's own or that of a member, however deeply nested."""
        if run_id not in self.team_runs:
            self.find_team_runs()
        return run_id in self.team_runs

    def find_team_runs(self) -> None:
        """Learn from Agno which runs belong to the team by now."""
        for run_id in {self.run_id} | self.team_runs:
            self.team_runs |= runs_below(run_id)

    def stop_member(self, name: str) -> None:
        """Stop what a member does now, whatever it waits for; the leader is no member."""
        for run_id, call in list(self.calls.items()):
            if call.speaker and call.speaker.name == name and not call.speaker.is_leader:
                self.stops.stop(run_id)

    def farewell(self, call: ModelCall) -> ModelResponse:
        """Return what stands behind the text of a stopped member: it is for its leader alone."""
        note = stop_note(call.speaker.name if call.speaker else "this")
        if speaker := call.speaker:
            self.calls.setdefault(speaker.run_id, call)
            self.stops.noted.add(speaker.run_id)
            self.undelivered.wrote(speaker.run_id, note)
        return ModelResponse(role="assistant", content=note)

    def note_tool_left(self, tool: Function) -> None:
        """Say that a tool whose member was stopped goes on, if nothing can interrupt it."""
        if not iscoroutinefunction(tool.entrypoint):
            self.notes.setdefault(
                f"The tool {clean_line(tool.name)} could not be interrupted when its member was "
                "stopped: it went on by itself."
            )

    async def leave_if_all_are_stopped(self, call: ModelCall) -> None:
        """Ask for the end of the run instead of asking its leader, whom no member is left to help.

        Raises:
            RunCancelledException: when the run has been cancelled for it.
        """
        if not (call.speaker and call.speaker.is_leader and self.members):
            return
        latest = {asked.speaker.name: run for run, asked in self.calls.items() if asked.speaker}
        if all(latest.get(name) in self.stops.noted for name in self.members):
            self.publish(AllMembersStopped())
            with suppress(Interrupted), self.interrupt.scope():
                await asyncio.Event().wait()
            raise RunCancelledException(f"Run {self.run_id} was cancelled")

    def take(self, call: ModelCall, delta: ModelResponse) -> None:
        """Take account of a piece of an answer, and show its text at once."""
        call.see(delta)
        if call.speaker and isinstance(delta.content, str) and delta.content:
            self.undelivered.wrote(call.speaker.run_id, delta.content)
            self.publish(TextDelta(call.speaker, clean_delta(delta.content), self.clock()))
        self.watch_cost()

    def take_whole(self, call: ModelCall, answer: ModelResponse) -> None:
        """Take account of an answer that came in one piece; an object is shown as what it is."""
        found = object_in(answer.content) if isinstance(answer.content, str) else None
        if not call.speaker or found is None:
            self.take(call, answer)
            return
        call.see(answer)
        self.undelivered.gave(call.speaker.run_id, found)
        self.publish(StructuredOutput(call.speaker, laid_out(found), self.clock()))
        self.watch_cost()

    def watch_cost(self) -> None:
        """Say so when the run has cost more than it may, its open requests included."""
        limit = self.limits.cost_usd
        if limit is None:
            return
        cost = self.spent_usd
        for call in tuple(self.open_calls):
            if rate := rate_of(call.endpoint):
                input_tokens, output_tokens = call.estimated_tokens
                cost += rate.input_usd * input_tokens + rate.output_usd * output_tokens
        if cost >= limit:
            self.on_overspent(cost)

    @contextmanager
    def account(self, call: ModelCall) -> Iterator[None]:
        """Publish the request and its usage, and remember what went wrong with it."""
        if speaker := call.speaker:
            self.endings.pop(speaker.run_id, None)
            self._introduce(speaker)
            self.calls[speaker.run_id] = call
            self.publish(ModelRequested(speaker, self.clock(), call.is_streamed))
            self._count(speaker, call.endpoint)
        self.open_calls.add(call)
        try:
            self.watch_cost()
            yield
            self._note(call, call.watch.conclude() if call.watch.is_active else None)
            if call.is_empty:
                self._note(call, EMPTY)
            elif call.is_cut:
                self._note(call, TOO_LONG)
        except Interrupted:
            call.is_stopped = call.stop.is_set and not self.interrupt.is_set
            if not call.is_stopped:
                raise RunCancelledException(f"Run {self.run_id} was cancelled") from None
        except RunCancelledException:
            raise
        except BrokenEnding as error:
            self._note(call, error.ending)
            raise ModelProviderError(error.ending.sentence) from error
        except Exception as error:
            if call.speaker and call.speaker.is_leader and refuses_tools(error):
                self.lacks_tools = True
            self._note(call, Ending(Outcome.ERROR, explain(error, call.endpoint)))
            raise
        finally:
            self.open_calls.remove(call)
            usage = self._usage(call)
            self.spent_usd += usage.cost_usd or 0.0
            self.publish(usage)
            self.watch_cost()

    def _introduce(self, speaker: Speaker) -> None:
        """Say that a member began, before its first word: Agno may say so late, or never."""
        if not speaker.is_leader and speaker.run_id not in self.calls:
            self.publish(MemberStarted(speaker, self.clock()))

    def _count(self, speaker: Speaker, endpoint: Endpoint) -> None:
        """Count a request; a loop of delegations has no end of its own.

        Raises:
            ModelProviderError: when there were more than any story needs.
        """
        self.requests[speaker.run_id] += 1
        most = endpoint.backend.most_requests
        if self.requests[speaker.run_id] > most:
            sentence = f"{speaker.name} asked its model {most} times without coming to an end."
            self.endings[speaker.run_id] = Ending(Outcome.ERROR, sentence)
            raise ModelProviderError(sentence)

    def _note(self, call: ModelCall, ending: Ending | None) -> None:
        call.ending = call.ending or ending
        if call.speaker and ending:
            self.endings.setdefault(call.speaker.run_id, ending)

    def _usage(self, call: ModelCall) -> UsageReported:
        speaker = call.speaker or Speaker(self.run_id, self.leader_name, is_leader=True)
        if call.usage is not None:
            tokens, is_estimated = call.usage, False
        elif not call.output_characters and call.ending:
            tokens, is_estimated = (0, 0, 0), False
        else:
            tokens, is_estimated = (*call.estimated_tokens, 0), True
        cost = cost_of(call.endpoint, *tokens) if any(tokens) else 0.0
        return UsageReported(speaker, tokens[0], tokens[1], is_estimated, cost)
