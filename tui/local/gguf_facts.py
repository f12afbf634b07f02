"""What a model file says of itself: the numbers at its beginning, read without the engine.

The format is that of llama.cpp's ``gguf.h``, versions 2 and 3: a header, then keys with typed
values. The tokenizer's tables come last, are large, and are not read.
"""

import io
import struct
from pathlib import Path
from typing import TypeAlias

from tui.system.files import read_file

Facts: TypeAlias = dict[str, int | float | str]

_READ_BYTES = 1 << 20
_HEADER_BYTES = 8
_STRING, _ARRAY = 8, 9
_NUMBERS = {
    0: "B",
    1: "b",
    2: "H",
    3: "h",
    4: "I",
    5: "i",
    6: "f",
    7: "?",
    10: "Q",
    11: "q",
    12: "d",
}
_MOST_KEYS = 10_000


def read_facts(path: Path) -> Facts:
    """Return the numbers and texts by key, of a list the largest number.

    What cannot be read is left out.

    Raises:
        OSError: the file cannot be read.
    """
    file = io.BytesIO(read_file(path, _READ_BYTES))
    facts: Facts = {}
    try:
        file.seek(_HEADER_BYTES)
        _, keys = _number(file, "Q"), _number(file, "Q")
        for _ in range(min(int(keys), _MOST_KEYS)):
            key = _text(file)
            if key.startswith("tokenizer."):
                break
            value = _value(file, int(_number(file, "I")))
            if value is not None:
                facts[key] = value
    except (struct.error, KeyError, UnicodeDecodeError):
        pass
    return facts


def _value(file: io.BytesIO, kind: int) -> int | float | str | None:
    if kind == _STRING:
        return _text(file)
    if kind != _ARRAY:
        return _number(file, _NUMBERS[kind])
    of, length = int(_number(file, "I")), int(_number(file, "Q"))
    found = [_value(file, of) for _ in range(min(length, _READ_BYTES))]
    return max((item for item in found if isinstance(item, int | float)), default=None)


def _number(file: io.BytesIO, code: str) -> int | float:
    number: int | float
    (number,) = struct.unpack(f"<{code}", file.read(struct.calcsize(f"<{code}")))
    return number


def _text(file: io.BytesIO) -> str:
    length = int(_number(file, "Q"))
    content = file.read(min(length, _READ_BYTES))
    if len(content) < length:
        raise KeyError(length)
    return content.decode()
