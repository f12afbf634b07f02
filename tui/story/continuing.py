"""Going on with a story that stopped: the prompt for it, and how that prompt is parsed.

A cancelled run cannot be continued, so a new run gets the end of the story so far. The rule: a
continued story is ``story_so_far + passage``, with nothing between the two.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from tui.config.settings import CONTEXT_CHARACTERS

_SENTENCE_ENDS = re.compile(r"""[.!?…][*_"'”\u2019»)\]]*\Z""")
_SENTENCE_START = re.compile(r"""(?<=[.!?…])["'”\u2019»)]*\s+(?=\S)|\n+""")
_LAST_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*\Z")
_LAST_LINE_IS_OWN = re.compile(r"(?:\A|\n)[ \t]*(?:#{1,6} [^\n]*|[-*_](?:[ \t]*[-*_]){2,})[ \t]*\Z")
_QUOTED_CHARACTERS = 80

_TAGS = ("request", "story", "direction", "note")
_SHAPE = re.compile(
    r"\AGo on with the story between <story(?P<n>(?:-\d+)?)> and </story(?P=n)>[^\n]*\n\n"
    r"[^\n]*\n<request(?P=n)>\n(?P<request>.*?)\n</request(?P=n)>\n\n"
    r"[^\n]*\n<story(?P=n)>\n(?P<tail>.*?)\n</story(?P=n)>\n\n"
    r"(?:[^\n]*\n<direction(?P=n)>\n(?P<direction>.*?)\n</direction(?P=n)>\n\n)?"
    r"(?:[^\n]*\n<note(?P=n)>\n(?P<note>.*?)\n</note(?P=n)>\n\n)?",
    re.DOTALL,
)
_NOTED = re.compile(
    r"(?P<prompt>.*)\n\n[^\n]*\n<note(?P<n>(?:-\d+)?)>\n(?P<note>.*)\n</note(?P=n)>", re.DOTALL
)


class Stop(StrEnum):
    """Where a text stops."""

    AFTER_PARAGRAPH = "after a paragraph"
    AFTER_SENTENCE = "after a sentence"
    IN_SENTENCE = "in a sentence"
    """The last word may be whole or not."""


@dataclass(frozen=True, slots=True)
class Continuation:
    """What a continuation prompt asks for."""

    original_prompt: str
    tail: str
    """The end of the story so far, to the very last character."""
    direction: str | None
    note: str | None = None


def continuation_prompt(
    original_prompt: str,
    story_so_far: str,
    direction: str | None,
    tail_characters: int = CONTEXT_CHARACTERS,
    note: str = "",
) -> str:
    """Return the prompt of a run that goes on with a story from the very place where it stopped.

    ``original_prompt`` may itself be such a prompt. ``note`` is what the user wants to hold for
    the whole story. When there is no story yet, the prompt asks for one.
    """
    while continued := parse_continuation(original_prompt):
        original_prompt = continued.original_prompt
    direction = (direction or "").strip()
    tail = tail_of(story_so_far, tail_characters)
    n = _free_suffix(original_prompt, tail, direction, note)
    noted = f"What holds for the whole story:\n<note{n}>\n{note}\n</note{n}>" if note else ""
    if not tail.strip():
        return "\n\n".join(filter(None, (original_prompt, direction, noted)))
    part = "from somewhere in its middle" if len(tail) < len(story_so_far) else "from its beginning"
    parts = [
        f"Go on with the story between <story{n}> and </story{n}>, from the very place where it"
        " stops.",
        f"It was asked for with these words:\n<request{n}>\n{original_prompt}\n</request{n}>",
        f"The story so far, {part}:\n<story{n}>\n{tail}\n</story{n}>",
    ]
    if direction:
        parts.append(f"What is to come now:\n<direction{n}>\n{direction}\n</direction{n}>")
    if noted:
        parts.append(noted)
    return "\n\n".join((*parts, _rules(tail, n, has_direction=bool(direction))))


