"""The command line: what it means, what its help looks like, and what is said of typing errors."""

import shlex

import pytest

from tests.harness.command import run
from tui.command.arguments import parse, typed_flags
from tui.config.settings import DEFINITIONS
from tui.errors import UsageError


def test_only_what_was_typed_is_a_flag() -> None:
    assert typed_flags(parse([])) == {}
    assert typed_flags(parse(["--no-local", "--context-characters", "300", "a", "cat"])) == {
        "local": False,
        "context_characters": "300",
    }


@pytest.mark.parametrize(
    ("line", "prompt"),
    [
        ("a cat", "a cat"),
        ("a cat --plain who sings", "a cat who sings"),
        ("--plain -- --help is a cat", "--help is a cat"),
        ("run history", "history"),
        ("-- history", "history"),
        ("--plain show me a cat", "show me a cat"),
        ("snow", "snow"),
        ("story", "story"),
        ("shows well-known faces", "shows well-known faces"),
        ("histories of a cat", "histories of a cat"),
        ("'show me a cat'", "show me a cat"),
        ("verse", "verse"),
        ("competition winners", "competition winners"),
    ],
)
def test_a_prompt_is_free_text(line: str, prompt: str) -> None:
    options = parse(shlex.split(line))
    assert (options.command, " ".join(options.prompt)) == ("run", prompt)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--modle x", "there is no option --modle. Did you mean --model?"),
        ("--auto-cancle=3", "no option --auto-cancle. Did you mean --auto-cancel?"),
        ("--frobnicate", "there is no option --frobnicate. See storyteam-tui --help."),
        ("export x --forec", "Did you mean --force? See storyteam-tui export --help."),
        ("histroy", "Did you mean storyteam-tui history?"),
        ("exprot x --force", "Did you mean storyteam-tui export?"),
        ("exports dragon-k7q2m story.md", "Did you mean storyteam-tui export?"),
        ("shwo dragon-k7q2m", "storyteam-tui run shwo dragon-k7q2m"),
        ("--db x history", "Did you mean storyteam-tui history?"),
        ("--db x show dragon-k7q2m", "Did you mean storyteam-tui show?"),
        ("show me a cat", "A prompt that begins with 'show' is quoted."),
        ("show", "the following arguments are required: ID."),
        ("--model", "--model: expected one argument."),
        ("completion tcsh", "invalid choice: 'tcsh'"),
    ],
)
def test_a_typing_error_gets_a_hint(line: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(shlex.split(line))
    assert said in str(caught.value)


@pytest.mark.parametrize("columns", [50, 80, 120])
def test_the_help_names_everything_within_the_width(columns: int) -> None:
    env = {"COLUMNS": str(columns), "PATH": "", "HOME": "/nonexistent", "NO_COLOR": "1"}
    done = run("--help", env=env)
    options, examples = done.stdout.split("Examples:")
    assert done.returncode == 0
    assert max(map(len, options.splitlines())) <= columns
    assert "\x1b" not in done.stdout
    for title in ("What to write:", "Which model:", "Limits:", "Screen:", "Where things are:"):
        assert f"\n{title}\n" in options
    flags = [setting.flag for setting in DEFINITIONS.values() if setting.in_flags]
    commands = ["  history ", "  show ", "  export ", "  check ", "  completion "]
    for name in (*flags, *commands, "--continue", "--json", "--show-config", "--version"):
        assert name in options
    assert len(examples.splitlines()) > 3


def test_at_eighty_columns_every_option_has_one_line() -> None:
    env = {"COLUMNS": "80", "PATH": "", "HOME": "/nonexistent"}
    options = run("--help", env=env).stdout.split("Commands:")[0].splitlines()[4:]
    assert len(options) > 30
    assert [line for line in options if line.startswith(" " * 10)] == []
