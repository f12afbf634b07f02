"""What a program has switched on at the terminal and has not switched off again."""

import re

_SWITCH = re.compile(rb"\x1b\[\?([\d;]+)([hl])|\x1b\[([<>])\d*(?:;\d+)?u")
_USUALLY_ON = {7, 25}
"""Wrapping at the right edge, and the cursor."""
_LONGEST = 32


class Modes:
    """Follows the switches in all that is written."""

    def __init__(self) -> None:
        self._rest = b""
        self._modes: dict[int, bool] = {}
        self._keyboards = 0
        """How many kitty keyboard modes lie on the stack."""

    def feed(self, data: bytes) -> None:
        """Read what is written, in pieces of any length."""
        data = self._rest + data
        done = 0
        for switch in _SWITCH.finditer(data):
            done = switch.end()
            numbers, state, stack = switch.groups()
            if stack:
                self._keyboards = max(0, self._keyboards + (1 if stack == b">" else -1))
            else:
                self._modes.update(dict.fromkeys(map(int, numbers.split(b";")), state == b"h"))
        self._rest = data[max(done, len(data) - _LONGEST) :]

    @property
    def left(self) -> list[str]:
        """What is not as a terminal usually is."""
        odd = [
            f"mode {mode} is {'on' if is_on else 'off'}"
            for mode, is_on in sorted(self._modes.items())
            if is_on != (mode in _USUALLY_ON)
        ]
        return [*odd, "the kitty keyboard is on"] if self._keyboards else odd
