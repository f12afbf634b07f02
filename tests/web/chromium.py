"""A real browser without a window, and what a person reads on the page of a terminal."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains

from tests.harness.waiting import wait_until
from tests.web.serving import has_text

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
    "--window-size=1280,800",
)
_KEEP_THE_TERMINAL = """
Object.defineProperty(Object.prototype, "fitAddon", {
  configurable: true,
  set(addon) {
    window.tab = this;
    Object.defineProperty(this, "fitAddon", { value: addon, writable: true, configurable: true });
  },
});
"""
"""The page draws on a canvas; what is drawn is read from the terminal that the page has made."""
_READ = """
if (!window.tab) return "";
const { rows, buffer } = window.tab.terminal;
const line = (_, row) => buffer.active.getLine(buffer.active.viewportY + row);
return Array.from({ length: rows }, line).map((l) => l.translateToString(true)).join("\\n");
"""


def find() -> tuple[str, str] | None:
    """Where Chromium and its driver are, if they are."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    browser = next(filter(None, map(shutil.which, names)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    """Shows one page, until the end of the block."""

    def __init__(self, chromium: str, chromedriver: str, downloads: Path) -> None:
        self._profile = tempfile.mkdtemp(prefix="storyteam-chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in (*_FLAGS, f"--user-data-dir={self._profile}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(chromedriver))
        self._command("Page.addScriptToEvaluateOnNewDocument", source=_KEEP_THE_TERMINAL)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.driver.quit()
        shutil.rmtree(self._profile, ignore_errors=True)

    def open(self, url: str) -> None:
        self.driver.get(url)

    @property
    def text(self) -> str:
        return str(self.driver.execute_script(_READ))

    def press(self, keys: str) -> None:
        ActionChains(self.driver).send_keys(keys).perform()

    def shows(self, *texts: str, timeout: float = 120) -> str:
        self._wait(lambda: all(text in self.text for text in texts), timeout, str(texts))
        return self.text

    def shows_text(self, timeout: float = 120) -> None:
        """Wait until a text is written on the page."""
        self._wait(lambda: has_text(self.text), timeout, "a word")

    def says(self, text: str, timeout: float = 60) -> None:
        """Wait until the page says this beside the terminal."""
        self._wait(lambda: text in self.driver.find_element("id", "ended").text, timeout, text)

    @property
    def clipboard(self) -> str:
        self._command(
            "Browser.grantPermissions",
            permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
        )
        script = "navigator.clipboard.readText().then(arguments[0], arguments[0])"
        return str(self.driver.execute_async_script(script))

    @property
    def requested(self) -> list[str]:
        """Every address that was asked for since the last look."""
        entries = self.driver.get_log("performance")  # type: ignore[no-untyped-call]
        messages = [json.loads(entry["message"])["message"] for entry in entries]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]

    def _command(self, name: str, **parameters: object) -> Any:
        return self.driver.execute_cdp_cmd(name, parameters)

    def _wait(self, is_so: Callable[[], object], timeout: float, what: str) -> None:
        started_at = time.monotonic()
        try:
            wait_until(is_so, timeout, what)
        except TimeoutError:
            waited = time.monotonic() - started_at
            logs = self.driver.get_log("browser")  # type: ignore[no-untyped-call]
            raise TimeoutError(
                f"{what} did not come in {waited:.0f} s:\n{self.text}\n{logs}"
            ) from None
