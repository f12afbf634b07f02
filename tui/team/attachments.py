"""What a run brings beside its text: citations, followups, and media, which are never fetched."""

import hashlib
import os
import re
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

from tui.run.events import Attached, Attachment, Speaker
from tui.system.files import make_private_folder
from tui.text.secrets import masked_line

MOST = 200
"""What a run may bring; a model may cite without an end."""
MOST_BYTES = 256 << 20
"""How much of it may come as bytes and is written to the disk."""
_TITLE_CHARACTERS = 300
_LINK_CHARACTERS = 2000
_MEDIA = {
    "images": Attachment.IMAGE,
    "image": Attachment.IMAGE,
    "videos": Attachment.VIDEO,
    "audio": Attachment.AUDIO,
    "response_audio": Attachment.AUDIO,
    "files": Attachment.FILE,
}
_NAMES = ("alt_text", "name", "filename", "revised_prompt", "original_prompt")
_SUFFIX = re.compile(r"[a-z0-9]{1,8}")


class Attachments:
    """Finds them in Agno's events, each once; ``folder`` is where bytes are written."""

    def __init__(
        self, folder: Path, clock: Callable[[], float], note: Callable[[str], object]
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._note = note
        self._seen: set[tuple[str, ...]] = set()
        self._written_bytes = 0
        self._numbers = count(1)

    def found_in(self, chunk: Any, speaker: Speaker) -> Iterator[Attached]:
        """Yield what an event brings that is not known yet."""
        for kind, title, link in self._brought_by(chunk, speaker):
            known = (kind.value, link or title)
            if known in self._seen or not (link or title) or len(self._seen) >= MOST:
                continue
            self._seen.add(known)
            yield Attached(speaker, kind, title, link, self._clock())

    def _brought_by(self, chunk: Any, speaker: Speaker) -> Iterator[tuple[Attachment, str, str]]:
        if citations := getattr(chunk, "citations", None):
            yield from _citations(citations)
        for name, kind in _MEDIA.items():
            # While an answer is spoken, its sound only grows.
            if name == "response_audio" and not chunk.event.endswith("RunCompleted"):
                continue
            found = getattr(chunk, name, None) or ()
            for medium in found if isinstance(found, list | tuple) else [found]:
                if link := self._link_of(medium, kind):
                    yield kind, _title_of(medium), link
        if speaker.is_leader:
            for followup in getattr(chunk, "followups", None) or ():
                yield Attachment.FOLLOWUP, masked_line(str(followup), _TITLE_CHARACTERS), ""

    def _link_of(self, medium: Any, kind: Attachment) -> str:
        """Return where a picture, a film, a sound or a file is, or nothing."""
        if place := getattr(medium, "url", None) or getattr(medium, "filepath", None):
            return masked_line(str(place), _LINK_CHARACTERS)
        content = getattr(medium, "content", None)
        if isinstance(content, str):
            content = content.encode(errors="replace")
        return self._keep(content, medium, kind) if isinstance(content, bytes) and content else ""

    def _keep(self, content: bytes, medium: Any, kind: Attachment) -> str:
        """Write what came as bytes, unless it was written before, and return its path."""
        digest = hashlib.sha256(content).hexdigest()
        if ("bytes", digest) in self._seen or len(self._seen) >= MOST:
            return ""
        self._seen.add(("bytes", digest))
        self._written_bytes += len(content)
        if self._written_bytes > MOST_BYTES:
            self._note(f"A part of the {kind}s was not kept: it is more than 256 MB.")
            return ""
        path = self._folder / f"{kind}-{next(self._numbers)}{_suffix_of(medium)}"
        try:
            make_private_folder(self._folder)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with open(os.open(path, flags, 0o600), "wb") as file:
                file.write(content)
        except OSError as error:
            self._note(f"The {kind} that came could not be kept as {path}: {error.strerror}.")
            return ""
        return str(path)


def _citations(citations: Any) -> Iterator[tuple[Attachment, str, str]]:
    for cited in getattr(citations, "urls", None) or ():
        title = masked_line(str(cited.title or ""), _TITLE_CHARACTERS)
        yield Attachment.CITATION, title, masked_line(str(cited.url or ""), _LINK_CHARACTERS)
    for cited in getattr(citations, "documents", None) or ():
        parts = (cited.document_title or cited.file_name, cited.cited_text)
        said = ": ".join(str(part) for part in parts if part)
        yield Attachment.CITATION, masked_line(said, _TITLE_CHARACTERS), ""


def _title_of(medium: Any) -> str:
    names = (getattr(medium, name, None) for name in _NAMES)
    return masked_line(next((str(name) for name in names if name), ""), _TITLE_CHARACTERS)


def _suffix_of(medium: Any) -> str:
    """Return the ending for a file's name, from what is said of its format; nothing else of it."""
    mime = str(getattr(medium, "mime_type", None) or "").partition(";")[0].rpartition("/")[2]
    name = os.path.splitext(str(getattr(medium, "filename", None) or ""))[1].removeprefix(".")
    for ending in (getattr(medium, "format", None), name, mime):
        if ending and _SUFFIX.fullmatch(str(ending).lower()):
            return f".{str(ending).lower()}"
    return ""
