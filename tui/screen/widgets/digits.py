"""Large digits for the countdown: three rows of half blocks, cheap enough for every tick."""

ROWS = 3
_ORDER = "0123456789:. "
_FONT = (
    ("█▀█", "▀█ ", "▀▀█", "▀▀█", "█ █", "█▀▀", "█▀▀", "▀▀█", "█▀█", "█▀█", "▄", " ", " "),
    ("█ █", " █ ", "█▀▀", " ▀█", "▀▀█", "▀▀█", "█▀█", "  █", "█▀█", "▀▀█", "▄", " ", " "),
    ("▀▀▀", "▀▀▀", "▀▀▀", "▀▀▀", "  ▀", "▀▀▀", "▀▀▀", "  ▀", "▀▀▀", "▀▀▀", " ", "▀", " "),
)


def large(text: str) -> tuple[str, ...]:
    """Return the rows of a text of digits, colons, points and spaces; others are left out."""
    places = [_ORDER.index(character) for character in text if character in _ORDER]
    return tuple(" ".join(row[place] for place in places) for row in _FONT)
