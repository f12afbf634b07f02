"""Names for a story: its title, taken from its text or its prompt, and its id."""

import os
import re
import unicodedata

from tui.text.untrusted import clean_line

TITLE_LENGTH = 80
_PROMPT_TITLE_LENGTH = 60
_LOOK_AT = 4000
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"

_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_TITLE_LINE = re.compile(r"\A(?:\*\*|__)?title:?(?:\*\*|__)?[:\s]\s*(.+)$", re.IGNORECASE)
_BOLD_LINE = re.compile(r"\A(\*\*|__)(?!\s)([^*_\n]+)\1\Z")
_NO_TITLE = re.compile(
    r"\A(untitled|(the )?(title|story|chapter|part|scene|act|prologue|epilogue|introduction)\b"
    r"(\s*([\divxlc]+|one|two|three|four|five|first)\b)?\s*([:.\u2013\u2014-].*)?)\Z",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"\A(?:please[\s,]+)?(?:can you |could you )?"
    r"(?:write|tell|create|compose|make|give|invent|generate)\b(?:\s+(?:me|us))?"
    r"(?:\s+[\w'-]+){0,6}?\s+(?:story|tale|fable|novel|novella|saga)\b"
    r"(?:\s+(?:about|of|on|where|in which)\b|\s*:)\s*",
    re.IGNORECASE,
)


def title_in(text: str) -> str | None:
    """Return the title that the story gives itself: its first heading, or a line of its own."""
    beginning = text[:_LOOK_AT].strip()
    for heading in _HEADING.finditer(beginning):
        title = _cleaned(heading.group(1))
        if title and not _NO_TITLE.match(title):
            return title
    line, _, rest = beginning.partition("\n")
    if not rest.startswith("\n") and not rest.startswith("\r"):
        return None
    for pattern, group in ((_TITLE_LINE, 1), (_BOLD_LINE, 2)):
        if match := pattern.match(line.strip()):
            title = _cleaned(match.group(group))
            return title if title and not _NO_TITLE.match(title) else None
    return None


def title_from_prompt(prompt: str) -> str:
    """Return a short title made from the prompt."""
    wish = clean_line(prompt)
    wish = _REQUEST.sub("", wish) or wish
    sentence = re.split(r"(?<=[.!?。\uff01\uff1f])\s", wish, maxsplit=1)[0].rstrip(".。 ")
    title = _shortened(sentence, _PROMPT_TITLE_LENGTH)
    return title[:1].upper() + title[1:] or "Untitled"


def tidy_title(title: str) -> str:
    """Return a title as one harmless line; empty when nothing is left."""
    return _shortened(clean_line(title), TITLE_LENGTH)


def new_id(title: str) -> str:
    """Return an id that a person can read and type: a word of the title, and five letters."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z]+", folded)
    word = max(words, key=len, default="story")[:12]
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in os.urandom(5))
    return f"{word}-{letters}"


def _cleaned(markdown: str) -> str:
    title = re.sub(r"(?i)\A(?:title:\s*)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", markdown)
    return tidy_title(title).strip('"“”«» ')


def _shortened(line: str, limit: int) -> str:
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    whole_words = cut.rpartition(" ")[0]
    return (whole_words if len(whole_words) > limit // 2 else cut).rstrip(" ,;:-\u2013\u2014") + "…"
