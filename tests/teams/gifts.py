"""A team that brings more than text, in the manner of Agno's cookbook."""

import base64
from collections.abc import AsyncIterator
from typing import Any

from agno.agent import Agent
from agno.media import Audio, File, Image, Video
from agno.models.message import Citations, UrlCitation
from agno.models.message import DocumentCitation as Document
from agno.models.response import ModelResponse
from agno.team import Team
from agno.tools.function import ToolResult

from tests.teams.models import chat
from tests.teams.scripted_model import Line, ScriptedModel

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LINK = "https://example.org/cats_and_dogs"


def draw() -> ToolResult:
    """Draw a cat."""
    return ToolResult(
        content="Drawn.",
        images=[
            Image(content=PIXEL, alt_text="A cat \x1b[31m", format="../png"),
            Image(content=PIXEL, format="png"),
            Image(url="https://example.org/cat.jpg"),
        ],
        files=[File(content=b"a,b", filename="../../cats.csv")],
        videos=[Video(filepath="/films/cat_film.mp4")],
        audios=[Audio(content=b"RIFF", mime_type="audio/wav")],
    )


class Citing(ScriptedModel):
    """Names its sources with the last word, twice."""

    async def ainvoke_stream(self, *args: Any, **kwargs: Any) -> AsyncIterator[ModelResponse]:
        async for piece in super().ainvoke_stream(*args, **kwargs):
            yield piece
        cats = UrlCitation(title="All *about* cats", url=LINK)
        odd = UrlCitation(url="javascript:alert(1)")
        told = Document(document_title="Cats", cited_text="They fly.")
        for _ in range(2):
            yield ModelResponse(citations=Citations(urls=[cats, odd], documents=[told]))


def make_team() -> Team:
    """A member draws, and what to ask next is thought of."""
    # Agno would read and fetch all of it for the next request.
    member = Agent(name="Painter", model=chat(), tools=[draw], send_media_to_model=False)
    return Team(
        name="Gifts", model=chat(), members=[member], followups=True, send_media_to_model=False
    )


def citing() -> Team:
    member = Agent(name="Idle", model=ScriptedModel(id="idle"))
    model = Citing(lines=[Line((("Cats ", "fly."),))])
    return Team(name="Scholars", model=model, members=[member])
