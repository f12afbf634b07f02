"""The command without a screen, against the model server: pipes, signals, exit codes, bad input."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.harness.command import COMMAND, LEASH_SECONDS, environment, run, start
from tests.harness.running import KEY
from tests.servers import Fault, FaultKind, ModelServer, Position, Script

RULE = "=" * 50


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(tmp_path, OPENAI_API_KEY=KEY)


def test_plain_writes_the_story_to_stdout_and_tells_on_stderr(env: dict[str, str]) -> None:
    with ModelServer(Script(words=20)) as server:
        done = run("--plain", "--base-url", server.base_url, "a", "cat", env=env)
        texts = [server.text_of(p) for p in ("storyteller", "editor", "closing")]
        assert server.at(Position.LEADER)[0].headers["authorization"] == f"Bearer {KEY}"
    assert done.returncode == 0
    assert done.stdout == "\n\n".join(texts) + "\n"
    assert "StorytellerAgent" in done.stderr
    assert f"{RULE}\nRESULTS:\n{RULE}\nStatus: completed\nRun ID: " in done.stderr
    assert "Was Cancelled: False\nContent Preview: " in done.stderr
    assert "SUCCESS" not in done.stderr
    assert KEY not in done.stdout + done.stderr


def test_a_pipe_is_plain_by_itself_and_the_prompt_comes_from_stdin(env: dict[str, str]) -> None:
    with ModelServer(Script(words=5)) as server:
        done = run("--base-url", server.base_url, "-", env=env, stdin="a cat who sings\n")
        asked = json.dumps(server.at(Position.LEADER)[0].body)
    assert done.returncode == 0
    assert "a cat who sings" in asked


def test_run_is_the_full_name_of_the_command(env: dict[str, str]) -> None:
    with ModelServer(Script(words=5)) as server:
        assert (
            run("run", "--json", "--base-url", server.base_url, "history", env=env).returncode == 0
        )
        assert "history" in json.dumps(server.at(Position.LEADER)[0].body)


def test_json_is_one_object_and_nothing_else(env: dict[str, str]) -> None:
    with ModelServer(Script(words=20)) as server:
        done = run("--json", "--api", "chat", "--base-url", server.base_url, "a cat", env=env)
        closing = server.text_of(Position.CLOSING)
    report = json.loads(done.stdout)
    assert done.returncode == 0
    assert (report["status"], report["reason"], report["cancelled"]) == ("completed", None, False)
    assert report["content"] == closing
    assert report["model"] == "gpt-5.2-mini"
    assert [member["name"] for member in report["members"]] == ["StorytellerAgent", "EditorAgent"]


def test_the_countdown_ends_with_its_own_exit_code(env: dict[str, str]) -> None:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server:
        done = run("--json", "--auto-cancel", "0.5", "--base-url", server.base_url, env=env)
    report = json.loads(done.stdout)
    assert done.returncode == 124
    assert (report["status"], report["reason"]) == ("cancelled", "countdown")
    assert report["cancel_seconds"] < 1.5
    assert report["elapsed_seconds"] >= 0.5


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_cancels_gracefully_and_keeps_the_text(
    env: dict[str, str], number: signal.Signals
) -> None:
    script = Script().with_fault(Position.STORYTELLER, Fault(FaultKind.STALL_MIDSTREAM))
    with ModelServer(script) as server:
        process = start("--plain", "--base-url", server.base_url, "a cat", env=env)
        record = server.wait_until_stalled(Position.STORYTELLER)
        assert process.stdout is not None
        first = process.stdout.read(1)
        process.send_signal(number)
        out, err = process.communicate(timeout=LEASH_SECONDS)
        assert process.returncode == 130
        assert (first + out).decode() == record.text + "\n"
        server.wait_for(lambda: record.client_closed_at)
    assert b"Status: cancelled" in err
    assert b"SUCCESS: Team run was successfully cancelled!" in err


def test_a_reader_that_goes_away_cancels_the_run_quietly(env: dict[str, str]) -> None:
    with ModelServer(Script(words=5000, delay_seconds=0.002)) as server:
        process = start("--plain", "--base-url", server.base_url, "a cat", env=env)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        err = process.stderr.read()
        process.wait(LEASH_SECONDS)
        record = server.at(Position.STORYTELLER)[0]
        assert not record.completed
    assert process.returncode == 130
    assert b"Broken" not in err
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--auto-cancel", "0"], "--auto-cancel: '0' is not a positive number of seconds."),
        (["--auto-cancel", "-3"], "'-3' is not a positive number"),
        (["--auto-cancel", "nan"], "'nan' is not a positive number"),
        (["--auto-cancel", "soon"], "'soon' is not a positive number"),
        (["--frobnicate"], "--frobnicate"),
        (["--api", "soap"], "Give responses or chat"),
        (["--base-url", "localhost:11434"], "is not an address"),
        (["--gguf", "/no/such/file.gguf"], "/no/such/file.gguf"),
        (["--model", "gpt-9"], "--model gpt-9 needs a server"),
        (["-"], "no prompt on standard input"),
    ],
)
def test_bad_usage_gets_one_sentence_and_exit_code_two(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = run(*arguments, env=environment(tmp_path))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_a_file_that_is_no_model_is_bad_usage(tmp_path: Path) -> None:
    fake = tmp_path / "fake.gguf"
    fake.write_text("not a model")
    done = run("--gguf", str(fake), env=environment(tmp_path))
    assert done.returncode == 2
    assert str(fake) in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("mdoel = 'x'", "Did you mean 'model'?"),
        ("model = ", "cannot be read"),
        ("auto_cancel = -1", "'-1' is not a positive number"),
        ("api_key = 'sk'", "a key does not belong in a file"),
    ],
)
def test_a_wrong_settings_file_is_named(tmp_path: Path, config: str, said: str) -> None:
    env = environment(tmp_path)
    path = Path(env["XDG_CONFIG_HOME"]) / "storyteam-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(config)
    done = run("--plain", env=env)
    assert done.returncode == 2
    assert said in done.stderr
    assert str(path) in done.stderr


def test_a_wrong_key_is_an_error_that_is_never_shown_or_stored(
    env: dict[str, str], tmp_path: Path
) -> None:
    with ModelServer(Script().with_fault(Position.LEADER, Fault(FaultKind.HTTP_401))) as server:
        done = run("--json", "--base-url", server.base_url, env=env)
    assert done.returncode == 1
    assert "refused the API key from OPENAI_API_KEY" in json.loads(done.stdout)["error"]
    assert KEY not in done.stdout + done.stderr
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any("log" in path.name for path in written)
    for path in written:
        assert KEY.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("closed", ["1", "2", "0"])
def test_a_closed_stream_is_no_reason_to_fail(env: dict[str, str], closed: str) -> None:
    with ModelServer(Script(words=5)) as server:
        command = f"{COMMAND} --plain --base-url {server.base_url} a cat {closed}>&-"
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=env, capture_output=True, timeout=LEASH_SECONDS
        )
        assert b"Traceback" not in done.stderr
        if closed != "1":
            assert done.returncode == 0
            assert server.text_of(Position.CLOSING).encode() in done.stdout


@pytest.mark.parametrize("front", ["--plain", "--json"])
def test_a_result_that_cannot_be_written_is_said(env: dict[str, str], front: str) -> None:
    with ModelServer(Script(words=5)) as server:
        command = f"{COMMAND} {front} --base-url {server.base_url} a cat > /dev/full"
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=env, capture_output=True, timeout=LEASH_SECONDS
        )
    assert done.returncode == 1
    assert b"could not be written" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_locale_without_unicode_loses_nothing(env: dict[str, str]) -> None:
    plain_ascii = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    with ModelServer(Script(texts={Position.CLOSING: "“Où?” asked the 猫."})) as server:
        done = run("--plain", "--base-url", server.base_url, "a cat", env=env | plain_ascii)
    assert done.returncode == 0
    assert "\\u732b" in done.stdout
    assert "Traceback" not in done.stderr


def test_nohup_is_obeyed(env: dict[str, str]) -> None:
    script = Script(words=9).with_fault(Position.EDITOR, Fault(FaultKind.STALL_MIDSTREAM))
    with ModelServer(script) as server:
        process = subprocess.Popen(
            ["nohup", COMMAND, "--plain", "--base-url", server.base_url, "a cat"],
            env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        server.wait_until_stalled(Position.EDITOR)
        process.send_signal(signal.SIGHUP)
        server.release()
        out, _ = process.communicate(timeout=LEASH_SECONDS)
        assert process.returncode == 0
        assert server.text_of(Position.CLOSING).encode() in out


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_echo_of_a_signal_is_no_second_one(env: dict[str, str], number: signal.Signals) -> None:
    script = Script().with_fault(Position.LEADER, Fault(FaultKind.NO_ANSWER))
    with ModelServer(script) as server:
        process = start("--json", "--base-url", server.base_url, env=env)
        server.wait_until_stalled(Position.LEADER)
        process.send_signal(signal.SIGTERM)
        process.send_signal(number)
        process.send_signal(number)
        out, _ = process.communicate(timeout=LEASH_SECONDS)
    assert json.loads(out)["reason"] == "signal"


def test_help_and_version_come_at_once_and_name_every_option(env: dict[str, str]) -> None:
    shown = run("--help", env=env).stdout
    for option in ("--auto-cancel", "--model", "--base-url", "--api", "--local", "--gguf",
                   "--plain", "--json", "--once", "--version"):  # fmt: skip
        assert option in shown
    assert run("--version", env=env).stdout.startswith("storyteam-tui ")


def test_the_module_is_the_command(env: dict[str, str]) -> None:
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "tui", "--version"],
        env=env, capture_output=True, text=True, check=True, timeout=LEASH_SECONDS, cwd=os.sep,
    )  # fmt: skip
    assert done.stdout.startswith("storyteam-tui ")
