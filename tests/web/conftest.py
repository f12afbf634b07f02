"""A model server that writes slowly, a user with a key, and an HTTP client."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.harness.command import environment
from tests.harness.running import KEY
from tests.servers import ModelServer, Script


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Script(words=5000, delay_seconds=0.02)) as server:
        yield server


@pytest.fixture
def env(tmp_path: Path, model: ModelServer) -> dict[str, str]:
    return environment(tmp_path, OPENAI_API_KEY=KEY, STORYTEAM_BASE_URL=model.base_url)


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as client:
        yield client
