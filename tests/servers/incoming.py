"""What a request asks, read from its body in either API."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

Json = dict[str, Any]

MEMBER = re.compile(r'<member id="([^"]*)"(?: name="([^"]*)")?')
DELEGATE = "delegate_task_to_member"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, as far as an answer depends on it."""

    api: str
    model: str
    stream: bool
    include_usage: bool = False
    instructions: str = ""
    prompt: str = ""
    outputs: int = 0
    """Tool results since the user last spoke."""
    last_output: str = ""
    """What the latest tool gave."""
    tools: tuple[str, ...] = ()
    """The names of the tools that are offered."""
    delegate_tool: str | None = None
    """The tool that makes its sender the leader."""
    takes_member_id: bool = False
    previous_id: str | None = None
    input_tokens: int = 0

    @property
    def is_leader(self) -> bool:
        return self.delegate_tool is not None

    def member_id(self, wanted: str) -> str:
        """Returns the id that the roster gives to a member; the wanted name if there is none."""
        roster: list[tuple[str, str]] = MEMBER.findall(self.instructions)
        fitting = [id_ for id_, name in roster if wanted in f"{id_} {name}".lower()]
        return fitting[0] if fitting else roster[0][0] if roster else wanted


def read_ask(body: Json, api: str, earlier: Mapping[str, Ask]) -> Ask:
    """Reads a body; ``earlier`` are the requests that a later one may build upon, by response id.

    Raises:
        KeyError: it builds upon a response that is not there.
    """
    items = body.get("messages", []) if api == "chat" else _items(body.get("input", []))
    previous = body.get("previous_response_id")
    before = earlier[previous] if previous else None
    tool = _delegate_tool(body.get("tools") or [])
    instructions = "\n".join(_texts(items, "system", "developer")) or body.get("instructions") or ""
    prompts = _texts(items, "user")
    outputs = _outputs(items)
    offered = [item.get("function", item) for item in body.get("tools") or []]
    ask = Ask(
        api=api,
        model=body.get("model", ""),
        stream=bool(body.get("stream")),
        include_usage=bool((body.get("stream_options") or {}).get("include_usage")),
        instructions=instructions,
        prompt=prompts[-1] if prompts else "",
        outputs=outputs,
        last_output=_last_output(items),
        tools=tuple(str(function.get("name")) for function in offered),
        delegate_tool=tool.get("name") if tool else None,
        takes_member_id="member_id" in _properties(tool),
        previous_id=previous,
        input_tokens=len(str(items)) // 4,
    )
    return _carry_on(ask, before) if before else ask


def _carry_on(ask: Ask, before: Ask) -> Ask:
    return replace(
        ask,
        instructions=ask.instructions or before.instructions,
        prompt=ask.prompt or before.prompt,
        tools=ask.tools or before.tools,
        outputs=ask.outputs if ask.prompt else before.outputs + ask.outputs,
        input_tokens=before.input_tokens + ask.input_tokens,
    )


def _items(given: str | list[Json]) -> list[Json]:
    return [{"role": "user", "content": given}] if isinstance(given, str) else given


def _texts(items: Iterable[Json], *roles: str) -> list[str]:
    return [_text(item.get("content")) for item in items if item.get("role") in roles]


def _text(content: Any) -> str:
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""


def _outputs(items: Iterable[Json]) -> int:
    count = 0
    for item in items:
        if item.get("role") == "user":
            count = 0
        elif item.get("role") == "tool" or item.get("type") == "function_call_output":
            count += 1
    return count


def _last_output(items: Iterable[Json]) -> str:
    said = ""
    for item in items:
        if item.get("role") == "tool":
            said = _text(item.get("content"))
        elif item.get("type") == "function_call_output":
            said = str(item.get("output"))
    return said


def _delegate_tool(tools: Iterable[Json]) -> Json | None:
    for tool in tools:
        function: Json = tool.get("function", tool)
        if str(function.get("name", "")).startswith(DELEGATE):
            return function
    return None


def _properties(tool: Json | None) -> Json:
    parameters: Json = (tool or {}).get("parameters") or {}
    return parameters.get("properties") or {}
