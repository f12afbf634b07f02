"""Nothing of the environment reaches the engine, and no secret in an address is shown."""

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest

from tests.harness.odd_server import STOP, STORY, OddServer, chunk
from tests.harness.running import KEY, play, settings_for, team_factory
from tui.config.backend import EMBEDDED
from tui.config.endpoint import Endpoint
from tui.config.sources import load
from tui.errors import StoryteamError, UsageError
from tui.local.address import EngineAddress
from tui.local.playbook import leader_model, member_model
from tui.run.events import Outcome
from tui.team.models import make_model
from tui.team.proxies import is_loopback, proxy_for
from tui.team.runner import PreparedTeam
from tui.team.story_team import build_team
from tui.text import secrets

NOWHERE = "http://127.0.0.1:9"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_known", set())


class Proxy(socketserver.StreamRequestHandler):
    """Refuses everybody, and remembers who came."""

    came: ClassVar[list[str]] = []

    def handle(self) -> None:
        self.came.append(self.rfile.readline().decode())
        answer = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n"
        self.wfile.write(answer + b"connection: close\r\n\r\n")


@pytest.fixture
def proxy() -> Iterator[str]:
    Proxy.came.clear()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Proxy) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch, proxy: str) -> str:
    for name in PROXIES:
        monkeypatch.setenv(name, proxy)
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-private")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-private")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Private: 1\nAuthorization: Bearer private")
    return proxy


def test_the_engine_sees_nothing_of_the_environment_and_the_proxy_nothing_of_the_engine(
    crowded: str,
) -> None:
    part = chunk({"content": " a cat. It sat there for long and slept."}) + STOP
    with OddServer(lambda _: part) as server:
        address = EngineAddress(server.base_url, "engine-key", "small")
        team = build_team(leader_model(), member_model(address), member_model(address))
        endpoint = Endpoint("small", server.base_url, "chat", backend=EMBEDDED)
        summary = play(lambda _: PreparedTeam(team, endpoint))
    assert summary.outcome is Outcome.COMPLETED, summary.error
    assert Proxy.came == []
    assert server.asked
    for asked in server.asked:
        assert asked.headers["authorization"] == "Bearer engine-key"
        assert "private" not in json.dumps(asked.headers)


def test_a_server_on_this_machine_is_never_reached_through_a_proxy(crowded: str) -> None:
    with OddServer(lambda _: STORY) as server:
        assert play(team_factory(server.base_url, "chat")).outcome is Outcome.COMPLETED
    assert Proxy.came == []


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0"]
)
def test_what_is_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example.com", "128.0.0.1", "example.com", "10.0.0.1"])
def test_what_is_another_machine(host: str) -> None:
    assert not is_loopback(host)


def failure(url: str) -> str:
    return play(team_factory(url, "chat")).error or ""


def test_a_proxy_that_wants_a_password_is_named(crowded: str) -> None:
    sentence = failure("http://model.invalid/v1")
    assert crowded in sentence
    assert "407" in sentence
    assert len(Proxy.came) == 1


@pytest.mark.parametrize("value", [NOWHERE, "socks5://127.0.0.1:9"])
def test_a_dead_proxy_is_named_and_not_the_server_blamed(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", value)
    sentence = failure("http://model.invalid/v1")
    assert sentence.startswith(f"The proxy {value} (ALL_PROXY)")
    assert "NO_PROXY" in sentence


@pytest.mark.parametrize("value", ["socks4://127.0.0.1:9", "http://127.0.0.1:port", "http://"])
def test_a_proxy_that_cannot_be_used_is_said_with_its_variable(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)
    assert failure("http://model.invalid/v1").startswith("HTTP_PROXY")
    with pytest.raises(StoryteamError):
        proxy_for("http://model.invalid/v1")


def test_no_proxy_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", NOWHERE)
    monkeypatch.setenv("NO_PROXY", "model.invalid")
    assert proxy_for("http://model.invalid/v1") is None
    assert proxy_for("http://other.invalid/v1") is not None


@pytest.mark.parametrize(
    "value",
    [
        "http://u:hunter2secretpw@127.0.0.1:9",
        "http://u:hunter2secretpw#x@127.0.0.1:9",
        "http://u:hunter2secretpw/x@127.0.0.1:9",
        "http://u:hunter2secret%70w@127.0.0.1:9",
        "u:hunter2secretpw@127.0.0.1:9",
        "http://u:hunter2secretpw@127.0.0.1:port",
    ],
)
def test_a_password_in_a_proxy_s_address_is_never_shown(
    value: str, monkeypatch: pytest.MonkeyPatch, known: None
) -> None:
    monkeypatch.setenv("HTTP_PROXY", value)
    load({}, {"HTTP_PROXY": value})
    assert "hunter2" not in failure("http://model.invalid/v1")


def test_the_user_in_any_address_is_a_secret(known: None) -> None:
    load({"base_url": "http://me:swordfish1@x.invalid/v1"}, {"DB": "pg://admin:open%20sesame@h/d"})
    said = secrets.mask("swordfish1, me:swordfish1, open sesame, open%20sesame, admin:open sesame")
    assert "swordfish1" not in said
    assert "sesame" not in said


def test_an_address_without_a_user_is_no_secret(known: None) -> None:
    load({}, {"HOME_PAGE": "https://example.com/@somebody/profile", "X": "http://h:8080/a@b"})
    text = "https://example.com/@somebody/profile http://h:8080/a@b"
    assert secrets.mask(text) == text


@pytest.mark.parametrize(
    "key", ["“sk-abcdefgh”", "sk-abc\u200bdefgh", "sk-abc\ndefgh", "'sk-abcdefgh'", "sk abcdefgh"]
)
def test_a_key_that_no_server_could_know_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(UsageError) as refused:
        load({}, {"OPENAI_API_KEY": key})
    assert str(refused.value).startswith("OPENAI_API_KEY: ")
    assert "abc" not in str(refused.value)


def test_certificates_that_are_not_there_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/at/all")
    assert failure("https://127.0.0.1:9/v1").startswith("SSL_CERT_FILE names no certificates")


def test_https_to_a_server_without_it_is_said() -> None:
    def refuse() -> None:
        for _ in range(3):
            connection, _ = server.accept()
            connection.recv(64)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=refuse)
        thread.start()
        sentence = failure(f"https://127.0.0.1:{server.getsockname()[1]}/v1")
        thread.join(10)
    assert "does not speak https" in sentence


def test_the_query_of_the_address_goes_with_every_request() -> None:
    with OddServer(lambda _: STORY) as server:
        summary = play(team_factory(f"{server.base_url}/?api-version=1&b=", "chat"))
    assert summary.outcome is Outcome.COMPLETED
    assert server.asked[0].line.split()[1] == "/v1/chat/completions?api-version=1&b="


def test_the_key_of_the_settings_is_the_one_that_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "another-key")
    with OddServer(lambda _: STORY) as server:
        play(team_factory(server.base_url, "chat"))
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    model = make_model(replace(settings_for(server.base_url), max_tokens=3))
    assert getattr(model, "store", None) is False
