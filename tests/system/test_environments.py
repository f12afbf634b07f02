"""Environments in which other programs trip: no home, odd folders, files that are no files."""

import codecs
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.command import environment, run
from tests.harness.terminal import Terminal
from tests.servers import ModelServer

HOMELESS = """
import pwd, sys
def unknown(uid): raise KeyError(uid)
pwd.getpwuid = unknown
from tui.cli import main
main()
"""


def run_without_a_home(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HOMELESS, *arguments],
        env={"PATH": os.environ["PATH"], "TMPDIR": str(folder), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def config_file(env: dict[str, str]) -> Path:
    path = Path(env["XDG_CONFIG_HOME"]) / "storyteam-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def test_a_user_without_a_home_has_a_private_one(tmp_path: Path) -> None:
    done = run_without_a_home("--show-config", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    [home] = tmp_path.iterdir()
    assert home.stat().st_mode & 0o777 == 0o700
    assert str(home / "data" / "history.db") in done.stdout
    assert run_without_a_home("history", folder=tmp_path).returncode == 0
    assert [*tmp_path.iterdir()] == [home]


def test_a_makeshift_home_that_another_user_prepared_is_not_taken(tmp_path: Path) -> None:
    trap = tmp_path / f"storyteam-tui-{os.getuid()}"
    trap.symlink_to(tmp_path)
    done = run_without_a_home("--show-config", folder=tmp_path)
    assert done.returncode == 0
    assert f"{trap}/" not in done.stdout


@pytest.mark.parametrize("path", ["~/stories.db", "~nobody-of-that-name/stories.db"])
def test_a_home_that_is_not_known_is_said(path: str, tmp_path: Path) -> None:
    done = run_without_a_home("history", "--db", path, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"storyteam-tui: --db: {path}: that home folder is not known.\n"


@pytest.mark.parametrize("kind", ["CONFIG", "STATE", "DATA", "CACHE"])
def test_a_folder_that_is_no_folder_keeps_nothing_from_starting(kind: str, tmp_path: Path) -> None:
    env = environment(tmp_path, **{f"XDG_{kind}_HOME": os.devnull})
    assert run("--show-config", env=env).returncode == 0
    assert run("history", env=env).returncode == 0


def test_a_byte_order_mark_before_the_settings_is_no_setting(tmp_path: Path) -> None:
    env = environment(tmp_path)
    config_file(env).write_bytes(codecs.BOM_UTF8 + 'model = "größer"\r\n'.encode())
    assert "größer" in run("--show-config", env=env).stdout


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    env = environment(tmp_path)
    path = config_file(env)
    os.mkfifo(path)
    done = run("--show-config", env=env)
    assert done.returncode == 2
    assert f"{path} cannot be read: it is not a regular file" in done.stderr


def test_a_settings_file_that_is_linked_to_nothing_is_empty(tmp_path: Path) -> None:
    env = environment(tmp_path)
    config_file(env).symlink_to(os.devnull)
    assert run("--show-config", env=env).returncode == 0


@pytest.mark.parametrize(
    "variable",
    [
        {"TEXTUAL_LOG": "/no/such/folder/log"},
        {"TEXTUAL_LOG": "/"},
        {"TEXTUAL_COLOR_SYSTEM": "many"},
        {"TEXTUAL_DRIVER": "no.such.driver"},
    ],
    ids=lambda variable: "=".join(*variable.items()),
)
def test_a_variable_of_the_toolkit_cannot_take_the_screen_down(
    variable: dict[str, str], tmp_path: Path
) -> None:
    with ModelServer() as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        with Terminal("--once", "a cat", env=env | variable) as terminal:
            assert terminal.wait(60) == 0
            assert terminal.is_clean
    assert b"Traceback" not in terminal.output
    said = b"TEXTUAL_LOG is ignored, for" in terminal.output
    assert said is ("TEXTUAL_LOG" in variable)


@pytest.mark.parametrize(
    ("db", "why"),
    [
        (os.devnull, "is a device"),
        ("/dev/full", "is a device"),
        (":memory:", "would keep no story"),
        ("file:stories.db?mode=memory", "would keep no story"),
        ("{folder}", "is a directory"),
        ("{folder}/pipe", "is a pipe"),
        ("{folder}/link", "is a device"),
    ],
)
@pytest.mark.parametrize("command", [["--json", "a cat"], ["history"], ["--show-config"]])
def test_a_history_that_is_no_file_is_refused_and_left_alone(
    db: str, why: str, command: list[str], tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(os.devnull)
    mode = os.stat(os.devnull).st_mode
    path = db.format(folder=tmp_path)
    done = run(*command, "--db", path, env=environment(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{path} {why}. Give the path of a file.\n" in done.stderr
    assert os.stat(os.devnull).st_mode == mode
    assert not [*tmp_path.glob("*-journal"), *Path("/dev").glob("*-journal")]


def test_a_variable_may_not_name_a_device_either(tmp_path: Path) -> None:
    done = run("history", env=environment(tmp_path, STORYTEAM_DB=os.devnull))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{os.devnull} is a device. Give the path of a file.\n" in done.stderr


def test_programs_are_told_where_the_story_went_that_the_history_did_not_take(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    with ModelServer() as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        done = run("--json", "--db", str(tmp_path / "file" / "stories.db"), "a cat", env=env)
    [note] = json.loads(done.stdout)["notes"]
    assert note.startswith("The history cannot be written: ")
    assert Path(note.rpartition("kept in ")[2].removesuffix(" instead.")).is_file()
    assert done.stderr.count(note) == 1


def test_an_export_never_replaces_a_device(tmp_path: Path) -> None:
    with ModelServer() as server:
        env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL=server.base_url)
        story = json.loads(run("--json", "a cat", env=env).stdout)["story_id"]
    (tmp_path / "link").symlink_to(os.devnull)
    done = run("export", story, str(tmp_path / "link"), "--force", env=env)
    assert done.returncode == 2
    assert "is not a regular file: choose another name." in done.stderr
    assert (tmp_path / "link").is_char_device()


SECRETS = ("hunter2secretpw#x", "hunter2secretpw", "hunter2secretpw?/x")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "STORYTEAM_BASE_URL"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_password_in_an_address_is_never_said(variable: str, secret: str, tmp_path: Path) -> None:
    env = environment(tmp_path, OPENAI_API_KEY="sk-test", OPENAI_BASE_URL="http://192.0.2.1/v1")
    env[variable] = f"http://u:{secret}@127.0.0.1:9"
    # Proxies are no settings: --show-config names the address of the server alone.
    names_all = variable == "STORYTEAM_BASE_URL"
    for command, is_named in ((["--json", "a cat"], True), (["--show-config"], names_all)):
        done = run(*command, env=env | {"STORYTEAM_TIMEOUT": "5"})
        assert ("127.0.0.1:9" in done.stdout + done.stderr) is is_named
        assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.parametrize("secret", SECRETS)
def test_a_password_in_an_option_is_never_said(secret: str, tmp_path: Path) -> None:
    env = environment(tmp_path, OPENAI_API_KEY="sk-test", STORYTEAM_TIMEOUT="5")
    done = run("--json", "--base-url", f"http://u:{secret}@127.0.0.1:9", "a cat", env=env)
    assert "127.0.0.1:9" in done.stdout + done.stderr
    assert "hunter2" not in done.stdout + done.stderr


INTERRUPTED = """
import builtins, os, signal, sys
wanted, real = sys.argv.pop(1), builtins.__import__
signal.signal(signal.SIGINT, signal.default_int_handler)
def interrupted(name, *more):
    if name == wanted:
        os.kill(os.getpid(), signal.SIGINT)
    return real(name, *more)
builtins.__import__ = interrupted
from tui.__main__ import main
main()
"""


@pytest.mark.parametrize("module", ["tui.command.arguments", "tui.config.sources"])
def test_an_interrupt_while_the_program_is_loaded_ends_it_without_a_word(
    module: str, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module, "--no-local", "a cat"],
        env=environment(tmp_path, OPENAI_API_KEY="sk-test"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_file_in_the_working_directory_is_no_library(tmp_path: Path) -> None:
    for name in ("argparse", "sqlite3", "platformdirs", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a stranger was imported')")
    done = subprocess.run(
        [sys.executable, "-m", "tui", "history"],
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "There is no such story.\n")
