"""The footer: whole keys, as many as fit, the most needed first."""

import re

import pytest

from tests.harness.stage import Stage, staged, wait_for_size
from tests.harness.waiting import until

WIDTHS = (30, 40, 60, 61, 62, 63, 64, 65, 66, 80, 100, 111)
KEYS = (
    "c Cancel", "t Tell", "space Hold", "? Help", "^p Menu", "q Quit", "+ +10s", "- -10s", "m Team",
)  # fmt: skip


def footer(stage: Stage) -> str:
    return stage.screen.splitlines()[-1].strip()


@pytest.mark.parametrize("width", WIDTHS)
async def test_no_key_is_cut_in_the_middle(width: int) -> None:
    async with staged((width, 24)) as stage:
        await stage.shows("c Cancel")
        shown = " ".join(KEYS)
        assert shown.startswith(footer(stage))
        assert footer(stage).endswith(tuple(KEYS))
        left = shown.removeprefix(footer(stage)).strip()
        following = next((key for key in KEYS if left.startswith(key)), "")
        assert not left or len(footer(stage)) + 1 + len(following) > width - 2


async def test_a_wider_terminal_shows_more_keys_and_a_narrower_one_fewer() -> None:
    async with staged((60, 24)) as stage:
        await stage.shows("c Cancel")
        assert "Team" not in footer(stage)
        await wait_for_size(stage, (100, 24))
        await stage.shows("m Team")
        await wait_for_size(stage, (60, 24))
        await until(lambda: "Team" not in footer(stage))


async def test_the_keys_of_a_screen_stand_before_those_of_its_field() -> None:
    async with staged((80, 24)) as stage:
        stage.run.begin()
        stage.run.end()
        await stage.shows("h History")
        await stage.pilot.press("h")
        await stage.shows("Search in all stories", "Rename")
        assert re.match(r"\S+ Open +\S+ Copy +\S+ Save +\S+ Rename +\S+ Delete", footer(stage))
