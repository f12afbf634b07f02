"""The page in a real browser: a person reads the story, stops it, and keeps it."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.harness.command import run
from tests.harness.waiting import wait_until
from tests.servers import ModelServer, Position
from tests.web import chromium
from tests.web.chromium import Browser
from tests.web.serving import Serving


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    found = chromium.find()
    if not found and os.environ.get("STORYTEAM_REQUIRE_BROWSER") != "1":
        pytest.skip("needs chromium and chromedriver (Debian: chromium, chromium-driver)")
    assert found, "STORYTEAM_REQUIRE_BROWSER is set, but there is no chromium with chromedriver"
    with Browser(*found, downloads=tmp_path / "downloads") as browser:
        yield browser


@pytest.fixture
def serving(env: dict[str, str]) -> Iterator[Serving]:
    with Serving("a cat who sings", env=env) as serving:
        yield serving


def last_story(env: dict[str, str]) -> tuple[str | None, str | None, str]:
    """How the last story ended, why, and its text."""
    (story,) = json.loads(run("history", "--json", env=env).stdout)
    return story["outcome"], story["reason"], run("show", story["id"], env=env).stdout.strip()


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def test_a_story_appears_on_the_page_and_c_stops_it(
    browser: Browser, serving: Serving, env: dict[str, str], model: ModelServer
) -> None:
    browser.open(f"{serving.url}/")
    browser.shows("a cat who sings", "StorytellerAgent", "● writing")
    record = model.at(Position.STORYTELLER)[0]
    browser.shows(" ".join(record.text.split()[:5]))
    browser.press("c")
    screen = browser.shows("■ cancelled", "because you asked for it")
    assert "SUCCESS: Team run was successfully cancelled!" in screen
    wait_until(lambda: record.client_closed_at)
    outcome, reason, text = last_story(env)
    assert (outcome, reason) == ("cancelled", "user")
    assert text
    assert record.text.startswith(text)
    assert in_one_line(text)[:40] in in_one_line(screen)


def test_the_story_is_copied_and_saved_by_the_browser_and_q_leaves(
    browser: Browser, serving: Serving, env: dict[str, str], tmp_path: Path
) -> None:
    browser.open(f"{serving.url}/")
    browser.shows_text()
    browser.press("c")
    browser.shows("because you asked for it")
    _, _, text = last_story(env)
    browser.press("y")
    browser.shows("words to the browser's clipboard")
    assert browser.clipboard.strip() == text
    browser.press("s")
    browser.shows("Your browser saves")
    wait_until(lambda: list((tmp_path / "downloads").glob("*.md")))
    (saved,) = (tmp_path / "downloads").glob("*.md")
    assert text in saved.read_text()
    browser.press("q")
    browser.says("Every word is kept in the history")
    assert not serving.stop(signal.SIGTERM)


def test_leaving_the_page_cancels_the_run(
    browser: Browser, serving: Serving, env: dict[str, str], model: ModelServer
) -> None:
    browser.open(f"{serving.url}/")
    browser.shows_text()
    browser.open("about:blank")
    wait_until(lambda: not serving.processes)
    record = model.at(Position.STORYTELLER)[0]
    wait_until(lambda: record.client_closed_at)
    outcome, reason, text = last_story(env)
    assert (outcome, reason) == ("cancelled", "signal")
    assert text
    assert record.text.startswith(text)


def test_nothing_is_loaded_from_elsewhere(browser: Browser, serving: Serving) -> None:
    browser.open(f"{serving.url}/?ping=http://ping.example/")
    browser.shows("StorytellerAgent")
    hosts = {urlsplit(url).netloc for url in browser.requested if url.startswith("http")}
    assert hosts == {urlsplit(serving.url).netloc}
