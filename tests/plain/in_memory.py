"""Plain output of events that a test names, written into strings."""

import io
import threading
from dataclasses import dataclass

from tests.harness.scripted import ScriptedRun
from tui.plain.run_plain import Output, run_plain
from tui.run.events import Event
from tui.run.protocol import Publish, RunRequest
from tui.system.signals import StopSignals


class ToldRun(ScriptedRun):
    """A run in which all of this happens as soon as it starts."""

    def __init__(self, publish: Publish, events: tuple[Event, ...]) -> None:
        super().__init__(publish)
        self._events = events

    def start(self) -> None:
        threading.Thread(target=self.tell, args=self._events, daemon=True).start()


@dataclass(frozen=True, slots=True)
class Heard:
    """What plain mode made of the events."""

    code: int
    out: str
    err: str
    run: ToldRun


def tell(
    *events: Event, output: Output = Output.STORY, signals: StopSignals | None = None
) -> Heard:
    """Run plain mode over these events, which need not have an end."""
    out, err = io.StringIO(), io.StringIO()
    runs: list[ToldRun] = []

    def make_run(_: RunRequest, publish: Publish) -> ToldRun:
        runs.append(ToldRun(publish, events))
        return runs[0]

    code = run_plain(
        make_run,
        RunRequest("a cat"),
        output=output,
        out=out,
        err=err,
        signals=signals or StopSignals(),
    )
    return Heard(code, out.getvalue(), err.getvalue(), runs[0])
