"""What every test shares: settings that must hold before Agno is imported, and the weights."""

import os
import signal
import threading
from contextlib import suppress
from pathlib import Path

import platformdirs
import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("AGNO_TELEMETRY", "false")

# In a background job these are ignored, and programs inherit that.
with suppress(ValueError):
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)

from tui.local.weights import ensure_weights

# The machine may be busy: how long an example takes says nothing.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


STARTERS = {
    "subprocess",
    "tests.harness.command",
    "tests.harness.stage",
    "tests.harness.terminal",
    "tests.harness.workers",
    "tests.screen.drawing.watched",
    "screenshots.picture",
    "tests.web.chromium",
    "tests.web.serving",
}
"""Modules that use these start processes, or the whole app."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what ``make test-quick`` leaves out: what starts processes, the app or the model."""
    for item in items:
        used = vars(item.module).values()  # type: ignore[attr-defined]
        homes = {getattr(one, "__module__", getattr(one, "__name__", "")) for one in used}
        if homes & STARTERS or "weights" in item.fixturenames:  # type: ignore[attr-defined]
            item.add_marker("slow")


@pytest.fixture(scope="session")
def weights() -> Path:
    """The real weights, fetched once and kept for the next time."""
    default = platformdirs.user_cache_path("storyteam-tui-tests") / "storyteam-tui"
    directory = Path(os.environ.get("STORYTEAM_TEST_CACHE") or default)
    return ensure_weights(directory, lambda what, fraction: None, threading.Event())
