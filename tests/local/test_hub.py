"""Models by name, fetched by the real client from a hub on this machine."""

import errno
import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.harness.waiting import wait_until
from tests.local.model_hub import ModelHub, gguf
from tests.local.playbook_runs import no_report
from tui.config.hub_name import hub_name
from tui.errors import PreparationCancelled
from tui.local.gguf import WeightsError
from tui.local.hub.client import get_model, list_models, remove_model
from tui.local.hub.failures import explain
from tui.local.room import check_disk

TINY = "me/tiny-GGUF"
SMALL, USUAL = gguf(100_000, 3), gguf(600_000, 7)
FILES = {"README.md": b"hello", "tiny-Q2_K.gguf": SMALL, "tiny-Q4_K_M.gguf": USUAL}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no token of the person who runs the tests."""
    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "HF_HUB_CACHE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "hf" / "hub"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelHub]:
    with ModelHub({TINY: FILES}) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def get(name: str = TINY) -> Path:
    return get_model(hub_name(name), no_report, threading.Event())


def refusal(name: str = TINY) -> str:
    with pytest.raises(WeightsError) as refused:
        get(name)
    return str(refused.value)


def test_a_model_is_fetched_once_and_then_needs_no_network(hub: ModelHub) -> None:
    first = get()
    assert first.name == "tiny-Q4_K_M.gguf"
    assert first.read_bytes() == USUAL
    asked = hub.requests.total()
    assert get() == get(f"{TINY}:q4_k_m") == first
    assert hub.requests.total() == asked


def test_progress_is_told_from_nothing_to_all(hub: ModelHub) -> None:
    told: list[tuple[str, float | None]] = []
    get_model(hub_name(TINY), lambda *report: told.append(report), threading.Event())
    fractions = [fraction for what, fraction in told if what.startswith("Fetching")]
    assert fractions[0] == 0
    assert fractions == sorted(f for f in fractions if f is not None)
    assert [what for what, _ in told if "600 kB" in what]


def test_a_cancelled_download_goes_on_where_it_was_stopped(hub: ModelHub, cache: Path) -> None:
    hub.gate.clear()
    cancelled = threading.Event()
    with ThreadPoolExecutor() as pool:
        fetching = pool.submit(get_model, hub_name(TINY), no_report, cancelled)
        assert hub.half_sent.wait(20)
        wait_until(lambda: any(f.stat().st_size for f in cache.rglob("*.incomplete")))
        cancelled.set()
        with pytest.raises(PreparationCancelled):
            fetching.result(2)
    (kept,) = list_models()
    assert (kept.name, kept.is_whole) == (TINY, False)
    assert 0 < kept.size < len(USUAL)
    hub.gate.set()
    assert get().read_bytes() == USUAL
    assert hub.ranges == [f"bytes={kept.size}-"]
    assert [model.name for model in list_models()] == [f"{TINY}:Q4_K_M"]


def test_two_programs_that_want_the_same_model_fetch_it_once(hub: ModelHub) -> None:
    hub.gate.clear()
    told: list[str] = []
    with ThreadPoolExecutor() as pool:
        first = pool.submit(get)
        assert hub.half_sent.wait(20)
        report = lambda what, fraction: told.append(what)  # noqa: E731
        second = pool.submit(get_model, hub_name(TINY), report, threading.Event())
        wait_until(lambda: any(what.startswith("Waiting for another program") for what in told))
        hub.gate.set()
        assert first.result(20) == second.result(20)
    assert hub.sent == len(USUAL)


def test_the_shards_of_a_model_are_all_fetched(hub: ModelHub) -> None:
    names = [f"Q4_K_M/big-Q4_K_M-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    hub.repositories = {TINY: {name: gguf(50_000, n + 2) for n, name in enumerate(names)}}
    first = get()
    assert first.name.endswith("-00001-of-00003.gguf")
    assert sorted(path.name for path in first.parent.iterdir()) == [Path(n).name for n in names]
    (model,) = list_models()
    assert model.size == 150_000


def test_a_token_is_sent_to_the_hub_and_other_keys_are_not(
    hub: ModelHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_mine")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    get()
    assert hub.tokens == {"Bearer hf_of_mine"}


@pytest.mark.parametrize("offline", [True, False])
def test_what_is_here_is_used_without_a_network(
    hub: ModelHub, monkeypatch: pytest.MonkeyPatch, offline: bool
) -> None:
    second_best = get(f"{TINY}:Q2_K")
    assert second_best.read_bytes() == SMALL
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("HF_HUB_OFFLINE", str(int(offline)))
    assert get() == second_best


def test_without_a_network_and_without_the_model_the_reason_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    assert "http://127.0.0.1:9 cannot be reached" in refusal()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE forbids" in refusal()


def test_a_name_that_does_not_exist_is_refused_with_what_to_do(hub: ModelHub) -> None:
    assert f"{hub.url} has no me/nothing, or it is private: check the name" in refusal("me/nothing")
    assert f"{TINY} has no Q8_0. It has Q2_K, Q4_K_M." in refusal(f"{TINY}:Q8_0")


def test_a_gated_model_says_where_its_terms_are_accepted(hub: ModelHub) -> None:
    hub.gated = frozenset({TINY})
    assert f"do so at {hub.url}/{TINY}, then set HF_TOKEN" in refusal()


@pytest.mark.parametrize(
    ("status", "said"),
    [(403, "refuses access"), (429, "wants fewer requests"), (503, "answered 503 for me/tiny")],
)
def test_a_hub_that_refuses_is_quoted(hub: ModelHub, status: int, said: str) -> None:
    hub.status = status
    assert said in refusal()


def test_a_repository_without_a_model_is_refused(hub: ModelHub) -> None:
    hub.repositories = {TINY: {"README.md": b"", "mmproj-F16.gguf": gguf(), "m.imatrix": b""}}
    assert f"{TINY} has no GGUF file" in refusal()


def test_a_file_that_is_no_model_is_refused_at_its_first_bytes(hub: ModelHub) -> None:
    hub.repositories = {TINY: {"page-Q4_K_M.gguf": b"<html>" * 200_000}}
    hub.gate.clear()  # It would never arrive.
    assert "page-Q4_K_M.gguf is no GGUF model" in refusal()


@pytest.mark.parametrize("announced", [len(USUAL) // 3, len(USUAL) * 2])
def test_a_hub_that_lies_about_the_size_is_not_believed(hub: ModelHub, announced: int) -> None:
    hub.sizes["tiny-Q4_K_M.gguf"] = announced
    assert hub.url in refusal()
    assert [model for model in list_models() if model.is_whole] == []


def test_a_hub_that_lies_about_the_checksum_is_not_believed(hub: ModelHub, cache: Path) -> None:
    hub.checksums["tiny-Q4_K_M.gguf"] = hashlib.sha256(b"another").hexdigest()
    assert "its checksum is wrong" in refusal()
    assert list_models() == []
    hub.checksums["tiny-Q4_K_M.gguf"] = "../../../evil"
    assert "gives no size or no checksum" in refusal()


def test_a_name_that_leaves_the_cache_is_refused(hub: ModelHub) -> None:
    hub.repositories = {TINY: {"../../../evil-Q4_K_M.gguf": USUAL}}
    assert "names a file ../../../evil-Q4_K_M.gguf" in refusal()


def test_a_cached_file_that_was_altered_is_fetched_again(hub: ModelHub) -> None:
    path = get()
    path.write_bytes(bytes(len(USUAL)))
    assert get().read_bytes() == USUAL


def test_too_little_memory_is_said_before_the_download(hub: ModelHub, cache: Path) -> None:
    hub.sizes["tiny-Q4_K_M.gguf"] = 10**14
    assert f"{TINY} needs 105000 GB of memory, and this machine has" in refusal()
    assert not list(cache.rglob("blobs/*"))


def test_too_little_room_on_the_disk_is_said_with_numbers(tmp_path: Path) -> None:
    with pytest.raises(
        WeightsError, match=rf"1000000 GB of m are still .*{tmp_path}.* has .* free"
    ):
        check_disk("m", 10**15, tmp_path / "not" / "there")


def test_a_cache_that_is_no_folder_is_said(hub: ModelHub, cache: Path) -> None:
    cache.parent.mkdir()
    cache.touch()
    assert f"The cache {cache} cannot be used" in refusal()


def test_a_disk_that_is_full_is_said() -> None:
    error = OSError(errno.ENOSPC, "No space left on device")
    assert "is full: make room" in explain(error, hub_name(TINY))


def test_an_empty_variable_is_none(
    hub: ModelHub, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HF_HUB_CACHE", "")
    monkeypatch.setenv("HF_TOKEN", "")
    assert get().is_relative_to(cache)
    assert list(Path().iterdir()) == []


def test_removing_frees_the_disk(hub: ModelHub, cache: Path) -> None:
    get()
    get(f"{TINY}:Q2_K")
    assert remove_model(hub_name(f"{TINY}:q2_k")) == len(SMALL)
    assert [model.name for model in list_models()] == [f"{TINY}:Q4_K_M"]
    assert remove_model(hub_name(TINY)) == len(USUAL)
    assert list_models() == []
    assert not list(cache.rglob("blobs/*"))
    with pytest.raises(WeightsError, match="is not here"):
        remove_model(hub_name(TINY))
