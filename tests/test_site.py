"""The pages without a browser: which there are, what stands in them, that they are written whole or not at all."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from tests.checks_support import QUANTITIES, TOY, copied
from tests.git_support import commit, repository
from tests.site_support import hostile_corpus
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.site import pages
from vouchbank.site.data import SiteRows, article_data
from vouchbank.site.disagreement import disagreements
from vouchbank.site.documents import document
from vouchbank.site.embed import embedded, visible
from vouchbank.site.review import DRAWN, Review

ROOT = repository_root()
WEB = ROOT / "web" / "src"
ANY = st.text(st.characters(codec="utf-8"))


class Parsed(HTMLParser):
    """The tags and the text of a page as a browser would read them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.words += data


def site(*words: str) -> Result:
    return CliRunner().invoke(main, ["site", *words])


# --- words stay words --------------------------------------------------------------------------------------


@given(ANY)
def test_any_text_is_data_of_a_script_element(text: str) -> None:
    held = embedded({"text": text})
    assert not re.search("[<>&\u2028\u2029]", held)
    assert json.loads(held) == {"text": text}


@given(ANY)
def test_any_text_is_shown_as_it_is(text: str) -> None:
    parsed = Parsed(str(visible(text)).replace("\r", "&#13;"))
    assert parsed.words == text
    assert set(parsed.tags) <= {"span"}


@given(ANY)
def test_no_markup_of_a_document_counts(text: str) -> None:
    page = document(f"# A\n\n<script>x</script> {text}", {"004"}, lambda _: True)
    assert not {"script", "img", "iframe", "style"} & set(Parsed(str(page.html)).tags)
    assert not re.search(r'href="(?!articles/004\.html#)', page.html)


def test_characters_that_are_not_seen_are_the_same_ones_in_the_browser() -> None:
    stated = re.search(r"const UNSEEN = /\[(.+)\]/g", (WEB / "dom.ts").read_text("utf-8"))
    assert stated
    for code in range(0x10FFF):
        if 0xD800 <= code < 0xE000:
            continue
        shown = re.fullmatch(f"[{stated[1]}]", chr(code)) is not None
        assert shown == ("unseen" in str(visible(chr(code)))), hex(code)


def test_what_is_drawn_is_the_same_in_the_browser() -> None:
    held = re.findall(r'\["(\w+)", "(\w+)", "(\w+)"\]', (WEB / "marks.ts").read_text("utf-8"))
    assert held == [(table, column, layer) for table, columns in DRAWN.items() for column, layer in columns.items()]


def test_the_lock_file_names_versions_and_hashes_and_no_place_to_load_from() -> None:
    held = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    packages = {name: entry for name, entry in held.items() if name}
    assert all("resolved" not in entry and entry["version"] and entry["integrity"] for entry in packages.values())


@pytest.mark.slow
def test_hostile_sources_make_pages_without_a_foreign_tag(tmp_path: Path) -> None:
    for name, data in pages(hostile_corpus(tmp_path), drafts=True).items():
        if name.endswith(".html"):
            parsed = Parsed(data.decode())
            assert not {"img", "svg", "iframe", "style"} & set(parsed.tags), name
            assert parsed.tags.count("script") == 1 + ("article-data" in data.decode()), name


# --- data --------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_data_of_an_article_are_the_published_rows() -> None:
    import vouchbank

    rows = SiteRows(Corpus(ROOT))
    for article in rows.articles:
        data = article_data(rows, article)
        assert data["raw"] == "".join(
            s["raw_text"] for s in vouchbank.load("segments").rows(named=True) if s["article_id"] == article
        )
        for layer, held in data["layers"].items():
            published = [row for row in vouchbank.load(layer).rows(named=True) if row["article_id"] == article]
            assert held == published, (article, layer)
            assert all(data["text"][s["start"] : s["end"]] == s["text"] for row in held for s in _spans(row))


def _spans(row: dict[str, object]) -> list[dict[str, object]]:
    listed = [one for value in row.values() for one in (value if isinstance(value, list) else [value])]
    return [one for one in listed if isinstance(one, dict) and "raw_start" in one]


def test_each_member_of_a_figure_sees_the_others_from_its_side() -> None:
    figures = article_data(SiteRows(Corpus(ROOT)), "001")["figures"]
    (strikes,) = [one for one in figures if one["id"] == "strikes-on-vessels"]
    (other,) = strikes["others"]["001-q5"]
    assert (other["id"], other["interval"], other["relation"], other["sure"]) == ("004-q5", "≥ 21", "superseded", False)


@pytest.mark.slow
def test_the_page_of_agreement_has_every_decision() -> None:
    corpus = Corpus(ROOT)
    for one in disagreements(corpus):
        stated = corpus.optional(f"adjudication/{one['article']}").values
        assert sorted(row["reason"] for row in one["differences"]) == sorted(
            row["reason"] for row in stated.get("difference", ())
        )
        assert [row["reason"] for row in one["wrong"]] == [row["reason"] for row in stated.get("all_wrong", ())]
        assert all(len({*row["held"], *row["without"]}) > 1 for row in one["differences"])


