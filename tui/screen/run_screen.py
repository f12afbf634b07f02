"""Runs the app from the first paint to the last line on stdout."""

import io
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual import constants

from tui.config.settings import Settings
from tui.config.which_model import writing_model
from tui.control.models import Models
from tui.history import History
from tui.run.protocol import RunFactory, RunRequest
from tui.run.reasons import REASONS
from tui.run.summary import Summary, exit_code
from tui.screen.app import StoryApp
from tui.screen.glyphs import as_ascii
from tui.screen.guardian import Guardian
from tui.screen.preferences import preferences
from tui.screen.signals import handle_signals
from tui.screen.widgets.status_style import OUTCOMES
from tui.system.browser import in_browser
from tui.system.streams import say

if TYPE_CHECKING:
    from tui.screen.screens.greeting import GreetingScreen

FINISH_SECONDS = 2.0
"""How long the program may take to save what it has after a signal."""
JOIN_SECONDS = 0.7
"""How long leaving waits for the run's threads to clean up; they are daemons."""
_COLOR_SYSTEMS = ("auto", "standard", "256", "truecolor", "windows")


def run_full_screen(
    make_run: RunFactory,
    request: RunRequest,
    history: History,
    settings: Settings,
    *,
    once: bool,
    may_greet: bool = False,
    models: Models | None = None,
    get_ready: Callable[[], object] = lambda: None,
) -> int:
    """Run the app and return the exit code of the contract.

    ``get_ready`` is called when a run may soon have to begin at once.

    Raises:
        UsageError: when the theme or the keys in the settings are impossible.
    """
    chosen = preferences(settings)
    if ignored := _ignore_impossible_variables():
        say(sys.stderr, f"{ignored}\n")
    guardian = None if in_browser() else Guardian(sys.stderr.fileno())
    app = StoryApp(
        make_run,
        request,
        history,
        hint=writing_model(settings).hint,
        once=once,
        preferences=chosen,
        make_greeting=partial(_greeting, settings) if may_greet else None,
        models=models,
        get_ready=get_ready,
    )
    if chosen.terminal.ascii_only and isinstance(sys.__stderr__, io.TextIOWrapper):
        # Textual writes there: a character that the locale lacks takes one cell, not six.
        sys.__stderr__.reconfigure(errors="replace")
    handle_signals(app.leave_at_signal, lambda: _finish(app, history))
    if guardian:
        guardian.is_watching()
    app.run()
    if guardian:
        guardian.dismiss()
    app.runs.join(JOIN_SECONDS)
    if app.runs.summary is None:
        return app.return_code or 0
    if not in_browser():
        # In a browser only the server would read this; its page shows the results.
        words = closing_line(app.runs.summary)
        say(sys.stdout, f"{as_ascii(words) if chosen.terminal.ascii_only else words}\n")
    # A screen that broke after the run's end has printed its traceback, and is no success.
    return app.return_code or (exit_code(app.runs.summary) if once else 0)


def _greeting(settings: Settings) -> "GreetingScreen":
    from tui.screen.screens.greeting import GreetingScreen

    model = writing_model(settings)
    return GreetingScreen(model.reason, model.others)


def _ignore_impossible_variables() -> str:
    """Reset what would crash Textual; returns a sentence about the log file, or nothing."""
    settled = vars(constants)
    if constants.COLOR_SYSTEM not in _COLOR_SYSTEMS:
        settled["COLOR_SYSTEM"] = "auto"
    if log := constants.LOG_FILE:
        try:
            with open(log, "a", encoding="utf-8"):
                pass
        except (OSError, ValueError) as error:
            settled["LOG_FILE"] = None
            reason = getattr(error, "strerror", None) or error
            return f"TEXTUAL_LOG is ignored, for {log} cannot be written: {reason}."
    return ""


def _finish(app: StoryApp, history: History) -> None:
    app.runs.join(FINISH_SECONDS)
    history.close(FINISH_SECONDS)


def closing_line(summary: Summary) -> str:
    """One line that says how the run ended."""
    status = OUTCOMES[summary.outcome]
    why = ""
    if summary.was_cancelled and summary.reason:
        why = f" because {REASONS[summary.reason].because}"
    error = f": {summary.error}" if summary.error else ""
    return (
        f"{status.glyph} {status.word}{why}{error} "
        f"({summary.words:,} words in {summary.elapsed_seconds:.1f} s, run {summary.run_id})"
    )
