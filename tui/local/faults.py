"""What may be wrong with a sentence of a small model, for which it is written once more."""

import re
from collections import Counter
from enum import IntEnum

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_QUOTED = re.compile(r'"[^"]*(?:"|$)|“[^”]*(?:”|$)')

_ABOUT_TEXT = re.compile(
    r"\b(?:stor(?:y|ies)|tales?|fables?|narrat\w+|plots?|bedtime|sentences?|paragraphs?|chapters?"
    r"|scenes?|readers?|audience|vocabulary|protagonists?|characters?|fiction\w*|genre|endings?"
    r"|(?<!in )the end(?! of)|morals?|lessons?|prompts?|instructions?|assistant|language model"
    r"|as an ai|chatbot|summary|in conclusion|to conclude|\d+ words|simple (?:words|language)"
    r"|once upon a time|in the end|ever after|titled?|authors?|writers?|essay|poem|texts?|bullet"
    r"|feel free|hope (?:you|this)|let me know|here(?:'s| is| are) (?:an?|the|some|your)"
    r"|remember(?:,| that)|(?:teach|remind|show|tell)(?:es|s) us)\b",
    re.IGNORECASE,
)
_TO_READER = re.compile(r"\b(?:I|my|me|we|us|our|you|your)\b", re.IGNORECASE)
_MARKUP = re.compile(r"[#*<>{}\[\]|`_\\]|https?:|^\s*(?:\d+[.)]|[-•])\s|^\s*\w+:\s")
_DOUBLED = re.compile(r"\b([^\W\d_]+)[\s-]+\1\b", re.IGNORECASE)
_MAY_DOUBLE = {"had", "that", "very", "so", "no", "ha", "knock", "tick", "bye", "far"}
_NAMED = re.compile(r"\b(?:named|called|name (?:was|is)) ([A-Z]\w+)")
_PRESENT = re.compile(r"\b(?:is|are|has|does|says|can|will|(?:is|are|do|does|has)n't)\b")
_PAST = re.compile(r"\b(?:was|were|had|did|said|could|would|went|came|took|[a-z]{2,}ed)\b")
_SENTENCES = re.compile(r"(?<=[.!?…。])[\s\"”\u2019')]+|\n+")
_NEAR_WORDS = 4
_NO_NAME = {"The", "This", "That", "He", "She", "It", "They", "I", "You", "We", "A", "No", "Yes"}

SIMILAR = 0.7
"""The share of its words that a sentence may have in common with an earlier one."""
SEEN_SHARE = 0.25
"""The share of its runs of three words that the story may have had already."""
_FEWEST_WORDS = 3
_MOST_OF_A_WORD = 2
_IN_A_ROW = 3
"""No topic but the story's own is in all of these sentences and in the next one as well."""
_LENGTH_OF_A_TOPIC = 4
"""Shorter words may stand in a sentence as often as they like."""
_NO_TOPIC = {
    "that", "they", "them", "their", "this", "these", "those", "with", "were", "when", "what",
    "would", "could", "been", "from", "have", "will", "about", "into", "then", "than", "very",
}  # fmt: skip


class Fault(IntEnum):
    """What is wrong with a sentence; the greater, the worse."""

    NONE = 0
    DWELLS = 1
    """On one word, again and again."""
    REPEATS = 2
    """What the story has said already."""
    SHIFTS = 3
    """From the past to the present."""
    BROKEN = 4
    """A quotation without an end, or a sentence."""
    DOUBLES = 5
    """A name, or any word."""
    LEAKS = 6
    """It speaks of the story as a text, or to the reader."""
    WORST = 7


def fault_in(sentence: str, before: str, wanted: str = "") -> Fault:
    """Return the worst fault of a sentence that is to follow the text ``before``.

    Whatever words the text before and the reader's wish have, the sentence may have as well.
    """
    if leaks(sentence, f"{wanted}\n{before}"):
        return Fault.LEAKS
    if _doubles(sentence, before):
        return Fault.DOUBLES
    words = _words(sentence)
    if _repeats(words, before):
        return Fault.REPEATS
    if _shifts(sentence, before):
        return Fault.SHIFTS
    return Fault.DWELLS if _dwells(words, before, wanted) else Fault.NONE


def leaks(sentence: str, allowed: str) -> bool:
    """Say whether a sentence speaks of the story as a text, to the reader, or is no prose.

    It may use the words that stand in ``allowed`` outside of what somebody says there.
    """
    told = _QUOTED.sub("", sentence)
    found = [*_ABOUT_TEXT.findall(sentence), *_TO_READER.findall(told), *_MARKUP.findall(sentence)]
    return bool(found) and not all(_has(_QUOTED.sub("", allowed), words) for words in found)


def _doubles(sentence: str, before: str) -> bool:
    if any(match[1].lower() not in _MAY_DOUBLE for match in _DOUBLED.finditer(sentence)):
        return True
    last: dict[str, int] = {}
    for index, word in enumerate(re.findall(r"[^\W\d_]+", sentence)):
        if word[0].isupper() and word not in _NO_NAME:
            if index - last.get(word, -_NEAR_WORDS - 1) <= _NEAR_WORDS:
                return True
            last[word] = index
    given = _NAMED.findall(sentence)
    return not set(_NAMED.findall(before)).isdisjoint(given) or len(set(given)) < len(given)


def _repeats(words: list[str], before: str) -> bool:
    """Say whether a sentence is too much like one before, or like many in part."""
    if len(words) < _FEWEST_WORDS:
        return False
    bag = Counter(words)
    for earlier in _sentences(before):
        others = Counter(_words(earlier))
        if others and 2 * (bag & others).total() / (len(words) + others.total()) >= SIMILAR:
            return True
    seen = _runs(_words(before))
    runs = [tuple(words[start : start + 3]) for start in range(len(words) - 2)]
    told = sum(run in seen for run in runs) + len(runs) - len(set(runs))
    return told > SEEN_SHARE * len(runs)


def _shifts(sentence: str, before: str) -> bool:
    """Say whether a sentence of a tale in the past is told in the present alone."""
    told = _QUOTED.sub("", sentence)
    return bool(_PRESENT.search(told) and not _PAST.search(told) and _PAST.search(before))


def _dwells(words: list[str], before: str, wanted: str) -> bool:
    topics = Counter(w for w in words if len(w) >= _LENGTH_OF_A_TOPIC and w not in _NO_TOPIC)
    if topics and topics.most_common(1)[0][1] > _MOST_OF_A_WORD:
        return True
    latest = [set(_words(sentence)) for sentence in _sentences(before)[-_IN_A_ROW:]]
    in_all = set(topics).intersection(*latest) if len(latest) == _IN_A_ROW else set()
    return not in_all <= set(_words(wanted))


def _runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[start : start + 3]) for start in range(len(words) - 2)}


def _has(text: str, words: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(words.strip())}(?!\w)", text, re.IGNORECASE))


def _sentences(text: str) -> list[str]:
    """Return the sentences of a text, roughly: a quotation of several is several here."""
    return [sentence for sentence in _SENTENCES.split(text) if sentence]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
