"""A leader that leads: a model that hands nothing over is helped once, then a fixed plan leads.

A model on a server that writes the story itself has done what was asked for, and what it wrote may
have cost money. One that only speaks of handing it over, words the call as text, or says nothing
leaves the reader without a story. A model in the engine is small, and costs nothing to ask again.
"""

import re
from collections.abc import Callable

from agno.models.openai.like import OpenAILike
from agno.team import Team

from tui.config.backend import EMBEDDED
from tui.run.events import Event, Noticed, Outcome, StoryWritten, TextRecalled
from tui.team.endings import Ending
from tui.team.model_calls import EMPTY, RunGuard
from tui.team.model_guard import guard_team
from tui.text.untrusted import count_words

CANNOT_CALL = "This model cannot call tools: a fixed plan leads the team instead of it."
DOES_NOT_LEAD = "This model did not hand its tasks over: a fixed plan leads the team instead of it."
LEADS = "This model can call tools: it leads the team itself."
HELPED = "The model handed nothing over: it is told once more how that is done…"

_TOOL = "delegate_task_to_member"
_HELP = (
    "Write nothing yourself now. Call the tool {tool} with the member_id {first} and, as its task,"
    " all that is to be written. When the text has come back, call it with the member_id {last}"
    " and, as its task, to improve that text, and with the text. A call that is written as text"
    " does nothing."
)
_FEWEST_WORDS = 120
"""A shorter answer that begins as assistants do is no story."""
_TALK = re.compile(
    r"[\s*_#]*(?:(?:sure|okay|ok|certainly|of course|absolutely|great|please)[,.!:]"
    r"|(?:i(?:['\u2019](?:ll|d)| will| can|['\u2019]m going to)|let me|let['\u2019]s|we will|to)"
    r" (?:now |first |be (?:happy|glad) to )?(?:ask|assign|begin|call|coordinate|create|hand|help"
    r"|plan|provide|start|use|work|write)"
    r"|as (?:an? ai|the leader)|here(?:['\u2019]s| is) (?:an?|the|your)|(?:what|which|could you) )",
    re.IGNORECASE,
)
_CALL = re.compile(r"\A\s*(?:[{\[<]|```)|\"?(?:name|member_id|arguments)\"\s*:|\bdelegat", re.I)


class Leading:
    """Watches how the model of our own team leads it."""

    def __init__(self, team: Team, guard: RunGuard, publish: Callable[[Event], None]) -> None:
        self._team = team
        self._members = list(team.members) if isinstance(team.members, list) else []
        self._guard = guard
        self._publish = publish
        self._written: StoryWritten | None = None
        self._is_embedded = guard.endpoint.backend is EMBEDDED

    def publish(self, event: Event) -> None:
        """Publish what an attempt says, but that the story is written: that is not clear yet."""
        if isinstance(event, StoryWritten):
            self._written = event
        else:
            self._publish(event)

    def fails(self, ending: Ending) -> bool:
        """Say whether the attempt that ended so left the reader without a story."""
        if self._guard.lacks_tools:
            return ending.outcome is Outcome.ERROR
        call = self._guard.calls.get(self._guard.run_id)
        if call is None or self._has_led or ending.outcome is Outcome.CANCELLED:
            return False
        if call.watch.is_garbled or call.ending is EMPTY:
            return True
        if self._is_embedded:
            return ending.outcome is not Outcome.ERROR
        is_whole = ending.outcome is Outcome.COMPLETED
        return is_whole and is_talk(call.beginning, self._names)

    def accept(self) -> None:
        """Publish what was kept back of an attempt that is the last."""
        if self._written:
            self._publish(self._written)

    def help(self, prompt: str) -> str:
        """Return the prompt with what the model has to do, and take back what it said."""
        self._take_back()
        self._notice(HELPED)
        first, last = (member.id for member in (self._members[0], self._members[-1]))
        return f"{prompt}\n\n{_HELP.format(tool=_TOOL, first=first, last=last)}"

    def replace(self) -> None:
        """Let a fixed plan lead, and the model write what the members write."""
        from tui.local.playbook import leader_model

        sentence = CANNOT_CALL if self._guard.lacks_tools else DOES_NOT_LEAD
        self._take_back()
        self._guard.lacks_tools = False
        if self._is_embedded:
            self._let_members_write_scenes()
        self._team.model = leader_model(is_plain=not self._is_embedded)
        guard_team(self._team, self._guard)
        self._guard.notes.pop(LEADS, None)
        self._guard.notes.setdefault(sentence)
        self._notice(sentence)

    @property
    def _has_led(self) -> bool:
        """Whether a member was asked for anything."""
        return any(run_id != self._guard.run_id for run_id in self._guard.requests)

    @property
    def _names(self) -> list[str]:
        return [str(name) for each in self._members for name in (each.name, each.id)]

    def _take_back(self) -> None:
        self._written = None
        self._guard.endings.clear()
        call = self._guard.calls.get(self._guard.run_id)
        if call and call.speaker and call.beginning.strip():
            self._publish(TextRecalled(call.speaker))

    def _notice(self, sentence: str) -> None:
        self._publish(Noticed(sentence, self._guard.clock()))

    def _let_members_write_scenes(self) -> None:
        from tui.local.address import EngineAddress
        from tui.local.playbook import member_model

        for member in self._members:
            model = member.model
            assert isinstance(model, OpenAILike)
            address = EngineAddress(str(model.base_url), str(model.api_key), model.id)
            member.model = member_model(
                address,
                temperature=model.temperature,
                max_tokens=model.max_tokens,
                timeout=model.timeout,
            )


def is_talk(text: str, names: list[str]) -> bool:
    """Say whether a text speaks of the work, as a call of a tool in words does, and is no story."""
    if _CALL.search(text) or any(name.lower() in text.lower() for name in names):
        return True
    return count_words(text)[0] < _FEWEST_WORDS and bool(_TALK.match(text))
