"""A story as an EPUB 3: a passage is a chapter, and the last page tells how it was made."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tui.history.stories import Passage, Story
from tui.run import attachments
from tui.story.continuing import Stop, end_of_sentence, stop_of
from tui.text.untrusted import clean, clean_line

_TITLE_LENGTH = 60
_NO_XML = re.compile("[\ufffe\uffff]")
_STYLE = """\
body { line-height: 1.5; margin: 0 5%; }
h1 { line-height: 1.2; margin: 2em 0 1.5em; }
.direction { font-style: italic; margin: 2em 0 1.5em; }
"""


class Chapter(NamedTuple):
    """One page of the book."""

    title: str
    direction: str
    text: str
    """Markdown."""


def to_epub(story: Story) -> bytes:
    """Return the story as an EPUB; HTML in the text shows as text, and nothing is loaded."""
    from markdown_it import MarkdownIt
    from markupsafe import escape
    from mkepub import Book

    markdown = MarkdownIt("commonmark", {"html": False, "xhtmlOut": True}).disable("image")
    # Another address would be taken for a file in the book.
    markdown.validateLink = lambda url: url.lower().startswith(("http://", "https://"))  # type: ignore[method-assign]
    # The library escapes a title in some of its templates only; what is escaped it leaves alone.
    book = Book(escape(_xml(story.title.strip() or "Untitled")))
    try:
        book.set_stylesheet(_STYLE)
        for chapter in (*chapters(story), how_it_was_made(story)):
            body = markdown.render(_xml(chapter.text))
            if chapter.direction:
                body = f'<p class="direction">{escape(_xml(chapter.direction))}</p>\n{body}'
            book.add_page(escape(_xml(chapter.title)), body)
        with TemporaryDirectory() as folder:
            path = Path(folder) / "story.epub"
            book.save(path)
            return path.read_bytes()
    finally:
        book.tempdir.cleanup()


def chapters(story: Story) -> Iterator[Chapter]:
    """Return a chapter per passage; each ends with a sentence, as far as its text has one."""
    texts = [passage.markdown for passage in story.passages]
    for number in range(1, len(texts)):
        if stop_of(texts[number - 1]) is Stop.IN_SENTENCE:
            end = end_of_sentence(texts[number])
            texts[number - 1] += texts[number][:end]
            texts[number] = texts[number][end:]
    for number, (passage, text) in enumerate(zip(story.passages, texts, strict=True), 1):
        direction = clean_line(passage.direction or "", 2000)
        title = clean_line(direction, _TITLE_LENGTH) or f"Chapter {number}"
        text = text.strip()
        if number == 1 and not text.startswith("# "):
            text = f"# {escaped(story.title)}\n\n{text}"
        if text:
            yield Chapter(title, direction, text)


def how_it_was_made(story: Story) -> Chapter:
    """Return the page that says who wrote what, when, and what was asked for."""
    title = "How this was made"
    parts = [f"# {title}", f"The idea: {escaped(clean_line(story.prompt, 2000))}"]
    if story.note:
        parts.append(f"What held for all of it: {escaped(clean_line(story.note))}")
    parts.append(
        "\n".join(f"{number}. {_how(passage)}" for number, passage in enumerate(story.passages, 1))
    )
    brought = (found for passage in story.passages for found in passage.attachments)
    parts.append(attachments.to_markdown(brought))
    return Chapter(title, "", "\n\n".join(filter(None, parts)))


def escaped(line: str) -> str:
    """Return a line as it is written in Markdown to be shown as it stands."""
    return re.sub(r"([\\`*_\[\]<>#])", r"\\\1", line)


def _how(passage: Passage) -> str:
    when = datetime.fromtimestamp(passage.started_at).astimezone().strftime("%Y-%m-%d %H:%M")
    who = "written by hand" if passage.by_hand else escaped(clean_line(passage.model))
    facts = [when, who, f"{passage.words:,} words"]
    if not passage.by_hand:
        facts.append(passage.reason or passage.outcome or "unfinished")
    if passage.versions > 1:
        facts.append(f"version {passage.version} of {passage.versions}")
    return ", ".join(filter(None, facts))


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", clean(text))
