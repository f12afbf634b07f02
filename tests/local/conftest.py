"""Engines that are gone after each test."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local.playbook_runs import no_report
from tui.local.address import EngineAddress
from tui.local.engine import Engine


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = Engine()
    yield engine
    engine.stop()


@pytest.fixture(scope="session")
def address(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineAddress]:
    """Where an engine with the real model listens all session long."""
    engine = Engine()
    log = tmp_path_factory.mktemp("engine") / "log"
    yield engine.start(weights, log, no_report, threading.Event())
    engine.stop()
