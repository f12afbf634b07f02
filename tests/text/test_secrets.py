"""A key is masked wherever somebody says it, and ordinary words are not."""

import pytest

from tui.text.secrets import mask, masked_line, public_address, remember, remember_all


@pytest.mark.parametrize(
    "said",
    [
        "Incorrect API key provided: sk-abcdef1234567890.",
        'Invalid key "sk-abcdef1234567890" for this model',
        "key=sk-proj-abcdef1234567890",
        "(gsk_abcdef1234567890)",
        "Authorization: Bearer abcdef1234567890",
        "http://user:abcdef1234567890@host/v1",
        "http://host/v1?api_key=abcdef1234567890&x=1",
    ],
)
def test_what_looks_like_a_key_is_masked(said: str) -> None:
    assert "abcdef1234567890" not in mask(said)


def test_a_known_secret_is_masked_whatever_it_looks_like() -> None:
    remember("correct horse")
    assert mask("they sent 'correct horse'!") == "they sent '…'!"


def test_the_environment_says_what_is_secret() -> None:
    remember_all(
        {"WEATHER_API_KEY": "sunny-side-up", "bot_token": " 12:three ", "HOME": "/home/me"}
    )
    assert mask("sunny-side-up and 12:three at /home/me") == "… and … at /home/me"


def test_a_line_is_cut_behind_its_secrets_and_never_within_one() -> None:
    remember("0123456789abcdef")
    assert masked_line("the key\nis 0123456789abcdef!", 20) == "the key is …!"
    assert masked_line("\x1b[31m Bearer\n abcdefgh12 was refused") == "␛[31m … was refused"


def test_ordinary_words_stay() -> None:
    for said in ("The skeleton asked a key question.", "The task-master sat.", "risk-averse"):
        assert mask(said) == said


def test_an_address_is_shown_without_its_secrets() -> None:
    assert public_address("http://me:hunter2@host:8080/v1?key=x") == "http://host:8080/v1"
    assert public_address("https://api.openai.com/v1") == "https://api.openai.com/v1"


@pytest.mark.parametrize(
    "address",
    [
        "http://u:hunter2secretpw#x@127.0.0.1:9",
        "http://u:hunter2secretpw/x@127.0.0.1:9/v1?a=b",
        "socks5h://u:hunter2secretpw?x@127.0.0.1",
        "http://hunter2secretpw@host",
        "http://u:p%40hunter2secretpw@host",
        "http://a@b:hunter2secretpw@host",
        "redis://:hunter2secretpw@cache:6379/0",
    ],
)
def test_the_user_in_any_address_is_a_secret_however_it_is_taken_apart(address: str) -> None:
    remember_all({"SOME_PROXY": address})
    for said in (
        f"Cannot reach {address}",
        "Invalid port: 'hunter2secretpw'",
        "Invalid host: u:hunter2secretpw",
        "p@hunter2secretpw was refused",
    ):
        assert "hunter2" not in mask(said), said


def test_a_short_password_is_masked_with_its_user_and_no_ordinary_word_is() -> None:
    remember_all({"HTTP_PROXY": "http://me:tea#x@127.0.0.1:9"})
    assert "tea#x" not in mask("no such host: me:tea#x, at http://me:tea#x@127.0.0.1:9")
    assert mask("a cup of tea for me") == "a cup of tea for me"


def test_headers_are_secrets_and_so_is_what_is_called_a_pass() -> None:
    remember_all(
        {
            "OPENAI_CUSTOM_HEADERS": "X-Gate: open-sesame-now",
            "DB_PASS": "thirty-two",
            "PWD": "/home",
        }
    )
    assert mask("open-sesame-now thirty-two /home") == "… … /home"
