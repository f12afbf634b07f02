"""The results of tools, no longer than a model could read: Agno would copy them again and again."""

from agno.tools.function import FunctionCall, FunctionExecutionResult, ToolResult

from tui.text.untrusted import clean_line

RESULT_CHARACTERS = 1_000_000
_CUT = "\n[The rest was left out: it was too long.]"


def bound_result(call: FunctionCall, outcome: FunctionExecutionResult) -> str:
    """Cut what a tool returned if that is far too long, and return a sentence that says so."""
    is_cut = False
    for holder in (call, outcome):
        result = holder.result
        if isinstance(result, ToolResult):
            cut = _bounded(result.content)
            is_cut, result.content = is_cut or cut is not result.content, cut
        elif isinstance(result, str):
            cut = _bounded(result)
            is_cut, holder.result = is_cut or cut is not result, cut
    name = clean_line(call.function.name, 60)
    return f"The tool {name} returned too much: a million characters were kept." if is_cut else ""


def _bounded(text: str) -> str:
    return text if len(text) <= RESULT_CHARACTERS else text[:RESULT_CHARACTERS] + _CUT
