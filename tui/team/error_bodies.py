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
    "message", "error", "faultstring", "detail", "details", "msg", "errormessage", "errormsg",
    "errordescription", "errors", "description", "statusmsg", "reason", "title", "body", "text",
    "fault", "baseresp", "responsemetadata", "cause", "type", "code", "errorcode", "status",
)  # fmt: skip
"""Under which names servers put what they have to say, the best ones first."""
_BARE_ERRORS = (
    "message", "detail", "errors", "errormessage", "errormsg", "errorcode", "msg", "fault",
)  # fmt: skip
"""What makes an error of an object that holds nothing of an answer."""


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


def is_error(value: Mapping[str, Any], name: str, *, is_bare: bool) -> bool:
    """Whether an event is an error; ``is_bare`` when it holds nothing of an answer."""
    fields = _fields(value)
    if fields.get("error") or "error" in (name, fields.get("object"), fields.get("type")):
        return True
    base = fields.get("baseresp")
    if isinstance(base, Mapping) and base.get("status_code") not in (None, 0):
        return True
    metadata = fields.get("responsemetadata")
    if isinstance(metadata, Mapping) and _fields(metadata).get("error"):
        return True
    return is_bare and (fields.get("success") is False or any(map(fields.get, _BARE_ERRORS)))


def _fields(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields by their bare names: servers write ErrorMessage and error_message."""
    names = {name: str(name).lower().replace("_", "").replace("-", "") for name in said}
    return {bare: said[name] for name, bare in names.items()}


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
    fields = _fields(said)
    # A number says less than any word.
    values = sorted((fields.get(name) for name in _WORDS), key=lambda v: isinstance(v, int | float))
    found = next((words for value in values if (words := words_in(value, depth - 1))), "")
    metadata = said.get("metadata")
    if isinstance(metadata, Mapping) and (raw := words_in(metadata.get("raw"), depth - 1)):
        return f"{found}: {raw}" if found else raw
    return found
