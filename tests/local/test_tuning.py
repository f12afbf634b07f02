"""Context and threads for a model on this machine."""

import struct
import threading
from pathlib import Path

import pytest

from tests.local.playbook_runs import no_report
from tui.local import tuning
from tui.local.context import bytes_per_token, context_tokens
from tui.local.engine import Engine
from tui.local.gguf_facts import read_facts
from tui.local.tuning import Tuning, recall_tuning, remember_tuning, tokens_per_second, tune
from tui.system.memory import Memory

ROOMY = Memory(10**12, 10**12)
BIG = {
    "block_count": 40, "attention.head_count": 32, "embedding_length": 4096,
    "attention.head_count_kv": 8, "context_length": 131072,
}  # fmt: skip
"""160 kB of memory for each token of context."""


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def model_file(path: Path, **facts: int) -> Path:
    """Write the beginning of a model file with a list in it, which is not what is looked for."""
    pairs = [text("general.architecture") + struct.pack("<I", 8) + text("llama")]
    pairs.append(text("general.tags") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"))
    pairs += [text(f"llama.{k}") + struct.pack("<II", 4, v) for k, v in facts.items()]
    pairs.append(text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 1) + text("x"))
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs)) + b"".join(pairs))
    return path


@pytest.mark.parametrize(
    ("available", "tokens"),
    [(10**12, 32768), (8 * 163840 * 9000, 8192), (10**9, 4096)],
)
def test_the_context_is_what_model_and_memory_allow(
    tmp_path: Path, available: int, tokens: int
) -> None:
    path = model_file(tmp_path / "m.gguf", **BIG)
    assert bytes_per_token(read_facts(path)) == 163840
    assert context_tokens(path, Memory(10**12, available)) == tokens


def test_a_model_that_was_made_for_less_gets_less(tmp_path: Path, weights: Path) -> None:
    small = model_file(tmp_path / "m.gguf", **BIG | {"context_length": 2048})
    assert context_tokens(small, ROOMY) == 2048
    assert context_tokens(weights, ROOMY) == 8192


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF" + b"\xff" * 100, bytes(5000)])
def test_a_file_that_tells_nothing_gets_the_least(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(content)
    assert read_facts(path) == {}
    assert context_tokens(path, ROOMY) == 4096
    assert context_tokens(tmp_path / "none.gguf", ROOMY) == 4096


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with eight cores and nothing remembered; a model that is worth measuring."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tuning, "_cores", lambda: 8)
    model = tmp_path / "m.gguf"
    with model.open("wb") as file:
        file.truncate(400_000_000)
    return model


@pytest.mark.parametrize(
    ("speeds", "tried", "chosen"),
    [
        ({8: 9.0, 4: 12.0, 2: 7.0}, [8, 4, 2], 4),
        ({8: 12.0, 4: 11.9, 2: 11.8, 1: 6.0}, [8, 4, 2, 1], 2),
        ({8: 20.0, 4: 11.0}, [8, 4], 8),
    ],
)
def test_the_fewest_threads_that_are_as_fast_as_any_are_taken(
    machine: Path, speeds: dict[int, float], tried: list[int], chosen: int
) -> None:
    asked: list[int] = []

    def measure(threads: int) -> float:
        asked.append(threads)
        return speeds[threads]

    assert tune("m", machine, measure).threads == chosen
    assert asked == tried


def test_what_was_measured_is_remembered_until_model_or_machine_change(
    machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Tuning(400_000_000, 8, 4, 8192, ("A card",), {"4": 12.0})
    remember_tuning("m", known)
    assert recall_tuning("m") == known
    assert tune("m", machine, lambda threads: pytest.fail("it is known")) == known
    monkeypatch.setattr(tuning, "_cores", lambda: 2)
    assert tune("m", machine, lambda threads: 5.0 / threads).threads == 1


def test_a_small_model_writes_with_one_thread_at_once(machine: Path) -> None:
    with machine.open("r+b") as file:
        file.truncate(98_000_000)
    assert tune("m", machine, lambda threads: pytest.fail("it is quick")).threads == 1


def test_the_speed_is_measured_on_the_engine_itself(
    engine: Engine, weights: Path, tmp_path: Path
) -> None:
    never = threading.Event()
    address = engine.start(weights, tmp_path / "log", no_report, never, threads=2)
    assert engine.start(weights, tmp_path / "log", no_report, never, threads=2) == address
    assert tokens_per_second(address, never) > 0
    engine.stop()
    assert tokens_per_second(address, never) == 0
