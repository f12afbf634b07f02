"""What a run is asked to write, and the checks that come before it."""

import sys
from argparse import Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.config.inputs import read_inputs
from tui.config.settings import DEFAULT_PROMPT, Settings
from tui.errors import UsageError
from tui.local.gguf import check_gguf
from tui.run.protocol import RunRequest
from tui.story.telling import direction_of
from tui.text.untrusted import without_surrogates

if TYPE_CHECKING:
    from tui.history import History


def read_prompt(words: list[str]) -> str:
    """Return the prompt in the arguments, or on standard input when they are just ``-``.

    Raises:
        UsageError: when standard input holds none.
    """
    if words != ["-"]:
        return " ".join(words).strip()
    prompt = without_surrogates(sys.stdin.read()).removeprefix("\ufeff").strip()
    if not prompt:
        raise UsageError("there was no prompt on standard input. Give one, or leave the - out.")
    return prompt


def request_of(options: Namespace, prompt: str, history: "History") -> RunRequest:
    """Return the request for a new story, or for the story that ``--continue`` names.

    Raises:
        StoryteamError: when that story cannot be continued.
    """
    from tui.story.next_passage import go_on, tidy_note

    note = tidy_note(options.note) if "note" in options else None
    if "go_on" not in options:
        if "version" in options:
            raise UsageError(f"--version {options.version} needs --continue.")
        return RunRequest(prompt or DEFAULT_PROMPT, note=note or "")
    story = history.story(options.go_on) if options.go_on else history.latest()
    if story and "version" in options:
        story = history.version(story.id, options.version)
    if story is None or not story.text.strip():
        raise UsageError("there is no text to go on with. Write a story first.")
    if story.last and story.last.outcome is None:
        raise UsageError(f"story {story.id} is just being written by another copy of the program.")
    request = go_on(story, direction_of(prompt))
    return request if note is None else replace(request, note=note)


def check_settings(settings: Settings) -> None:
    """Refuse settings with which no run could begin.

    Raises:
        StoryteamError: with a sentence about the first that is wrong.
    """
    if settings.gguf is not None:
        check_gguf(settings.gguf)
    read_inputs(settings)
    if settings.theme is not None or settings.keys:
        from tui.screen.preferences import check

        check(settings)
    if settings.limits.cost_usd and settings.backend.runs_story_team:
        from tui.config.prices import check_price

        check_price(settings.endpoint)
