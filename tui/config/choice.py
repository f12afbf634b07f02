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
"""The settings that name a model: when one of them is given, a remembered choice is nothing."""
_NAME = "model"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """One of: a model from the hub, a model of a server on this machine, the embedded one."""

    hf: str | None = None
    base_url: str | None = None
    model: str | None = None
    local: bool = False

    @property
    def values(self) -> dict[str, object]:
        """The settings that it sets, by name."""
        given: dict[str, object] = {n: v for n, v in asdict(self).items() if v}
        return given | {"api": "chat"} if self.base_url else given


def with_choice(settings: Settings, choice: ModelChoice) -> Settings:
    """Return settings with which the chosen model writes."""
    values = choice.values
    kept = {n: s for n, s in settings.sources.items() if n not in DECIDING and n not in values}
    plain: dict[str, object] = {"local": False, "gguf": None, "hf": None, "base_url": None}
    sources = kept | dict.fromkeys(values, CHOSEN)
    return replace(settings, **(plain | values), sources=sources)  # type: ignore[arg-type]


def remember_choice(path: Path, choice: ModelChoice | None) -> None:
    """Keep a choice for the next start; None forgets it."""
    remember(path, _NAME, json.dumps(asdict(choice)) if choice else "")


def recall_choice(path: Path) -> Mapping[str, object]:
    """Return the settings of the remembered choice, or nothing."""
    try:
        choice = ModelChoice(**json.loads(recall(path).get(_NAME) or "{}"))
    except (ValueError, TypeError):
        return {}
    texts = (choice.hf, choice.base_url, choice.model)
    is_sound = all(isinstance(text, str | None) for text in texts) and choice.local in (True, False)
    if not is_sound or (choice.hf and not is_hub_name(choice.hf)):
        return {}
    if choice.base_url and not choice.base_url.startswith("http://127.0.0.1:"):
        return {}
    return choice.values
