"""Make untrusted text harmless: what a model, a server, a tool or a file says."""

import json
import re

# Everything a terminal could act on, or that could reorder or hide what the reader sees: C0 and
# C1 controls but tab and newline, the bidirectional overrides and isolates, lone surrogates, and
# the invisible letters that no script needs: tags, annotations, deprecated formats, a mark of the
# byte order. What scripts and emoji need stays: joiners, direction marks, variation selectors.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2061-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAKS = "\x0b\x0c\x85\u2028\u2029"
_VANISHING = re.compile("[\u202a-\u202e\u2061-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_CONTROL_PICTURES = 0x2400


def clean(text: str) -> str:
    """Return ``text`` with nothing left in it that a terminal would obey.

    Controls become their visible Unicode pictures (ESC is shown as "␛"), so nothing that was
    said is hidden; line breaks of any kind become newlines. Letters that only hide or reorder
    others are left out.
    """
    if not _UNSAFE.search(text):
        return text
    return _UNSAFE.sub(_harmless, re.sub("\r\n?", "\n", text))


def clean_delta(text: str) -> str:
    """Return a piece of a stream without what a terminal would obey.

    Carriage returns at its ends stay: what they mean depends on what is beside them.
    """
    inside = text.lstrip("\r\n")
    before, inside = text[: len(text) - len(inside)], inside.removesuffix("\r")
    # Another kind of line break is one by itself, also behind a return.
    mark = "\r" if inside and inside[0] in _LINE_BREAKS else ""
    return before + mark + clean(inside) + text[len(before) + len(inside) :]


def to_json(value: object) -> str:
    """Return ``value`` as JSON for programs and eyes: readable, with nothing a terminal obeys."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return _UNSAFE.sub(lambda found: json.dumps(found.group())[1:-1], text)


def clean_line(text: str, limit: int = 400) -> str:
    """Return ``text`` as one harmless line of at most ``limit`` characters."""
    line = " ".join(clean(text).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def as_sentence(line: str) -> str:
    """Return a line with a full stop at its end, if nothing ends it."""
    return line if not line or line[-1] in ".!?…" else f"{line}."


def without_surrogates(text: str) -> str:
    """Return ``text`` with surrogate pairs joined and lone ones replaced: it can be sent."""
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def count_words(text: str, in_word: bool = False) -> tuple[int, bool]:
    """Count the words that begin in ``text``.

    ``in_word`` says whether the text before ended inside a word; the second result says so of
    this text, so that a stream is counted alike however it was cut.
    """
    words = len(text.split())
    if not text:
        return 0, in_word
    if in_word and not text[0].isspace():
        words -= 1
    return words, not text[-1].isspace()


def preview(text: str, limit: int = 200) -> str:
    """Return the first ``limit`` characters, and "..." when there is more."""
    return text[:limit] + "..." if len(text) > limit else text


def _harmless(match: re.Match[str]) -> str:
    character = match.group()
    if character in _LINE_BREAKS:
        return "\n"
    code = ord(character)
    if code < 0x20:
        return chr(_CONTROL_PICTURES + code)
    if code == 0x7F:
        return "\u2421"
    return "" if _VANISHING.match(character) else "\ufffd"
