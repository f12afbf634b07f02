"""What went wrong with the hub or its cache, in sentences for people."""

from httpx2 import TransportError
from huggingface_hub import constants
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
)

from tui.config.hub_name import HubName
from tui.errors import StoryteamError
from tui.local.gguf import is_full, reason_of
from tui.text.untrusted import clean_line

_TOKEN = "set HF_TOKEN to a token of yours, or log in once with: hf auth login"  # noqa: S105 - advice


def explain(error: Exception, wanted: HubName) -> str:
    """Return the sentence for an error of the library, the system, or our own."""
    hub = constants.ENDPOINT
    match error:
        case StoryteamError():
            return str(error)
        case GatedRepoError():
            return (
                f"{wanted.repository} is given only to those who accept its terms: do so at "
                f"{hub}/{wanted.repository}, then {_TOKEN}."
            )
        case RepositoryNotFoundError():
            return (
                f"{hub} has no {wanted.repository}, or it is private: check the name; for a "
                f"private one, {_TOKEN}."
            )
        case OfflineModeIsEnabled():
            return (
                f"{wanted} is not in {constants.HF_HUB_CACHE}, and HF_HUB_OFFLINE forbids to "
                "fetch it: unset it, or choose a model that is here (storyteam-tui models)."
            )
        case HfHubHTTPError(response=response) if response is not None:
            return _refused(response.status_code, wanted)
        case TransportError():
            return (
                f"{hub} cannot be reached ({_reason(error)}), so {wanted} was not fetched: connect "
                "to the network and try again. What has arrived is kept."
            )
        case OSError() if is_full(error):
            return (
                f"The disk with {constants.HF_HUB_CACHE} is full: make room, or set HF_HOME to "
                "another folder, and try again. What has arrived is kept."
            )
        case OSError() if error.errno is not None:
            return (
                f"The cache {constants.HF_HUB_CACHE} cannot be used ({reason_of(error)}): set "
                "HF_HOME to a folder that can be written."
            )
    return (
        f"{hub} does not answer as a hub of models does ({_reason(error)}): look at HF_ENDPOINT, "
        "or try again."
    )


def _refused(status: int, wanted: HubName) -> str:
    hub = constants.ENDPOINT
    if status in (401, 403):
        return f"{hub} refuses access to {wanted.repository} ({status}): {_TOKEN}."
    if status == 429:
        return f"{hub} wants fewer requests ({status}): wait a few minutes, or {_TOKEN}."
    return f"{hub} answered {status} for {wanted}: try again later. What has arrived is kept."


def _reason(error: Exception) -> str:
    return clean_line(str(error), 160) or type(error).__name__
