"""Where sentences end: a text is cut into them as it comes, and rounded off where it stops."""

import re

_CLOSING = "\"”\u2019')*_»」』"
_END = re.compile(
    rf"[.!?…][{_CLOSING}]*(?=\n|\s+(?![a-z])\S)|[\u3002\uff01\uff1f\u061f\u0964][{_CLOSING}]*|\n"
)
_ENDS_WHOLE = re.compile(rf"[.!?…\u3002\uff01\uff1f\u061f\u0964][{_CLOSING}]*$")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Jr|No)\.$")


def sentence_end(text: str, start: int = 0) -> int | None:
    """Return where the sentence that is open at ``start`` ends; None when that is yet to come.

    A quotation is part of its sentence, and the end of a paragraph ends all that is open.
    """
    begun = start + len(text[start:]) - len(text[start:].lstrip()) if not text[:start] else start
    for match in _END.finditer(text, begun):
        if match[0] == "\n":
            return match.start()
        told = text[: match.end()]
        if not is_quote_open(told) and not _ABBREVIATION.search(told):
            return match.end()
    return None


def unfinished_sentence(text: str) -> str:
    """Return the sentence in which a text stops; nothing when it stops after a whole one."""
    rest = text.rsplit("\n", 1)[-1]
    while (end := sentence_end(rest)) is not None:
        rest = rest[end:]
    return "" if is_whole(rest) else rest.lstrip()


def is_whole(text: str) -> bool:
    """Say whether a text stops where a sentence may end."""
    return bool(_ENDS_WHOLE.search(text)) and not is_quote_open(text)


def is_quote_open(text: str) -> bool:
    """Say whether a quotation has begun in a text that does not end there."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")


def rounding_of(text: str) -> str:
    """Return what makes an unfinished last sentence a whole one, mostly nothing."""
    rest = "" if _ENDS_WHOLE.search(text) else "…" if text[-1:] in ",;:—-" else "."
    paragraph = text.rsplit("\n", 1)[-1]
    if not is_quote_open(paragraph):
        return rest
    return rest + ('"' if paragraph.count('"') % 2 else "”")
