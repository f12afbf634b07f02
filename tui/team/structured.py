"""Answers that are objects: what a model says to a schema, as JSON that is laid out to be read."""

import json
import re
from typing import Any

from pydantic import BaseModel

from tui.text.untrusted import to_json

_FENCED = re.compile(r"\s*```(?:json)?\s*\n(.*)\n\s*```\s*", re.DOTALL | re.IGNORECASE)
"""Models that were only told to answer in JSON often put it into a block of code."""


def object_in(text: str) -> Any:
    """Return the object or the list that a whole answer is the JSON of, or None."""
    block = _FENCED.fullmatch(text)
    bare = (block[1] if block else text).strip()
    if bare[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(bare)
        # Python reads more than JSON: what no other program could read is a text.
        json.dumps(found, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return found


def objects_of(content: Any) -> tuple[Any, ...]:
    """Return what Agno made of an answer: whole, and as the model said it; nothing of a text."""
    try:
        if isinstance(content, BaseModel):
            said = content.model_dump(mode="json", exclude_unset=True)
            return content.model_dump(mode="json"), said
        if isinstance(content, dict | list):
            return (object_in(json.dumps(content, default=str)),)
    except (ValueError, TypeError, RecursionError):
        pass
    return ()


def laid_out(found: Any) -> str:
    """Return an object as JSON for eyes and programs."""
    return to_json(found)
