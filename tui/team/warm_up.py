"""Making the first client of each kind before it is needed: that blocks for up to 0.3 seconds.

The libraries behind it are imported only then, and certificates are read. On the event loop no
cancel gets through meanwhile; here it does.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from agno.models.base import Model
from agno.models.openai import OpenAIResponses

from tui.team.interrupt import Interrupt


async def warm_up(models: Iterable[Model], interrupt: Interrupt) -> None:
    """Make one client per class of model, on another thread.

    Raises:
        Interrupted: when the run is cancelled meanwhile.
    """
    first = {type(model): model for model in reversed(list(models))}
    with interrupt.scope():
        await asyncio.to_thread(_make_clients, list(first.values()))


def _make_clients(models: list[Model]) -> None:
    for model in models:
        make: Any = getattr(model, "get_async_client", None)
        # Whatever is wrong, such as a missing key, is said when the model is asked.
        with suppress(Exception):
            client = make() if make else None
            _ = client and (client.responses if isinstance(model, OpenAIResponses) else client.chat)
