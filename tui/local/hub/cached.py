"""What is in the cache of models: listed, and removed."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from huggingface_hub import CachedFileInfo, HFCacheInfo, scan_cache_dir
from huggingface_hub.errors import CacheNotFound

from tui.config.hub_name import HubName
from tui.local.gguf import WeightsError
from tui.local.hub.choice import first_files, quant_of, shards
from tui.local.hub.model import CachedModel


def list_models() -> list[CachedModel]:
    """Return what is here, the model that was used last first."""
    cache = _scan()
    found = {name: _model(name, files) for name, files in _models(cache)}
    models = [*found.values(), *_unfinished(cache)] if cache else []
    return sorted(models, key=lambda model: model.used_at, reverse=True)


def remove_model(unwanted: HubName) -> int:
    """Remove a model, or all of a repository when no quantisation is named; return the bytes.

    Raises:
        WeightsError: there is none of that name.
        OSError: the cache cannot be written.
    """
    cache = _scan()
    wanted = str(unwanted).lower()
    files = {
        file
        for name, files in _models(cache)
        if wanted in (name.lower(), name.partition(":")[0].lower())
        for file in files
    }
    unfinished = [m for m in _unfinished(cache) if m.name.lower() == wanted.partition(":")[0]]
    if not cache or not (files or unfinished):
        raise WeightsError(f"{unwanted} is not here. See storyteam-tui models.")
    freed = sum(model.size for model in unfinished)
    for model in unfinished:
        Path(model.path).unlink()
    strategy = cache.delete_files(*files)
    strategy.execute()
    for file in files:
        # The library only logs what it could not delete.
        if file.file_path.is_symlink():
            file.file_path.unlink()
    return freed + strategy.expected_freed_size


def _scan() -> HFCacheInfo | None:
    try:
        return scan_cache_dir()
    except (CacheNotFound, ValueError):
        return None


def _models(cache: HFCacheInfo | None) -> Iterator[tuple[str, tuple[CachedFileInfo, ...]]]:
    """Yield the models by name, with the files of each."""
    for repo in cache.repos if cache else ():
        for revision in repo.revisions if repo.repo_type == "model" else ():
            files = {
                str(f.file_path.relative_to(revision.snapshot_path)): f for f in revision.files
            }
            for first in first_files(files):
                with suppress(WeightsError):
                    name = str(HubName(repo.repo_id, quant_of(first)))
                    yield name, tuple(files[part] for part in shards(first, files))


def _model(name: str, files: tuple[CachedFileInfo, ...]) -> CachedModel:
    size = sum(file.size_on_disk for file in files)
    used_at = max(file.blob_last_accessed for file in files)
    return CachedModel(name, size, str(files[0].file_path), used_at)


def _unfinished(cache: HFCacheInfo | None) -> Iterator[CachedModel]:
    for file in cache.incomplete_files if cache else ():
        kind, *names = file.file_path.parent.parent.name.split("--")
        if kind == "models" and len(names) == 2:
            path, size = file.file_path, file.size_on_disk
            yield CachedModel("/".join(names), size, str(path), path.stat().st_mtime, False)
