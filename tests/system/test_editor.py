"""Editors that work, fail, are missing, or never come back."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.harness.waiting import wait_until
from tui.errors import StoryteamError
from tui.system.editor import edit, editor_command


def editor(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name an editor that runs some Python; ``file`` is what it edits."""
    script = folder / "the editor.py"
    script.write_text(f"import os, sys, signal, time\nfile = sys.argv[-1]\n{code}\n")
    monkeypatch.setenv("VISUAL", f"'{sys.executable}' '{script}' --wait")


async def test_an_editor_returns_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
told = open(file, encoding='utf-8').read(), oct(os.stat(os.path.dirname(file)).st_mode)
open(file, 'w').write(repr((*told, os.path.basename(file))))
"""
    editor(tmp_path, code, monkeypatch)
    assert (
        await edit("Mañana\n", "a story.md") == repr(("Mañana\n", "0o40700", "a story.md")).encode()
    )


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.exit(3)", r"failed \(exit code 3\)"),
        ("os.kill(os.getpid(), signal.SIGKILL)", r"failed \(SIGKILL\)"),
        ("os.unlink(file)", "left no file"),
        ("os.unlink(file); os.mkdir(file)", "left no file"),
    ],
)
async def test_an_editor_that_fails_says_how(
    code: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor(tmp_path, code, monkeypatch)
    with pytest.raises(StoryteamError, match=said):
        await edit("text", "story.md")


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("no-such-editor", "no-such-editor cannot be started"),
        ("/etc/passwd", "cannot be started"),
        ("'", "VISUAL cannot be understood"),
    ],
)
async def test_an_editor_that_is_not_there_is_named(
    named: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", named)
    with pytest.raises(StoryteamError, match=said):
        await edit("text", "story.md")


def test_the_editor_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUAL", " ")
    monkeypatch.setenv("EDITOR", "emacs -nw")
    assert editor_command() == ["emacs", "-nw"]
    monkeypatch.setenv("VISUAL", "code --wait")
    assert editor_command() == ["code", "--wait"]
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoryteamError, match="There is no editor"):
        editor_command()
    (tmp_path / "vi").touch(0o755)
    assert editor_command() == [str(tmp_path / "vi")]


@pytest.mark.parametrize("reaction", ["SIG_DFL", "SIG_IGN"])
async def test_an_editor_that_never_comes_back_goes_when_it_is_given_up(
    reaction: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = tmp_path / "pid"
    code = f"""
signal.signal(signal.SIGTERM, signal.{reaction})
open({str(pid)!r} + 'new', 'w').write(str(os.getpid()))
os.rename({str(pid)!r} + 'new', {str(pid)!r})
time.sleep(600)
"""
    editor(tmp_path, code, monkeypatch)
    before = signal.getsignal(signal.SIGINT)
    waiting = asyncio.create_task(edit("text", "story.md"))
    await asyncio.to_thread(wait_until, pid.exists)
    # What a terminal sends to all of them for a ctrl+c concerns the editor alone.
    os.kill(os.getpid(), signal.SIGINT)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.to_thread(wait_until, lambda: not Path(f"/proc/{pid.read_text()}").exists())
    assert signal.getsignal(signal.SIGINT) is before
