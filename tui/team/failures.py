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

from tui.config.endpoint import Endpoint
from tui.errors import StoryteamError, said_by
from tui.team.error_bodies import BrokenEvent, ModelFailed, NotUnderstood, ServerSaid, words_in
from tui.team.proxies import Proxy, proxy_for
from tui.team.refusals import explain_status
from tui.team.transport import Moved
from tui.text.secrets import masked_line, public_address
from tui.text.untrusted import as_sentence


def explain(error: BaseException, endpoint: Endpoint) -> str:
    """Return the sentence for whatever made a model call fail."""
    chain = list(_chain(error))
    for cause in chain:
        if sentence := _sentence(cause, endpoint):
            return sentence
    if any(type(cause).__name__ in _BROKEN_CONNECTION for cause in chain):
        return endpoint.backend.broken.format(where=endpoint.address)
    is_worded = endpoint.backend.words_errors or error.__cause__ is None
    if isinstance(error, ModelProviderError) and is_worded:
        return _quoted(said_by(error.message))
    if not endpoint.base_url:
        return f"The model call failed: {_quoted(said_by(error) or type(error).__name__)}"
    root = chain[-1]
    return _not_understood(masked_line(f"{type(root).__name__}: {said_by(root)}", 200), endpoint)


_BROKEN_CONNECTION = {"ReadError", "RemoteProtocolError", "WriteError", "ReadTimeout"}
"""By name, since the SDK speaks through either of two HTTP libraries."""


def _sentence(cause: BaseException, endpoint: Endpoint) -> str:
    """The sentence for one error of a chain, or nothing when it is not one that tells."""
    where = endpoint.address
    match cause:
        case StoryteamError():
            return masked_line(said_by(cause), 600)
        case Moved():
            return _moved(cause, endpoint)
        case ModelFailed():
            return f"The model failed: {_quoted(said_by(cause))}"
        case ServerSaid():
            return f"The model reported an error: {_quoted(said_by(cause))}"
        case BrokenEvent() | JSONDecodeError() | UnicodeDecodeError():
            return (
                f"The server at {where} sent a broken event, so the text ends here. "
                "Try again, or check that it is a model server."
            )
        case NotUnderstood():
            return _not_understood(masked_line(said_by(cause), 200), endpoint)
        case UnicodeEncodeError():
            return f"The key for {where} holds a character that no key has. Copy it again."
        case APIStatusError():
            return explain_status(cause, endpoint, _proxy(endpoint))
        case APITimeoutError():
            return f"The model server at {where} did not answer in time. Try again."
        case APIConnectionError():
            return _explain_connection(cause, endpoint)
        case APIError():
            said = words_in(cause.body) or said_by(cause.message)
            return f"The model reported an error: {_quoted(said)}"
    return ""


def _not_understood(what: str, endpoint: Endpoint) -> str:
    where = endpoint.address
    return f"The server at {where} sent something this program does not understand ({what})."


def _moved(moved: Moved, endpoint: Endpoint) -> str:
    base = moved.address.partition("?")[0].rstrip("/")
    for path in ("/chat/completions", "/responses"):
        base = base.removesuffix(path)
    address = masked_line(public_address(base), 200)
    where = "to another host" if moved.is_elsewhere else "on"
    return (
        f"{endpoint.address} sends requests {where}, to {address} ({moved.status}). "
        f"Nothing was sent there.{endpoint.backend.other_address.format(address=address)}"
    )


def _explain_connection(error: APIConnectionError, endpoint: Endpoint) -> str:
    causes = list(_chain(error))
    names = {type(cause).__name__ for cause in causes}
    said = " ".join(map(said_by, causes))
    where, root = endpoint.address, _quoted(_root(error))
    proxy = _proxy(endpoint)
    if any(sign in said for sign in _NOT_ENCRYPTED):
        return f"The server at {where} does not speak https. Give its address with http://."
    if "CERTIFICATE" in said or "certificate" in said:
        return f"The certificate of {where} cannot be trusted: {root}"
    if names & {"SSLError", "SSLCertVerificationError"}:
        return f"No safe connection to {where} could be made: {root}"
    if "LocalProtocolError" in names and "header" in said.lower():
        return f"The key for {where} holds a character that no key has. Copy it again."
    if "TooManyRedirects" in names:
        return f"The server at {where} sends requests round in a circle. Check the address."
    if proxy and ("ProxyError" in names or not names & _BROKEN_CONNECTION):
        advice = f"Check {proxy.variable}, or name the server in NO_PROXY."
        return f"The proxy {_shown(proxy)} on the way to {where} failed: {root} {advice}"
    if names & _BROKEN_CONNECTION:
        return endpoint.backend.broken.format(where=where)
    return endpoint.backend.unreachable.format(where=where)


_NOT_ENCRYPTED = (
    "WRONG_VERSION_NUMBER", "wrong version number", "record layer failure", "HTTP_REQUEST",
    "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "packet length too long", "UNKNOWN_PROTOCOL",
)  # fmt: skip
"""How OpenSSL says, over the years, that the other side does not speak TLS."""


def _proxy(endpoint: Endpoint) -> Proxy | None:
    try:
        return proxy_for(endpoint.base_url) if endpoint.backend.uses_environment else None
    except (StoryteamError, ValueError):
        return None


def _shown(proxy: Proxy) -> str:
    return f"{masked_line(proxy.address, 100)} ({proxy.variable})"


def _root(error: BaseException) -> str:
    *_, root = _chain(error)
    return said_by(root) or type(root).__name__


def _quoted(message: str) -> str:
    return as_sentence(masked_line(message, 300))


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
