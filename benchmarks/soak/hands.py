"""What hostile hands do to a terminal: keys, pastes, the mouse, sizes."""

from random import Random

KEYS = (
    "c", "a", "d", "r", "n", "h", "m", "f", "v", "y", "s", "j", "k", "g", "G", "\r", "\x1b", " ",
    "?", "/", "+", "-", "=", "x", "t", "\t", "\x7f", "\x03", "\x10", "\x14", "\x12", "\x19", "\x13",
    "\x01", "\x05", "\x0b", "\x15", "\x17", "\x0c", "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D",
    "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[Z", "\x1b[3~", "\x1bOP", "\x1bOQ", "\x1bOR",
    "C", "R", "\u0441", "é", "猫", "👩‍👩‍👧", "\x1b[99u", "\x1b[I", "\x1b[O",
)  # fmt: skip
"""All but those that leave, and the one that deletes a story."""
PASTES = ("", "pasted\ntext", "\x1b[31mred", "猫" * 99, "a" * 20_000, "one\ttwo\r\nthree\x00")
EDGES = ((8, 2), (500, 100), (1, 1), (20, 5), (80, 24), (60, 16), (500, 2), (8, 100))
GARBAGE = (b"\xff\xfe\xc3(", b"\x1b[999;999;999R", b"\x1b[?1;2c", b"\x1b[<0;9", b"\x1bP1$r0m\x1b\\")


def some_keys(dice: Random) -> bytes:
    """Return a handful of keys, faster than anyone types."""
    return "".join(dice.choice(KEYS) for _ in range(dice.randrange(1, 8))).encode()


def a_paste(dice: Random) -> bytes:
    return b"\x1b[200~" + dice.choice(PASTES).encode() + b"\x1b[201~"


def some_mouse(dice: Random) -> bytes:
    """Return presses, releases, moves and turns of the wheel, also beside the screen."""
    events = []
    for _ in range(dice.randrange(1, 8)):
        button = dice.choice((0, 1, 2, 32, 35, 64, 65))
        x, y = dice.randrange(1, 130), dice.randrange(1, 45)
        events.append(f"\x1b[<{button};{x};{y}{dice.choice('Mm')}")
    return "".join(events).encode()


def a_size(dice: Random) -> tuple[int, int]:
    """Return a size from 8x2 to 500x100, an extreme one as often as another."""
    if dice.random() < 0.5:
        return dice.choice(EDGES)
    return dice.randrange(8, 501), dice.randrange(2, 101)
