"""What a server says when it does not answer: dug out of whatever shape the words come in."""

import html
import json
import re
from collections.abc import Mapping
from typing import Any

from openai import OpenAIError

_DEPTH = 6
_READ_CHARACTERS = 20_000
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_WORDS = (
    "message", "error", "detail", "details", "msg", "error_message", "error_description",
    "errors", "description", "reason", "title", "body", "text", "cause", "type", "code", "status",
)  # fmt: skip
"""Under which names servers put what they have to say, the best ones first."""


class ServerSaid(OpenAIError):  # noqa: N818 - named for what it is
    """The server reports an error inside an answer that began well; carries its words."""


class ModelFailed(ServerSaid):
    """The server reports that the model itself has failed."""


class NotUnderstood(OpenAIError):  # noqa: N818 - named for what it is
    """The server sent what no model server sends; carries a name for it."""


class BrokenEvent(NotUnderstood):
    """The server sent an event that is no JSON at all."""


def words_in(said: Any, depth: int = _DEPTH) -> str:
    """Return the message in a body, or in the part of one; empty when it says nothing."""
    if depth == 0 or said is None or isinstance(said, bool):
        return ""
    if isinstance(said, bytes):
        return words_in(said.decode("utf-8", "replace"), depth)
    if isinstance(said, str):
        return _words_in_text(said[:_READ_CHARACTERS].strip(), depth)
    if isinstance(said, Mapping):
        return _words_in_object(said, depth)
    if isinstance(said, list | tuple):
        parts = (words_in(part, depth - 1) for part in said[:5])
        return "; ".join(filter(None, parts))
    return str(said)


def code_in(body: Any) -> str:
    """Return the code of an error in a body, or its type; empty when there is none."""
    error = body.get("error", body) if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return ""
    return next((str(error[name]) for name in ("code", "type") if error.get(name)), "")


def _words_in_text(text: str, depth: int) -> str:
    if text.startswith(("{", "[")):
        try:
            return words_in(json.loads(text), depth - 1) or text
        except (ValueError, RecursionError):
            return text
    if text.startswith("<"):
        found = _TITLE.search(text) or _HEADING.search(text)
        return html.unescape(_TAG.sub(" ", found[1])).strip() if found else ""
    return text


def _words_in_object(said: Mapping[str, Any], depth: int) -> str:
    if isinstance(said.get("msg"), str) and isinstance(said.get("loc"), list | tuple):
        place = ".".join(str(part) for part in said["loc"] if part != "body")
        return f"{place}: {said['msg']}" if place else str(said["msg"])
    found = next((words for name in _WORDS if (words := words_in(said.get(name), depth - 1))), "")
    metadata = said.get("metadata")
    if isinstance(metadata, Mapping) and (raw := words_in(metadata.get("raw"), depth - 1)):
        return f"{found}: {raw}" if found else raw
    return found
