"""Suggest the command that a prompt was probably meant to be."""

import re
from collections.abc import Collection, Sequence

from tui.text.nearest import nearest

_STORY_ID = re.compile(r"[a-z0-9]+-(?=[a-z]*[0-9])[a-z0-9]{5}")
"""Unlike any word of a prompt: there is a digit among the last five letters."""


def meant_command(words: Sequence[str], commands: Collection[str]) -> str | None:
    """Return the command that a prompt was probably meant to be, or None.

    A prompt is free text, so being near is not enough: "snow" is near "show", and "story" near
    "history". Two letters in the wrong order make no English word of a command's name, and no
    prompt has a story's id for its second word.
    """
    if not words:
        return None
    first = words[0].lower()
    for command in commands:
        if first in _with_swapped_letters(command) or list(words) == [command]:
            return command
    has_id = 2 <= len(words) <= 3 and _STORY_ID.fullmatch(words[1])
    return nearest(first, commands) if has_id else None


def _with_swapped_letters(word: str) -> set[str]:
    swapped = (word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1))
    return set(swapped) - {word}
