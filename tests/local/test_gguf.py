import os
import struct
import threading
from pathlib import Path

import pytest

from tests.local.package_index import known
from tui.local import gguf
from tui.local.gguf import KnownFile, WeightsError, check_gguf, is_verified


def model_file(path: Path, version: int = 3, tensors: int = 1, size: int = 100) -> Path:
    head = struct.pack("<4sIQQ", b"GGUF", version, tensors, 1)
    path.write_bytes(head.ljust(size, b"\0"))
    return path


def test_a_model_file_passes(tmp_path: Path) -> None:
    check_gguf(model_file(tmp_path / "model.gguf"))


def test_the_real_weights_pass(weights: Path) -> None:
    check_gguf(weights)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a GGUF"),
        (b"PK\x03\x04 a zip archive, say", "not a GGUF"),
        (b"GGUF\x03\0\0\0", "cut short"),
        (struct.pack("<4sIQQ", b"GGUF", 1, 1, 1), "version 1"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 0, 1), "no weights"),
        (struct.pack("<4sIQQ", b"GGUF", 3, 272, 40), "cut short"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(WeightsError, match=said):
        check_gguf(path)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="There is no file"):
        check_gguf(tmp_path / "nothing.gguf")
    with pytest.raises(WeightsError, match="is a folder"):
        check_gguf(tmp_path)


def test_a_file_that_cannot_be_opened_gives_the_reason(tmp_path: Path) -> None:
    loop = tmp_path / "loop.gguf"
    loop.symlink_to(loop)
    with pytest.raises(WeightsError, match="cannot be read"):
        check_gguf(loop)


@pytest.fixture
def hashings(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    hashed: list[Path] = []
    real = gguf.file_sha256

    def count(path: Path, cancelled: threading.Event) -> str:
        hashed.append(path)
        return real(path, cancelled)

    monkeypatch.setattr(gguf, "file_sha256", count)
    return hashed


def verify(path: Path, file: KnownFile) -> bool:
    return is_verified(path, file, path.with_name("stamp"), threading.Event())


def test_an_unchanged_file_is_hashed_only_once(tmp_path: Path, hashings: list[Path]) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"right")
    file = known("model", b"right")
    assert verify(path, file)
    assert verify(path, file)
    assert hashings == [path]


def test_a_file_that_was_touched_is_hashed_again(tmp_path: Path, hashings: list[Path]) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"right")
    file = known("model", b"right")
    assert verify(path, file)
    path.write_bytes(b"wrong")
    os.utime(path, ns=(1, 1))
    assert not verify(path, file)
    assert len(hashings) == 2


def test_a_file_of_another_size_is_not_even_hashed(tmp_path: Path, hashings: list[Path]) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"too long")
    assert not verify(path, known("model", b"right"))
    assert hashings == []


def test_a_broken_stamp_is_no_stamp(tmp_path: Path, hashings: list[Path]) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"right")
    (tmp_path / "stamp").write_text('{"size": 5')
    assert verify(path, known("model", b"right"))
    assert hashings == [path]
