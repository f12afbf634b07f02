"""The plan for a model that writes well and cannot call tools: a draft, and its revision."""

from dataclasses import dataclass

from tui.local.plan import Plan, Step, Task
from tui.story.continuing import parse_continuation

_REVISE = (
    "Review this story and improve it where it needs that. Answer with the whole improved story "
    "and with nothing else."
)


@dataclass(frozen=True, slots=True)
class PlainTask(Task):
    """A task in plain words."""

    @property
    def text(self) -> str:
        """Return what the member is asked, with the story if there is one."""
        return f"{self.heading}\n\n{self.story}" if self.story else self.heading


class PlainPlan(Plan):
    """The storyteller writes, and the editor revises; what goes on with a story stays as it is."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        write = Step("", prompt, 0)
        revise = Step("", _REVISE, 0, is_for_editor=True)
        self.steps = (write,) if parse_continuation(prompt) else (write, revise)

    def task(self, written: list[str]) -> Task:
        """Return the next task, given what has been written."""
        return PlainTask(self.steps[len(written)].heading, "", "", "".join(written))

    def closing(self, written: list[str]) -> str:
        """Return the story as it was left."""
        return next(filter(None, reversed(written)), "")
