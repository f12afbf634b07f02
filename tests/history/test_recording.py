"""What a run leaves in the history, while it lives and when it has ended."""

import sqlite3
import stat
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.harness.waiting import wait_until
from tests.history.recording import (
    EDITOR,
    LEADER,
    TELLER,
    WAIT_SECONDS,
    Open,
    cancelled,
    ended,
    record,
    started,
    tell,
    text,
    used,
    write,
)
from tui.history import History
from tui.history.schema import MIGRATIONS, migrate, version
from tui.run.events import MemberEnded, ModelRequested, Outcome, Speaker, TextDelta
from tui.run.reasons import Reason


def test_a_completed_run_is_kept_with_all_that_is_known_of_it(history: History) -> None:
    recorder = history.record("a dragon")
    tell(
        history,
        recorder,
        started(),
        text("A draft."),
        ModelRequested(LEADER, 1.0),
        text("# Embers\n\nThe dragon slept.", LEADER),
        used(10, 20, 0.02),
        ended(),
    )
    assert recorder.is_saved
    story = history.story(recorder.story_id)
    (passage,) = story.passages
    assert story.title == "Embers"
    assert passage.text == story.text == "# Embers\n\nThe dragon slept."
    assert (passage.prompt, passage.model, passage.run_id) == ("a dragon", "test-model", "run")
    assert (passage.outcome, passage.reason, passage.error) == (Outcome.COMPLETED, None, None)
    assert (passage.usage.input_tokens, passage.usage.output_tokens) == (10, 20)
    assert passage.cost_usd == 0.02
    assert passage.words == 7
    assert [(s.speaker, s.is_leader) for s in passage.sections] == [
        ("StorytellerAgent", False),
        ("Storytelling Team", True),
    ]
    assert passage.ended_at is not None
    assert passage.ended_at >= passage.started_at
    assert passage.elapsed_seconds is not None
    assert passage.first_text_seconds is not None
    assert passage.cancel_seconds is None


def test_a_cancelled_run_keeps_every_word_and_who_cancelled_it(history: History) -> None:
    recorder = record(
        history, text("One night, "), text("Edited: ", EDITOR), text("a light", TELLER)
    )
    tell(history, recorder, *cancelled(Reason.COUNTDOWN))
    (passage,) = history.story(recorder.story_id).passages
    assert (passage.outcome, passage.reason) == (Outcome.CANCELLED, "countdown")
    assert passage.text == "One night, a light\n\nEdited: "
    assert passage.cancel_seconds is not None


def test_a_failed_run_keeps_its_sentence(history: History) -> None:
    recorder = record(history, text("Once"), ended(Outcome.ERROR, "The connection broke."))
    (passage,) = history.story(recorder.story_id).passages
    assert (passage.outcome, passage.error) == (Outcome.ERROR, "The connection broke.")
    assert passage.text == "Once"


def test_a_run_that_was_cancelled_too_late_is_completed(history: History) -> None:
    recorder = record(history, text("The end."), cancelled()[0], ended())
    (passage,) = history.story(recorder.story_id).passages
    assert (passage.outcome, passage.reason) == (Outcome.COMPLETED, None)


def test_a_living_run_can_be_read(history: History) -> None:
    recorder = record(history, text("Once upon"))
    tell(history, recorder, text(" a time"), text("Hm.", EDITOR))
    story = history.story(recorder.story_id)
    assert story.text == "Once upon a time\n\nHm."
    assert story.passages[0].outcome is None
    assert (history.stories()[0].outcome, history.stories()[0].words) == (None, 5)
    assert recorder.saved_words == 5


def test_text_is_on_the_disk_without_being_asked_for(history: History) -> None:
    recorder = record(history)
    recorder.put(text("Once upon a time"))
    wait_until(lambda: recorder.saved_words == 4)
    assert history.story(recorder.story_id).text == "Once upon a time"


def test_the_end_is_on_the_disk_without_being_asked_for(history: History) -> None:
    recorder = record(history, text("Once"))
    recorder.put(ended())
    wait_until(lambda: recorder.is_saved)


def test_pieces_become_one_text_at_the_end(history: History, path: Path) -> None:
    recorder = record(history)
    for number in range(20):
        tell(history, recorder, text(f"{number} "))
    tell(history, recorder, ended())
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM pieces").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM living").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM sections").fetchone() == (1,)


