"""Why a model call failed, as a sentence that says what to do."""

from collections.abc import Iterator
from json import JSONDecodeError

from agno.exceptions import ModelProviderError
from openai import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
)

from tui.agents.endpoint import Endpoint
from tui.secrets import masked_line

ENGINE_STOPPED = "The embedded engine stopped answering. Run it again to start it anew."


def explain(error: BaseException, endpoint: Endpoint) -> str:
    """Return the sentence for whatever made a model call fail."""
    chain = list(_chain(error))
    for cause in chain:
        if isinstance(cause, APIStatusError):
            return _explain_status(cause, endpoint)
        if isinstance(cause, APITimeoutError):
            return f"The model server at {endpoint.address} did not answer in time. Try again."
        if isinstance(cause, APIConnectionError):
            return _explain_connection(cause, endpoint)
        if isinstance(cause, JSONDecodeError | UnicodeDecodeError):
            return (
                f"The server at {endpoint.address} sent a broken event, so the text ends here. "
                "Try again, or check that it is a model server."
            )
        if isinstance(cause, APIError):
            return f"The model reported an error: {_quoted(str(cause.message))}"
    if any(type(cause).__name__ in _BROKEN_CONNECTION for cause in chain):
        if endpoint.is_local:
            return ENGINE_STOPPED
        return f"The connection to {endpoint.address} broke before the model had finished."
    if isinstance(error, ModelProviderError):
        return _quoted(error.message)
    return f"The model call failed: {_quoted(str(error) or type(error).__name__)}"


_BROKEN_CONNECTION = {"ReadError", "RemoteProtocolError", "WriteError", "ReadTimeout"}
"""By name, since the SDK speaks through either of two HTTP libraries."""


def _explain_status(error: APIStatusError, endpoint: Endpoint) -> str:
    said = _quoted(_body_message(error))
    where = endpoint.address
    match error.status_code:
        case 401:
            source = f" from {endpoint.key_source}" if endpoint.key_source else ""
            way_out = "" if endpoint.is_own else ", or run without one by giving --local"
            return f"{where} refused the API key{source} (401). Check the key{way_out}."
        case 403:
            return f"{where} does not allow this key to use {endpoint.model} (403): {said}"
        case 404 if not isinstance(error.body, dict) and not endpoint.base_url.endswith("/v1"):
            return (
                f"There is nothing like a model server at {where} (404). "
                "Check the address (it often ends in /v1)."
            )
        case 404 | 405 if _lacks_api(error, endpoint):
            way_out = "Take OpenAILike in your team" if endpoint.is_own else "Give --api chat"
            return (
                f"{where} has no Responses API ({error.status_code}). "
                f"{way_out} to speak Chat Completions with it."
            )
        case 404:
            where_else = "in your team" if endpoint.is_own else "with --model"
            return (
                f"{where} does not know the model '{endpoint.model}' (404). "
                f"Give another {where_else}."
            )
        case 429 if _code(error) == "insufficient_quota":
            return (
                f"The quota of the account at {where} is used up (429). Check its plan and billing."
            )
        case 429:
            return f"{where} is limiting requests (429). {_wait_sentence(error)}"
        case status if status >= 500:
            return f"The server at {where} failed ({status}): {said} Try again in a moment."
        case status:
            return f"{where} rejected the request ({status}): {said}"


def _explain_connection(error: APIConnectionError, endpoint: Endpoint) -> str:
    names = {type(cause).__name__ for cause in _chain(error)}
    if names & {"SSLCertVerificationError", "SSLError"} or "CERTIFICATE" in str(error.__cause__):
        return f"The certificate of {endpoint.address} cannot be trusted: {_quoted(_root(error))}"
    if "ProxyError" in names:
        return f"The proxy on the way to {endpoint.address} failed: {_quoted(_root(error))}"
    if endpoint.is_local:
        return ENGINE_STOPPED
    if names & _BROKEN_CONNECTION:
        return f"The connection to {endpoint.address} broke before the model had finished."
    way_out = "" if endpoint.is_own else ", or give --local for the embedded model"
    return (
        f"No model server answers at {endpoint.address}. "
        f"Check the address and that it runs{way_out}."
    )


def _root(error: BaseException) -> str:
    *_, root = _chain(error)
    return str(root) or type(root).__name__


def _lacks_api(error: APIStatusError, endpoint: Endpoint) -> bool:
    if endpoint.api != "responses":
        return False
    if error.status_code == 405:
        return True
    return _code(error) != "model_not_found" and "model" not in _body_message(error).lower()


def _wait_sentence(error: APIStatusError) -> str:
    wait = error.response.headers.get("retry-after", "")
    try:
        return f"Wait {float(wait):g} seconds and try again."
    except ValueError:
        return "Wait a little and try again."


def _body_message(error: APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict):
        inner = body.get("error", body)
        message = inner.get("message") if isinstance(inner, dict) else inner
        if isinstance(message, str):
            return message
    return "" if "<" in str(error.message)[:40] else str(error.message)


def _code(error: APIStatusError) -> str | None:
    body = error.body
    if not isinstance(body, dict):
        return None
    inner = body.get("error", body)
    code = inner.get("code") if isinstance(inner, dict) else None
    return code if isinstance(code, str) else None


def _quoted(message: str) -> str:
    """One harmless line without anything that looks like a key."""
    line = masked_line(message, 300)
    return line if not line or line[-1] in ".!?…" else f"{line}."


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
