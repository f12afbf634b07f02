"""The calls of tools that a model words in its text, in the forms that models were trained on."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tui.team.tool_calls import argument_text, known_name

Call = dict[str, str]

_FENCED = re.compile(
    r"\A\s*(?:```(?:json)?|\[TOOL_CALLS\]|<\|python_tag\|>)?\s*(.*?)\s*(?:```)?\s*\Z", re.DOTALL
)
_FUNCTION = re.compile(r"(?:<function=|\A\s*)([\w.-]+)>(.*)", re.DOTALL)
_PARAMETER = re.compile(r"<parameter=([\w.-]+)>(.*?)</parameter>", re.DOTALL)
_INVOKE = re.compile(r"<invoke name=[\"']?([\w.-]+)[\"']?>(.*?)(?:</invoke>|\Z)", re.DOTALL)
_INVOKED = re.compile(r"<parameter name=[\"']?([\w.-]+)[\"']?[^>]*>(.*?)</parameter>", re.DOTALL)
_KEYED = re.compile(r"\A\s*([\w.-]+)\s*(?=<arg_key>)", re.DOTALL)
_KEY = re.compile(r"<arg_key>(.*?)</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL)
_BEGUN = re.compile(
    r"<[|\uff5c]tool[_▁]call[_▁]begin[|\uff5c]>(.*?)"
    r"(?=<[|\uff5c]tool[_▁]call[_▁]end[|\uff5c]>|\Z)",
    re.DOTALL,
)
_SPLIT = re.compile(r"<[|\uff5c][\w▁]+[|\uff5c]>|\[ARGS\]|```(?:json)?|\s+")
_NAMED = re.compile(
    r"\A\W*?([A-Za-z_][\w.:-]*)\s*(?:\[CALL_ID\]\w+)?(?:\[ARGS\])?\s*(\{.*\})\s*\Z", re.DOTALL
)


def calls_in(text: str, tools: frozenset[str] | None = None) -> list[Call]:
    """Return the calls that a text words; none unless all of it is calls, of ``tools`` if given."""
    for read in (_invoked, _keyed, _begun, _function, _json, _named, _python):
        if calls := read(text):
            break
    else:
        return []
    if tools is not None:
        calls = [{**call, "name": known_name(call["name"], tools)} for call in calls]
        return calls if all(call["name"] in tools for call in calls) else []
    return calls


def _call(name: str, arguments: Mapping[str, Any]) -> Call:
    return {"name": name, "arguments": argument_text(arguments)}


def _invoked(text: str) -> list[Call]:
    """Anthropic's tags, which MiniMax and DeepSeek write too."""
    return [_call(m[1], _pairs(_INVOKED, m[2])) for m in _INVOKE.finditer(text)]


def _keyed(text: str) -> list[Call]:
    """GLM's: a name, then keys and values in turn."""
    found = _KEYED.match(text)
    return [_call(found[1], _pairs(_KEY, text))] if found else []


def _begun(text: str) -> list[Call]:
    """Kimi's and DeepSeek's, between tokens of their own."""
    calls = []
    for found in _BEGUN.finditer(text):
        head, brace, rest = found[1].partition("{")
        names = [word for word in _SPLIT.split(head) if word and word != "function"]
        if brace and names:
            calls.append({"name": names[-1], "arguments": brace + rest})
    return calls


def _function(text: str) -> list[Call]:
    """Llama's and Qwen's: the name in the tag, then JSON or a tag for each parameter."""
    found = _FUNCTION.search(text)
    if not found:
        return []
    if parameters := _pairs(_PARAMETER, found[2]):
        return [_call(found[1], parameters)]
    arguments = found[2].partition("</function>")[0].strip()
    return [{"name": found[1], "arguments": arguments}]


def _json(text: str) -> list[Call]:
    try:
        value = json.loads(_FENCED.sub(r"\1", text, count=1))
    except (ValueError, RecursionError):
        return []
    items = value if isinstance(value, list) else [value]
    calls = [call for item in items if (call := _json_call(item))]
    return calls if len(calls) == len(items) else []


def _json_call(item: Any) -> Call | None:
    if not isinstance(item, Mapping):
        return None
    function = item.get("function")
    inner = function if isinstance(function, Mapping) else item
    name = inner.get("name") or (function if isinstance(function, str) else None)
    arguments = next(
        (inner[key] for key in ("arguments", "parameters", "args") if key in inner), ""
    )
    if not isinstance(name, str):
        return None
    return {"name": name, "arguments": argument_text(arguments)}


def _named(text: str) -> list[Call]:
    """Mistral's later form: the name, and its JSON right behind."""
    found = _NAMED.match(text.strip().removeprefix("[TOOL_CALLS]"))
    return [{"name": found[1], "arguments": found[2]}] if found else []


def _python(text: str) -> list[Call]:
    """Llama's list of Python calls with literal arguments."""
    if not text.lstrip().startswith("["):
        return []
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        return list(_python_calls(tree))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _python_calls(tree: ast.expr) -> Iterator[Call]:
    for node in tree.elts if isinstance(tree, ast.List) else ():
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.args:
            raise ValueError("no call")
        literals = {key.arg: ast.literal_eval(key.value) for key in node.keywords if key.arg}
        yield _call(node.func.id, literals)


def _pairs(pattern: re.Pattern[str], text: str) -> dict[str, str]:
    return {m[1].strip(): m[2].strip("\n") for m in pattern.finditer(text)}
