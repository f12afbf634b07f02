"""The front end without a screen: the story on stdout, the narration on stderr."""

import json
import os
import queue
import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from typing import TextIO

from tui.plain.asking import Asker
from tui.plain.keyboard import Keyboard, TypedLine
from tui.plain.narration import Narrator, results, status
from tui.plain.output import PlainOutput
from tui.plain.telling import Sequel, Teller
from tui.run.events import Event
from tui.run.protocol import Run, RunFactory, RunRequest
from tui.run.reasons import Reason
from tui.run.records import Phase, Section
from tui.run.state import RunState
from tui.run.summary import exit_code, summarize
from tui.run.wire import VERSION, Hello, encode
from tui.system import exit_codes
from tui.system.signals import StopSignals
from tui.system.streams import say, watch_reader
from tui.text.untrusted import to_json

JOIN_SECONDS = 1.0
ROOM_EVENTS = 512
"""How many events may be queued before the team has to wait."""
TICK_SECONDS = 0.1
"""How often the status changes, where there is one."""


class Output(Enum):
    """What is written to stdout."""

    STORY = auto()
    """The text as it comes."""
    JSON = auto()
    """One object, when the run has ended."""
    EVENTS = auto()
    """A line of JSON for each event as it happens, and the summary last."""


_Inbox = queue.SimpleQueue[Event | TypedLine]


def run_plain(
    make_run: RunFactory,
    request: RunRequest,
    *,
    output: Output,
    out: TextIO,
    err: TextIO,
    signals: StopSignals,
    terminal: int | None = None,
    late_notes: Callable[[], tuple[str, ...]] = tuple,
    sequel: Sequel | None = None,
) -> int:
    """Run to the end and return the exit code of the contract.

    ``terminal`` is where a human answers what the team asks; without it the answer is no.
    ``late_notes`` returns what else is to be noted of the run when it has ended. With a ``sequel``
    what is typed on the terminal is told to the team.
    """
    inbox: _Inbox = queue.SimpleQueue()
    plain = PlainOutput(out, err)
    keyboard = Keyboard(terminal, inbox.put) if terminal is not None else None
    teller = None
    if keyboard and sequel and output is Output.STORY and not plain.is_pipe:
        # What reads a pipe may be a pager, which reads the keyboard itself.
        keyboard.forget()
        keyboard.read()
        teller = Teller(plain, sequel)
    runs: list[Run] = []
    next_request: RunRequest | None = request
    while next_request:
        run = make_run(next_request, inbox.put)
        run.pace(lambda: inbox.qsize() > ROOM_EVENTS)
        runs.append(run)
        run.start()
        signals.cancel_with(lambda: runs[-1].cancel(Reason.SIGNAL), plain.clear_status)
        if len(runs) == 1:
            watch_reader(out, lambda: runs[-1].cancel(Reason.SIGNAL))
        summary = summarize(_follow(run, inbox, plain, keyboard, teller, output))
        next_request = teller.next_request(summary) if teller else None
    summary = replace(summary, notes=summary.notes + late_notes())
    is_written = plain.is_read or plain.is_pipe
    match output:
        case Output.STORY:
            plain.write("\n")
        case Output.JSON:
            is_written = say(out, f"{to_json(summary.to_json())}\n")
        case Output.EVENTS:
            report = json.dumps({"type": "Summary", **summary.to_json()})
            is_written = plain.write(f"{report}\n") or plain.is_pipe
    plain.tell(f"\n{results(summary)}", "result")
    if not is_written:
        plain.tell(f"The {_OUTPUT_NAMES[output]} could not be written to stdout.", "error")
    run.join(JOIN_SECONDS)
    return exit_code(summary) if is_written else exit_codes.FAILED


def _follow(
    run: Run,
    inbox: _Inbox,
    plain: PlainOutput,
    keyboard: Keyboard | None,
    teller: Teller | None,
    output: Output,
) -> RunState:
    """Write what happens until the run has ended, and return what is known of it then."""
    asker = Asker(run, plain, keyboard)
    if teller:
        teller.begin(run)
    state = RunState(run.run_id, run.model, run.story_id)
    narrator = Narrator(plain, state)
    story = StoryPrinter(state, plain, narrator)
    if output is Output.EVENTS:
        plain.write(_line(Hello(VERSION, os.getpid())))
    shown_at = 0.0
    while state.ended is None:
        received = _next(inbox, TICK_SECONDS if plain.has_status else None)
        match received:
            case TypedLine(typed):
                is_answer = asker.take(received)
                if teller and keyboard and typed is not None:
                    if not is_answer:
                        teller.take(typed)
                    keyboard.read()
            case None:
                pass
            case event:
                state.apply(event)
                narrator.tell(event)
                asker.follow(event)
                if teller:
                    teller.follow(event)
                is_read = True
                if output is Output.STORY:
                    is_read = story.print_new()
                elif output is Output.EVENTS:
                    is_read = plain.write(_line(event))
                if not is_read:
                    run.cancel(Reason.SIGNAL)
        now = time.monotonic()
        if now - shown_at >= TICK_SECONDS:
            shown_at = now
            _show_status(plain, state, now)
    plain.clear_status()
    return state


_OUTPUT_NAMES = {Output.STORY: "story", Output.JSON: "result", Output.EVENTS: "list of events"}


def _line(message: object) -> str:
    return encode(message).decode("ascii")


def _next(inbox: _Inbox, timeout: float | None) -> Event | TypedLine | None:
    try:
        return inbox.get(timeout=timeout)
    except queue.Empty:
        return None


def _show_status(plain: PlainOutput, state: RunState, now: float) -> None:
    if plain.has_status and state.phase not in (Phase.PAUSED, Phase.ENDED):
        fraction = state.preparing.fraction if state.preparing else None
        plain.show_status(status(state, now), fraction if state.phase is Phase.PREPARING else None)


class StoryPrinter:
    """Writes sections in order, each as it grows; the next waits until the one before is closed."""

    def __init__(self, state: RunState, plain: PlainOutput, narrator: Narrator) -> None:
        self._state = state
        self._plain = plain
        self._narrator = narrator
        self._section = 0
        self._piece = 0

    def print_new(self) -> bool:
        """Write what can be written now; returns whether the story still has a reader."""
        sections = self._state.sections
        while self._section < len(sections):
            section = sections[self._section]
            self._write(section)
            if not section.is_closed:
                break
            self._section, self._piece = self._section + 1, 0
        return self._plain.is_read

    def _write(self, section: Section) -> None:
        text = "".join(section.pieces[self._piece :])
        if text and not self._piece:
            self._narrator.introduce(section.speaker)
            text = f"\n\n{text}" if self._section else text
        self._piece = len(section.pieces)
        if text:
            self._plain.write(text)
