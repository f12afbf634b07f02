"""The accounts of a run's model calls: who asked, what came, what it cost, what went wrong."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Self

from agno.exceptions import ModelProviderError, RunCancelledException
from agno.models.base import Model
from agno.models.response import ModelResponse

from tui.agents.endings import TOO_LONG, BrokenEnding, EndingWatch, Flaw
from tui.agents.endpoint import Endpoint
from tui.agents.failures import explain
from tui.agents.interrupt import Interrupt, Interrupted
from tui.agents.prices import cost_of, rate_of
from tui.agents.refusals import refuses_tools
from tui.agents.transport import Listener
from tui.events import (
    Event,
    ModelRequested,
    Noticed,
    Outcome,
    Speaker,
    TextDelta,
    TextRecalled,
    UsageReported,
)
from tui.text import clean_delta, clean_line, without_surrogates

CHARACTERS_PER_TOKEN = 4
"""The usual rule of thumb for English, for requests that never reported their usage."""

MOST_REQUESTS = 50
"""On behalf of one run of the leader or a member; the longest plan of the playbook has 39."""
MOST_OWN_REQUESTS = 500
"""The same for a team of the user's own, which may have much to do."""

EMPTY = Flaw(Outcome.INCOMPLETE, "The model finished without writing anything.")


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
    max_tokens: int | None = None
    """The most that the model may generate, if it was told."""
    output_characters: int = 0
    is_empty: bool = True
    """Whether the model neither wrote nor asked for anything."""
    usage: tuple[int, int, int] | None = None
    """Tokens of the input, of the output, and those of the input that were cached."""
    flaw: Flaw | None = None
    """What was wrong with it first of all."""
    listener: Listener = field(default_factory=Listener)
    half: str = ""
    """The first half of a surrogate pair whose second half has not come yet."""
    unshown: deque[str] = field(default_factory=deque)
    """Text that came from the model and that Agno has not handed on yet."""

    def see(self, delta: ModelResponse) -> None:
        """Take account of a piece of the answer."""
        if isinstance(delta.content, str) and delta.content:
            delta.content = self._mended(delta.content)
            self.unshown.append(delta.content)
            self.output_characters += len(delta.content)
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

    def take_unshown(self) -> str:
        """Take what Agno has not handed on; the loop's thread may still be adding to it."""
        pieces: list[str] = []
        with suppress(IndexError):
            while True:
                pieces.append(self.unshown.popleft())
        return "".join(pieces)

    def shown(self, text: str) -> None:
        """Note that Agno handed ``text`` on."""
        size = len(text)
        while self.unshown and size >= len(self.unshown[0]):
            size -= len(self.unshown.popleft())
        if self.unshown and size:
            self.unshown[0] = self.unshown[0][size:]


