"""What a prompt wishes for, as far as a few rules can tell."""

import re

IDEA_CHARACTERS = 600
"""The model reads about one character a millisecond before it can write its first word."""
WISH_CHARACTERS = 200

_FIRST = "Once upon a time, there was"
_SUBJECT_WORDS = 14

_LENGTH = re.compile(
    r"\b(\d{1,3}(?:[.,]\d{3})+|\d{2,6})[ -]*(?:words?|wörtern?|worte)\b", re.IGNORECASE
)
_ASKS = re.compile(
    r"^(?:please |can you |could you )?"
    r"(?:write|tell|create|compose|make|give|invent|schreibe?|erzähle?)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(_ASKS.pattern + r"[^.!?]*?\b(?:story|tale|fable)\b", re.IGNORECASE)
_MANNER = re.compile(
    r"\b(?:words|sentences|take your time|thorough|paragraphs|chapters|happy ending)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:story|tale|fable|one) (?:about|of) (an? [^.,;:!?\n]+)", re.IGNORECASE)
_NOUN = re.compile(r"an? [^.,;:!?\n]+", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?]) ")
_CLAUSE = re.compile(r"\b(who|that|which) (\w+)", re.IGNORECASE)

_PAST = {
    "is": "was", "are": "were", "has": "had", "does": "did", "can": "could", "cannot": "could not",
    "wants": "wanted", "goes": "went", "finds": "found", "gets": "got", "sees": "saw",
    "meets": "met", "makes": "made", "builds": "built", "thinks": "thought", "falls": "fell",
    "loses": "lost", "flies": "flew", "keeps": "kept", "sings": "sang", "writes": "wrote",
    "runs": "ran", "tells": "told", "knows": "knew", "feels": "felt", "steals": "stole",
    "dreams": "dreamed", "sells": "sold", "comes": "came", "becomes": "became", "swims": "swam",
    "eats": "ate", "takes": "took", "grows": "grew", "forgets": "forgot", "sleeps": "slept",
    "discovers": "discovered", "brings": "brought", "teaches": "taught", "will": "would",
}  # fmt: skip


def words_wished(prompt: str) -> int:
    """Return the largest number of words that the prompt speaks of, or 0."""
    return max((int(re.sub(r"\D", "", wish)) for wish in _LENGTH.findall(prompt)), default=0)


def idea_of(prompt: str) -> str:
    """Return what the story is to be about: one line, a whole request, not too long.

    How the story is to be written is left out: the model is told that in words of its size.
    """
    line = " ".join(prompt.split())
    sentences = [part for part in _SENTENCE_END.split(line) if not _MANNER.search(part)]
    line = " ".join(sentences) or line
    if len(line) > IDEA_CHARACTERS:
        line = line[:IDEA_CHARACTERS].rsplit(" ", 1)[0]
    line = line if _ASKS.match(line) else f"Write a story about {line}"
    return line if line.endswith((".", "!", "?")) else f"{line}."


def with_wish(idea: str, wish: str) -> str:
    """Return the idea with a direction or a note as one more sentence, unless that is too long."""
    line = " ".join(wish.split())
    if not line or len(line) > WISH_CHARACTERS:
        return idea
    line = line[0].upper() + line[1:]
    return f"{idea} {line if line[-1] in '.!?' else f'{line}.'}"


def subject_of(idea: str) -> str:
    """Return what an idea is about, without the words that ask for a story."""
    return _REQUEST.sub("", idea)


def opening_about(prompt: str) -> str:
    """Return how the story opens; whom it is about is named when the prompt says so plainly."""
    subject = _subject(" ".join(prompt.split()))
    if not subject:
        return _FIRST
    if (match := _CLAUSE.search(subject)) is None:
        return f"{_FIRST} {subject}"
    # A hero that is only "the dragon" all along is soon mistaken for the next one.
    hero = subject[: match.start()].split(" ", 1)[1].strip()
    return f"{_FIRST} {subject}. The {hero}'s name was"


def _subject(line: str) -> str:
    match = _ABOUT.search(line)
    found = match[1] if match else line if _NOUN.fullmatch(line.rstrip(".!? ")) else ""
    words = found.rstrip(".!? ").split(" ")
    if not found or len(words) > _SUBJECT_WORDS:
        return ""
    subject = " ".join((words[0].lower(), *words[1:]))
    return _CLAUSE.sub(lambda clause: f"{clause[1]} {past_of(clause[2])}", subject)


def past_of(verb: str) -> str:
    """Return a verb of the third person as English tells stories; an unknown word as it is."""
    if known := _PAST.get(verb):
        return known
    if verb.endswith("ies"):
        return f"{verb[:-3]}ied"
    if verb.endswith(("shes", "ches", "sses", "xes")):
        return f"{verb[:-2]}ed"
    if verb.endswith("s") and not verb.endswith("ss"):
        return f"{verb[:-1]}d" if verb.endswith("es") else f"{verb[:-1]}ed"
    return verb
