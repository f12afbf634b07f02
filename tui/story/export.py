"""A story as a file to keep: Markdown with a small front matter, a page of HTML, or an EPUB."""

import json
import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from html import escape
from itertools import count
from pathlib import Path

from tui.errors import StoryteamError
from tui.history.stories import Passage, Story
from tui.run import attachments
from tui.story.epub import escaped, to_epub
from tui.system.files import replace_file
from tui.text.untrusted import clean, clean_line, count_words

SLUG_LENGTH = 60
_UNQUOTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PAGE = """<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ max-width: 38em; margin: 3em auto; padding: 0 1em; font: 1.1em/1.6 Georgia, serif; }}
</style>
</head>
<body>
{body}</body>
</html>
"""


class ExportError(StoryteamError):
    """The story was not saved; the message says why."""


def to_markdown(story: Story) -> str:
    """Return the story as Markdown: front matter, title, and the prose with its directions."""
    front = "".join(f"{name}: {value}\n" for name, value in _front_matter(story))
    return f"---\n{front}---\n\n{_body(story)}"


def to_html(story: Story) -> str:
    """Return the story as a page that loads nothing; HTML in the text shows as text."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).disable("image")
    return _PAGE.format(title=escape(story.title), body=markdown.render(_body(story)))


def save(story: Story, path: Path | str = "", *, overwrite: bool = False) -> Path:
    """Write the story to a file, whole or not at all, and return where it is.

    A name that ends in ``.html`` makes a page, ``.epub`` a book, any other Markdown. A directory,
    or nothing (the working directory), gets a free name made from the title. ``~`` is expanded. The
    directory has to exist: none is made. The file is for this user alone.

    Raises:
        ExportError: there is such a file already, or it cannot be written.
    """
    try:
        target = Path(path).expanduser()
        if target.is_dir():
            return _save_under_free_name(story, target)
        if not target.parent.is_dir():
            raise ExportError(f"There is no directory {target.parent}: make it, or choose another.")
        _write(_rendered(story, target), target, overwrite)
    except FileExistsError as error:
        raise ExportError(f"{target} exists already: choose another name.") from error
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or clean_line(str(error))
        raise ExportError(f"The story cannot be saved as {path}: {reason}.") from error
    return target


def slug(title: str) -> str:
    """Return the title as a file name without its ending: letters, digits and hyphens."""
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", title).lower()).strip("-")
    short = words.encode()[: SLUG_LENGTH * 2].decode(errors="ignore")[:SLUG_LENGTH]
    if len(short) < len(words) and "-" in short:
        short = short.rpartition("-")[0]
    return short.strip("-") or "story"


def _names(story: Story, directory: Path) -> Iterator[Path]:
    name = slug(story.title)
    yield directory / f"{name}.md"
    for number in count(2):
        yield directory / f"{name}-{number}.md"


def _save_under_free_name(story: Story, directory: Path) -> Path:
    for path in _names(story, directory):
        with suppress(FileExistsError):
            _write(to_markdown(story), path, overwrite=False)
            return path
    raise AssertionError("there is always another name")


def _rendered(story: Story, path: Path) -> str | bytes:
    match path.suffix.lower():
        case ".epub":
            return to_epub(story)
        case ".html" | ".htm":
            return to_html(story)
    return to_markdown(story)


def _write(content: str | bytes, path: Path, overwrite: bool) -> None:
    if not overwrite and os.path.lexists(path):
        raise FileExistsError(path)
    if path.exists() and not path.is_file():
        raise ExportError(f"{path} is not a regular file: choose another name.")
    replace_file(path, content, overwrite=overwrite, sync=True)


def _front_matter(story: Story) -> Iterator[tuple[str, str]]:
    last = story.last
    yield "title", _quoted(story.title)
    yield "prompt", _quoted(story.prompt)
    if story.note:
        yield "note", _quoted(story.note)
    if last:
        models = dict.fromkeys(passage.model for passage in story.passages if passage.model)
        yield "model", _quoted(", ".join(models))
        yield "outcome", _quoted(last.outcome.value if last.outcome else "unfinished")
        if last.reason:
            yield "reason", _quoted(last.reason)
    yield "created", _instant(story.created_at)
    yield "updated", _instant(story.updated_at)
    yield "words", str(count_words(story.prose)[0])


def _quoted(text: str) -> str:
    """Return the text as a YAML string, which every JSON string is."""
    quoted = json.dumps(clean(text), ensure_ascii=False)
    return _UNQUOTABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", quoted)


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).astimezone().isoformat(timespec="seconds")


def _body(story: Story) -> str:
    body = ""
    for passage in story.passages:
        if passage.direction:
            body = f"{body.rstrip()}\n\n{_mark(passage)}\n\n{passage.markdown.lstrip()}"
        else:
            body += passage.markdown
    body = body.strip()
    brought = (found for passage in story.passages for found in passage.attachments)
    if found := attachments.to_markdown(brought):
        body += f"\n\n---\n\n{found}"
    if not body.startswith("# "):
        body = f"# {escaped(story.title)}\n\n{body}"
    return f"{body.strip()}\n"


def _mark(passage: Passage) -> str:
    return f"> *{escaped(clean_line(passage.direction or ''))}*"
