"""Who is answered: whoever asks for the page by its own address, from that page."""

import pytest

from tui.web.gate import Gate


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("127.0.0.1:8000", True),
        ("localhost:8000", True),
        ("LOCALHOST:8000", True),
        ("[::1]:8000", True),
        ("127.0.0.1", False),
        ("127.0.0.1:8001", False),
        ("evil.example:8000", False),
        ("localhost.evil.example:8000", False),
        ("evil.example@127.0.0.1:8000", False),
        ("127.0.0.1:8000/x", False),
        ("192.168.1.7:8000", False),
        ("[::1:8000", False),
        ("127.0.0.1:port", False),
        ("", False),
    ],
)
def test_on_this_machine_only_its_own_names_are_ours(host: str, is_ours: bool) -> None:
    assert Gate("127.0.0.1", 8000).admits_host(host) is is_ours


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("https://127.0.0.1:8000", False),
        ("http://127.0.0.1:3000", False),
        ("http://127.0.0.1", False),
        ("http://evil.example", False),
        ("http://evil.example:8000", False),
        ("http://[", False),
        ("file://", False),
        ("null", False),
        ("", False),
    ],
)
def test_only_the_page_itself_may_drive_it(origin: str, is_ours: bool) -> None:
    assert Gate("127.0.0.1", 8000).admits_origin(origin) is is_ours


def test_a_public_address_is_ours_besides() -> None:
    gate = Gate("127.0.0.1", 8000, "https://stories.example.org/team")
    assert gate.admits_host("stories.example.org")
    assert gate.admits_host("127.0.0.1:8000")
    assert gate.admits_origin("https://stories.example.org")
    assert not gate.admits_origin("http://stories.example.org")
    assert not gate.admits_host("example.org")


def test_the_usual_port_goes_without_saying() -> None:
    assert Gate("127.0.0.1", 80).admits_host("localhost")
    assert Gate("127.0.0.1", 80).admits_origin("http://localhost")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "0.0.0.0", "::", "localhost", "box.local"])
def test_the_address_that_is_told_is_ours(host: str) -> None:
    gate = Gate(host, 8000)
    assert gate.admits_origin(gate.url)
    assert gate.admits_host(gate.url.removeprefix("http://"))


def test_on_every_address_figures_are_ours_and_names_of_others_are_not() -> None:
    gate = Gate("0.0.0.0", 8000)
    assert gate.admits_host("192.168.1.7:8000")
    assert gate.admits_origin("http://192.168.1.7:8000")
    assert gate.admits_host("[fe80::1]:8000")
    assert not gate.admits_host("192.168.1.7:8001")
    assert not gate.admits_host("rebound.example:8000")
    assert not gate.admits_origin("http://rebound.example:8000")


@pytest.mark.parametrize("token", ["", "x", "open", "the-toke", "the-token2", "\ud800", "é"])
def test_only_the_token_itself_is_admitted(token: str) -> None:
    gate = Gate("127.0.0.1", 8000, token="the-token")
    assert not gate.admits_token(token)
    assert gate.admits_token("the-token")
    assert not gate.is_open


def test_the_address_to_open_ends_with_the_token() -> None:
    gate = Gate("127.0.0.1", 8000, token="t")
    assert gate.page_url(None) == "http://127.0.0.1:8000/t/"
    assert gate.page_url("https://a.example/team/") == "https://a.example/team/t/"
