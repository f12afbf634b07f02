"""The completion scripts, in the shells that are installed here."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.harness.command import COMMAND, LEASH_SECONDS, environment, run
from tests.history.recording import write
from tui.command.arguments import SHELLS
from tui.config.settings import DEFINITIONS
from tui.history import History

BASH = """
source /dev/stdin <<< "$(storyteam-tui completion bash)"
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_shtab_storyteam_tui
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    path = f"{Path(COMMAND).parent}{os.pathsep}{os.environ['PATH']}"
    return environment(tmp_path, PATH=path)


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(shell), reason=f"{shell} is not installed")


def complete_in_bash(line: str, env: dict[str, str], folder: Path) -> set[str]:
    done = subprocess.run(
        ["bash", "-c", BASH, "bash", *line.split(" ")],
        env=env, cwd=folder, capture_output=True, text=True, check=True, timeout=LEASH_SECONDS,
    )  # fmt: skip
    assert not done.stderr
    return set(done.stdout.split())


@needs("bash")
@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "storyteam-tui ",
            {"run", "history", "show", "export", "serve", "models", "check", "completion"},
        ),
        ("storyteam-tui ex", {"export"}),
        (
            "storyteam-tui --max-",
            {each.flag for each in DEFINITIONS.values() if each.flag.startswith("--max-")},
        ),
        ("storyteam-tui a cat --auto", {"--auto-cancel"}),
        ("storyteam-tui --api ", {"responses", "chat"}),
        ("storyteam-tui --gguf my", {"my-model.gguf"}),
        ("storyteam-tui run --db my", {"my-model.gguf"}),
        ("storyteam-tui export dragon-k7q2m my", {"my-model.gguf"}),
        ("storyteam-tui export --f", {"--force"}),
        ("storyteam-tui completion ", set(SHELLS)),
    ],
)
def test_bash_completes(line: str, wanted: set[str], env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "my-model.gguf").touch()
    assert complete_in_bash(line, env, tmp_path) == wanted


@needs("bash")
@pytest.mark.parametrize("line", ["storyteam-tui show ", "storyteam-tui --continue "])
def test_bash_completes_the_ids_of_stories(line: str, env: dict[str, str], tmp_path: Path) -> None:
    history = History(tmp_path / "data" / "storyteam-tui" / "history.db")
    ids = {write(history, "Once upon a time"), write(history, "There was an owl")}
    history.close(10.0)
    assert complete_in_bash(line, env, tmp_path) == ids


@needs("fish")
def test_fish_completes(env: dict[str, str], tmp_path: Path) -> None:
    script = "storyteam-tui completion fish | source; complete -C 'storyteam-tui --auto'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", script],
        env=env, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=LEASH_SECONDS,
    )  # fmt: skip
    assert done.stdout.startswith("--auto-cancel\t")


@needs("zsh")
def test_zsh_takes_the_script(env: dict[str, str]) -> None:
    script = 'autoload -Uz compinit; compinit -u -D; eval "$(storyteam-tui completion zsh)"'
    check = f"{script}; print $_comps[storyteam-tui]"
    done = subprocess.run(
        ["zsh", "-f", "-c", check],
        env=env, capture_output=True, text=True, check=True, timeout=LEASH_SECONDS,
    )  # fmt: skip
    assert done.stdout.strip() == "_shtab_storyteam_tui"


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_that_is_offered_gets_a_script(shell: str, env: dict[str, str]) -> None:
    done = run("completion", shell, env=env)
    assert done.returncode == 0
    assert "auto-cancel" in done.stdout
    assert not done.stderr
