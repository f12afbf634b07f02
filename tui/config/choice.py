"""The model that is chosen in the app: it counts at once, and at the next start."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tui.config.hub_name import is_hub_name
from tui.config.settings import Settings
from tui.system.state_file import recall, remember

CHOSEN = "your choice in the app"
"""What is said of where such a setting came from."""
DECIDING = frozenset({"team", "local", "gguf", "hf", "base_url", "model"})
"""The settings that name a model: a remembered choice counts when none of them is given."""
LOOPBACK = "http://127.0.0.1:"
_NAME = "model"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One of: a model from the hub, one of a server on this machine, OpenAI's, the embedded one.

    Without anything it is what the settings named before the choice.
    """

    hf: str | None = None
    base_url: str | None = None
    model: str | None = None
    local: bool = False

    @property
    def values(self) -> dict[str, object]:
        """The settings that it sets, by name."""
        given: dict[str, object] = {name: value for name, value in asdict(self).items() if value}
        return given | {"api": "chat"} if self.base_url else given


def with_choice(settings: Settings, choice: ModelChoice) -> Settings:
    """Return settings with which the chosen model writes."""
    if not (values := choice.values):
        return settings
    default = Settings()
    replaced = [name for name, source in settings.sources.items() if source == CHOSEN]
    plain = {name: getattr(default, name) for name in (*replaced, *DECIDING - {"team", "model"})}
    kept = {name: source for name, source in settings.sources.items() if name not in plain}
    sources = kept | dict.fromkeys(values, CHOSEN)
    return replace(settings, **(plain | values), sources=sources)


def remember_choice(path: Path, choice: ModelChoice) -> None:
    """Keep a choice for the next start; an empty one forgets the last."""
    remember(path, _NAME, json.dumps(asdict(choice)) if choice.values else "")


def recall_choice(path: Path) -> Mapping[str, object]:
    """Return the settings of the remembered choice, or nothing."""
    try:
        choice = ModelChoice(**json.loads(recall(path).get(_NAME) or "{}"))
    except (ValueError, TypeError):
        return {}
    texts = (choice.hf, choice.base_url, choice.model)
    is_sound = (
        all(isinstance(text, str | None) for text in texts)
        and isinstance(choice.local, bool)
        and (choice.hf is None or is_hub_name(choice.hf))
        and (choice.base_url is None or choice.base_url.startswith(LOOPBACK))
    )
    return choice.values if is_sound else {}
