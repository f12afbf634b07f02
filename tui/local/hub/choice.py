"""Which files of a repository are the model that is meant, as llama.cpp chooses them."""

import re
from collections.abc import Iterable

from tui.config.hub_name import USUAL_QUANT, HubName
from tui.local.gguf import WeightsError
from tui.text.untrusted import clean_line

_SECOND_BEST = "I?Q4"
_SHARD = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf", re.IGNORECASE)
_OTHER = re.compile(r"mmproj|imatrix|(?:^|[-._/])(?:mtp|draft)[-._]", re.IGNORECASE)
"""What lies beside models: projectors for pictures, calibration data, draft models."""
_QUANT = re.compile(
    r"(?<=[-._/])((?:UD-)?(?:I?Q\d(?:_[A-Z0-9]+)*|TQ\d_\d|MXFP\d\w*|BF16|F16|F32))(?=[-._/])",
    re.IGNORECASE,
)
_MOST_LISTED = 12


def choose(names: Iterable[str], wanted: HubName) -> tuple[str, ...]:
    """Return the files of the model in their order; several when it is sharded.

    Raises:
        WeightsError: there is no such model among the names.
    """
    present = set(names)
    firsts = first_files(present)
    if not firsts:
        raise WeightsError(
            f"{wanted.repository} has no GGUF file, and the engine reads nothing else: look for a "
            f"repository with -GGUF in its name."
        )
    exact = rf"(?:^|[-._/]){re.escape(wanted.quant or USUAL_QUANT)}(?=[-._/]|$)"
    for pattern in (exact,) if wanted.quant else (exact, rf"(?:^|[-._/]){_SECOND_BEST}"):
        if found := next((f for f in firsts if re.search(pattern, f, re.IGNORECASE)), None):
            return shards(found, present)
    if wanted.quant:
        kinds = list(dict.fromkeys(quant_of(name) or name for name in firsts))
        listed = clean_line(", ".join(kinds[:_MOST_LISTED]), 200)
        raise WeightsError(f"{wanted.repository} has no {wanted.quant}. It has {listed}.")
    return shards(firsts[0], present)


def first_files(names: Iterable[str]) -> list[str]:
    """Return the models among the files of a repository: of each, its first file."""
    return sorted(
        name
        for name in names
        if name.lower().endswith(".gguf")
        and not _OTHER.search(name)
        and ((shard := _SHARD.fullmatch(name)) is None or int(shard[2]) == 1)
    )


def shards(first: str, present: Iterable[str]) -> tuple[str, ...]:
    """Return all the files of a model whose first is given.

    Raises:
        WeightsError: when one of them is missing.
    """
    if not (match := _SHARD.fullmatch(first)):
        return (first,)
    stem, _, count = match.groups()
    files = tuple(f"{stem}-{number:05}-of-{count}.gguf" for number in range(1, int(count) + 1))
    if missing := set(files).difference(present):
        raise WeightsError(f"The model is not whole: {clean_line(min(missing), 200)} is missing.")
    return files


def quant_of(name: str) -> str:
    """Return the quantisation that a file's name tells, or nothing."""
    found = _QUANT.findall(name)
    return found[-1] if found else ""
