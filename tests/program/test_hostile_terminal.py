"""What a model says, on a real terminal: only text, and the same text however it was cut."""

import re
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.harness.command import environment
from tests.harness.hostile import CUTS, OBEYED, cut
from tests.harness.terminal import Terminal
from tests.servers import ModelServer, Script, Turn

DEEDS = (
    "\x1b[4242m", "\x1b[?4242h", "\x1b]4242;x\x07", "\x1b]52;c;4242\x1b\\", "\x1bP4242q\x1b\\",
    "\x9b4242m", "\x9d4242;x\x9c", "\x1b_4242\x1b\\", "\x1b]8;;http://4242\x07", "\x1b[4242",
    "\x1bc", "\x0e", "\x08\x08", "\r", "\r\n", "\x7f", "\x85", "\u202e4242", "\u2066", "\ufeff",
    "\ud800",
)  # fmt: skip
PLAIN = (
    "Once ", "upon a time", "\n", "\n\n", " ", "猫と月", "e\u0301", "👩‍👩‍👧", "**loud**", "`code`",
    "\n# Head\n", "\n> said\n", "[/red]", "*", "_",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(DEEDS) | st.sampled_from(PLAIN), max_size=30).map("".join)
OURS = re.compile("\x1b\\[[?>=<]?[0-9;]*[A-Za-z]|\x1b\\[\\?[0-9;]+\\$p|\x1b\\]22;[a-z-]+\x07")
"""What the program itself says to a terminal."""
STORY_COLUMNS, STORY_ROWS = range(76), range(2, 36)


def assert_tame(output: bytes) -> None:
    """See that whatever a terminal obeys is the program's own."""
    text = output.decode("utf-8", "surrogateescape")
    assert not re.search("[\x1b\x80-\x9f][^A-Za-z\x1b]*4242", text)
    rest = OURS.sub("", text)
    found = OBEYED.search(re.sub("\r+\n", "\n", rest))
    assert not found, repr(rest[max(0, found.start() - 40) :][:80])


def picture(terminal: Terminal) -> list[str]:
    """The cells of the story."""
    buffer = terminal._screen.buffer
    return ["".join(buffer[y][x].data for x in STORY_COLUMNS) for y in STORY_ROWS]


@settings(
    max_examples=1,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.tuples(HOSTILE, CUTS), min_size=3, max_size=3))
def test_nothing_that_a_model_says_is_obeyed_and_its_cuts_are_not_seen(
    tmp_path: Path, stories: list[tuple[str, list[int]]]
) -> None:
    with ModelServer() as server:

        def tell(pieces: list[str], end: str) -> None:
            server.script = Script(answer=lambda ask: Turn((*pieces, f"\n\n{end}")))

        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        tell(["."], "begun.")
        with Terminal("a cat", env=env) as terminal:
            terminal.shows("begun.", "Results")
            for number, (text, lengths) in enumerate(stories):
                pictures: list[list[str]] = []
                for pieces in ([text], cut(text, lengths)):
                    end = f"end{number}{len(pictures)}."
                    tell(pieces, end)
                    terminal.press("r")
                    terminal.shows(end, "Results")
                    terminal.press("\x1b")
                    terminal.until(lambda text: "Results" not in text)
                    pictures.append([row.replace(end, "end") for row in picture(terminal)])
                assert pictures[0] == pictures[1], repr(text)
            terminal.press("q")
            terminal.wait()
    assert_tame(terminal.output)
