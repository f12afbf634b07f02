"""Text that looks like a story and is the same every time."""

import re
from functools import lru_cache
from random import Random


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split("|")]


NOUNS = _listed(
    "dragon|lighthouse|keeper|lantern|harbour|compiler|loop|kettle|storm|violin|map|cellar"
    "|window|captain|library|river|blacksmith|owl|bridge|orchard|clock|letter"
)
ADJECTIVES = _listed("old|patient|crooked|silver|quiet|hungry|amber|small|brave|cold")
VERBS = _listed("watched|carried|forgot|debugged|followed|painted|opened|feared|mended|answered")
PLACES = _listed("at dawn|by the sea|without a word|in the café|below the naïve moon")
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
_FRESH_WORDS = 8


def _sentence(random: Random) -> str:
    subject = f"the {random.choice(ADJECTIVES)} {random.choice(NOUNS)}"
    rest = f"{random.choice(VERBS)} the {random.choice(NOUNS)} {random.choice(PLACES)}"
    plain = f"{subject} {rest}"
    shape = random.randrange(4)
    if shape == 0:
        return f"“{plain[0].upper()}{plain[1:]}!” said the {random.choice(NOUNS)}."
    if shape == 1:
        return f"{plain[0].upper()}{plain[1:]} — and {random.choice(VERBS)} it again."
    return f"{plain[0].upper()}{plain[1:]}."


@lru_cache(maxsize=64)
def prose(words: int, seed: str = "") -> str:
    """Returns exactly ``words`` words in sentences and paragraphs, decided by ``seed``."""
    random = Random(seed)
    paragraphs: list[str] = []
    left = words
    while left > 0:
        sentences = " ".join(_sentence(random) for _ in range(random.randint(3, 6))).split()
        paragraphs.append(" ".join(sentences[:left]))
        left -= len(sentences)
    return "\n\n".join(paragraphs)


def fresh_prose(words: int, random: Random) -> str:
    """Returns about as many words in sentences, of which hardly two share a word."""
    sentences = [_fresh_sentence(random) for _ in range(-(-words // _FRESH_WORDS))]
    return " ".join(sentences)


def _fresh_sentence(random: Random) -> str:
    said = " ".join(
        "".join(random.choice(_CONSONANTS) + random.choice(_VOWELS) for _ in range(3))
        for _ in range(_FRESH_WORDS)
    )
    return f"{said.capitalize()}."


def deltas_of(text: str, words_per_delta: int = 1) -> tuple[str, ...]:
    """Cuts a text as a tokenizer might: each piece starts with the space before its words."""
    pieces: list[str] = re.findall(rf"(?:\s*\S+){{1,{words_per_delta}}}", text)
    kept = sum(map(len, pieces))
    return (*pieces, text[kept:]) if kept < len(text) else tuple(pieces)
