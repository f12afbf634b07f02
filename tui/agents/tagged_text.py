"""What a model writes into its text that is none: its thoughts, and the tools that it calls.

Models mark both with tags when their server does not take them out. A tag may be cut anywhere
into deltas, and of a thought the first tag may be missing, for some templates open it themselves.
"""

import json
import re
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Any

from tui.agents.tool_call_pieces import argument_text


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
    "<tool_call>": ("</tool_call>", Piece.CALL),
    "<function_call>": ("</function_call>", Piece.CALL),
}
_ORPHANS = tuple(end for end, piece in _PAIRS.values() if piece is Piece.THOUGHT)
_LONGEST = max(map(len, (*_PAIRS, *_ORPHANS)))
_FENCED = re.compile(
    r"\A\s*(?:```(?:json)?|\[TOOL_CALLS\]|<\|python_tag\|>)?\s*(.*?)\s*(?:```)?\s*\Z", re.S
)
_OPENINGS = ("[TOOL_CALLS]", "<|python_tag|>", "```json")
_OPENS_CALL = re.compile(
    r"\s*(?:\{\s*(?:\"|\Z)|\[\s*(?:\{|\Z)|```(?:json)?\s*(?:[{\[]|\Z)"
    r"|\[TOOL_CALLS\]|<\|python_tag\|>)"
)
_FUNCTION = re.compile(r"<function=([\w.-]+)>")
_PARAMETER = re.compile(r"<parameter=([\w.-]+)>(.*?)</parameter>", re.DOTALL)
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
        self._held = ""
        self._call = self._thought = ""
        self._is_begun = False
        self._strips = False

    def feed(self, delta: str) -> Iterator[tuple[Piece, str]]:
        """Yield the pieces that are clear by now."""
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
        return is_prefix or bool(_OPENS_CALL.match(begun))

    def _split_at(self, tag: str) -> tuple[str, str] | None:
        before, found, after = self._held.partition(tag)
        if not found:
            return None
        self._held = after
        return before, tag

    def _split_at_opening(self) -> tuple[str, str] | None:
        places = [(self._held.find(tag), tag) for tag in (*_PAIRS, *_ORPHANS) if tag in self._held]
        if not places:
            return None
        place, tag = min(places)
        before, self._held = self._held[:place], self._held[place + len(tag) :]
        return before, tag

    def _switch(self, tag: str) -> Iterator[tuple[Piece, str]]:
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
        tags = (self._close,) if self._close else (*_PAIRS, *_ORPHANS)
        held = self._held
        for size in range(min(_LONGEST, len(held)), 0, -1):
            if any(tag.startswith(held[-size:]) for tag in tags):
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


def calls_in(text: str, tools: frozenset[str] | None = None) -> list[dict[str, str]]:
    """Return the calls that a text words; none unless all of it is calls, of ``tools`` if given."""
    if worded := _FUNCTION.search(text):
        arguments = {match[1]: match[2].strip("\n") for match in _PARAMETER.finditer(text)}
        return [{"name": worded[1], "arguments": argument_text(arguments)}]
    try:
        value = json.loads(_FENCED.sub(r"\1", text, count=1))
    except (ValueError, RecursionError):
        return []
    found = [_call_in(item) for item in (value if isinstance(value, list) else [value])]
    calls = [call for call in found if call and (tools is None or call["name"] in tools)]
    return calls if len(calls) == len(found) else []


def _call_in(item: Any) -> dict[str, str] | None:
    if not isinstance(item, Mapping):
        return None
    function = item.get("function")
    inner = function if isinstance(function, Mapping) else item
    name = inner.get("name") or (function if isinstance(function, str) else None)
    arguments = next(
        (inner[key] for key in ("arguments", "parameters", "args") if key in inner), ""
    )
    if not isinstance(name, str):
        return None
    return {"name": name, "arguments": argument_text(arguments)}
