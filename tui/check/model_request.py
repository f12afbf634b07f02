"""Read from a request to the model what its answer depends on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MEMBER = re.compile(r'<member id="([^"]*)"')
_DELEGATE = "delegate_task_to_member"
_VALUES: Mapping[str, object] = {
    "string": "a", "integer": 1, "number": 1.0, "boolean": True, "array": [], "object": {},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """A request of the Chat Completions API."""

    number: int
    """1 is the first request of the run."""
    is_streamed: bool
    tools: Mapping[str, Mapping[str, Any]]
    """The tools that are offered, with the schemas of their arguments."""
    called: tuple[str, ...]
    """The tools that have been called since the user last spoke."""
    outputs: int
    """How many of them have returned."""
    members: tuple[str, ...]
    """The ids of the members to whom the leader can delegate."""

    @property
    def delegate_tool(self) -> str | None:
        """The tool that delegates to a member, if there is one."""
        return next((name for name in self.tools if name.startswith(_DELEGATE)), None)

    def arguments(self, tool: str) -> dict[str, object]:
        """Return arguments that fit the schema of a tool: those that it requires."""
        schema = self.tools[tool]
        properties = schema.get("properties") or {}
        names = schema.get("required") or ()
        return {name: _value(properties.get(name) or {}) for name in names}


def read_request(body: Mapping[str, Any], number: int) -> ModelRequest:
    """Return what the body of a request says."""
    messages = body.get("messages") or []
    functions = [tool.get("function") or {} for tool in body.get("tools") or []]
    users = [index for index, message in enumerate(messages) if message.get("role") == "user"]
    latest = messages[users[-1] + 1 :] if users else messages
    calls = [call for message in latest for call in message.get("tool_calls") or []]
    system = " ".join(str(m.get("content")) for m in messages if m.get("role") != "user")
    return ModelRequest(
        number=number,
        is_streamed=bool(body.get("stream")),
        tools={str(f.get("name")): f.get("parameters") or {} for f in functions},
        called=tuple(str(call["function"]["name"]) for call in calls),
        outputs=sum(message.get("role") == "tool" for message in latest),
        members=tuple(_MEMBER.findall(system)),
    )


def _value(schema: Mapping[str, Any]) -> object:
    if choices := schema.get("enum"):
        return choices[0]
    kind = schema.get("type")
    return _VALUES.get(kind if isinstance(kind, str) else "string", "a")
