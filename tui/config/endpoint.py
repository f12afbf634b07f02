"""Where a model is reached: what an error sentence needs to know about it."""

from dataclasses import dataclass

from tui.text.secrets import public_address

OPENAI_URL = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model behind an OpenAI-compatible API."""

    model: str
    base_url: str = OPENAI_URL
    api: str = "responses"
    key_source: str = ""
    """Where the key came from, such as "OPENAI_API_KEY"; never the key itself."""
    is_local: bool = False
    """Whether it is the embedded engine."""
    is_own: bool = False
    """Whether it is a model of the user's own team, which no option of ours can change."""
    provider: str = ""
    """Who runs it, for a model that names no address."""

    @property
    def address(self) -> str:
        """The base URL as it may be shown: no user, password or query."""
        return public_address(self.base_url) if self.base_url else self.provider or "The provider"
