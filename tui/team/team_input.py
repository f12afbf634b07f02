"""What a team is run with: the prompt in the form that it wants, and what else it is given."""

import json
from typing import Any, get_type_hints

from agno.media import File, Image
from pydantic import BaseModel, ValidationError

from tui.config.inputs import Inputs
from tui.errors import StoryteamError
from tui.text.secrets import masked_line


def input_for(team: Any, prompt: str) -> Any:
    """Return what the team is run with.

    Raises:
        StoryteamError: when the team wants fields that the prompt does not give; it names them.
    """
    schema = getattr(team, "input_schema", None)
    if not isinstance(schema, type):
        return prompt
    try:
        given = json.loads(prompt)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        names = _fields(schema)
        example = json.dumps(dict.fromkeys(names, "…"), ensure_ascii=False)
        raise StoryteamError(
            f"This team wants its prompt as a JSON object with {', '.join(names)}, "
            f"such as {example}."
        )
    if issubclass(schema, BaseModel):
        try:
            schema.model_validate(given)
        except ValidationError as error:
            raise StoryteamError(
                f"The prompt does not fit this team: {_faults_in(error)}."
            ) from None
    return given


def arguments_of(inputs: Inputs) -> dict[str, Any]:
    """Return the arguments of Agno's ``arun`` for these inputs, and none that was not given."""
    given = {
        "session_id": inputs.session_id,
        "user_id": inputs.user_id,
        # A run may change its state, and the next one begins with what the file says.
        "session_state": json.loads(json.dumps(inputs.state)) if inputs.state else None,
        "dependencies": dict(inputs.dependencies) if inputs.dependencies else None,
        "images": [Image(filepath=path) for path in inputs.images],
        "files": [File(filepath=path) for path in inputs.files],
    }
    return {name: value for name, value in given.items() if value}


def _fields(schema: type) -> list[str]:
    """The names of the fields that must be given, or of all when none must."""
    if issubclass(schema, BaseModel):
        fields = schema.model_fields
        return [name for name, field in fields.items() if field.is_required()] or list(fields)
    return list(get_type_hints(schema))


def _faults_in(error: ValidationError) -> str:
    faults = ((".".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors())
    return masked_line("; ".join(f"{name}: {what}" for name, what in faults), 300)
