"""The story as a book, held to the rules of EPUB 3.3 and its container."""

import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from zipfile import ZIP_STORED, ZipFile

import pytest

from tests.harness.stories import passage, story
from tui.story.epub import chapters, to_epub
from tui.story.export import save

CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
XHTML = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"

STORY = story(
    passage("# The Lamp\n\nOnce *upon* a time the keeper"),
    passage(" slept. Then he woke.", direction='let him "fail" & <cry>'),
    passage("\n\nThe end, with [a link](other.html) and <b>no HTML</b>.", model="b"),
    title="The Lamp & the <Sea>",
)


class Package:
    """A book, read as a reading system does; a rule that is broken fails the test."""

    def __init__(self, book: bytes) -> None:
        self.archive = ZipFile(BytesIO(book))
        first = self.archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == ("mimetype", ZIP_STORED, b"")
        assert self.archive.read("mimetype") == b"application/epub+zip"
        assert len(set(self.archive.namelist())) == len(self.archive.namelist())
        (root,) = self.xml("META-INF/container.xml").iter(f"{CONTAINER}rootfile")
        assert root.get("media-type") == "application/oebps-package+xml"
        self.folder = PurePosixPath(root.attrib["full-path"]).parent
        self.opf = self.xml(root.attrib["full-path"])
        assert self.opf.get("version") == "3.0"
        self._check_metadata()
        self.items = {item.attrib["id"]: item.attrib for item in self.opf.iter(f"{OPF}item")}
        self._check_manifest(root.attrib["full-path"])
        spine = [item.attrib["idref"] for item in self.opf.iter(f"{OPF}itemref")]
        assert len(set(spine)) == len(spine) > 0
        self.pages = [self.xml(self.folder / self.items[name]["href"]) for name in spine]
        self._check_toc([self.items[name]["href"] for name in spine])

    def xml(self, name: str | PurePosixPath) -> ElementTree.Element:
        return ElementTree.fromstring(self.archive.read(str(name)))

    def _check_metadata(self) -> None:
        (identifier,) = self.opf.iter(f"{DC}identifier")
        assert identifier.get("id") == self.opf.get("unique-identifier")
        assert identifier.text
        (self.title,) = [title.text for title in self.opf.iter(f"{DC}title")]
        assert [language.text for language in self.opf.iter(f"{DC}language")]
        (modified,) = [
            meta.text
            for meta in self.opf.iter(f"{OPF}meta")
            if meta.get("property") == "dcterms:modified"
        ]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified or "")

    def _check_manifest(self, opf: str) -> None:
        hrefs = [item["href"] for item in self.items.values()]
        assert len(set(hrefs)) == len(hrefs)
        listed = {str(self.folder / href) for href in hrefs}
        files = {name for name in self.archive.namelist() if not name.endswith("/")}
        assert files == listed | {"mimetype", "META-INF/container.xml", opf}
        for item in self.items.values():
            if item["media-type"] == "application/xhtml+xml":
                self._check_page(self.xml(self.folder / item["href"]))

    def _check_page(self, page: ElementTree.Element) -> None:
        assert page.tag == f"{XHTML}html"
        assert page.findtext(f"{XHTML}head/{XHTML}title")
        assert not list(page.iter(f"{XHTML}img"))
        assert not list(page.iter(f"{XHTML}script"))
        for link in page.iter(f"{XHTML}a"):
            href = link.attrib["href"]
            assert href.startswith("http") or str(self.folder / href) in self.archive.namelist()

    def _check_toc(self, pages: list[str]) -> None:
        (item,) = [one for one in self.items.values() if one.get("properties") == "nav"]
        nav = self.xml(self.folder / item["href"])
        (toc,) = [one for one in nav.iter(f"{XHTML}nav") if one.get(TYPE) == "toc"]
        links = list(toc.iter(f"{XHTML}a"))
        assert [link.attrib["href"] for link in links] == pages
        self.contents = [link.text for link in links]


def text_of(page: ElementTree.Element) -> str:
    body = page.find(f"{XHTML}body")
    assert body is not None
    return " ".join("".join(body.itertext()).split())


def test_a_book_has_a_chapter_per_passage_and_says_how_it_was_made() -> None:
    book = Package(to_epub(STORY))
    assert book.title == "The Lamp & the <Sea>"
    assert book.contents == [
        "Chapter 1", 'let him "fail" & <cry>', "Chapter 3", "How this was made"
    ]  # fmt: skip
    texts = [text_of(page) for page in book.pages]
    # The sentence that was cut is ended where it began.
    assert texts[0] == "The Lamp Once upon a time the keeper slept."
    assert texts[1] == 'let him "fail" & <cry> Then he woke.'
    assert texts[2] == "The end, with [a link](other.html) and <b>no HTML</b>."
    assert "The idea: a dragon" in texts[3]
    assert "test-model, 4 words, completed" in texts[3]


def test_the_last_page_names_the_note_the_versions_and_what_was_written_by_hand() -> None:
    own = replace(passage("Mine."), by_hand=True, version=2, versions=3)
    last = Package(to_epub(replace(story(passage("Once."), own), note="No *adverbs*."))).pages[-1]
    text = text_of(last)
    assert "What held for all of it: No *adverbs*." in text
    assert "written by hand, 1 words, version 2 of 3" in text


@pytest.mark.parametrize(
    "text",
    ["", "\x00\x1b[31m\ufffe\uffff\ud800 & < > ]]> &nbsp;", "---\n***\n<br>\n\nline  \nbreak",
     "<http://a.example/?a=1&b=2> [x](javascript:alert(1)) ![p](p.png)", "从前有一条龙。",
     "a\n\n" * 999],
)  # fmt: skip
def test_no_text_breaks_a_book(text: str) -> None:
    Package(to_epub(story(passage(text), passage(text, direction=text, prompt=text), title=text)))


def test_a_cut_sentence_without_an_end_stays_a_chapter() -> None:
    found = [one.text for one in chapters(story(passage("Once the keeper"), passage(" slept and")))]
    assert found == ["# The Lamp\n\nOnce the keeper", "slept and"]


def test_an_ending_of_epub_saves_a_book(tmp_path: Path) -> None:
    path = save(STORY, tmp_path / "story.EPUB")
    Package(path.read_bytes())
    assert path.stat().st_mode & 0o777 == 0o600
