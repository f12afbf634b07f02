"""The commands about stored stories: ``history``, ``show`` and ``export``."""

import sys
from argparse import Namespace
from datetime import datetime
from typing import Any

from tui.history import History, Passage, Story, StoryRow
from tui.run import attachments
from tui.story import export
from tui.text.untrusted import clean, clean_line, to_json

LISTED = 200


def run_command(options: Namespace, history: History) -> int:
    """Run the command that the options name, and return its exit code.

    Raises:
        StoryteamError: when there is no such story, or the file cannot be written.
    """
    match options.command:
        case "history":
            _list(history.stories(" ".join(options.query), LISTED), as_json=options.json)
        case "show":
            _show(history.story(options.id), as_json=options.json)
        case "export":
            _export(history.story(options.id), options)
    return 0


def _list(rows: list[StoryRow], *, as_json: bool) -> None:
    if as_json:
        _print_json([_row_facts(row) for row in rows])
        return
    for row in rows:
        sys.stdout.write(f"{clean(_line(row))}\n")
    if not rows:
        sys.stderr.write("There is no such story.\n")


def _show(story: Story, *, as_json: bool) -> None:
    if as_json:
        _print_json(_story_facts(story))
    else:
        sys.stdout.write(f"{clean(story.text)}\n")


def _export(story: Story, options: Namespace) -> None:
    if options.file == "-":
        sys.stdout.write(clean(export.to_markdown(story)))
        return
    path = export.save(story, options.file, overwrite=options.force)
    if options.json:
        _print_json({"story_id": story.id, "file": str(path)})
    else:
        sys.stdout.write(f"{clean(str(path))}\n")


def _line(row: StoryRow) -> str:
    when = datetime.fromtimestamp(row.updated_at).astimezone().strftime("%Y-%m-%d %H:%M")
    outcome = row.reason or row.outcome or "being written"
    return f"{row.id}  {when}  {row.words:>6} words  {outcome:<13}  {clean_line(row.title, 60)}"


def _row_facts(row: StoryRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "updated_at": row.updated_at,
        "words": row.words,
        "outcome": row.outcome,
        "reason": row.reason,
        "model": row.model,
        "passages": row.passages,
    }


def _story_facts(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "text": story.text,
        "passages": [_passage_facts(passage) for passage in story.passages],
    }


def _passage_facts(passage: Passage) -> dict[str, Any]:
    return {
        "prompt": passage.prompt,
        "direction": passage.direction,
        "model": passage.model,
        "run_id": passage.run_id,
        "outcome": passage.outcome,
        "reason": passage.reason,
        "error": passage.error,
        "words": passage.words,
        "sections": [{"speaker": s.speaker, "text": s.text} for s in passage.sections],
        "attachments": attachments.to_json(passage.attachments),
    }


def _print_json(facts: object) -> None:
    sys.stdout.write(f"{to_json(facts)}\n")
