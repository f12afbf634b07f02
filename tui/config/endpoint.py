"""Where a model is reached: what an error sentence needs to know about it."""

from dataclasses import dataclass

from tui.config.backend import SERVER, Backend
from tui.text.secrets import public_address

OPENAI_URL = "https://api.openai.com/v1"
ENGINE_URL = "http://127.0.0.1"
"""The embedded engine's address; its port is known when it has started."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model behind an OpenAI-compatible API."""

    model: str
    base_url: str = OPENAI_URL
    api: str = "responses"
    key_source: str = ""
    """Where the key came from, such as "OPENAI_API_KEY"; never the key itself."""
    backend: Backend = SERVER
    provider: str = ""
    """Who serves it, for a model that names no address."""

    @property
    def address(self) -> str:
        """The base URL as it may be shown: no user, password or query."""
        return public_address(self.base_url) if self.base_url else self.provider or "The provider"
