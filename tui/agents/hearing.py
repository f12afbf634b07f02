"""What a paused team wants a human to decide: Agno's requirements as questions, and back."""

from collections.abc import Iterator, Sequence
from typing import Any

from agno.run.requirement import RunRequirement

from tui.agents.agno_events import call_arguments
from tui.events import Question, QuestionKind
from tui.secrets import masked_line
from tui.text import clean_line

_REJECTED = "The user rejected this call."


class Hearing:
    """Asks what has to be known before a paused run can go on, and hands the answers over."""

    def __init__(self, requirements: Sequence[RunRequirement]) -> None:
        self._open = [item for item in requirements if not item.is_resolved()]
        self._suggested: dict[str, Any] = {}
        """By question: what the model put where a human's word was wanted."""
        for requirement in self._open:
            self._withdraw(requirement)

    def questions(self) -> tuple[Question, ...]:
        """Return what is to be asked, in the order in which it came."""
        return tuple(
            question for requirement in self._open for question in self._questions(requirement)
        )

    def answer(self, question_id: str, answer: bool | str) -> None:
        """Hand an answer to whoever asked; empty text means what the model suggested."""
        requirement_id, _, number = question_id.partition("/")
        if answer == "" and question_id in self._suggested:
            answer = self._suggested[question_id]
        for requirement in self._open:
            if requirement.id == requirement_id:
                _answer(requirement, int(number or 0), answer)

    def _withdraw(self, requirement: RunRequirement) -> None:
        fields = requirement.user_input_schema or ()
        if all(field.value is not None for field in fields):
            for number, field in enumerate(fields):
                self._suggested[f"{requirement.id}/{number}"] = field.value
                field.value = None

    def _questions(self, requirement: RunRequirement) -> Iterator[Question]:
        asker = clean_line(requirement.member_agent_name or "The leader", 60)
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
                    options = tuple(masked_line(option.label) for option in asked.options or ())
                    question_id, text = f"{requirement.id}/{number}", masked_line(asked.question)
                    yield Question(question_id, QuestionKind.TEXT, asker, text, options)


def _answer(requirement: RunRequirement, number: int, answer: Any) -> None:
    match requirement.pause_type:
        case "confirmation" if answer is True:
            requirement.confirm()  # type: ignore[no-untyped-call]
        case "confirmation":
            requirement.reject(_REJECTED)
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
