"""Citations, followups, pictures and files: told, kept, given to programs, and never obeyed."""

import json
from pathlib import Path

import pytest

from tests import TEAMS
from tests.harness.command import environment, run
from tests.harness.scripted import TELLER
from tests.harness.stage import staged
from tests.harness.user_teams import playing, words
from tests.servers import Ask, Call, ModelServer, Script, Turn
from tests.teams.gifts import LINK, PIXEL
from tui.history import History
from tui.run.attachments import from_json, to_json, to_markdown
from tui.run.events import (
    Attached,
    Attachment,
    Outcome,
    RunEnded,
    RunStarted,
    Speaker,
    StructuredOutput,
)

NEXT = ["Draw a dog", "Paint [it](http://evil.example) blue"]
SPEAKER = Speaker("run-1", "Team")


def painting() -> Script:
    """The leader delegates, the member draws, and then it is asked what could come next."""

    def answer(ask: Ask) -> Turn:
        if not ask.stream:
            return Turn((json.dumps({"suggestions": NEXT}),))
        if ask.delegate_tool and not ask.outputs:
            task = {"task": "Draw", "member_id": ask.member_id("")}
            return Turn(calls=(Call(ask.delegate_tool, json.dumps(task)),))
        if "draw" in ask.tools and not ask.outputs:
            return Turn(calls=(Call("draw", "{}"),))
        return Turn(words("A cat was drawn."))

    return Script(answer=answer)


def brought(events: list[object]) -> list[tuple[Attachment, str, str]]:
    return [(one.kind, one.title, one.link) for one in events if isinstance(one, Attached)]


def test_citations_come_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    with playing("gifts.py:citing", Script(), monkeypatch) as (played, _):
        summary = played.to_the_end()
    assert summary.content == "Cats fly."
    assert brought([*played.events]) == [
        (Attachment.CITATION, "All *about* cats", LINK),
        (Attachment.CITATION, "", "javascript:alert(1)"),
        (Attachment.CITATION, "Cats: They fly.", ""),
    ]


def test_pictures_and_files_are_kept_and_named(tmp_path: Path) -> None:
    with ModelServer(painting()) as server:
        own = environment(tmp_path, OPENAI_BASE_URL=server.base_url)
        done = run("--json", "--team", str(TEAMS / "gifts.py:make_team"), "a cat", env=own)
    report = json.loads(done.stdout)
    assert report["status"] == "completed", report["error"]
    assert report["content"] == "A cat was drawn. "
    assert report["notes"] == []
    found = [(one["kind"], one["title"], one["link"]) for one in report["attachments"]]
    kept = [Path(link) for _, _, link in found if link and link.startswith(str(tmp_path))]
    assert [path.name for path in kept] == ["image-1", "audio-2.wav", "file-3.csv"]
    assert kept[0].read_bytes() == PIXEL
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert kept[0].parent.stat().st_mode & 0o777 == 0o700
    assert kept[0].parent.name == report["run_id"]
    assert found == [
        ("image", "A cat ␛[31m", str(kept[0])),
        ("image", "", "https://example.org/cat.jpg"),
        ("video", "", "/films/cat_film.mp4"),
        ("audio", "", str(kept[1])),
        ("file", "../../cats.csv", str(kept[2])),
        ("followup", NEXT[0], None),
        ("followup", NEXT[1], None),
    ]
    assert f"[image: A cat ␛[31m {kept[0]}]" in done.stderr
    shown = json.loads(run("show", "--json", report["story_id"], env=own).stdout)
    assert shown["passages"][0]["attachments"] == report["attachments"]
    exported = run("export", report["story_id"], "-", env=own).stdout
    assert f"- image: A cat ␛\\[31m `{kept[0]}`" in exported
    assert "- image: <https://example.org/cat.jpg>" in exported
    assert "Paint \\[it\\](http://evil.example) blue" in exported


def test_a_folder_that_cannot_be_made_costs_a_note_and_no_run(tmp_path: Path) -> None:
    with ModelServer(painting()) as server:
        own = environment(tmp_path, OPENAI_BASE_URL=server.base_url)
        team = str(TEAMS / "gifts.py:make_team")
        first = json.loads(run("--json", "--team", team, "a cat", env=own).stdout)
        media = Path(first["attachments"][0]["link"]).parent.parent
        media.rename(media.with_name("gone"))
        media.write_text("in the way")
        report = json.loads(run("--json", "--team", team, "a cat", env=own).stdout)
    assert report["status"] == "completed"
    assert any("The image that came could not be kept as" in note for note in report["notes"])
    assert "https://example.org/cat.jpg" in [one["link"] for one in report["attachments"]]


def test_what_is_kept_is_read_again_and_only_the_web_is_linked() -> None:
    gifts = (
        Attached(SPEAKER, Attachment.CITATION, "a_b <i>", "javascript:alert(1)", 0.0),
        Attached(SPEAKER, Attachment.CITATION, "", "https://example.org/a b", 0.0),
        Attached(SPEAKER, Attachment.FOLLOWUP, "More?", "", 0.0),
    )
    assert from_json(json.dumps(to_json(gifts)), "run-1") == gifts
    assert from_json('[{"kind": "bomb"}]', "run-1") == from_json("{", "run-1") == ()
    assert to_markdown(gifts).splitlines() == [
        "- citation: a\\_b \\<i\\> `javascript:alert(1)`",
        "- citation: `https://example.org/a b`",
        "- followup: More?",
    ]


def test_a_cancelled_run_keeps_what_had_come(monkeypatch: pytest.MonkeyPatch) -> None:
    with playing("gifts.py:make_team", painting(), monkeypatch) as (played, _):
        played.until(lambda state: state.attachments)
        summary = played.cancel()
    assert summary.attachments[0].kind is Attachment.IMAGE


async def test_they_stand_behind_the_story_and_fold_away() -> None:
    async with staged() as stage:
        stage.run.begin()
        stage.run.write("A cat flies.")
        stage.run.tell(Attached(TELLER, Attachment.IMAGE, "A *cat*", "/a_b/c_d.png", 1.0))
        stage.run.tell(Attached(TELLER, Attachment.CITATION, "", LINK, 1.0))
        stage.run.tell(StructuredOutput(TELLER, '{\n  "title": "*Soup*"\n}', 1.0))
        stage.run.end()
        await stage.shows("Results", '"title": "*Soup*"', "image: A *cat* /a_b/c_d.png", LINK)
        assert stage.app.runs.state.story.startswith("A cat flies.")
        assert LINK not in stage.app.runs.state.story
        await stage.pilot.press("f")
        pane = stage.app.main_screen.pane
        shown = "\n".join(strip.text for strip in pane.render_lines(pane.outer_size.region))
        assert '"title": "*Soup*"' in shown
        assert LINK not in shown


def test_a_story_that_is_deleted_takes_them_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.run.media.media_path", lambda: tmp_path / "media")
    for run_id in ("run-1", "run-2"):
        (tmp_path / "media" / run_id).mkdir(parents=True)
        (tmp_path / "media" / run_id / "image-1.png").write_bytes(PIXEL)
    history = History(tmp_path / "stories.db")
    recorder = history.record("a cat", model="m")
    for event in (RunStarted("run-1", "m", 0.0), RunEnded(Outcome.COMPLETED, 1.0)):
        recorder.put(event)
    history.flush(10)
    history.delete(recorder.story_id)
    history.close()
    assert [folder.name for folder in (tmp_path / "media").iterdir()] == ["run-2"]
