"""A key is masked wherever somebody says it, and ordinary words are not."""

import pytest

from tui.secrets import mask, public_address, remember


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


def test_ordinary_words_stay() -> None:
    for said in ("The skeleton asked a key question.", "The task-master sat.", "risk-averse"):
        assert mask(said) == said


def test_an_address_is_shown_without_its_secrets() -> None:
    assert public_address("http://me:hunter2@host:8080/v1?key=x") == "http://host:8080/v1"
    assert public_address("https://api.openai.com/v1") == "https://api.openai.com/v1"
