"""A program that records and is killed: ``crash_writer PATH`` writes numbered words until then.

It says on stdout, line by line: the story's id; then, after each word, how many words it has put,
how many of them are known to be on the disk, and the instant. ``crash_writer PATH again`` does so
in a second version of a passage, ``crash_writer PATH RUNS`` records that many runs to their ends.
"""

import os
import sys
import threading
import time
from pathlib import Path

from tui.history import History
from tui.run.events import Outcome, RunEnded, RunStarted, Speaker, TextDelta

PAUSE_SECONDS = 0.001
SECTION_WORDS = 500
RUN_WORDS = 50


def word(number: int) -> str:
    return f"w{number:06} "


def write_until_killed(history: History, story_id: str | None = None) -> None:
    recorder = history.record(
        "a story that is never finished",
        model="test-model",
        story_id=story_id,
        after="" if story_id else None,
    )
    recorder.put(RunStarted("run", "test-model", time.monotonic()))
    history.flush(10.0)
    print(recorder.story_id, flush=True)
    pause = threading.Event()
    number = 0
    while True:
        now = time.monotonic()
        speaker = Speaker(f"m{number // SECTION_WORDS}", "StorytellerAgent")
        recorder.put(TextDelta(speaker, word(number), now))
        number += 1
        os.write(1, f"{number} {recorder.saved_words} {now}\n".encode())
        pause.wait(PAUSE_SECONDS)


def write_runs(history: History, runs: int) -> None:
    for run in range(runs):
        write_run(history, run)
    history.close(20.0)


def write_run(history: History, run: int) -> str:
    recorder = history.record(f"run {run}", model="test-model", run_id=f"{os.getpid()}-{run}")
    for number in range(RUN_WORDS):
        recorder.put(TextDelta(Speaker("m", "StorytellerAgent"), word(number), 1.0))
    recorder.put(RunEnded(Outcome.COMPLETED, 2.0))
    if not history.flush(20.0) or not recorder.is_saved:
        sys.exit(f"run {run} was not saved: {history.write_errors}")
    return recorder.story_id


if __name__ == "__main__":
    opened = History(
        Path(sys.argv[1]), on_write_error=lambda sentence: print(sentence, file=sys.stderr)
    )
    if len(sys.argv) > 2:
        if sys.argv[2] == "again":
            first = write_run(opened, 0)
            write_until_killed(opened, first)
        write_runs(opened, int(sys.argv[2]))
    else:
        write_until_killed(opened)
