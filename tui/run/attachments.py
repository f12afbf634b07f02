"""What a run brings beside its text, as lines to show, store and export."""

import json
import re
from collections.abc import Iterable
from typing import Any

from tui.run.events import Attached, Attachment, Speaker
from tui.text.untrusted import clean_line

_WEB = re.compile(r"https?://[^\s<>\\]+")
_MARKS = re.compile(r"([\\`*_\[\]<>#&~])")


def line_of(attached: Attached) -> str:
    """Return an attachment on one line, its link or path last."""
    parts = (attached.title, attached.link)
    return clean_line(f"{attached.kind}: {' '.join(filter(None, parts))}", 2500)


def to_markdown(attachments: Iterable[Attached], *, has_links: bool = True) -> str:
    """Return a Markdown list, in which web addresses are links and others are code."""
    return "\n".join(
        f"- {attached.kind}: {_item(attached, has_links=has_links)}" for attached in attachments
    )


def to_json(attachments: Iterable[Attached]) -> list[dict[str, Any]]:
    """Return attachments as plain values."""
    return [
        {
            "kind": attached.kind.value,
            "title": attached.title,
            "link": attached.link or None,
            "speaker": attached.speaker.name,
        }
        for attached in attachments
    ]


def from_json(text: str, run_id: str) -> tuple[Attached, ...]:
    """Return the attachments in the text of ``to_json``; none when it was changed."""
    try:
        return tuple(
            Attached(
                Speaker(run_id, str(item["speaker"])),
                Attachment(item["kind"]),
                str(item["title"]),
                str(item["link"] or ""),
                0.0,
            )
            for item in json.loads(text)
        )
    except (ValueError, TypeError, KeyError):
        return ()


def _item(attached: Attached, *, has_links: bool) -> str:
    title = _MARKS.sub(r"\\\1", clean_line(attached.title))
    link = clean_line(attached.link, 2000)
    if has_links and _WEB.fullmatch(link):
        link = f"<{link}>"
    elif link:
        link = f"`{link.replace('`', chr(39))}`"
    return " ".join(filter(None, (title, link)))
