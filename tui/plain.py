"""The front end without a screen: the story on stdout, the narration on stderr."""

import json
import os
import queue
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from tui.events import Event, MemberEnded, MemberStarted, Preparing, Reason
from tui.run import Run, RunFactory, RunRequest
from tui.state import RunState
from tui.summary import Summary, exit_code, summarize

JOIN_SECONDS = 1.0
_RULE = "=" * 50
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_plain(
    make_run: RunFactory, request: RunRequest, *, as_json: bool, out: TextIO, err: TextIO
) -> int:
    """Run to the end and return the exit code of the contract."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    run = make_run(request, events.put)
    state = RunState(run.run_id, run.model, run.story_id)
    printer = StoryPrinter(state, out)
    narrator = Narrator(err)
    with _signals_cancel(run):
        run.start()
        while state.ended is None:
            event = events.get()
            state.apply(event)
            narrator.tell(event)
            if not as_json and not printer.print_new():
                run.cancel(Reason.SIGNAL)
        summary = summarize(state)
        written = True
        if as_json:
            written = _say(out, json.dumps(summary.to_json(), ensure_ascii=False, indent=2))
        else:
            printer.finish()
        print_results(summary, err)
        if not written:
            _say(err, "The result could not be written to stdout.")
    run.join(JOIN_SECONDS)
    return exit_code(summary) if written else 1


class StoryPrinter:
    """Prints sections in order, each as it grows; a later one waits until the earlier is closed."""

    def __init__(self, state: RunState, out: TextIO) -> None:
        self.is_open = True
        """Whether anybody still reads."""
        self._state = state
        self._out = out
        self._section = 0
        self._piece = 0

    def print_new(self) -> bool:
        """Print what can be printed now; returns whether anybody still reads."""
        if self.is_open:
            try:
                for text in self._new_text():
                    self._out.write(text)
                self._out.flush()
            except OSError:
                self.is_open = False
                _silence(self._out)
        return self.is_open

    def finish(self) -> None:
        """End the last line."""
        if self.is_open:
            _say(self._out, "")

    def _new_text(self) -> Iterator[str]:
        sections = self._state.sections
        while self._section < len(sections):
            section = sections[self._section]
            if self._piece == 0 and self._section and section.pieces:
                yield "\n\n"
            yield from section.pieces[self._piece :]
            self._piece = len(section.pieces)
            if not section.is_closed:
                return
            self._section, self._piece = self._section + 1, 0


def print_results(summary: Summary, err: TextIO) -> None:
    """Print the closing block of the status summary."""
    lines = [
        "",
        _RULE,
        "RESULTS:",
        _RULE,
        f"Status: {summary.outcome}",
        f"Run ID: {summary.run_id}",
        f"Was Cancelled: {summary.was_cancelled}",
    ]
    if summary.error:
        lines.append(f"Error: {summary.error}")
    else:
        lines.append(f"Content Preview: {summary.preview}")
    lines += summary.notes
    if summary.verdict:
        lines += ["", summary.verdict]
    _say(err, "\n".join(lines))


class Narrator:
    """Says on stderr who is at work; on a terminal its lines never stick to the story's."""

    def __init__(self, err: TextIO) -> None:
        self._err = err
        self._margin = "\n" if err.isatty() else ""
        self._last = ""

    def tell(self, event: Event) -> None:
        """Tell what is worth a line, and nothing twice in a row."""
        match event:
            case Preparing(what):
                self._say(f"{what}…")
            case MemberStarted(speaker):
                self._say(f"{self._margin}[{speaker.name} is at work]")
            case MemberEnded(speaker, outcome, error) if error:
                self._say(f"{self._margin}[{speaker.name}, {outcome}: {error}]")

    def _say(self, line: str) -> None:
        if line != self._last:
            self._last = line
            _say(self._err, line)


@contextmanager
def _signals_cancel(run: Run) -> Iterator[None]:
    """The first signal cancels gracefully; a second one leaves at once."""
    received: list[int] = []

    def handle(number: int, _frame: object) -> None:
        if received:
            os._exit(130)
        received.append(number)
        run.cancel(Reason.SIGNAL)

    # Under nohup a signal is ignored, and stays so.
    obeyed = [n for n in _SIGNALS if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in obeyed}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(stream: TextIO, line: str) -> bool:
    """Write a line and say whether it went; nobody who has stopped listening is worth a run."""
    try:
        stream.write(f"{line}\n")
        stream.flush()
    except OSError:
        _silence(stream)
        return False
    return True


def _silence(stream: TextIO) -> None:
    """Keep the interpreter from complaining about the closed pipe once more when it exits."""
    if stream in (sys.stdout, sys.stderr):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