def test_several_threads_put_at_once(history: History) -> None:
    recorder = record(history)
    speakers = [Speaker(f"m{number}", f"Agent {number}") for number in range(4)]

    def put(speaker: Speaker) -> None:
        for number in range(500):
            recorder.put(TextDelta(speaker, f"{number} ", 1.0))

    threads = [threading.Thread(target=put, args=(speaker,)) for speaker in speakers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tell(history, recorder, MemberEnded(speakers[0], Outcome.COMPLETED), *cancelled())
    (passage,) = history.story(recorder.story_id).passages
    expected = "".join(f"{number} " for number in range(500))
    assert [section.text for section in passage.sections] == [expected] * 4
    assert passage.words == 2000


def test_two_runs_live_at_once(history: History) -> None:
    one, two = record(history, text("one")), record(history, text("two"))
    tell(history, two, text(" more"), ended())
    tell(history, one, text(" more"), ended())
    assert history.story(one.story_id).text == "one more"
    assert history.story(two.story_id).text == "two more"


def test_going_on_adds_a_passage(history: History) -> None:
    story_id = write(history, "She opened the", Outcome.CANCELLED)
    record(history, text(" door."), ended(), story_id=story_id, direction="Let it be a door")
    story = history.story(story_id)
    assert [passage.direction for passage in story.passages] == [None, "Let it be a door"]
    assert story.text == "She opened the door."
    assert len(history.stories()) == 1
    assert history.stories()[0].passages == 2
    assert story.prompt == "a lighthouse keeper"


def test_what_no_disk_can_hold_is_replaced(history: History) -> None:
    recorder = record(
        history, text("broken \ud800 word\x00"), ended(), prompt="a \udcff prompt\x00"
    )
    story = history.story(recorder.story_id)
    assert story.text.startswith("broken \ufffd word")
    assert story.prompt.startswith("a \ufffd prompt")


def test_an_unknown_price_of_one_request_makes_the_whole_cost_unknown(history: History) -> None:
    recorder = record(history, text("Once"), used(1, 2, 0.01), used(1, 2, None), ended())
    assert history.story(recorder.story_id).passages[0].cost_usd is None


def test_what_was_put_last_is_there_after_closing(open_history: Open) -> None:
    history = open_history()
    recorder = history.record("a dragon")
    recorder.put(started())
    recorder.put(text("Once upon a time"))
    assert history.close(WAIT_SECONDS)
    assert open_history().story(recorder.story_id).text == "Once upon a time"


def test_closing_is_over_soon_when_there_is_nothing_to_do(history: History) -> None:
    assert history.close(WAIT_SECONDS)
    assert history.close(WAIT_SECONDS)
    assert not history.flush(0.1)


def test_many_runs_need_no_more_threads(history: History) -> None:
    write(history, "the first")
    before = threading.active_count()
    for number in range(60):
        write(history, f"story {number}")
    assert threading.active_count() == before
    assert len(history.stories()) == 61


def test_the_files_are_private(history: History, path: Path) -> None:
    record(history, text("Once"))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    beside = list(path.parent.iterdir())
    assert {one.name for one in beside} == {"stories.db", "stories.db-wal", "stories.db-shm"}
    assert {stat.S_IMODE(one.stat().st_mode) for one in beside} == {0o600}


def test_a_directory_that_is_there_keeps_its_mode(tmp_path: Path, open_history: Open) -> None:
    tmp_path.chmod(0o755)
    write(open_history(tmp_path / "stories.db"), "Once")
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_an_open_file_is_made_private(path: Path, open_history: Open) -> None:
    history = open_history()
    write(history, "Once")
    history.close(WAIT_SECONDS)
    path.chmod(0o644)
    write(open_history(), "Twice")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("pieces", [10, 400])
def test_a_flush_writes_what_is_new_and_no_more(history: History, path: Path, pieces: int) -> None:
    recorder = record(history)
    for number in range(pieces):
        recorder.put(text(f"{number} "))
    assert history.flush(WAIT_SECONDS)
    with sqlite3.connect(path) as connection:
        before = connection.execute("SELECT count(*) FROM pieces").fetchone()[0]
        tell(history, recorder, text("last"))
        last = connection.execute("SELECT text FROM pieces ORDER BY id DESC").fetchone()
        after = connection.execute("SELECT count(*) FROM pieces").fetchone()[0]
    assert last == ("last",)
    assert after == before + 1


def test_a_file_that_another_copy_is_just_making_is_not_taken_for_a_stranger_s(
    tmp_path: Path,
) -> None:
    looking, making = (
        sqlite3.connect(tmp_path / "stories.db", isolation_level=None) for _ in range(2)
    )
    statements: list[str] = []

    def meanwhile(statement: str) -> None:
        # The other copy is through between the first look and the last one.
        if statement == "PRAGMA user_version" and not statements:
            statements.append(statement)
            with suppress(sqlite3.OperationalError):
                migrate(making)

    looking.set_trace_callback(meanwhile)
    with closing(looking), closing(making):
        making.execute("PRAGMA busy_timeout = 10")
        assert version(looking) == 0
        migrate(making)
        assert version(looking) == len(MIGRATIONS)
