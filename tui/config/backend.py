"""The ways of having a story written, and what follows from each: decided once, by the settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Backend:
    """What runs the models of a team. The texts complete sentences about a failed request."""

    is_free: bool = False
    uses_environment: bool = True
    """Whether its requests heed proxies and certificates that the environment names."""
    reads_files: bool = True
    """Whether it may be given pictures and files."""
    continues_exactly: bool = False
    """Whether it continues a text without repeating its end."""
    words_errors: bool = False
    """Whether its errors are sentences of ours already."""
    runs_story_team: bool = True
    """Whether the storytelling team writes, on the models that the settings name."""
    most_requests: int = 50
    """How often one speaker may ask its model; the playbook's longest plan has 39 steps."""
    unreachable: str = (
        "No model server answers at {where}. Check the address and that it runs, "
        "or give --local for the embedded model."
    )
    broken: str = "The connection to {where} broke before the model had finished."
    other_key: str = ", or run without one by giving --local"
    other_address: str = " If you trust it, give --base-url {address}"
    other_model: str = "with --model"
    other_api: str = "Give --api chat"


SERVER = Backend()
"""A server of OpenAI's API, which the settings name."""
_ENGINE_STOPPED = "The embedded engine stopped answering. Run it again to restart it."
EMBEDDED = Backend(
    is_free=True,
    uses_environment=False,
    reads_files=False,
    continues_exactly=True,
    words_errors=True,
    unreachable=_ENGINE_STOPPED,
    broken=_ENGINE_STOPPED,
)
"""The engine inside the program."""
USER_TEAM = Backend(
    runs_story_team=False,
    most_requests=500,
    unreachable="No model server answers at {where}. Check the address and that it runs.",
    other_key="",
    other_address="",
    other_model="in your team",
    other_api="Take OpenAILike in your team",
)
"""The models of a team of the user's own, which no option of ours can change."""
