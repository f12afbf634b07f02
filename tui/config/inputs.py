"""What a run is given besides its prompt: a session, a state, files, and answers beforehand."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tui.config.settings import Settings
from tui.errors import UsageError
from tui.system.files import read_file

_MOST_BYTES = 10_000_000
"""The size of a state file, or of one of dependencies: they are small."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that the settings give the team of a run."""

    session_id: str | None = None
    user_id: str | None = None
    state: Mapping[str, Any] | None = None
    dependencies: Mapping[str, Any] | None = None
    images: tuple[Path, ...] = ()
    files: tuple[Path, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers given beforehand, by the name of a value, or of a tool that runs elsewhere."""
    allowed: frozenset[str] = frozenset()
    """The tools that may be called without a question."""


NO_INPUTS = Inputs()


def read_inputs(settings: Settings) -> Inputs:
    """Return the inputs that the settings name.

    Raises:
        UsageError: when a file is not there or does not hold what it should.
    """
    if not settings.backend.reads_files and (settings.image or settings.file):
        flag = "--image" if settings.image else "--file"
        raise UsageError(
            f"{flag}: the embedded model reads nothing but text. Give a model that can see, "
            "with --base-url or OPENAI_API_KEY."
        )
    return Inputs(
        session_id=settings.session_id,
        user_id=settings.user_id,
        state=_read_object("--state", settings.state),
        dependencies=_read_object("--dependencies", settings.dependencies),
        images=tuple(_existing("--image", path) for path in settings.image),
        files=tuple(_existing("--file", path) for path in settings.file),
        answers=settings.answer,
        allowed=frozenset(settings.allow),
    )


def _read_object(flag: str, path: Path | None) -> Mapping[str, Any] | None:
    if path is None:
        return None
    try:
        value = json.loads(read_file(_existing(flag, path), _MOST_BYTES))
    except OSError as error:
        raise UsageError(f"{flag}: {path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{flag}: {path} is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise UsageError(f'{flag}: {path} holds no JSON object, such as {{"name": "value"}}.')
    return value


def _existing(flag: str, path: Path) -> Path:
    """Return the path of a file that can be read."""
    try:
        read_file(path, 1)
        return path.resolve()
    except FileNotFoundError:
        raise UsageError(f"{flag}: there is no file {path}.") from None
    except OSError as error:
        raise UsageError(f"{flag}: {path} cannot be read: {error.strerror}.") from None
