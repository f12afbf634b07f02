"""The commands about stored stories: ``history``, ``show`` and ``export``."""

import sys
from argparse import Namespace
from datetime import datetime
from typing import Any

from tui.history import History, Passage, Story, StoryRow, Version
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
            if options.versions:
                _show_versions(history.versions(options.id), as_json=options.json)
            else:
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


def _show_versions(versions: list[Version], *, as_json: bool) -> None:
    if as_json:
        _print_json([_version_facts(version) for version in versions])
        return
    width = max(len(version.name) for version in versions)
    for version in versions:
        mark = "*" if version.is_chosen else " "
        how = "your own words" if version.by_hand else _how_it_ended(version)
        line = f"{version.name:<{width}} {mark} {version.words:>6} words  {how:<14}"
        sys.stdout.write(f"{clean(f'{line}  {version.beginning}')}\n")


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
    title = clean_line(row.title, 60) + ("  (in another version)" if row.in_other_version else "")
    return f"{row.id}  {when}  {row.words:>6} words  {_how_it_ended(row):<13}  {title}"


def _how_it_ended(passage: StoryRow | Version) -> str:
    return passage.reason or passage.outcome or "being written"


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
        "version": row.version,
        "versions": row.versions,
        "in_other_version": row.in_other_version,
    }


def _version_facts(version: Version) -> dict[str, Any]:
    return {
        "version": version.name,
        "run_id": version.run_id,
        "chosen": version.is_chosen,
        "by_hand": version.by_hand,
        "outcome": version.outcome,
        "reason": version.reason,
        "words": version.words,
        "direction": version.direction,
        "beginning": version.beginning,
    }


def _story_facts(story: Story) -> dict[str, Any]:
    return {
        "id": story.id,
        "title": story.title,
        "note": story.note,
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
        "version": passage.version,
        "versions": passage.versions,
        "by_hand": passage.by_hand,
        "sections": [{"speaker": s.speaker, "text": s.text} for s in passage.sections],
        "attachments": attachments.to_json(passage.attachments),
    }


def _print_json(facts: object) -> None:
    sys.stdout.write(f"{to_json(facts)}\n")