@dataclass
class RunGuard:
    """What the models of one run share: its interrupt, its accounts, and its flaws."""

    run_id: str
    endpoint: Endpoint
    publish: Callable[[Event], None]
    clock: Callable[[], float]
    models: dict[int, Model] = field(default_factory=dict)
    """By id of the object: the models that are guarded."""
    member_names: dict[str, str] = field(default_factory=dict)
    """By the id that the leader calls a member by."""
    interrupt: Interrupt = field(default_factory=Interrupt)
    calls: dict[str, ModelCall] = field(default_factory=dict)
    """By run id, the leader's or a member's: its latest model call."""
    open_calls: set[ModelCall] = field(default_factory=set)
    leader_name: str = "Agent"
    """Who is charged for what Agno asks on its own behalf."""
    flaws: dict[str, Flaw] = field(default_factory=dict)
    """By run id: what was wrong with that call."""
    cascaded: set[str] = field(default_factory=set)
    """The members' runs that Agno cancelled along with the leader's."""
    max_cost: float | None = None
    """US dollars that the run may cost; None is no limit."""
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
            call.unshown.clear()
            call.is_empty = True
            self.thinkers.add(call.endpoint)
            if call.speaker:
                self.publish(TextRecalled(call.speaker))

    def speaker(self, run_response: Any) -> Speaker | None:
        """Who a run response belongs to; None for Agno's calls on its own behalf."""
        run_id = getattr(run_response, "run_id", None)
        if not run_id:
            return None
        name = getattr(run_response, "agent_name", None) or getattr(run_response, "team_name", None)
        return Speaker(run_id, clean_line(name or "Agent", 60), run_id == self.run_id)

    def unshown(self) -> Iterator[TextDelta]:
        """Whatever text arrived that Agno swallowed when it was cancelled."""
        for call in tuple(self.calls.values()):
            if call.speaker and (text := call.take_unshown()):
                yield TextDelta(call.speaker, clean_delta(text), self.clock())

    def source_of(self, run_id: str, text: str) -> ModelCall | None:
        """The call that wrote ``text``: Agno may hand a member's on as the leader's own."""
        call = self.calls.get(run_id)
        if call and call.unshown:
            return call
        others = (c for c in self.calls.values() if c.unshown and c.unshown[0] == text)
        return next(others, call)

    def watch_cost(self) -> None:
        """Say so when the run has cost more than it may, its open requests included."""
        if self.max_cost is None:
            return
        cost = self.spent_usd
        for call in self.open_calls:
            if rate := rate_of(call.endpoint):
                input_tokens, output_tokens = call.estimated_tokens
                cost += rate.input_usd * input_tokens + rate.output_usd * output_tokens
        if cost >= self.max_cost:
            self.on_overspent(cost)

    @contextmanager
    def account(self, call: ModelCall) -> Iterator[None]:
        """Publish the request and its usage, and remember what went wrong with it."""
        if speaker := call.speaker:
            self.flaws.pop(speaker.run_id, None)
            self.calls[speaker.run_id] = call
            self.publish(ModelRequested(speaker, self.clock()))
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
            raise RunCancelledException(f"Run {self.run_id} was cancelled") from None
        except RunCancelledException:
            raise
        except BrokenEnding as error:
            self._note(call, error.flaw)
            raise ModelProviderError(error.flaw.sentence) from error
        except Exception as error:
            if call.speaker and call.speaker.is_leader and refuses_tools(error):
                self.lacks_tools = True
            self._note(call, Flaw(Outcome.ERROR, explain(error, call.endpoint)))
            raise
        finally:
            self.open_calls.remove(call)
            usage = self._usage(call)
            self.spent_usd += usage.cost_usd or 0.0
            self.publish(usage)
            self.watch_cost()

    def _count(self, speaker: Speaker, endpoint: Endpoint) -> None:
        """Count a request; a loop of delegations has no end of its own.

        Raises:
            ModelProviderError: when there were more than any story needs.
        """
        self.requests[speaker.run_id] += 1
        most = MOST_OWN_REQUESTS if endpoint.is_own else MOST_REQUESTS
        if self.requests[speaker.run_id] > most:
            sentence = f"{speaker.name} asked its model {most} times without coming to an end."
            self.flaws[speaker.run_id] = Flaw(Outcome.ERROR, sentence)
            raise ModelProviderError(sentence)

    def _note(self, call: ModelCall, flaw: Flaw | None) -> None:
        call.flaw = call.flaw or flaw
        if call.speaker and flaw:
            self.flaws.setdefault(call.speaker.run_id, flaw)

    def _usage(self, call: ModelCall) -> UsageReported:
        speaker = call.speaker or Speaker(self.run_id, self.leader_name, is_leader=True)
        if call.usage is not None:
            tokens, is_estimated = call.usage, False
        elif not call.output_characters and call.flaw:
            tokens, is_estimated = (0, 0, 0), False
        else:
            tokens, is_estimated = (*call.estimated_tokens, 0), True
        cost = cost_of(call.endpoint, *tokens) if any(tokens) else 0.0
        return UsageReported(speaker, tokens[0], tokens[1], is_estimated, cost)
