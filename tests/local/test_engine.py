import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openai
import pytest

from tests import ROOT
from tests.harness.waiting import wait_until
from tests.local.playbook_runs import no_report
from tui.errors import PreparationCancelled
from tui.local.address import EngineAddress
from tui.local.engine import Engine, EngineError


def start(engine: Engine, gguf: Path, log: Path) -> EngineAddress:
    return engine.start(gguf, log, no_report, threading.Event())


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def engine_pids() -> list[int]:
    listed = subprocess.check_output(["ps", "axww", "-o", "pid=,ppid=,args="], text=True)
    rows = [line.split(None, 2) for line in listed.splitlines()]
    return [int(p) for p, parent, args in rows if int(parent) == os.getpid() and "engine_p" in args]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    states = subprocess.run(["ps", "-L", "-o", "stat=", str(pid)], capture_output=True, check=False)
    return any(not state.startswith(b"Z") for state in states.stdout.split())


def ask(address: EngineAddress) -> str | None:
    client = openai.OpenAI(base_url=address.base_url, api_key=address.api_key, max_retries=0)
    with client:
        answer = client.chat.completions.create(
            model=address.model, messages=[{"role": "user", "content": "Hello"}], max_tokens=5
        )
    return answer.choices[0].message.content


def test_the_engine_answers_and_is_not_started_twice(
    engine: Engine, weights: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    before = set(engine_pids())
    address = start(engine, weights, tmp_path / "log")
    assert start(engine, weights, tmp_path / "log") == address
    assert ask(address)
    assert len(set(engine_pids()) - before) == 1
    assert capfd.readouterr() == ("", "")
    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600


def test_the_key_is_wanted_and_nowhere_to_be_seen(address: EngineAddress) -> None:
    with pytest.raises(openai.AuthenticationError):
        ask(EngineAddress(address.base_url, "wrong", address.model))
    everything = subprocess.check_output(["ps", "axwwe"], text=True)
    assert address.api_key not in everything
    assert address.api_key not in repr(address)


def test_an_engine_that_died_is_started_again(
    engine: Engine, weights: Path, tmp_path: Path
) -> None:
    before = set(engine_pids())
    first = start(engine, weights, tmp_path / "log")
    (pid,) = set(engine_pids()) - before
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid))
    second = start(engine, weights, tmp_path / "log")
    assert second != first
    assert ask(second)


def test_stop_is_quick_and_may_be_repeated(engine: Engine, weights: Path, tmp_path: Path) -> None:
    before = set(engine_pids())
    start(engine, weights, tmp_path / "log")
    started_at = time.monotonic()
    engine.stop()
    engine.stop()
    assert time.monotonic() - started_at < 0.5
    assert set(engine_pids()) == before


def test_a_start_can_be_cancelled_at_once(engine: Engine, weights: Path, tmp_path: Path) -> None:
    before = set(engine_pids())
    cancelled = threading.Event()
    with ThreadPoolExecutor() as pool:
        starting = pool.submit(engine.start, weights, tmp_path / "log", no_report, cancelled)
        wait_until(lambda: set(engine_pids()) - before)
        started_at = time.monotonic()
        cancelled.set()
        with pytest.raises(PreparationCancelled):
            starting.result(5)
    assert time.monotonic() - started_at < 0.3
    assert set(engine_pids()) == before


def test_stop_from_another_thread_ends_a_start(
    engine: Engine, weights: Path, tmp_path: Path
) -> None:
    before = set(engine_pids())
    with ThreadPoolExecutor() as pool:
        starting = pool.submit(start, engine, weights, tmp_path / "log")
        wait_until(lambda: set(engine_pids()) - before)
        engine.stop()
        with pytest.raises(PreparationCancelled):
            starting.result(5)
    assert set(engine_pids()) == before


OWNER = """
import sys, threading
from pathlib import Path
from tui.local.engine import Engine
engine = Engine()
report = lambda what, fraction: print("starting", flush=True)
engine.start(Path(sys.argv[1]), Path(sys.argv[2]), report, threading.Event())
print("ready", flush=True)
threading.Event().wait()
"""


@pytest.mark.parametrize("moment", ["starting", "ready"])
def test_the_engine_dies_with_a_killed_owner(weights: Path, tmp_path: Path, moment: str) -> None:
    command = [sys.executable, "-c", OWNER, str(weights), str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        while owner.stdout.readline().strip() != moment:
            assert owner.poll() is None
        wait_until(lambda: children_of(owner.pid))
        (child,) = children_of(owner.pid)
        owner.kill()
        killed_at = time.monotonic()
        wait_until(lambda: not is_alive(child), 5)
        assert time.monotonic() - killed_at < 0.5


def test_the_terminal_cannot_interrupt_the_engine(
    engine: Engine, weights: Path, tmp_path: Path
) -> None:
    before = set(engine_pids())
    address = start(engine, weights, tmp_path / "log")
    (pid,) = set(engine_pids()) - before
    assert os.getsid(pid) == pid
    assert ask(address)


def test_a_damaged_model_is_said_in_a_sentence(
    engine: Engine, weights: Path, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.gguf"
    with weights.open("rb") as whole:
        damaged.write_bytes(whole.read(50_000_000))
    with pytest.raises(EngineError, match=r"damaged\.gguf is damaged or cut short"):
        start(engine, damaged, tmp_path / "log")
    assert ask(start(engine, weights, tmp_path / "log"))


def test_a_missing_model_gives_the_reason(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="No such file"):
        start(engine, tmp_path / "none.gguf", tmp_path / "log")


async def test_a_client_that_leaves_ends_the_generation(address: EngineAddress) -> None:
    async with openai.AsyncOpenAI(base_url=address.base_url, api_key=address.api_key) as client:
        stream = await client.chat.completions.create(
            model=address.model,
            messages=[{"role": "user", "content": "Write a very long story."}],
            max_tokens=2000,
            stream=True,
            extra_body={"ignore_eos": True},
        )
        await anext(aiter(stream))
        await stream.close()
        # There is one place at the engine: it is free again, or this one would wait a minute.
        async with asyncio.timeout(5):
            await client.chat.completions.create(
                model=address.model, messages=[{"role": "user", "content": "Hi"}], max_tokens=1
            )


def test_the_engine_process_imports_next_to_nothing() -> None:
    program = ROOT / "tui" / "local" / "engine_process.py"
    code = f"import runpy, sys; runpy.run_path({str(program)!r}); print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"agno", "openai", "textual", "tui"} & set(loaded)
