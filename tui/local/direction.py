"""A reader's direction ("now let the dragon fail") as the sentence with which a scene opens.

A model of this size hardly heeds what it is told about the plot, but it does go on with what
stands there already.
"""

import re

from tui.local.prompt_hints import past_of, words_wished

_LEAD = re.compile(
    r"^(?:(?:ok(?:ay)?|now|and|then|next|but|so|please|suddenly|i want(?: that)?|let's say)\b"
    r"[,:]?\s*(?:that\s+)?)+",
    re.IGNORECASE,
)
_CAUSED = re.compile(r"^(?:let|make|have)\s+", re.IGNORECASE)
_BROUGHT = re.compile(
    r"^(?:add|introduce|bring(?: in)?|include)\s+((?:an?|some|the|another|two|three)\s.+)",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\s(?:should|must|will|shall|can|could|has to|have to|needs to|is to)\s", re.IGNORECASE
)
_ARTICLE = re.compile(
    r"(?:an?|the|some|his|her|their|its|my|our|this|that|another|one)", re.IGNORECASE
)
_PRONOUN = re.compile(r"(?:he|she|it|they|we|everyone|everybody|someone|somebody)", re.IGNORECASE)
_WORDS_OF_SUBJECT = 5
_CHARACTERS = 160

_BASE = {
    "be": "was", "become": "became", "begin": "began", "break": "broke", "bring": "brought",
    "build": "built", "burn": "burned", "buy": "bought", "catch": "caught", "come": "came",
    "cry": "cried", "die": "died", "discover": "discovered", "do": "did", "drown": "drowned",
    "eat": "ate", "escape": "escaped", "explode": "exploded", "fail": "failed", "fall": "fell",
    "feel": "felt", "fight": "fought", "find": "found", "fly": "flew", "forget": "forgot",
    "get": "got", "give": "gave", "go": "went", "grow": "grew", "have": "had", "hear": "heard",
    "help": "helped", "hide": "hid", "keep": "kept", "know": "knew", "learn": "learned",
    "leave": "left", "lose": "lost", "make": "made", "marry": "married", "meet": "met",
    "open": "opened", "read": "read", "return": "returned", "ride": "rode", "run": "ran",
    "save": "saved", "say": "said", "see": "saw", "sing": "sang", "sink": "sank",
    "sleep": "slept", "speak": "spoke", "start": "started", "steal": "stole", "stop": "stopped",
    "swim": "swam", "take": "took", "teach": "taught", "tell": "told", "think": "thought",
    "try": "tried", "turn": "turned", "wake": "woke", "win": "won", "write": "wrote",
    "appear": "appeared", "arrive": "arrived", "destroy": "destroyed", "disappear": "disappeared",
    "fix": "fixed", "happen": "happened", "kill": "killed", "laugh": "laughed", "rescue": "rescued",
    "rise": "rose", "shine": "shone", "attack": "attacked", "chase": "chased", "dream": "dreamed",
    "fear": "feared", "rain": "rained", "need": "needed", "want": "wanted", "walk": "walked",
}  # fmt: skip


def opening_from(direction: str) -> str:
    """Return a sentence that makes what is directed happen, or an empty text when none can."""
    line = " ".join(direction.split())
    wanted = [part for part in re.split(r"(?<=[.!?;]) ", line) if not words_wished(part)]
    clause = _LEAD.sub("", wanted[0]).rstrip(".!?;, ") if wanted else ""
    if not clause or len(clause) > _CHARACTERS:
        return ""
    if match := _BROUGHT.match(clause):
        return f"Then came {_lowered(match[1])}."
    first, *others = clause.split(" and ")
    if not (told := _told(first)):
        return ""
    return f"Then {' and '.join((_lowered(told), *map(_told_too, others)))}."


def _told_too(clause: str) -> str:
    """Return a clause that shares the subject of another, has its own, or is none at all."""
    verb, space, rest = clause.partition(" ")
    past = _past(verb, is_base=False)
    return f"{past}{space}{rest}" if past else _told(clause) or clause


def _told(clause: str) -> str:
    """Return the clause as English tells stories, or an empty text if it is not understood."""
    caused = _CAUSED.match(clause)
    subject_and_verb = clause[caused.end() :] if caused else clause
    if match := _MODAL.search(subject_and_verb):
        verb, _, rest = subject_and_verb[match.end() :].partition(" ")
        return _joined(subject_and_verb[: match.start()], _past_of_base(verb), rest)
    words = subject_and_verb.split(" ")
    fewest = 2 if _ARTICLE.fullmatch(words[0]) else 1
    for index in range(fewest, min(len(words), _WORDS_OF_SUBJECT + 1)):
        if past := _past(words[index], is_base=bool(caused)):
            return _joined(" ".join(words[:index]), past, " ".join(words[index + 1 :]))
    if len(words) >= 2 and not caused and re.match(r"an?\s|some\s", clause, re.IGNORECASE):
        return f"there was {_lowered(clause)}"
    return ""


def _past(word: str, *, is_base: bool) -> str:
    if word.lower() in _BASE and word.islower():
        return _BASE[word] if is_base or word != "read" else ""
    if is_base or not word.islower() or not word.endswith("s"):
        return ""
    return past_of(word)


def _past_of_base(verb: str) -> str:
    if known := _BASE.get(verb):
        return known
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def _joined(subject: str, verb: str, rest: str) -> str:
    is_many = verb == "was" and re.match(r"(?:they|we)\b", subject, re.IGNORECASE)
    return " ".join(part for part in (subject, "were" if is_many else verb, rest) if part)


def _lowered(clause: str) -> str:
    """Return the clause as it stands inside a sentence; a name keeps its capital."""
    first, space, rest = clause.partition(" ")
    is_name = not (_ARTICLE.fullmatch(first) or _PRONOUN.fullmatch(first) or first == "There")
    return clause if is_name else f"{first.lower()}{space}{rest}"
