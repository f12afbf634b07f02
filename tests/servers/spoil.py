"""What the model says when the fault is in its words."""

from dataclasses import replace

from tests.servers.faults import Fault, FaultKind
from tests.servers.prose import prose
from tests.servers.script import Turn

HUGE = 1_000_000
CUTS = {FaultKind.MAX_TOKENS, FaultKind.CONTENT_FILTER}

ESCAPES = (
    "red \x1b[31malert\x1b[0m ",
    "clip \x1b]52;c;c3Rvcnk=\x07 ",
    "title \x1b]0;owned\x07 ",
    "link \x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\ ",
    "home \x1b[2J\x1b[H\x9b31m ",
    "nul \x00 bell \x07 back \x08\x08 cr \rover ",
    "bidi \u202egnp.exe\u202c \u2066isolate\u2069 end.",
)
MARKUP = (
    "[bold red]x[/] ",
    "[link=http://evil.example]here[/link] ",
    "[@click=app.quit]q[/] ",
    "[/] [[ ]",
)
TEXTS = {
    FaultKind.LONE_SURROGATES: ("before ", "\ud83d", " between ", "\udc09", " after"),
    FaultKind.SPLIT_SURROGATES: ("a dragon ", "\ud83d", "\udc09", " flies"),
    FaultKind.TERMINAL_ESCAPES: ESCAPES,
    FaultKind.MARKUP: MARKUP,
    FaultKind.HUGE_DELTA: (prose(HUGE // 5, "huge")[:HUGE],),
}


def spoil(turn: Turn, fault: Fault | None, prompt: str) -> Turn:
    """Returns the turn as a fault in what the model says makes it."""
    kind = fault.kind if fault else None
    if fault and kind in CUTS:
        return replace(turn, deltas=turn.deltas[: fault.deltas_before(turn.size)], calls=())
    if kind is FaultKind.NO_TEXT:
        return Turn()
    if kind is FaultKind.WHITESPACE_ONLY:
        return Turn((" ", "\n\n", "\t", " "))
    if kind is FaultKind.REFUSAL:
        return Turn(("I'm sorry, ", "but I can't ", "help with that."), refusal=True)
    if kind is FaultKind.REPEATS_PROMPT:
        return replace(turn, deltas=(" ".join(prompt.split()[-12:]) + " ", *turn.deltas))
    if kind in TEXTS:
        return replace(turn, deltas=TEXTS[kind])
    return turn
