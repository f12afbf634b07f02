"""What a paused team wants a human to decide: Agno's requirements as questions, and back."""

from collections.abc import Iterator, Sequence
from typing import Any

from agno.models.response import ToolExecution
from agno.run.requirement import RunRequirement

from tui.config.inputs import Inputs
from tui.run.events import Question, QuestionKind
from tui.team.agno_events import call_arguments
from tui.team.names import Names
from tui.text.secrets import masked_line
from tui.text.untrusted import clean_line

_REJECTED = "The user rejected this call."
_UNANSWERED = "The user did not answer, so this was not called."


class HumanInput:
    """Asks what has to be known before a paused run can go on, and hands the answers over."""

    def __init__(self, requirements: Sequence[RunRequirement], names: Names) -> None:
        self._names = names
        self.open = [item for item in requirements if not item.is_resolved()]
        """What was not decided when the run paused."""
        self._suggested: dict[str, Any] = {}
        """By question: what the model put where a human's word was wanted."""
        self._decided: set[str] = set()
        """The requirements that somebody else has decided."""
        for requirement in self.open:
            self._withdraw(requirement)

    def questions(self) -> tuple[Question, ...]:
        """Return what is still to be asked, in the order in which it came."""
        return tuple(
            question
            for requirement in self.open
            if not requirement.is_resolved() and requirement.id not in self._decided
            for question in self._questions(requirement)
        )

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Hand an answer to the requirement that asked; empty text means what the model suggested.

        No text at all, but a no, means that the call must not be made.
        """
        requirement_id, _, number = question_id.partition("/")
        if answer == "" and question_id in self._suggested:
            answer = self._suggested[question_id]
        for requirement in self.open:
            if requirement.id == requirement_id and not requirement.is_resolved():
                _answer(requirement, int(number or 0), answer)

    def answer_beforehand(self, inputs: Inputs) -> None:
        """Answer what the settings know already."""
        for question in self.questions():
            requirement_id, _, number = question.id.partition("/")
            (asked,) = (item for item in self.open if item.id == requirement_id)
            if asked.pause_type == "confirmation":
                if asked.tool_execution and asked.tool_execution.tool_name in inputs.allowed:
                    self.answer(question.id, True)
                continue
            names = _names(asked, int(number or 0))
            if known := next((name for name in names if name in inputs.answers), None):
                self.answer(question.id, inputs.answers[known])

    def decided_elsewhere(self, requirement_id: str, status: str) -> None:
        """Take over what others decided about a call; Agno itself reads what they allowed."""
        self._decided.add(requirement_id)
        for requirement in self.open:
            if requirement.id == requirement_id and status != "approved":
                _refuse(requirement, f"The approval of this call was {status}.")

    def _withdraw(self, requirement: RunRequirement) -> None:
        fields = requirement.user_input_schema or ()
        if all(field.value is not None for field in fields):
            for number, field in enumerate(fields):
                self._suggested[f"{requirement.id}/{number}"] = field.value
                field.value = None

    def _questions(self, requirement: RunRequirement) -> Iterator[Question]:
        member_id = requirement.member_agent_id
        asker = self._names.of_member(member_id) if member_id else "The leader"
        tool = requirement.tool_execution
        name = clean_line(str(tool.tool_name), 60) if tool else "a tool"
        call = f"{name}({call_arguments(tool) if tool else ''})"
        match requirement.pause_type:
            case "confirmation":
                yield Question(requirement.id, QuestionKind.CONFIRMATION, asker, call)
            case "external_execution":
                what = f"What does {call} give?"
                yield Question(requirement.id, QuestionKind.TEXT, asker, what)
            case "user_input":
                for number, field in enumerate(requirement.user_input_schema or ()):
                    if field.value is None:
                        question_id = f"{requirement.id}/{number}"
                        text = masked_line(field.description or f"{field.name}, for {name}")
                        if (suggestion := self._suggested.get(question_id)) not in (None, ""):
                            text += f" (nothing means {masked_line(str(suggestion))})"
                        yield Question(question_id, QuestionKind.TEXT, asker, text)
            case "user_feedback":
                for number, asked in enumerate(requirement.user_feedback_schema or ()):
                    if asked.selected_options is None:
                        options = tuple(masked_line(o.label) for o in asked.options or ())
                        question_id, text = (
                            f"{requirement.id}/{number}",
                            masked_line(asked.question),
                        )
                        yield Question(question_id, QuestionKind.TEXT, asker, text, options)


def _names(requirement: RunRequirement, number: int) -> tuple[str, ...]:
    """By which names an answer can be given beforehand."""
    tool = str(requirement.tool_execution and requirement.tool_execution.tool_name)
    match requirement.pause_type:
        case "user_input":
            name = (requirement.user_input_schema or [])[number].name
            return (name, f"{tool}.{name}")
        case "user_feedback":
            asked = (requirement.user_feedback_schema or [])[number]
            return tuple(filter(None, (asked.header, asked.question)))
    return (tool,)


def _answer(requirement: RunRequirement, number: int, answer: Any) -> None:
    match requirement.pause_type:
        case "confirmation" if answer is True:
            requirement.confirm()  # type: ignore[no-untyped-call]
        case "confirmation":
            requirement.reject(_REJECTED)
        case _ if answer is False:
            _refuse(requirement, _UNANSWERED)
        case "external_execution":
            requirement.set_external_execution_result(str(answer))
        case "user_input":
            field = (requirement.user_input_schema or [])[number]
            requirement.provide_user_input({field.name: _typed(answer, field.field_type)})
        case "user_feedback":
            asked = (requirement.user_feedback_schema or [])[number]
            chosen = [part.strip() for part in str(answer).split(",")]
            known = [option.label for option in asked.options or ()]
            picked = [label for label in known if masked_line(label) in chosen]
            requirement.provide_user_feedback({asked.question: picked or [str(answer)]})


def _refuse(requirement: RunRequirement, note: str) -> None:
    """Have a call that waits for a value rejected as one is that waits for a yes.

    Agno has no such thing, so the call is made one that was asked to be confirmed, in every copy
    of it: the members that it comes from have theirs.
    """
    requirement.confirmation, requirement.confirmation_note = False, note
    for tool in _copies(requirement):
        tool.requires_user_input = tool.external_execution_required = False
        tool.user_feedback_schema = None
        tool.requires_confirmation, tool.answered = True, True
        tool.confirmed, tool.confirmation_note = False, note
    requirement.user_input_schema = requirement.user_feedback_schema = None


def _copies(requirement: RunRequirement) -> Iterator[ToolExecution]:
    """Yield a requirement's call, and the same call in the paused runs that it came through."""
    tool = requirement.tool_execution
    if tool is None:
        return
    yield tool
    paused = requirement._member_run_response
    for copy in getattr(paused, "tools", None) or ():
        if copy.tool_call_id == tool.tool_call_id:
            yield copy
    for inner in getattr(paused, "requirements", None) or ():
        if inner.tool_execution and inner.tool_execution.tool_call_id == tool.tool_call_id:
            yield from _copies(inner)


def _typed(answer: Any, kind: Any) -> Any:
    """The answer as the tool's argument wants it; the text itself when it is no such value."""
    if not isinstance(answer, str):
        return answer
    if kind in (int, float):
        try:
            return kind(answer)
        except ValueError:
            return answer
    if kind is bool:
        return answer.strip().lower() in ("y", "yes", "true", "1")
    return answer
