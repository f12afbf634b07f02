"""What a leader is told where the user stopped one of its members."""

import re

_NOTE = "[The user stopped {} here. Take what it wrote as it is, and go on.]"
_AT_END = re.compile(rf"\s*{re.escape(_NOTE).replace(re.escape('{}'), '.*')}\s*\Z")


def stop_note(name: str) -> str:
    """Return what stands in a delegation's result behind the text of the member."""
    return f"\n\n{_NOTE.format(name)}"


def without_stop_note(text: str) -> str:
    """Return what the member itself wrote."""
    return _AT_END.sub("", text)
