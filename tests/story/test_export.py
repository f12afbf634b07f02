"""A story as a file: what is in it, and that it never takes another file's place."""

import os
import stat
import threading
from pathlib import Path

import pytest

from tests.harness.stories import passage, story
from tui.errors import StoryteamError
from tui.run.events import Outcome
from tui.story.export import ExportError, save, slug, to_html, to_markdown

yaml = pytest.importorskip("yaml")


def front_matter(markdown: str) -> dict[str, object]:
    _, front, _ = markdown.split("---\n", 2)
    loaded = yaml.safe_load(front)
    assert isinstance(loaded, dict)
    return loaded


def body(markdown: str) -> str:
    return markdown.split("---\n", 2)[2].lstrip("\n")


def test_a_story_is_markdown_with_its_facts_in_front() -> None:
    markdown = to_markdown(story(passage("Once upon a time.")))
    front = front_matter(markdown)
    dates = front.pop("created"), front.pop("updated")
    assert front == {
        "title": "The Lamp",
        "prompt": "a dragon",
        "model": "test-model",
        "outcome": "completed",
        "words": 4,
    }
    assert [date.timestamp() for date in dates] == [1_750_000_000.0, 1_750_000_100.0]  # type: ignore[attr-defined]
    assert body(markdown) == "# The Lamp\n\nOnce upon a time.\n"


def test_a_story_with_a_heading_gets_no_second_one() -> None:
    markdown = to_markdown(story(passage("# The Lamp\n\nOnce.")))
    assert body(markdown) == "# The Lamp\n\nOnce.\n"


def test_directions_are_quiet_marks_between_the_passages() -> None:
    markdown = to_markdown(
        story(
            passage("She opened the", outcome=Outcome.CANCELLED, reason="user"),
            passage(" door.", outcome=Outcome.CANCELLED, reason="user"),
            passage("It rained.", direction="make it *rain*\nhard", model="other"),
        )
    )
    assert body(markdown) == (
        "# The Lamp\n\nShe opened the door.\n\n> *make it \\*rain\\* hard*\n\nIt rained.\n"
    )
    assert front_matter(markdown)["model"] == "test-model, other"


def test_an_interrupted_story_says_so() -> None:
    cut = passage("Once", outcome=Outcome.CANCELLED, reason="interrupted")
    front = front_matter(to_markdown(story(cut)))
    assert (front["outcome"], front["reason"]) == ("cancelled", "interrupted")


@pytest.mark.parametrize(
    "prompt",
    [
        'a "quoted" one: yes # no',
        "---\ntitle: stolen\n---",
        "line\nline\ttab\\n",
        "- [x] {y} &z *a !b |c >d %e @f `g",
        "bell\x07 escape\x1b[31m del\x7f next\x85 separator\u2028 mark\ufeff end\uffff",
        "\ud800 lone",
        "é 龙 🐉",
        "",
    ],
)
def test_any_prompt_is_quoted_safely(prompt: str) -> None:
    front = front_matter(to_markdown(story(passage("Once", prompt=prompt), title="x")))
    assert set(front) == {"title", "prompt", "model", "outcome", "created", "updated", "words"}
    assert isinstance(front["prompt"], str)
    if prompt.isprintable():
        assert front["prompt"] == prompt


def test_a_story_without_anything_can_be_exported() -> None:
    assert front_matter(to_markdown(story()))["words"] == 0
    living = front_matter(to_markdown(story(passage("Once", outcome=None))))
    assert living["outcome"] == "unfinished"


def test_html_shows_markup_as_text_and_loads_nothing() -> None:
    page = to_html(
        story(
            passage(
                "Once *upon* <script>alert(1)</script> [x](javascript:alert(1)) "
                "![spy](http://example.com/x.png)"
            ),
            title="<b>Lamp</b>",
        )
    )
    assert "<em>upon</em>" in page
    assert "<title>&lt;b&gt;Lamp&lt;/b&gt;</title>" in page
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page


def test_a_saved_story_is_a_private_file(tmp_path: Path) -> None:
    target = save(story(passage("Once é.")), tmp_path / "lamp.md")
    assert target == tmp_path / "lamp.md"
    assert target.read_text(encoding="utf-8") == to_markdown(story(passage("Once é.")))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_the_ending_of_the_name_chooses_html(tmp_path: Path) -> None:
    target = save(story(passage("Once.")), str(tmp_path / "lamp.HTML"))
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_directory_gets_a_free_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [save(story(passage("Once.")), tmp_path).name for _ in range(3)]
    assert names == ["the-lamp.md", "the-lamp-2.md", "the-lamp-3.md"]
    monkeypatch.chdir(tmp_path)
    assert save(story(passage("Once."))).resolve() == tmp_path / "the-lamp-4.md"


def test_a_tilde_is_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert save(story(passage("Once.")), "~/lamp.md") == tmp_path / "lamp.md"


@pytest.mark.parametrize("kind", ["file", "dangling link"])
def test_an_existing_file_stays_as_it_is(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "lamp.md"
    if kind == "file":
        target.write_text("precious")
    else:
        target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ExportError, match=r"lamp\.md exists already"):
        save(story(passage("Once.")), target)
    assert [one.name for one in tmp_path.iterdir()] == ["lamp.md"]
    if kind == "file":
        assert target.read_text() == "precious"
        save(story(passage("Once.")), target, overwrite=True)
        assert "Once." in target.read_text(encoding="utf-8")
        assert [one.name for one in tmp_path.iterdir()] == ["lamp.md"]


def test_a_file_that_appears_meanwhile_stays_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    target = tmp_path / "lamp.md"
    target.write_text("precious")
    with pytest.raises(ExportError, match="exists already"):
        save(story(passage("Once.")), target)
    assert target.read_text() == "precious"


def test_a_disk_without_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str, target: Path) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    target = save(story(passage("Once.")), tmp_path / "lamp.md")
    assert [one.name for one in tmp_path.iterdir()] == ["lamp.md"]
    with pytest.raises(ExportError, match="exists already"):
        save(story(passage("Once.")), target)


def test_many_save_at_once_and_nobody_loses(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=save, args=(story(passage(f"Once {number}.")), tmp_path))
        for number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    texts = {one.read_text(encoding="utf-8") for one in tmp_path.iterdir()}
    assert len(texts) == 8


def test_what_cannot_be_saved_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"There is no directory .*missing: make it"):
        save(story(passage("Once.")), tmp_path / "missing" / "lamp.md")
    with pytest.raises(ExportError, match="cannot be saved"):
        save(story(passage("Once.")), tmp_path / ("x" * 300 + ".md"))
    with pytest.raises(ExportError, match="cannot be saved"):
        save(story(passage("Once.")), "nul\x00.md")
    with pytest.raises(ExportError, match="cannot be saved"):
        save(story(passage("Once.")), "~nobody-of-this-name/lamp.md")
    assert issubclass(ExportError, StoryteamError)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("The Lamp", "the-lamp"),
        ("../../etc/passwd", "etc-passwd"),
        ("  …  ", "story"),
        ("C'est l'été!", "c-est-l-été"),
        ("龙的故事", "龙的故事"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word-word-word-word"),
        ("x" * 200, "x" * 60),
        ("", "story"),
    ],
)
def test_a_title_makes_a_harmless_name(title: str, name: str) -> None:
    assert slug(title) == name
