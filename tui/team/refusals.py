"""What a server says when it refuses a request, as a sentence that says what to do."""

import re
from urllib.parse import urlsplit

from openai import APIStatusError

from tui.config.endpoint import Endpoint
from tui.errors import said_by
from tui.team.error_bodies import ServerSaid, code_in, words_in
from tui.team.proxies import Proxy
from tui.team.retry_waits import asked_wait
from tui.text.secrets import masked_line, public_address
from tui.text.untrusted import as_sentence

_ENDPOINTS = ("/chat/completions", "/completions", "/responses", "/models")
_VERSION = re.compile(r"/v\d+\w*(?:/|\Z)|/openai(?:/|\Z)|/compatible-mode")
_NO_PATH = re.compile(
    r"(?i)\A\W*(?:40[45]\W*)?(?:page )?not found\W*(?:40[45])?\W*\Z|cannot post|no route|no static"
    r"|unknown (?:path|route|url)|no such (?:path|route)|invalid url|method not allowed"
    r"|(?:path|route|url|page|/responses)\b.{0,80} not found"
)
_QUOTA = ("insufficient_quota", "insufficient_balance")


_TOOLS = r"(?:tools?|functions?|(?:tool|function)[ _-]?(?:use|calls?|calling|choice))\b"
_NOT = (
    r"(?:not (?:been )?(?:support|enabl|allow|available|implement|permitted)|unsupported|disabled"
    r"|requires?\b|unrecognized|extra inputs)"
)
_NO_SUPPORT = r"(?:n[o']t support|unsupported|unrecognized|extra inputs|that support)"
_NO_TOOLS = re.compile(
    rf"{_TOOLS}.{{0,80}}?{_NOT}|{_NO_SUPPORT}.{{0,60}}?(?:tool|function)", re.IGNORECASE
)


def refuses_tools(error: BaseException | None) -> bool:
    """Whether a server says that it, or its model, cannot call tools."""
    while error is not None:
        if isinstance(error, ServerSaid):
            return bool(_NO_TOOLS.search(said_by(error)))
        if isinstance(error, APIStatusError):
            is_refusal = error.status_code in (400, 404, 405, 422, 500, 501)
            return is_refusal and bool(_NO_TOOLS.search(words_in({"error": error.body})))
        error = error.__cause__
    return False


def explain_status(error: APIStatusError, endpoint: Endpoint, proxy: Proxy | None) -> str:
    """Return the sentence for a refusal; ``proxy`` is what stood on the way."""
    body = {"error": error.body} if error.body is not None else None
    raw = words_in(body)
    said, where, status = as_sentence(masked_line(raw, 300)), endpoint.address, error.status_code
    added = f": {said}" if said else "."
    match status:
        case 401:
            source = f" from {endpoint.key_source}" if endpoint.key_source else ""
            quoted = f" It says: {said}" if said and not _is_plain_401(raw) else ""
            advice = f"Check the key{endpoint.backend.other_key}."
            return f"{where} refused the API key{source} (401).{quoted} {advice}"
        case 403:
            return f"{where} does not allow this key to use {endpoint.model} (403){added}"
        case 404 | 405:
            return _explain_missing(raw, said, status, code_in(body), endpoint)
        case 407 if proxy:
            return (
                f"The proxy {masked_line(proxy.address, 100)} wants a user and a password (407). "
                f"Put them into {proxy.variable}."
            )
        case 429 if code_in(body) in _QUOTA:
            return (
                f"The quota of the account at {where} is used up (429). Check its plan and billing."
            )
        case 429:
            return f"{where} is limiting requests (429){added} {_wait_sentence(error)}"
        case 502 | 503 | 504 if proxy and where.startswith("http://"):
            return (
                f"The server at {where}, or the proxy {masked_line(proxy.address, 100)} "
                f"({proxy.variable}) before it, failed ({status}){added} Try again in a moment."
            )
        case _ if status >= 500:
            return f"The server at {where} failed ({status}){added} Try again in a moment."
    return f"{where} rejected the request ({status}){added}"


def _explain_missing(raw: str, said: str, status: int, code: str, endpoint: Endpoint) -> str:
    where = endpoint.address
    path = urlsplit(endpoint.base_url).path.rstrip("/")
    if path.endswith(_ENDPOINTS):
        base = endpoint.base_url.partition("?")[0].rstrip("/")
        for name in _ENDPOINTS:
            base = base.removesuffix(name)
        return (
            f"There is nothing at {where} that answers ({status}). The address must end before "
            f"the endpoint: {masked_line(public_address(base), 200)}"
        )
    is_about_path = not raw or status == 405 or bool(_NO_PATH.search(raw[:200]))
    names_model = code == "model_not_found" or "model" in raw.lower()
    if is_about_path and not names_model and not _VERSION.search(path):
        return (
            f"There is nothing like a model server at {where} ({status}). "
            f"Check the address (it often ends in /v1): {masked_line(where, 200)}/v1"
        )
    if names_model and endpoint.model and _means_model(raw, code, endpoint.model):
        quoted = "" if code == "model_not_found" else f" It says: {said}"
        return (
            f"{where} does not know the model '{endpoint.model}' ({status}).{quoted} "
            f"Give another {endpoint.backend.other_model}."
        )
    if endpoint.api == "responses" and is_about_path and not names_model:
        quoted = f" It says: {said}" if said and not _is_bare(raw) else ""
        return (
            f"{where} has no Responses API ({status}).{quoted} "
            f"{endpoint.backend.other_api} to speak Chat Completions with it."
        )
    if not said:
        return f"{where} has no Chat Completions API ({status}). Check the address."
    return f"{where} rejected the request ({status}): {said}"


def _means_model(raw: str, code: str, model: str) -> bool:
    """Whether it is the name of the model that the server does not know."""
    text = raw.lower()
    signs = (
        "not found",
        "does not exist",
        "not exist",
        "unknown model",
        "no such model",
        "not_found",
    )
    return code == "model_not_found" or model.lower() in text or any(s in text for s in signs)


def _is_bare(raw: str) -> bool:
    """Whether the words say no more than the number."""
    return bool(
        re.fullmatch(r"(?i)\W*(?:40[45])?\W*(?:page )?(?:not found|method not allowed)\W*", raw)
    )


def _is_plain_401(raw: str) -> bool:
    return bool(re.search(r"(?i)api[ _-]?key|unauthori[sz]ed|authentication|credential", raw))


def _wait_sentence(error: APIStatusError) -> str:
    wait = asked_wait(error.response.headers)
    return f"Wait {wait:g} seconds and try again." if wait else "Wait a little and try again."
