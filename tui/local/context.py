"""How much text the engine keeps in mind with a model: as much as model and memory allow."""

from pathlib import Path

from tui.local.gguf_facts import Facts, read_facts
from tui.system.memory import Memory, memory

LEAST_TOKENS = 4096
"""What a story needs; taken also where the memory is short, unless the model was made for less."""
MOST_TOKENS = 32_768
"""Twenty thousand words. More would only take memory: the engine fills all of it at the start."""
_SHARE = 8
"""One part in so many of the available memory is for the context."""
_STEP_TOKENS = 1024
_VALUE_BYTES = 2


def context_tokens(gguf: Path, there: Memory | None = None) -> int:
    """Return the size of the context for a model file."""
    try:
        facts = read_facts(gguf)
    except OSError:
        return LEAST_TOKENS  # The engine says why it cannot be read.
    made_for = _fact(facts, "context_length") or LEAST_TOKENS
    each = bytes_per_token(facts)
    if not each:
        return min(made_for, LEAST_TOKENS)
    affordable = (there or memory()).available // _SHARE // each
    affordable -= affordable % _STEP_TOKENS
    return min(made_for, MOST_TOKENS, max(LEAST_TOKENS, affordable))


def bytes_per_token(facts: Facts) -> int:
    """Return what one token of context takes; 0 when the file does not tell."""
    layers, heads = _fact(facts, "block_count"), _fact(facts, "attention.head_count")
    if not layers or not heads:
        return 0
    width = _fact(facts, "embedding_length") // heads
    key = _fact(facts, "attention.key_length") or width
    value = _fact(facts, "attention.value_length") or width
    return (
        layers * (_fact(facts, "attention.head_count_kv") or heads) * (key + value) * _VALUE_BYTES
    )


def _fact(facts: Facts, name: str) -> int:
    value = facts.get(f"{facts.get('general.architecture')}.{name}", 0)
    return max(0, int(value)) if isinstance(value, int | float) else 0
