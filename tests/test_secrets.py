"""A key is masked wherever somebody says it, and ordinary words are not."""

import pytest

from tui.secrets import mask, masked_line, public_address, remember, remember_all


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
