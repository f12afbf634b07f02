"""What a model writes into its text that is none: its thoughts, and the tools that it calls.

Models mark both with tags when their server does not take them out. A tag may be cut anywhere
into deltas, and of a thought the first tag may be missing, for some templates open it themselves.
"""

import json
import re
from collections.abc import Iterator
from enum import Enum, auto

from tui.team.surrogates import joined, split_open_half
from tui.team.text_tool_calls import calls_in


class Piece(Enum):
    """What a piece of the text is."""

    TEXT = auto()
    THOUGHT = auto()
    CALL = auto()
    """The text of a call, whole."""
    RECALL = auto()
    """Nothing new: all the text so far was a thought."""


_PAIRS: dict[str, tuple[str, Piece]] = {
    "<think>": ("</think>", Piece.THOUGHT),
    "<thinking>": ("</thinking>", Piece.THOUGHT),
    "<thought>": ("</thought>", Piece.THOUGHT),
    "<reasoning>": ("</reasoning>", Piece.THOUGHT),
    "<seed:think>": ("</seed:think>", Piece.THOUGHT),
    "[THINK]": ("[/THINK]", Piece.THOUGHT),
    "◁think▷": ("◁/think▷", Piece.THOUGHT),
    "<|start_thinking|>": ("<|end_thinking|>", Piece.THOUGHT),
    "<|begin_of_thought|>": ("<|end_of_thought|>", Piece.THOUGHT),
    "<|channel|>analysis<|message|>": ("<|end|>", Piece.THOUGHT),
    "<|channel>thought": ("<channel|>", Piece.THOUGHT),
    "<tool_call>": ("</tool_call>", Piece.CALL),
    "<function_call>": ("</function_call>", Piece.CALL),
    "<function_calls>": ("</function_calls>", Piece.CALL),
    "<minimax:tool_call>": ("</minimax:tool_call>", Piece.CALL),
    "<function=": ("</function>", Piece.CALL),
    "<tools>": ("</tools>", Piece.CALL),
    "<|tool_call|>": ("<|/tool_call|>", Piece.CALL),
    "<|tool_calls_section_begin|>": ("<|tool_calls_section_end|>", Piece.CALL),
    "<\uff5ctool▁calls▁begin\uff5c>": ("<\uff5ctool▁calls▁end\uff5c>", Piece.CALL),
}
_PAIRS = {opening.lower(): pair for opening, pair in _PAIRS.items()}
_TOKENS = frozenset(
    (
        "<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<|endoftext|>", "<|end|>",
        "<|end_of_text|>", "<|begin_of_text|>", "<|return|>", "<|start|>assistant",
        "<|channel|>final<|message|>", "<channel|>", "<end_of_turn>", "</s>",
        "<\uff5cend▁of▁sentence\uff5c>", "<|start_response|>", "<|end_response|>",
        "<|end_of_turn_token|>",
        "<|begin_of_solution|>", "<|end_of_solution|>", "<|begin_of_box|>", "<|end_of_box|>",
    )
)  # fmt: skip
"""What a template puts around a text, and a server forgets to take off."""
_ORPHANS = tuple(
    end.lower() for end, piece in _PAIRS.values() if piece is Piece.THOUGHT and end not in _TOKENS
)
_TAGS = (*_PAIRS, *_ORPHANS, *_TOKENS)
_LONGEST = max(map(len, _TAGS))
_ANY_TAG = re.compile("|".join(map(re.escape, sorted(_TAGS, key=len, reverse=True))), re.IGNORECASE)
_OPENINGS = ("[TOOL_CALLS]", "<|python_tag|>", "```json")
_OPENS_CALL = re.compile(
    r"\s*(?:\{\s*(?:\"|\Z)|\[\s*(?:\{|\Z)|```(?:json)?\s*(?:[{\[]|\Z)"
    r"|\[TOOL_CALLS\]|<\|python_tag\|>)"
)
_MARK = re.compile(r"[<\[◁]")
"""What every tag begins with."""
_HELD_CHARACTERS = 100_000


