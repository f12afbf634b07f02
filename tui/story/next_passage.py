"""What is to be written next in a story: how it goes on, or another version of its last passage."""

from dataclasses import replace

from tui.errors import StoryteamError
from tui.history import Story
from tui.run.protocol import RunRequest
from tui.text.untrusted import clean

NOTE_LENGTH = 500


def go_on(story: Story, direction: str = "") -> RunRequest:
    """Return the request for the passage after the last one."""
    after = story.last.run_id if story.last else ""
    return RunRequest(story.prompt, direction, story.id, story.text, after, note=story.note)


def opened(story: Story) -> RunRequest:
    """Return the request that a story on the screen stands for: the one of its last passage."""
    parent = story.passages[-2].run_id if len(story.passages) > 1 else ""
    version = story.last.versions if story.last else 1
    return RunRequest(story.prompt, "", story.id, "", parent, version, story.note)


def another_version(story: Story) -> RunRequest:
    """Return the request for the last passage again: from the same place, the same direction.

    Raises:
        StoryteamError: that passage is being written.
    """
    last = story.last
    if last is None or last.outcome is None:
        raise StoryteamError("The last passage is just being written by another program.")
    return replace(
        opened(story),
        direction=last.direction or "",
        story_so_far=replace(story, passages=story.passages[:-1]).text,
        version=last.versions + 1,
    )


def tidy_note(note: str) -> str:
    """Return an author's note as one line.

    Raises:
        StoryteamError: it is too long to be given with every passage.
    """
    line = " ".join(clean(note).split())
    if len(line) > NOTE_LENGTH:
        raise StoryteamError(
            f"A note is one line of at most {NOTE_LENGTH} characters; this has {len(line):,}."
        )
    return line
