"""Honest endings: whether the model itself said that it had finished.

Agno takes a stream that just stops for a success. Here the raw events of both OpenAI APIs are
watched, and whatever is not an explicit, untroubled end has an outcome and a sentence.
"""

from dataclasses import dataclass, field
from typing import Any

from tui.config.endpoint import Endpoint
from tui.run.events import Outcome
from tui.text.secrets import masked_line

_GARBLED = "it wrote a call of a tool that cannot be read:"
_WHOLE = {
    "stop", "tool_calls", "tool_call", "tool-calls", "tool_use", "function_call", "eos",
    "eos_token", "eos_found", "end_turn", "stop_sequence", "stop_token", "end", "done",
    "complete", "completed", "finish", "finished",
}  # fmt: skip
"""How the servers that speak OpenAI's API say that a text is whole."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why something did not simply complete."""

    outcome: Outcome
    sentence: str


class BrokenEnding(Exception):  # noqa: N818 - named for what it is
    """The stream ended in a way that leaves nothing to go on with; carries the ending."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.sentence)
        self.ending = ending


@dataclass(slots=True)
class EndingWatch:
    """Collects what one stream says about its end."""

    endpoint: Endpoint
    is_active: bool = True
    """Whether anything is watched at all; a stream of an unknown class is believed."""
    events: int = 0
    is_final: bool = False
    cut: str | None = None
    """Why the text stops early: "length", "content_filter", or what the provider calls it."""
    failure: str | None = None
    refusal: list[str] = field(default_factory=list)
    is_recalled: bool = False
    """Whether the text so far turned out to be a thought, and no reader was told yet."""

    @property
    def is_garbled(self) -> bool:
        """Whether the model worded a call of a tool that cannot be read."""
        return (self.failure or "").startswith(_GARBLED)

    def see_response_event(self, event: Any) -> None:
        """Watch one event of the Responses API."""
        self.events += 1
        match event.type:
            case "response.completed" if event.response.status in (None, "completed"):
                self.is_final = True
            case "response.completed" | "response.incomplete":
                details = event.response.incomplete_details
                self.is_final, self.cut = True, (details and details.reason) or "unknown"
            case "response.failed":
                error = event.response.error
                self.is_final, self.failure = True, (error and error.message) or "no reason given"
            case "error":
                self.failure = getattr(event, "message", None) or "no reason given"
            case "storyteam.recalled":
                self.is_recalled = True
            case "storyteam.garbled_call":
                self.failure = f"{_GARBLED} {event.delta}"
            case "response.refusal.delta":
                self.refusal.append(event.delta)

    def see_chat_chunk(self, chunk: Any) -> None:
        """Watch one chunk of the Chat Completions API."""
        self.events += 1
        if chunk.choices is None and (message := (chunk.model_extra or {}).get("message")):
            # The SDK knows an error only when it stands under "error"; some servers send it bare.
            self.failure = str(message)
        for choice in (chunk.choices or [])[:1]:
            if getattr(choice.delta, "recalled", False):
                self.is_recalled = True
            if call := getattr(choice.delta, "garbled_call", None):
                self.failure = f"{_GARBLED} {call}"
            if choice.delta is not None and getattr(choice.delta, "refusal", None):
                self.refusal.append(choice.delta.refusal)
            # Some servers send "" or "null" with every chunk and mean nothing by it.
            reason = str(choice.finish_reason or "").lower()
            if reason not in ("", "null", "none"):
                self.is_final = True
                self.cut = None if reason in _WHOLE else reason

    def conclude(self) -> Ending | None:
        """Judge a stream that has ended: None for a clean end, an ending for a text cut short.

        Raises:
            BrokenEnding: when the stream failed, was refused, or never said that it was done.
        """
        if self.failure is not None:
            raise BrokenEnding(_error(f"The model failed: {masked_line(self.failure)}"))
        if self.refusal:
            raise BrokenEnding(_error(f"The model refused: “{masked_line(''.join(self.refusal))}”"))
        if self.events == 0:
            raise BrokenEnding(
                _error(
                    f"{self.endpoint.address} answered, but not like a model server. "
                    "Check the address (it often ends in /v1)."
                )
            )
        if not self.is_final:
            sentence = "The connection ended before the model had finished."
            raise BrokenEnding(Ending(Outcome.INCOMPLETE, sentence))
        return _cut_sentence(self.cut) if self.cut else None


TOO_LONG = Ending(
    Outcome.INCOMPLETE, "The model reached its limit of tokens before the text was finished."
)


def _cut_sentence(cut: str) -> Ending:
    match cut:
        case "length" | "max_output_tokens" | "max_tokens" | "model_length":
            return TOO_LONG
        case "content_filter":
            sentence = "The provider's content filter cut the text."
        case other:
            sentence = f"The model stopped before the text was finished ({masked_line(other, 80)})."
    return Ending(Outcome.INCOMPLETE, sentence)


def _error(sentence: str) -> Ending:
    return Ending(Outcome.ERROR, sentence)
