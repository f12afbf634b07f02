import pytest

from tui.local.direction import opening_from


@pytest.mark.parametrize(
    ("direction", "opening"),
    [
        ("now let the dragon fail", "Then the dragon failed."),
        ("Now, let the old dragon meet Mia. 300 words", "Then the old dragon met Mia."),
        ("a storm destroys the cave", "Then a storm destroyed the cave."),
        ("Mia finds a door and opens it!", "Then Mia found a door and opened it."),
        ("The sun should rise and the boss is angry", "Then the sun rose and the boss was angry."),
        ("wolves attack the village", "Then wolves attacked the village."),
        ("a storm", "Then there was a storm."),
        ("add a wizard with a blue hat", "Then came a wizard with a blue hat."),
    ],
)
def test_what_is_directed_is_told_as_having_happened(direction: str, opening: str) -> None:
    assert opening_from(direction) == opening


@pytest.mark.parametrize(
    "direction",
    [
        "",
        "continue",
        "make it funnier",
        "more dialogue",
        "500 words",
        "ein Sturm kommt",
        "a " * 200,
    ],
)
def test_what_is_no_event_makes_no_opening(direction: str) -> None:
    assert opening_from(direction) == ""
