"""The front end without a screen: the story on stdout, the narration on stderr."""

import json
import os
import queue
import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from typing import TextIO

from tui.plain.asking import Asker, Line
from tui.plain.narration import Narrator, results, status
from tui.plain.output import Page
from tui.run.events import Event, Reason
from tui.run.protocol import Run, RunFactory, RunRequest
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
"""How many events may wait before the team has to."""
TICK_SECONDS = 0.1
"""How often the status changes, where there is one."""


class Output(Enum):
    """What stdout is for."""

    STORY = auto()
    """The text as it comes."""
    JSON = auto()
    """One object, when the run has ended."""
    EVENTS = auto()
    """A line of JSON for each event as it happens, and the summary last."""


Happenings = queue.SimpleQueue[Event | Line]


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
) -> int:
    """Run to the end and return the exit code of the contract.

    ``terminal`` is where a human answers what the team asks; without it the answer is no.
    ``late_notes`` returns what else is to be noted of the run when it has ended.
    """
    happenings: Happenings = queue.SimpleQueue()
    run = make_run(request, happenings.put)
    run.pace(lambda: happenings.qsize() > ROOM_EVENTS)
    page = Page(out, err)
    asker = Asker(run, page, terminal, happenings.put)
    cancel = partial(run.cancel, Reason.SIGNAL)
    run.start()
    signals.cancel_with(cancel, page.clear_status)
    watch_reader(out, cancel)
    summary = summarize(_follow(run, happenings, page, asker, output))
    summary = replace(summary, notes=summary.notes + late_notes())
    is_written = page.is_read or page.is_pipe
    match output:
        case Output.STORY:
            page.write("\n")
        case Output.JSON:
            is_written = say(out, f"{to_json(summary.to_json())}\n")
        case Output.EVENTS:
            report = json.dumps({"type": "Summary", **summary.to_json()})
            is_written = page.write(f"{report}\n") or page.is_pipe
    page.tell(f"\n{results(summary)}", "result")
    if not is_written:
        page.tell(f"The {_NAMES[output]} could not be written to stdout.", "trouble")
    run.join(JOIN_SECONDS)
    return exit_code(summary) if is_written else exit_codes.FAILED


def _follow(run: Run, happenings: Happenings, page: Page, asker: Asker, output: Output) -> RunState:
    """Tell all that happens, until the run has ended."""
    state = RunState(run.run_id, run.model, run.story_id)
    narrator = Narrator(page, state)
    story = StoryPrinter(state, page, narrator)
    if output is Output.EVENTS:
        page.write(_line(Hello(VERSION, os.getpid())))
    shown_at = 0.0
    while state.ended is None:
        happening = _next(happenings, TICK_SECONDS if page.has_status else None)
        match happening:
            case Line():
                asker.take(happening)
            case None:
                pass
            case event:
                state.apply(event)
                narrator.tell(event)
                asker.hear(event)
                is_read = True
                if output is Output.STORY:
                    is_read = story.print_new()
                elif output is Output.EVENTS:
                    is_read = page.write(_line(event))
                if not is_read:
                    run.cancel(Reason.SIGNAL)
        now = time.monotonic()
        if now - shown_at >= TICK_SECONDS:
            shown_at = now
            _show_status(page, state, now)
    page.clear_status()
    return state


_NAMES = {Output.STORY: "story", Output.JSON: "result", Output.EVENTS: "list of events"}


def _line(message: object) -> str:
    return encode(message).decode("ascii")


def _next(happenings: Happenings, timeout: float | None) -> Event | Line | None:
    try:
        return happenings.get(timeout=timeout)
    except queue.Empty:
        return None


def _show_status(page: Page, state: RunState, now: float) -> None:
    if page.has_status and state.phase not in (Phase.PAUSED, Phase.ENDED):
        fraction = state.preparing.fraction if state.preparing else None
        page.show_status(status(state, now), fraction if state.phase is Phase.PREPARING else None)


class StoryPrinter:
    """Writes sections in order, each as it grows; a later one waits until the earlier is closed."""

    def __init__(self, state: RunState, page: Page, narrator: Narrator) -> None:
        self._state = state
        self._page = page
        self._narrator = narrator
        self._section = 0
        self._piece = 0

    def print_new(self) -> bool:
        """Write what can be written now; returns whether anybody still reads."""
        sections = self._state.sections
        while self._section < len(sections):
            section = sections[self._section]
            self._write(section)
            if not section.is_closed:
                break
            self._section, self._piece = self._section + 1, 0
        return self._page.is_read

    def _write(self, section: Section) -> None:
        text = "".join(section.pieces[self._piece :])
        if text and not self._piece:
            self._narrator.introduce(section.speaker)
            text = f"\n\n{text}" if self._section else text
        self._piece = len(section.pieces)
        if text:
            self._page.write(text)
