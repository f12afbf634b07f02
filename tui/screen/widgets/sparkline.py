"""Numbers as one row of blocks."""

from collections.abc import Sequence

_BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int, top: float = 0.0) -> str:
    """Return the last ``width`` values as blocks; ``top`` is what a full block means at least.

    Nothing is the lowest block, and only nothing is: a stall can be told from a trickle.
    """
    shown = values[-width:] if width > 0 else ()
    top = max(top, max(shown, default=0.0))
    return "".join(_block(value / top if top else 0.0) for value in shown)


def _block(share: float) -> str:
    if share <= 0:
        return _BLOCKS[0]
    return _BLOCKS[1 + round(min(share, 1.0) * (len(_BLOCKS) - 2))]