class TaggedText:
    """Splits a text that comes in deltas into what is text, thought and call."""

    def __init__(self, tools: frozenset[str], *, is_thinking: bool = False) -> None:
        self._tools = tools
        self._close = "</think>" if is_thinking else ""
        self._kind = Piece.THOUGHT if is_thinking else Piece.TEXT
        self._opened_by_template = is_thinking
        self._held = self._half = ""
        self._call = self._thought = ""
        self._is_begun = False
        self._strips = False

    def feed(self, delta: str) -> Iterator[tuple[Piece, str]]:
        """Yield the pieces that are clear by now."""
        delta, self._half = split_open_half(self._half + delta)
        delta = joined(delta)
        if not delta:
            return
        is_plain = self._is_begun and not (self._held or self._close or self._strips)
        if is_plain and not _MARK.search(delta):
            yield Piece.TEXT, delta
            return
        self._held += delta
        while self._held:
            if self._kind is Piece.TEXT and self._may_be_bare_call():
                return
            found = self._split_at(self._close) if self._close else self._split_at_opening()
            if found is None:
                yield from self._say(self._keep_back())
                return
            before, tag = found
            yield from self._say(before)
            yield from self._switch(tag)

    def finish(self) -> Iterator[tuple[Piece, str]]:
        """Yield the rest: of a call that was never closed as well."""
        rest, self._held = self._held, ""
        if self._kind is Piece.THOUGHT and self._opened_by_template and self._thought + rest:
            # Nothing was closed, so it was no thought this time.
            text, self._thought = self._thought + rest, ""
            yield Piece.TEXT, text
            return
        if self._kind is Piece.CALL:
            call, self._call = self._call + rest, ""
            self._kind, self._close = Piece.TEXT, ""
            yield Piece.CALL, call
            return
        if (
            self._kind is Piece.TEXT
            and not self._is_begun
            and (calls := calls_in(rest, self._tools))
        ):
            for one in calls:
                yield Piece.CALL, json.dumps(one)
            return
        yield from self._say(rest)

    def _may_be_bare_call(self) -> bool:
        """A text that begins as JSON is none of a story, when there are tools to be called."""
        if self._is_begun or not self._tools or len(self._held) > _HELD_CHARACTERS:
            return False
        begun = self._held.lstrip()
        is_prefix = any(opening.startswith(begun) for opening in _OPENINGS)
        return is_prefix or bool(_OPENS_CALL.match(begun)) or self._may_be_python(begun)

    def _may_be_python(self, begun: str) -> bool:
        """A list of calls in Python's way begins with the name of a tool."""
        inner = begun[1:].lstrip()
        heads = (f"{tool}(" for tool in self._tools)
        return begun.startswith("[") and any(
            head.startswith(inner) or inner.startswith(head) for head in heads
        )

    def _split_at(self, tag: str) -> tuple[str, str] | None:
        found = re.search(re.escape(tag), self._held, re.IGNORECASE)
        if not found:
            return None
        before, self._held = self._held[: found.start()], self._held[found.end() :]
        return before, tag

    def _split_at_opening(self) -> tuple[str, str] | None:
        found = _ANY_TAG.search(self._held)
        if not found:
            return None
        before, self._held = self._held[: found.start()], self._held[found.end() :]
        return before, found[0].lower()

    def _switch(self, tag: str) -> Iterator[tuple[Piece, str]]:
        if tag in _TOKENS and not self._close:
            return
        if self._kind is Piece.CALL:
            yield Piece.CALL, self._call
            self._call = ""
        if tag in _PAIRS:
            self._close, self._kind = _PAIRS[tag]
            return
        if not self._close:
            yield Piece.RECALL, ""
            self._is_begun = False
        self._close, self._kind, self._strips = "", Piece.TEXT, True
        self._opened_by_template, self._thought = False, ""

    def _keep_back(self) -> str:
        """Return what is clear of the text that is held; a tag may have begun at its end."""
        tags = (self._close.lower(),) if self._close else _TAGS
        held = self._held
        for size in range(min(_LONGEST, len(held)), 0, -1):
            if any(tag.startswith(held[-size:].lower()) for tag in tags):
                self._held = held[-size:]
                return held[:-size]
        self._held = ""
        return held

    def _say(self, text: str) -> Iterator[tuple[Piece, str]]:
        if self._kind is Piece.CALL:
            self._call += text
            return
        if self._kind is Piece.THOUGHT and self._opened_by_template:
            self._thought += text
        if self._kind is Piece.TEXT and self._strips:
            text = text.lstrip("\r\n")
            self._strips = not text
        if text:
            self._is_begun = self._is_begun or (self._kind is Piece.TEXT and bool(text.strip()))
            yield self._kind, text
