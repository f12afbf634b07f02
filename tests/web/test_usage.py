"""What is wrong is said at once, by the command and not in every tab."""

import signal
import socket
from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.web.serving import Serving


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--api", "soap"], "Give responses or chat"),
        (["--gguf", "/no/such/file.gguf"], "/no/such/file.gguf"),
        (["--model", "gpt-9"], "--model gpt-9 needs a server"),
        (["--frobnicate"], "--frobnicate"),
        (["--pubic-url", "x"], "Did you mean --public-url?"),
        (["--continue"], "there is no text to go on with"),
        (["-"], "no prompt on standard input"),
        (["--plain"], "no screen"),
        (["--json"], "no screen"),
        (["--port", "x"], "invalid int value"),
        (["--port", "70000"], "70000 is not a port"),
        (["--host", "203.0.113.77"], "'203.0.113.77' is not an address of this machine"),
        (["--host", "a..b"], "'a..b' is not an address of this machine"),
        (["--public-url", "stories"], "'stories' is not an address"),
    ],
)
def test_bad_usage_gets_one_sentence_and_exit_code_two(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = run("serve", "--port", "0", *arguments, env=environment(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "textual_serve.py").write_text(
        "raise ModuleNotFoundError('No module named textual_serve', name='textual_serve')"
    )
    done = run("serve", env=environment(tmp_path, PYTHONPATH=str(tmp_path)))
    assert done.returncode == 2
    assert "pip install 'storyteam-tui[serve]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("serve", "--port", port, env=environment(tmp_path))
    assert done.returncode == 2
    assert f"port {port} is in use" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_for_everybody_comes_with_a_warning(env: dict[str, str]) -> None:
    with Serving("--host", "0.0.0.0", env=env) as serving:
        assert "with your key" in serving.stop(signal.SIGTERM)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_signal_ends_it_without_a_word(
    env: dict[str, str], number: signal.Signals, code: int
) -> None:
    with Serving(env=env) as serving:
        assert serving.line.startswith("Serving the story team at http://127.0.0.1:")
        assert not serving.stop(number)
        assert serving.process.returncode == code


def test_help_names_its_own_options_and_those_of_a_run(env: dict[str, str]) -> None:
    shown = run("serve", "--help", env=env).stdout
    for words in ("--host", "--port", "--public-url", "--model", "'storyteam-tui[serve]'"):
        assert words in shown
