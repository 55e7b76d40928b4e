"""The documents hang together: every page is two clicks from README.md, and every table is among the terms."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from vouchbank.corpus import repository_root

ROOT = repository_root()
TERMS = ROOT / "docs" / "terms.md"
LINK = re.compile(r"\]\(([^()\s#]*)(#[^()\s]*)?\)")
READERS = ("researcher", "annotator", "maintainer", "lab")
# they are read where they are used: by GitHub, or by the program that fills them in
TEMPLATES = (".github/", "scripts/", "src/")
MOST_CLICKS = 2


def headings(page: Path) -> list[str]:
    return re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)


def anchor(heading: str) -> str:
    """GitHub's anchor of a heading."""
    return re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")


def linked(page: Path) -> set[Path]:
    """The files of the project that a page links to."""
    targets = (page.parent / path for path, _ in LINK.findall(page.read_text("utf-8")) if path and ":" not in path)
    return {target.resolve() for target in targets if target.is_file()}


def pages() -> set[Path]:
    """Every page that people read."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "*.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    names = (name for name in listed.split("\0") if name and not name.startswith(TEMPLATES))
    return {(ROOT / name).resolve() for name in names if (ROOT / name).is_file()}


def test_every_page_is_two_clicks_from_the_readme() -> None:
    reached = {ROOT.resolve() / "README.md"}
    for _ in range(MOST_CLICKS):
        reached |= set().union(*(linked(page) for page in reached if page.suffix == ".md"))
    assert sorted(page.relative_to(ROOT.resolve()).as_posix() for page in pages() - reached) == []


def test_the_index_lists_every_page_of_docs() -> None:
    index = linked(ROOT / "docs" / "README.md")
    assert {page.resolve() for page in (ROOT / "docs").glob("*.md")} - index == {(ROOT / "docs/README.md").resolve()}


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_has_a_page_that_says_what_to_do_first_and_then(reader: str) -> None:
    page = ROOT / "docs" / f"{reader}.md"
    assert [heading.partition(":")[0] for heading in headings(page)][:2] == ["First", "Then"]
    assert page.resolve() in linked(ROOT / "README.md")


def test_terms_are_in_order_and_each_has_a_definition_of_a_sentence_or_two() -> None:
    terms = headings(TERMS)
    assert terms == sorted(terms, key=str.lower)
    assert len(set(terms)) == len(terms)
    for part in re.split(r"^## ", TERMS.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        term, _, said = part.partition("\n\n")
        assert said.strip().endswith("."), term
        assert len(said.split()) <= 50, term


def test_every_link_within_the_terms_leads_to_a_term() -> None:
    anchors = {f"#{anchor(term)}" for term in headings(TERMS)}
    assert {inner for path, inner in LINK.findall(TERMS.read_text("utf-8")) if not path and inner} <= anchors


def test_every_table_is_among_the_terms() -> None:
    terms = {anchor(term) for term in headings(TERMS)}
    for file in (ROOT / "schema").glob("*.json"):
        if "table" in json.loads(file.read_text("utf-8")):
            name = file.stem.replace("_", "-")
            singular = re.sub(r"ies$", "y", name) if name.endswith("ies") else name.removesuffix("s")
            assert singular in terms, file.name


def test_pages_of_other_folders_and_of_each_reader_lead_to_the_terms() -> None:
    lead = {page.relative_to(ROOT.resolve()).as_posix() for page in pages() if TERMS.resolve() in linked(page)}
    assert {"README.md", "docs/README.md", *(f"docs/{reader}.md" for reader in READERS)} <= lead
