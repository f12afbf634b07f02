"""Nothing is lost: the history of the real command, and going on from where a story stopped."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.command import LEASH_SECONDS, environment, run, start
from tests.harness.terminal import Terminal
from tests.harness.waiting import wait_until
from tests.history.recording import cancelled, record, text
from tests.servers import Ask, Fault, FaultKind, ModelServer, Position, Script
from tui.history import History
from tui.run.reasons import Reason


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path, OPENAI_API_KEY="sk-test", STORYTEAM_DB=str(tmp_path / "h.db"))


@pytest.fixture
def history(env: dict[str, str]) -> Iterator[History]:
    history = History(Path(env["STORYTEAM_DB"]))
    yield history
    history.close(10.0)


STEPS = ((Position.STORYTELLER,),)
STORY = Script(texts={Position.STORYTELLER: "The dragon sat down and"}, steps=STEPS)


@pytest.fixture
def stopped(history: History) -> str:
    """The id of a story that stops in the middle of a sentence, as a run would have left it."""
    events = (text("The dragon sat down and"), *cancelled(Reason.SIGNAL))
    return record(history, *events, prompt="a dragon").story_id


def test_a_run_is_in_the_history_with_its_outcome_and_text(
    env: dict[str, str], history: History
) -> None:
    script = STORY.with_fault(Position.CLOSING, Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server:
        process = start("--json", "--base-url", server.base_url, "a dragon", env=env)
        server.wait_until_stalled(Position.CLOSING)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=LEASH_SECONDS)
    report = json.loads(out)
    assert report["status"] == "cancelled"
    story = history.story(str(report["story_id"]))
    assert story.text == "The dragon sat down and"
    assert story.last is not None
    assert (story.last.outcome, story.last.reason) == ("cancelled", "signal")
    assert story.prompt == "a dragon"


def test_continue_goes_on_in_the_same_story_and_cleans_the_seam(
    env: dict[str, str], history: History, stopped: str
) -> None:
    asked: list[str] = []

    def repeat(ask: Ask) -> str:
        asked.append(ask.prompt)
        return "The dragon sat down and opened the book."

    again = Script(texts={Position.STORYTELLER: repeat}, steps=STEPS, closing_words=0)
    with ModelServer(again) as server:
        go_on = ("--json", "--continue", stopped, "--base-url", server.base_url)
        done = run(*go_on, "let it fail", env=env)
        leader = json.dumps(server.at(Position.LEADER)[0].body)
    report = json.loads(done.stdout)
    assert report["story_id"] == stopped
    assert "The dragon sat down and" in leader
    assert "let it fail" in leader
    story = history.story(stopped)
    assert len(story.passages) == 2
    assert story.passages[1].direction == "let it fail"
    assert story.text == "The dragon sat down and opened the book."


def test_continue_without_an_id_takes_the_latest_story(
    env: dict[str, str], history: History, stopped: str
) -> None:
    with ModelServer(STORY) as server:
        done = run("--json", "--base-url", server.base_url, "--continue", env=env)
    assert json.loads(done.stdout)["story_id"] == stopped


def test_there_must_be_a_story_to_go_on_with(env: dict[str, str]) -> None:
    done = run("--plain", "--continue", env=env)
    assert done.returncode == 2
    assert "Write a story first" in done.stderr
    done = run("--plain", "--continue", "nosuch", env=env)
    assert done.returncode == 2
    assert "nosuch" in done.stderr


def test_the_commands_list_show_and_export(
    env: dict[str, str], stopped: str, tmp_path: Path
) -> None:
    assert stopped in run("history", env=env).stdout
    assert stopped in run("history", "dragon", env=env).stdout
    assert run("history", "unicorn", env=env).stdout == ""
    (row,) = json.loads(run("history", "--json", env=env).stdout)
    assert (row["id"], row["outcome"], row["reason"]) == (stopped, "cancelled", "signal")
    assert run("show", stopped, env=env).stdout == "The dragon sat down and\n"
    assert json.loads(run("show", "--json", stopped[:6], env=env).stdout)["id"] == stopped
    file = tmp_path / "story.md"
    assert run("export", stopped, str(file), env=env).returncode == 0
    assert "The dragon sat down and" in file.read_text()
    again = run("export", stopped, str(file), env=env)
    assert again.returncode == 2
    assert str(file) in again.stderr
    assert run("export", "--force", stopped, str(file), env=env).returncode == 0
    assert "The dragon sat down and" in run("export", stopped, "-", env=env).stdout


def test_a_version_is_gone_on_with_and_the_others_stay(
    env: dict[str, str], history: History, stopped: str
) -> None:
    story_id = stopped
    last = history.story(story_id).last
    assert last
    own = history.rewrite(story_id, last.run_id, "The dragon lay down and")
    assert history.close()
    asked: list[str] = []

    def go_on(ask: Ask) -> str:
        asked.append(ask.prompt)
        return " slept."

    script = Script(texts={Position.STORYTELLER: go_on}, steps=STEPS, closing_words=0)
    with ModelServer(script) as server:
        options = ("--json", "--base-url", server.base_url, "--continue", story_id)
        run(*options, "--version", "1", "--note", "No magic.", "quietly", env=env)
        first = json.dumps(server.at(Position.LEADER)[0].body)
        run(*options, "--version", "1.1", env=env)
        refused = run(*options, "--version", "2", env=env)
    assert (refused.returncode, "no version 2" in refused.stderr) == (2, True)
    assert "The dragon sat down and" in first
    assert "lay down" not in first
    assert "No magic." in first
    listed = json.loads(run("show", "--versions", "--json", story_id, env=env).stdout)
    assert [(one["version"], one["chosen"], one["by_hand"]) for one in listed] == [
        ("1", True, False),
        ("1.1", True, False),
        ("1.1.1", True, False),
        ("2", False, True),
    ]
    assert own.text == "The dragon lay down and"


def test_a_killed_program_loses_nothing_that_was_saved_and_says_interrupted(
    env: dict[str, str],
) -> None:
    with ModelServer(Script(words=5000, delay_seconds=0.002)) as server:
        process = start("--plain", "--base-url", server.base_url, "a dragon", env=env)
        server.wait_until_streaming(Position.STORYTELLER, 300)
        words_half_a_second_ago = server.at(Position.STORYTELLER)[0].words
        wait_until(lambda: server.at(Position.STORYTELLER)[0].words > words_half_a_second_ago + 250)
        process.kill()
        process.communicate(timeout=LEASH_SECONDS)
        sent = server.text_of(Position.STORYTELLER)
    history = History(Path(env["STORYTEAM_DB"]))
    (row,) = history.interrupted()
    assert row.reason == "interrupted"
    assert row.words >= words_half_a_second_ago
    assert sent.startswith(history.story(row.id).text)


def test_a_closed_terminal_saves_the_story(env: dict[str, str], history: History) -> None:
    script = STORY.with_fault(Position.CLOSING, Fault(FaultKind.STALL_AFTER_HEADERS))
    with ModelServer(script) as server:
        env["OPENAI_BASE_URL"] = server.base_url
        terminal = Terminal("a dragon", env=env)
        terminal.shows("The dragon sat down and")
        pid = terminal.process.pid
        os.close(terminal.process.child_fd)
        wait_until(lambda: not Path(f"/proc/{pid}").exists() or not alive(pid), 5)
    story = history.latest()
    assert story is not None
    assert story.text == "The dragon sat down and"
    assert story.last is not None
    assert story.last.outcome == "cancelled"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_history_that_cannot_be_opened_does_not_stop_the_run(
    env: dict[str, str], tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    env["STORYTEAM_DB"] = str(blocked / "history.db")
    with ModelServer(Script(words=5)) as server:
        done = run("--plain", "--base-url", server.base_url, "a dragon", env=env)
    assert done.returncode == 0
    kept = [line for line in done.stderr.splitlines() if ".md" in line]
    assert kept, done.stderr
    path = next(word for word in kept[0].split() if ".md" in word).rstrip(".,;:")
    assert done.stdout.split()[0] in Path(path).read_text()


def test_a_damaged_history_is_set_aside_and_a_new_one_begun(
    env: dict[str, str], tmp_path: Path
) -> None:
    database = Path(env["STORYTEAM_DB"])
    database.write_bytes(b"this is no database" * 1000)
    with ModelServer(Script(words=5)) as server:
        assert run("--plain", "--base-url", server.base_url, env=env).returncode == 0
    (aside,) = tmp_path.glob("h.db.corrupt-*")
    assert aside.read_bytes().startswith(b"this is no database")
    assert sqlite3.connect(database).execute("SELECT count(*) FROM stories").fetchone() == (1,)


def test_two_copies_write_their_stories_side_by_side(env: dict[str, str], history: History) -> None:
    with ModelServer(Script(words=200, delay_seconds=0.001)) as server:
        copies = [start("--plain", "--base-url", server.base_url, str(n), env=env) for n in "ab"]
        for copy in copies:
            copy.communicate(timeout=LEASH_SECONDS)
            assert copy.returncode == 0
    assert {row.outcome for row in history.stories()} == {"completed"}
    assert len(history.stories()) == 2


def test_enter_goes_on_in_the_same_pane_and_s_saves_it(
    env: dict[str, str], history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    script = STORY.with_fault(Position.CLOSING, Fault(FaultKind.NO_ANSWER, attempts=(1,)))
    with ModelServer(script) as server:
        env["OPENAI_BASE_URL"] = server.base_url
        with Terminal("a dragon", env=env) as terminal:
            terminal.shows("The dragon sat down and")
            terminal.press("c")
            terminal.shows("■ cancelled", "Go on")
            server.script = Script(texts={Position.STORYTELLER: " opened a book."}, steps=STEPS)
            terminal.press("\r")
            terminal.shows("your direction")
            terminal.press("it reads\r")
            screen = terminal.shows("it reads", "opened a book.", "✔ completed")
            assert "The dragon sat down and" in screen
            terminal.press("s")
            terminal.shows("Saved as")
            terminal.press("h")
            terminal.shows("Search in all stories", "A dragon")
            terminal.press("\x1b")
            terminal.shows("Results")
            terminal.press("q")
            assert terminal.wait(5) == 0
    (file,) = tmp_path.glob("*.md")
    assert "it reads" in file.read_text()
    assert len(history.stories()) == 1


def test_sigterm_saves_and_leaves(env: dict[str, str], history: History) -> None:
    script = STORY.with_fault(Position.CLOSING, Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server:
        process = start("--plain", "--base-url", server.base_url, env=env)
        server.wait_until_stalled(Position.CLOSING)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LEASH_SECONDS)
    story = history.latest()
    assert story is not None
    assert story.last is not None
    assert story.last.reason == "signal"
