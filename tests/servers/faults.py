"""What can go wrong between a program and its model, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """One way in which an answer is unusual; each works for both APIs."""

    # Before the headers.
    SLOW_START = "slow_start"
    NO_ANSWER = "no_answer"
    RESET_BEFORE_HEADERS = "reset_before_headers"
    # Instead of the stream.
    HTTP_400 = "http_400"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_404 = "http_404"
    HTTP_405 = "http_405"
    HTTP_429 = "http_429"
    HTTP_429_QUOTA = "http_429_quota"
    HTTP_500 = "http_500"
    HTTP_503 = "http_503"
    HTML_PAGE = "html_page"
    # While streaming.
    STALL_AFTER_HEADERS = "stall_after_headers"
    STALL_MIDSTREAM = "stall_midstream"
    STALL_WITH_COMMENTS = "stall_with_comments"
    STALL_BEFORE_FINAL = "stall_before_final"
    BYTE_BY_BYTE = "byte_by_byte"
    FLAT_OUT = "flat_out"
    RESET_MIDSTREAM = "reset_midstream"
    CLOSE_MIDCHUNK = "close_midchunk"
    # What the events say.
    BAD_JSON = "bad_json"
    BAD_UTF8 = "bad_utf8"
    UNKNOWN_EVENTS = "unknown_events"
    ERROR_FLAT = "error_flat"
    ERROR_NESTED = "error_nested"
    FAILED = "failed"
    MAX_TOKENS = "max_tokens"
    CONTENT_FILTER = "content_filter"
    ENDS_WITHOUT_FINAL = "ends_without_final"
    NO_DONE = "no_done"
    NO_USAGE = "no_usage"
    # What the text says.
    REFUSAL = "refusal"
    NO_TEXT = "no_text"
    WHITESPACE_ONLY = "whitespace_only"
    HUGE_DELTA = "huge_delta"
    LONE_SURROGATES = "lone_surrogates"
    SPLIT_SURROGATES = "split_surrogates"
    TERMINAL_ESCAPES = "terminal_escapes"
    MARKUP = "markup"
    REPEATS_PROMPT = "repeats_prompt"


DEFAULT_SECONDS: Mapping[FaultKind, float] = {
    FaultKind.SLOW_START: 0.5,
    FaultKind.STALL_WITH_COMMENTS: 0.02,
    FaultKind.HTTP_429: 0.05,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault and when it strikes."""

    kind: FaultKind
    after: int | None = None
    """Deltas that are sent before it strikes; None means eight, or half of a short answer."""
    seconds: float | None = None
    """Length of a slow start, interval of comments, ``retry-after`` of an HTTP error."""
    attempts: tuple[int, ...] | None = None
    """The requests at this position that it strikes, counted from 1; None means all."""

    def strikes(self, attempt: int) -> bool:
        return self.attempts is None or attempt in self.attempts

    @property
    def duration(self) -> float:
        """``seconds``, or what is usual for this kind."""
        return self.seconds if self.seconds is not None else DEFAULT_SECONDS.get(self.kind, 0.0)

    def deltas_before(self, total: int) -> int:
        """Returns how many of ``total`` deltas are sent before it strikes."""
        return min(8, total // 2) if self.after is None else min(self.after, total)


@dataclass(frozen=True, slots=True)
class HttpError:
    """An error body as OpenAI shapes it."""

    status: int
    reason: str
    message: str
    type: str
    code: str | None = None
    param: str | None = None

    def body(self, key: str) -> dict[str, Any]:
        """Returns the body; a message that names the key quotes it whole, as careless ones do."""
        return {
            "error": {
                "message": self.message.replace("KEY", key),
                "type": self.type,
                "param": self.param,
                "code": self.code,
            }
        }


INVALID = "invalid_request_error"

HTTP_ERRORS: Mapping[FaultKind, HttpError] = {
    FaultKind.HTTP_400: HttpError(
        400,
        "Bad Request",
        "Your input exceeds the context window of this model."
        " Please adjust your input and try again.",
        INVALID,
        "context_length_exceeded",
        "input",
    ),
    FaultKind.HTTP_401: HttpError(
        401,
        "Unauthorized",
        "Incorrect API key provided: KEY. You can find your API key at"
        " https://platform.openai.com/account/api-keys.",
        INVALID,
        "invalid_api_key",
    ),
    FaultKind.HTTP_403: HttpError(
        403,
        "Forbidden",
        "Country, region, or territory not supported",
        "request_forbidden",
        "unsupported_country_region_territory",
    ),
    FaultKind.HTTP_404: HttpError(
        404,
        "Not Found",
        "The model does not exist or you do not have access to it.",
        INVALID,
        "model_not_found",
    ),
    FaultKind.HTTP_405: HttpError(
        405, "Method Not Allowed", "Not allowed to POST on this path.", INVALID
    ),
    FaultKind.HTTP_429: HttpError(
        429,
        "Too Many Requests",
        "Rate limit reached on requests per min (RPM): Limit 3, Used 3, Requested 1.",
        "requests",
        "rate_limit_exceeded",
    ),
    FaultKind.HTTP_429_QUOTA: HttpError(
        429,
        "Too Many Requests",
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "insufficient_quota",
    ),
    FaultKind.HTTP_500: HttpError(
        500,
        "Internal Server Error",
        "The server had an error while processing your request. Sorry about that!",
        "server_error",
    ),
    FaultKind.HTTP_503: HttpError(
        503,
        "Service Unavailable",
        "The engine is currently overloaded, please try again later.",
        "service_unavailable",
    ),
}

HTML_PAGE = (
    b"<!doctype html><html><head><title>Sign in</title></head><body>Log in to Wi-Fi</body></html>"
)
