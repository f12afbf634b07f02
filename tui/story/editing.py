"""A passage that the user edits: what the editor is given, and what is kept of what comes back."""

from tui.errors import StoryteamError

LONGEST_BYTES = 8 * 2**20


def text_to_edit(passage: str) -> str:
    """Return a passage as a file of whole lines, without the space that joins it to the others."""
    return f"{passage.strip()}\n"


def edited_text(passage: str, content: bytes) -> str | None:
    """Return what a passage becomes, given the file that the editor left; None if unchanged.

    The words are taken as they are. Where the user left the ends alone, the passage joins the text
    around it as before.

    Raises:
        StoryteamError: the file is empty, or no text.
    """
    if len(content) > LONGEST_BYTES:
        raise StoryteamError("The editor left a file that is too large. Nothing was changed.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise StoryteamError("The editor left a file that is not text. Nothing was changed.")
    text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
    if not text.strip():
        raise StoryteamError("The editor left an empty text. Nothing was changed: u takes back.")
    body = passage.strip()
    if text == body:
        return None
    before, after = passage[: len(passage) - len(passage.lstrip())], ""
    if passage != passage.rstrip():
        after = passage[len(passage.rstrip()) :]
    # Editors end a file with a newline of their own; only more space than that is meant.
    return (text if text[0].isspace() else before + text) + ("" if text[-1].isspace() else after)
