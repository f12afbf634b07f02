"""The commands ``run`` and ``serve``: choose the front end, and give it what it needs.

Much is imported late: a worker that starts early imports Agno meanwhile.
"""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.command.arguments import typed_flags
from tui.command.requests import check_settings, read_prompt, request_of
from tui.config.settings import Settings
from tui.config.sources import load
from tui.errors import UsageError
from tui.system.browser import in_browser
from tui.system.paths import history_path, state_path
from tui.system.signals import StopSignals
from tui.system.streams import say

if TYPE_CHECKING:
    from tui.control.run_builder import RunBuilder
    from tui.control.worker_run import WorkerPool
    from tui.plain.run_plain import Output
    from tui.run.protocol import RunRequest

FLUSH_SECONDS = 2.0
"""How long going on waits for the text that is still on its way to the disk."""


def write_story(options: Namespace) -> int:
    """Write the story that the options ask for, and return the exit code.

    Raises:
        StoryteamError: when the options or the settings are in the way.
    """
    if options.json and options.events:
        raise UsageError("--json and --events both want stdout. Give one of them.")
    settings = load(typed_flags(options))
    # A signal before this has no run to cancel yet.
    prompt = read_prompt(options.prompt)
    if options.plain or options.json or options.events or not _has_screen():
        with StopSignals() as signals:
            return _write(options, settings, prompt, signals)
    return _write(options, settings, prompt, None)


def serve_stories(options: Namespace) -> int:
    """Serve the app; wrong options of a run are refused now, and not in every tab.

    Raises:
        StoryteamError: when the options or the settings are in the way.
    """
    from tui.history import History
    from tui.web.serve import serve

    settings = load(typed_flags(options))
    prompt = read_prompt(options.prompt)
    check_settings(settings)
    request_of(options, prompt, History(settings.db or history_path()))
    return serve(options, prompt)


def may_greet(options: Namespace, settings: Settings) -> bool:
    """Whether the very first story may be asked for: the options say nothing of what to write."""
    is_told = options.prompt or "go_on" in options or options.once or settings.limits.are_set
    return not is_told


def _write(options: Namespace, settings: Settings, prompt: str, signals: StopSignals | None) -> int:
    """Write a story, in plain mode when there are ``signals`` to listen to."""
    from tui.control.worker_run import WorkerPool

    check_settings(settings)
    pool = WorkerPool(settings, is_for_screen=signals is None)
    # Agno's import takes a second: it overlaps all that comes before the first request.
    pool.warm()
    try:
        return _write_with(pool, options, settings, prompt, signals)
    finally:
        pool.close()


def _write_with(
    pool: "WorkerPool",
    options: Namespace,
    settings: Settings,
    prompt: str,
    signals: StopSignals | None,
) -> int:
    from tui.control.run_builder import RunBuilder
    from tui.history import History
    from tui.story.next_passage import go_on

    history = History(settings.db or history_path())
    request = request_of(options, prompt, history)
    builder = RunBuilder(settings, history, pool)
    told: list[str] = []

    def notes() -> tuple[str, ...]:
        history.close()
        told.extend(history.write_errors)
        return tuple(told)

    def follow(story_id: str, direction: str) -> "RunRequest":
        history.flush(FLUSH_SECONDS)
        return go_on(history.story(story_id), direction)

    try:
        if signals:
            return _write_plain(builder, request, options, signals, notes, follow, pool.warm)
        from tui.control.models import Models
        from tui.screen.run_screen import run_full_screen

        return run_full_screen(
            builder.make_run,
            request,
            history,
            settings,
            once=options.once,
            may_greet=may_greet(options, settings),
            models=Models(settings, builder.use, state_path()),
            get_ready=pool.warm,
        )
    finally:
        builder.close()
        for sentence in set(history.write_errors).difference(told):
            say(sys.stderr, f"{sentence}\n")


def _write_plain(
    builder: "RunBuilder",
    request: "RunRequest",
    options: Namespace,
    signals: StopSignals,
    notes: Callable[[], tuple[str, ...]],
    go_on: "Callable[[str, str], RunRequest]",
    get_ready: Callable[[], object],
) -> int:
    from tui.plain.keyboard import open_terminal
    from tui.plain.run_plain import run_plain
    from tui.plain.telling import Sequel

    return run_plain(
        builder.make_run,
        request,
        output=_output(options),
        out=sys.stdout,
        err=sys.stderr,
        signals=signals,
        terminal=open_terminal(sys.stdin),
        late_notes=notes,
        sequel=Sequel(go_on, get_ready) if sys.stdin.isatty() else None,
    )


def _output(options: Namespace) -> "Output":
    from tui.plain.run_plain import Output

    if options.json:
        return Output.JSON
    return Output.EVENTS if options.events else Output.STORY


def _has_screen() -> bool:
    """Whether a full-screen app can run; after ``-`` the keyboard is read from the terminal."""
    if in_browser():
        return True
    # Textual draws on stderr.
    is_shown = sys.stdout.isatty() and sys.stderr.isatty()
    if not is_shown or os.environ.get("TERM") == "dumb":
        return False
    if not sys.stdin.isatty():
        try:
            terminal = os.open("/dev/tty", os.O_RDONLY)
        except OSError:
            return False
        os.dup2(terminal, 0)
        os.close(terminal)
    return True
