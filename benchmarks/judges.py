"""Judges of a story by a small model. They know nothing of the gate, and ask for more than it."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_SENTENCE = re.compile(r"""\S.*?(?:[.!?…]+["”\u2019')]*(?=\s|$)|$)""", re.MULTILINE)
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+")
_NAME = re.compile(r"(?<![.!?…:“\"\u2018(*_\n] )(?<![\"“\u2018(\n*_])(?<!\A)\b[A-Z][a-z]+\b")

_TEXT_WORDS = re.compile(
    r"\b(?:stor(?:y|ies)|tales?|fables?|narrat\w+|plots?|bedtime|sentences?|paragraphs?|chapters?"
    r"|scenes?|readers?|audience|vocabulary|protagonists?|main characters?|fiction\w*|genre"
    r"|themes?|metaphors?|imagery|symboli\w+|dialogues?|tone of|settings?|plot twist|backstory"
    r"|happy ending|(?<!in )the end\b(?! of)|the moral|lessons? (?:of|from|in) this|prompts?"
    r"|instructions?|assistant|language model|as an ai|chatbot|summary|in conclusion|to conclude"
    r"|word count|\d+ words|simple (?:words|language)|short(?:,| and) simple|to be continued"
    r"|once upon a time|titles?|authors?|writers?|essays?|poems?|drafts?|texts?|bullet|version"
    r"|feel free|hope (?:you|this)|let me know|here(?:'s| is| are) (?:a|an|the|some|your)\b"
    r"|(?:teaches|reminds|shows|tells) us|children (?:can|will|should))\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"^\s*(?:[#>*•-]|\d+[.)])\s|\*\*|https?:|`|[<>{}\[\]|]|^\s*\w+:\s", re.MULTILINE
)
_ADDRESS = re.compile(r"\b(?:I|I'[a-z]+|me|my|we|us|our|you|your|yourself)\b", re.I)
_TELLING_ABOUT = re.compile(
    r"\b(?:(?:it|this|which|that) (?:uses|teaches|describes|ends|begins|explores|shows)"
    r"|is (?:about|written|told|set in))\b|^\W*Remember\b",
    re.IGNORECASE,
)
_TWICE_NEARBY = re.compile(r"\b([A-Z][a-z]+)(,?(?: [a-z'\u2019]+){1,3},? \1)\b")
_TWICE = re.compile(r"\b([^\W\d_]+)[\s-]+\1\b", re.IGNORECASE)
_NAME_TWICE = re.compile(r"\b([A-Z]\w+)(?:['\u2019]s)?(?:, | )\1\b")
_REDUPLICATED = {"ha", "no", "so", "very", "bye", "knock", "tick", "tock", "had", "that"}
_NAMING = re.compile(
    r"\b(?:(?P<who>\w+)(?:,)? (?:named|(?:was|is) called)|(?P<owner>\w+)['\u2019]s name (?:was|is)"
    r"|(?:whose|his|her|its) name (?:was|is)) (?P<name>[A-Z][a-z]+)"
)
SIMILAR = 0.75
_FEWEST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judges found in one story."""

    leaks: list[str]
    slips: list[str]
    doubled: list[str]
    repeated: list[str]
    distinct: float
    hero_share: float
    """Share of the paragraphs, after the first, that name somebody whom the first one names."""
    is_renamed: bool
    words: int


def judge(story: str, prompt: str) -> Verdict:
    """Return what is wrong with a story, and what is right with it."""
    return Verdict(
        leaks=leaks_in(story, prompt),
        slips=slips_in(story),
        doubled=doubled_names_in(story),
        repeated=repeated_in(story),
        distinct=distinct_share(story),
        hero_share=hero_share(story),
        is_renamed=bool(renamed_in(story)),
        words=len(words_of(story)),
    )


def sentences_of(story: str) -> list[str]:
    """Return the sentences of a story, each with its quotation if one is open."""
    found: list[str] = []
    end = 0
    for match in _SENTENCE.finditer(story):
        if found and _is_open(found[-1]) and "\n" not in story[end : match.start()]:
            found[-1] += " " + match[0]
        else:
            found.append(match[0])
        end = match.end()
    return found


def words_of(text: str) -> list[str]:
    """Return the words, in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


def leaks_in(story: str, prompt: str) -> list[str]:
    """Return the sentences that speak of a text, or look like anything but the prose of one.

    What the prompt itself speaks of may be told of. The opening of a story is no leak.
    """
    wanted = set(words_of(prompt))
    leaks = []
    for number, sentence in enumerate(sentences_of(story)):
        told = sentence.removeprefix("Once upon a time") if number == 0 else sentence
        found = (match[0].lower() for match in _TEXT_WORDS.finditer(told))
        is_told_of = any(wanted.isdisjoint(words_of(words)) for words in found)
        outside = _QUOTED.sub("", told)
        if is_told_of or _MARKUP.search(told) or _TELLING_ABOUT.search(outside):
            leaks.append(sentence)
    return leaks


def slips_in(story: str) -> list[str]:
    """Return the sentences that speak to the reader, or of the teller, outside of quotations."""
    return [s for s in sentences_of(story) if _ADDRESS.search(_QUOTED.sub("", s))]


def doubled_names_in(story: str) -> list[str]:
    """Return names that stand twice with nothing but links between, or are given to two."""
    return [*_side_by_side(story), *_given_twice(story)]


def repeated_in(story: str) -> list[str]:
    """Return the sentences that an earlier one nearly says already."""
    seen: list[list[str]] = []
    repeated = []
    for sentence in sentences_of(story):
        words = words_of(sentence)
        if len(words) < _FEWEST_WORDS:
            continue
        if any(_is_similar(words, earlier) for earlier in seen):
            repeated.append(sentence)
        seen.append(words)
    return repeated


def distinct_share(story: str, size: int = 3) -> float:
    """Return how many of the runs of ``size`` words are different ones."""
    words = words_of(story)
    grams = [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
    return len(set(grams)) / len(grams) if grams else 1.0


def names_in(text: str) -> Counter[str]:
    """Return the words with a capital letter inside of sentences, and how often each is there."""
    return Counter(_NAME.findall(text))


def hero_share(story: str) -> float:
    """Return the share of later paragraphs that name somebody whom the first one names."""
    first, *others = [part for part in story.split("\n\n") if part.strip()] or [""]
    names = set(names_in(first))
    if not others or not names:
        return 0.0 if others else 1.0
    return sum(not names.isdisjoint(words) for words in map(_WORD.findall, others)) / len(others)


def renamed_in(story: str) -> list[str]:
    """Return what has been given two names, such as a dragon."""
    names: dict[str, set[str]] = {}
    for match in _NAMING.finditer(story):
        if who := match["who"] or match["owner"]:
            names.setdefault(who.lower(), set()).add(match["name"])
    return [who for who, given in names.items() if len(given) > 1]


def _side_by_side(story: str) -> Iterator[str]:
    names = set(names_in(story))
    for sentence in sentences_of(story):
        for match in (*_TWICE.finditer(sentence), *_NAME_TWICE.finditer(sentence)):
            if match[1].lower() not in _REDUPLICATED:
                yield match[0]
        for name, rest in _TWICE_NEARBY.findall(sentence):
            if name in names:
                yield name + rest


def _given_twice(story: str) -> Iterator[str]:
    given: set[str] = set()
    for match in _NAMING.finditer(story):
        if match["name"] in given:
            yield match[0]
        given.add(match["name"])


def _is_similar(words: list[str], earlier: list[str]) -> bool:
    if words == earlier:
        return True
    matcher = SequenceMatcher(None, words, earlier, autojunk=False)
    return matcher.quick_ratio() >= SIMILAR and matcher.ratio() >= SIMILAR


def _is_open(sentence: str) -> bool:
    return sentence.count('"') % 2 == 1 or sentence.count("“") > sentence.count("”")
