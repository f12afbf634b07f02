"""Frames of a screen, at their times, as one animated SVG that runs in a loop.

    animate([Frame(0.0, picture), Frame(0.4, other), …], seconds=16.0, title="a film", still_at=0.4)

A row that is seen at several times or in several places is stored once. Everything that appears
and goes together shares one animation. Who sees no animations sees one of the frames.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from screenshots.picture import BASELINE, CELL, ROW, Band, Picture, Row, Words, document

TITLE_ROWS, LEFT = 2, 1
"""The window's title bar over the screen, and its frame beside it, in cells."""
TITLE, FRAME, KEY = "#a9a498", "#2c313a", "#e3b86f"
Times = tuple[int, ...]
"""The numbers of the frames in which something is seen."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The screen from an instant on, in seconds, and the key that has just been pressed."""

    at: float
    picture: Picture
    key: str = ""


@dataclass(slots=True)
class _Film:
    """What is seen where and when."""

    rows: dict[Row, int] = field(default_factory=dict)
    """Each row that is ever seen, with its number."""
    shown: dict[Times, list[tuple[int, int]]] = field(default_factory=dict)
    """By time: where rows are in the picture, and their numbers."""


def animate(frames: Sequence[Frame], seconds: float, title: str, still_at: float) -> str:
    """Return the frames as an SVG that begins again after ``seconds``.

    Who sees no animations sees what was there at the instant ``still_at``.
    """
    frames = _changes(frames)
    columns = max(frame.picture.columns for frame in frames)
    height = max(len(frame.picture.rows) for frame in frames)
    still = sum(frame.at <= still_at for frame in frames) - 1
    film = _film(frames, columns)
    style = [
        "@media(prefers-reduced-motion:reduce){g{animation:none!important}}",
        ".x{visibility:hidden}",
    ]
    shapes = [*_window(columns, height, title), "<defs>"]
    for row, number in film.rows.items():
        shapes += [f'<g id="r{number}">', *row.shapes(), "</g>"]
    shapes.append("</defs>")
    for number, (times, places) in enumerate(film.shown.items()):
        hidden = "" if still in times else ' class="x"'
        if len(times) == len(frames):
            shapes.append("<g>")
        else:
            style.append(f"@keyframes k{number}{{{''.join(_keyframes(times, frames, seconds))}}}")
            style.append(f"#a{number}{{animation:k{number} {seconds:g}s step-end infinite}}")
            shapes.append(f'<g id="a{number}"{hidden}>')
        for y, row_number in places:
            shapes.append(f'<use href="#r{row_number}" x="{LEFT * CELL}" y="{y}"/>')
        shapes.append("</g>")
    return document(columns + 2 * LEFT, height + TITLE_ROWS + 1, shapes, "\n".join(style))


def framed(picture: Picture, title: str) -> str:
    """Return one picture in a window."""
    rows = len(picture.rows)
    return document(
        picture.columns + 2 * LEFT,
        rows + TITLE_ROWS + 1,
        [
            *_window(picture.columns, rows, title),
            f'<g transform="translate({LEFT * CELL} {TITLE_ROWS * ROW})">',
            *(shape for y, row in enumerate(picture.rows) for shape in row.shapes(y)),
            "</g>",
        ],
    )


def _changes(frames: Sequence[Frame]) -> list[Frame]:
    """Leave out the frames in which nothing is different."""
    kept: list[Frame] = []
    for frame in frames:
        if not kept or (kept[-1].picture, kept[-1].key) != (frame.picture, frame.key):
            kept.append(frame)
    return kept


def _film(frames: Sequence[Frame], columns: int) -> _Film:
    seen: dict[tuple[int, Row], list[int]] = defaultdict(list)
    for number, frame in enumerate(frames):
        for y, row in enumerate(frame.picture.rows):
            seen[(y + TITLE_ROWS) * ROW, row].append(number)
        if frame.key:
            seen[ROW // 2, _key(frame.key, columns)].append(number)
    film = _Film()
    for (y, row), times in seen.items():
        number = film.rows.setdefault(row, len(film.rows))
        film.shown.setdefault(tuple(times), []).append((y, number))
    return film


def _keyframes(times: Times, frames: Sequence[Frame], seconds: float) -> Iterator[str]:
    """Yield the instants at which something comes or goes, in per cent of the whole."""
    was_seen = None
    for number, frame in enumerate(frames):
        is_seen = number in times
        if is_seen != was_seen:
            at = 0.0 if number == 0 else 100 * frame.at / seconds
            yield f"{at:.2f}%{{visibility:{'visible' if is_seen else 'hidden'}}}"
            was_seen = is_seen


def _key(key: str, columns: int) -> Row:
    """Return the row of the title bar that shows a key which is pressed."""
    at = columns - len(key) - 2
    cap = Band(at - 1, len(key) + 2, KEY)
    return Row((cap,), (Words(at, key, FRAME, "b"),))


def _window(columns: int, rows: int, title: str) -> Iterator[str]:
    width, height = (columns + 2 * LEFT) * CELL, (rows + TITLE_ROWS + 1) * ROW
    yield f'<rect width="{width}" height="{height}" rx="12" fill="{FRAME}"/>'
    for number, colour in enumerate(("#f28f83", "#f0b660", "#9fd192")):
        yield f'<circle cx="{24 + 22 * number}" cy="{ROW}" r="6" fill="{colour}"/>'
    place = f'x="{(width - len(title) * CELL) // 2}" y="{BASELINE + ROW // 2}"'
    yield f'<text {place} textLength="{len(title) * CELL}" fill="{TITLE}">{title}</text>'
