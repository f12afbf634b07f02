"""Plain mode over a run that plays a scene: ``python -m tests.plain.scene_program SCENE``."""

import os
import sys
import threading
import time
from pathlib import Path

from tests.harness.scripted import EDITOR, TELLER, ScriptedRun
from tests.harness.waiting import wait_until
from tui.plain.keyboard import open_terminal
from tui.plain.run_plain import Output, run_plain
from tui.plain.telling import Sequel
from tui.run.events import (
    CancelRequested,
    DelegationStarted,
    Paused,
    Preparing,
    Question,
    QuestionKind,
)
from tui.run.protocol import Publish, RunRequest
from tui.run.reasons import Reason
from tui.system.signals import StopSignals

MAY_I = Question("1", QuestionKind.CONFIRMATION, "EditorAgent", "send_mail(to='x')")
WHERE_TO = Question("2", QuestionKind.TEXT, "EditorAgent", "Which address?", ("home", "work"))


class SceneRun(ScriptedRun):
    """Plays its scene when it is started, and ends when every question is answered."""

    def __init__(self, publish: Publish, scene: str) -> None:
        super().__init__(publish)
        self._scene = scene

    def start(self) -> None:
        threading.Thread(target=getattr(self, self._scene), daemon=True).start()

    def fetching(self) -> None:
        self.tell(Preparing("Fetching the story model", 0.0))
        self.tell(Preparing("Fetching the story model", 0.43))

    def waiting(self) -> None:
        self.begin(auto_cancel=600)

    def deaf(self) -> None:
        self.begin()

    def writing(self) -> None:
        self.begin()
        self.write("Once upon")

    def two_speakers(self) -> None:
        self.begin()
        self.write("Once upon a time")
        self.tell(DelegationStarted("c1", EDITOR.name, "make it\nbetter \x1b[31m[red]"))
        self.write("the end", EDITOR)
        self.end()

    def ending_soon(self) -> None:
        self.begin()
        self.write("Once upon")
        wait_until(lambda: Path(os.environ["STORY_MAY_END"]).exists())
        self.end()

    def asking_late(self) -> None:
        self.begin()
        self.write("Once upon a time")
        time.sleep(1.0)
        self.tell(Paused((MAY_I, WHERE_TO), 0.0))

    def asking(self) -> None:
        self.begin()
        self.write("Once upon a time")
        self.tell(Paused((MAY_I, WHERE_TO), 0.0))

    def cancel(self, reason: Reason) -> bool:
        if self._scene != "deaf":
            return super().cancel(reason)
        self.tell(CancelRequested(reason, 0.0))
        return True

    def answer(self, question_id: str, answer: bool | str) -> None:
        super().answer(question_id, answer)
        if len(self.answers) == 2:
            self.write(f" {self.answers}", TELLER)
            self.end()


class ToldRun(SceneRun):
    """A passage that does what it was told, and ends."""

    def __init__(self, publish: Publish, direction: str) -> None:
        super().__init__(publish, "obeying")
        self._direction = direction

    def obeying(self) -> None:
        self.begin()
        self.write(f" <{self._direction}>")
        self.end()


def main() -> int:
    scene, *options = sys.argv[1:]

    def make_run(request: RunRequest, publish: Publish) -> SceneRun:
        run = ToldRun(publish, request.direction) if request.direction else SceneRun(publish, scene)
        run.story_id = "story-1"
        return run

    def go_on(story_id: str, direction: str) -> RunRequest:
        return RunRequest("a cat", direction, story_id)

    with StopSignals() as signals:
        return run_plain(
            make_run,
            RunRequest("a cat"),
            output=Output.JSON if "--json" in options else Output.STORY,
            out=sys.stdout,
            err=sys.stderr,
            signals=signals,
            terminal=open_terminal(sys.stdin),
            sequel=Sequel(go_on, lambda: None) if "--telling" in options else None,
        )


if __name__ == "__main__":
    sys.exit(main())