def parse_continuation(prompt: str) -> Continuation | None:
    """Return what a continuation prompt asks for, or None for any other prompt."""
    match = _SHAPE.match(prompt)
    if match is None:
        return None
    return Continuation(match["request"], match["tail"], match["direction"], match["note"])


def parse_note(prompt: str) -> tuple[str, str]:
    """Return the prompt of a new story without the note in it, and the note."""
    match = _NOTED.fullmatch(prompt)
    return (match["prompt"], match["note"]) if match else (prompt, "")


def tail_of(story: str, characters: int = CONTEXT_CHARACTERS) -> str:
    """Return the end of a story, from the start of a paragraph, a sentence or at least a word."""
    if len(story) <= characters:
        return story
    tail = story[len(story) - characters :] if characters > 0 else ""
    paragraph = tail.find("\n\n")
    if 0 <= paragraph < characters // 3 and (rest := tail[paragraph:].lstrip()):
        return rest
    if (match := _SENTENCE_START.search(tail)) and match.end() < characters // 2:
        return tail[match.end() :]
    _, space, rest = tail.partition(" ")
    return rest if space and rest.strip() else tail


def stop_of(text: str) -> Stop:
    """Return where a text stops."""
    body = text.rstrip()
    gap = text[len(body) :]
    if not body or "\n" in gap or _LAST_LINE_IS_OWN.search(body):
        return Stop.AFTER_PARAGRAPH
    return Stop.AFTER_SENTENCE if _SENTENCE_ENDS.search(body) else Stop.IN_SENTENCE


def end_of_sentence(text: str) -> int:
    """Return where the first sentence of a text ends, with the space after it; 0 if nowhere."""
    match = _SENTENCE_START.search(text)
    return match.end() if match else 0


def open_word_of(text: str) -> str:
    """Return the word at the very end of a text, which may be cut off, or an empty text."""
    match = _LAST_WORD.search(text[-_QUOTED_CHARACTERS:])
    return match[0] if match else ""


def _free_suffix(*texts: str) -> str:
    """Return what makes the delimiters differ from anything in the texts."""
    number = 1
    while True:
        suffix = f"-{number}" if number > 1 else ""
        if not any(f"</{tag}{suffix}>" in text for tag in _TAGS for text in texts):
            return suffix
        number += 1


def _rules(tail: str, n: str, *, has_direction: bool) -> str:
    follow = f" Then let happen what <direction{n}> asks for." if has_direction else ""
    return "\n".join(
        (
            "How to go on:",
            f"- {_where(tail)}{follow}",
            f"- Go on exactly where <story{n}> stops. Repeat nothing of it, do not summarise it, do"
            " not begin again, do not rewrite it.",
            "- Keep its language, tense, point of view, names and style.",
            "- Answer with the text of the story alone: no title, no introduction, no remarks.",
            "- If you hand this to a member of your team, the member sees nothing of it but your"
            f" task: put into the task these rules, what is to come, and the end of <story{n}> word"
            " for word, a page of it. Your own last answer is the new text alone, the whole of it.",
        )
    )


def _where(tail: str) -> str:
    stop, word = stop_of(tail), open_word_of(tail)
    if stop is Stop.AFTER_PARAGRAPH:
        return "The story stops at the end of a paragraph: begin with a new one."
    last = " ".join(tail[-_QUOTED_CHARACTERS:].split())
    if len(tail) > _QUOTED_CHARACTERS:
        last = last.partition(" ")[2] or last
    if stop is Stop.AFTER_SENTENCE:
        return f"The story stops at the end of a sentence, “{last}”: begin with the next sentence."
    if not word:
        return f"The story stops in the middle of a sentence, “{last}”: begin with the next word."
    return (
        f"The story stops in the middle of a sentence, perhaps of a word: “{last}”. Begin with its"
        f" last word “{word}”, completed if it is cut off, and bring the sentence to its end."
    )
