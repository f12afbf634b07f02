"""Servers of models on this machine, as they answer, and as they do not."""

import json
import socket
import time

import pytest

from tests.local.local_server import answering
from tui.local import servers
from tui.local.servers import LocalServer, find_models


def found(monkeypatch: pytest.MonkeyPatch, *usual: LocalServer) -> list[tuple[str, str]]:
    monkeypatch.setattr(servers, "USUAL", usual)
    return [(server.base_url, model) for server, model in find_models()]


def test_the_models_that_write_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["llama3.2:latest", "nomic-embed-text", "evil\x1b[2J", "", "gemma3:4b"]
    body = json.dumps({"data": [{"id": name} for name in names]}).encode()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with answering(body) as server:
        assert found(monkeypatch, server) == [
            (f"http://127.0.0.1:{server.port}/v1", "llama3.2:latest"),
            (f"http://127.0.0.1:{server.port}/v1", "gemma3:4b"),
        ]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"data": 5}', b'{"data": [1]}'])
def test_what_is_no_list_of_models_is_nothing(monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    with answering(body) as server:
        assert found(monkeypatch, server) == []
    with answering(b'{"data": [{"id": "x"}]}', status=302) as server:
        assert found(monkeypatch, server) == []


def test_a_server_that_is_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = LocalServer("LM Studio", silent.getsockname()[1])
        started_at = time.monotonic()
        assert found(monkeypatch, server, server) == []
        assert time.monotonic() - started_at < 1
