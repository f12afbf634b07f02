"""What a model costs, by the table of ``genai-prices``; an unknown price is never guessed."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from genai_prices import Usage, calc_price

from tui.config.endpoint import Endpoint
from tui.errors import UsageError

_SAMPLE_TOKENS = 1000
"""Few enough for the lowest of a model's tiers."""


@dataclass(frozen=True, slots=True)
class Rate:
    """US dollars per token, for requests that are still open."""

    input_usd: float
    output_usd: float


FREE = Rate(0.0, 0.0)


def cost_of(
    endpoint: Endpoint, input_tokens: int, output_tokens: int, cached_tokens: int = 0
) -> float | None:
    """Return what a request cost in US dollars, or None when the price is not known.

    ``cached_tokens`` are those of the input that the provider had in its cache.
    """
    if endpoint.backend.is_free:
        return 0.0
    usage = Usage(
        input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=cached_tokens
    )
    try:
        return float(_price(endpoint, usage))
    except (LookupError, ValueError):
        return None


@cache
def rate_of(endpoint: Endpoint) -> Rate | None:
    """Return the rate of a model, or None when its price is not known."""
    if endpoint.backend.is_free:
        return FREE
    input_usd = cost_of(endpoint, _SAMPLE_TOKENS, 0)
    output_usd = cost_of(endpoint, 0, _SAMPLE_TOKENS)
    if input_usd is None or output_usd is None:
        return None
    return Rate(input_usd / _SAMPLE_TOKENS, output_usd / _SAMPLE_TOKENS)


def check_price(endpoint: Endpoint) -> None:
    """Make sure that a limit of cost can be kept.

    Raises:
        UsageError: when the price of the model is not known.
    """
    if rate_of(endpoint) is None:
        raise UsageError(
            f"--max-cost: the price of {endpoint.model} at {endpoint.address} is not known. "
            "Limit the run with --max-words or --auto-cancel instead."
        )


def _price(endpoint: Endpoint, usage: Usage) -> Decimal:
    # A price depends on who serves the model: a local server may call anything "gpt-4o".
    if endpoint.base_url:
        known = calc_price(usage, endpoint.model, provider_api_url=endpoint.base_url)
    else:
        known = calc_price(usage, endpoint.model, provider_id=endpoint.provider.lower())
    return known.total_price