def test_guidelines_lead_into_the_text() -> None:
    text = (ROOT / "annotations" / "GUIDELINES.md").read_text("utf-8")
    rows = SiteRows(Corpus(ROOT))
    page = document(text, rows.articles, rows.by_id.__contains__)
    assert page.title == "Annotation guidelines"
    assert len(page.sections) >= 16
    assert 'href="articles/004.html#004-e35"' in page.html
    assert 'href="articles/000.html#p4"' in page.html


# --- the command -------------------------------------------------------------------------------------------


def test_the_folder_is_replaced_as_a_whole_and_no_other_folder_is(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert site(str(out), "--root", str(TOY)).exit_code == 0
    (out / "old.html").write_text("old")
    assert site(str(out), "--root", str(TOY)).exit_code == 0
    assert not (out / "old.html").exists()
    assert {"index.html", "vouchbank.js", "vouchbank.css"} <= {p.name for p in out.iterdir()}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    refused = site(str(tmp_path / "mine"), "--root", str(TOY))
    assert refused.exit_code == 2
    assert "would be deleted" in refused.output
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_the_folder_is_a_static_space_of_the_hub() -> None:
    import yaml

    head = yaml.safe_load(pages(Corpus(TOY))["README.md"].decode().split("---\n")[1])
    assert (head["sdk"], head["app_file"]) == ("static", "index.html")


def test_the_same_sources_give_the_same_bytes() -> None:
    assert pages(Corpus(TOY)) == pages(Corpus(TOY))


def test_drafts_are_shown_where_they_are_asked_for(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    file = root / QUANTITIES
    file.write_text(file.read_text("utf-8").replace('status = "complete"', 'status = "draft"'), "utf-8")
    hidden, shown = (article_data(SiteRows(Corpus(root), drafts), "000")["layers"] for drafts in (False, True))
    assert hidden["quantities"] is None
    assert [row["id"] for row in shown["quantities"]][:2] == ["000-q7", "000-q1"]


def test_sources_with_faults_are_shown_as_far_as_they_can_be_read(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    file = root / QUANTITIES
    file.write_text(file.read_text("utf-8").replace('number = "15"', 'number = "16"'), "utf-8")
    made = pages(Corpus(root))
    assert b"sources of these pages have" in made["index.html"]
    assert b"000-q1" in made["index.html"]
    assert b"000-q3" not in made["index.html"]


def test_a_figure_that_contradicts_itself_is_shown(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    file = root / "annotations" / "figures.toml"
    text = file.read_text("utf-8")
    assert 'relation = "narrower"' in text
    file.write_text(text.replace('relation = "narrower"', 'relation = "equal"'), "utf-8")
    rows = SiteRows(Corpus(root))
    assert rows.findings
    assert [row["id"] for row in rows.shared["figures"]] == [
        row["id"] for row in SiteRows(Corpus(TOY)).shared["figures"]
    ]


# --- a change ----------------------------------------------------------------------------------------------


def changed(root: Path) -> Review:
    """The toy corpus with an annotation removed, one added, one widened."""
    then, now = Corpus(TOY), Corpus(root)
    held = (root / "annotations/000/entities.toml").read_text("utf-8")
    held = held.replace(
        'e8 = { q = "Monday", type = "DATE" }\n', 'e15 = { q = "Ana", type = "PERSON", key = "ana-munoz" }\n'
    )
    held = held.replace('q = "one pilot"', 'q = "one pilot said"')
    files = {"annotations/000/entities.toml": held.encode()}
    return Review.of(then, OverlayCorpus.over(now, files), "main")


def test_a_change_marks_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    review = changed(copied(TOY, tmp_path))
    assert {name: review.kinds[name] for name in ("000-e8", "000-e15", "000-e13")} == {
        "000-e8": "removed",
        "000-e15": "added",
        "000-e13": "widened",
    }
    data = review.of_article("000")
    (gone,) = data["gone"]
    text = Corpus(TOY).article("000").text
    assert gone["id"] == "000-e8"
    assert [text[s["start"] : s["end"]] for s in gone["spans"]] == ["Monday"]
    made = pages(review.now, True, review)
    assert b"You are reviewing a change" in made["index.html"]
    assert b'articles/000.html#000-e15">000-e15</a>' in made["changes.html"]


@pytest.mark.slow
def test_the_command_compares_with_a_revision(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    repository(root)
    commit(root, "then")
    file = root / QUANTITIES
    file.write_text(file.read_text("utf-8").replace('modifier = "roughly"\n', ""), "utf-8")
    result = site(str(tmp_path / "out"), "--root", str(root), "--diff", "HEAD")
    assert result.exit_code == 0, result.output
    assert "1 removed" in result.output
    assert "000-q3" in (tmp_path / "out" / "changes.html").read_text("utf-8")
