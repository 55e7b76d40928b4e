"""Drafts: checked, never published, and no obstacle to what is finished."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.checks_support import ATTRIBUTIONS, ENTITIES, QUANTITIES, TOY, copied, replace
from vouchbank.checks import check, check_article
from vouchbank.checks.ids import Ids
from vouchbank.corpus import Corpus, repository_root
from vouchbank.findings import errors
from vouchbank.tables.make import make_tables

FILES = (ATTRIBUTIONS, ENTITIES, QUANTITIES)


def drafted(root: Path, *files: str) -> Path:
    for file in files:
        replace(root, file, 'status = "complete"', 'status = "draft"')
    return root


FAULTS = [
    pytest.param(ENTITIES, 'type = "DATE"', 'type = "DAY"', "unknown-label", id="a label"),
    pytest.param(ENTITIES, 'q = "Monday"', 'q = "Munday"', "quote-not-found", id="a quote"),
    pytest.param(ENTITIES, 'q = "Lake Post"', 'q = "the Lake Post"', "determiner-in-name", id="the corpus"),
    pytest.param(ENTITIES, 'key = "oxmere"', 'key = "lake-post"', "key-of-other-type", id="the registry"),
    pytest.param(ENTITIES, 'guidelines = "0.3"\n', "", "missing-field", id="the head"),
    pytest.param(ENTITIES, "[p2]\n", "[p2]\nx1 = {}\n", "stray-key", id="a stray"),
    pytest.param(ENTITIES, "e2 = ", "e2= ", "not-canonical", id="the form"),
    pytest.param(QUANTITIES, '"[3, 3]"', '"[4, 3]"', "empty-interval", id="an interval"),
    pytest.param(ATTRIBUTIONS, 'cue = "called"', "cue = 7", "malformed-quote", id="a cue"),
]


@pytest.mark.parametrize(("file", "old", "new", "slug"), FAULTS)
def test_what_is_wrong_in_a_draft_is_a_warning(file: str, old: str, new: str, slug: str, base: Path) -> None:
    replace(base, file, old, new)
    before = check(Corpus(base))
    assert slug in [f.slug for f in errors(before)]
    found = check(Corpus(drafted(base, *FILES)))
    assert errors(found) == []
    assert slug in [f.slug for f in found]
    article = Corpus(base).article("000")
    assert errors(check_article(article, Ids.of(Corpus(base)))) == []
    assert len(make_tables(Corpus(base))["quantities"]) == 0


@pytest.mark.parametrize("text", ["status = draft\n", 'status = "draft"\n\n[p2\n', "\xff", '\ufeffstatus = "draft"\n'])
def test_a_draft_that_cannot_be_read_is_an_error(text: str, base: Path) -> None:
    (base / ENTITIES).write_bytes(text.encode("latin-1" if text == "\xff" else "utf-8"))
    assert [f.place.file for f in errors(check(Corpus(base)))] == [ENTITIES]


@pytest.mark.parametrize("line", ["", 'status = "done"\n', 'status = "Draft"\n', "status = 1\n"])
def test_a_file_that_does_not_say_that_it_is_a_draft_is_none(line: str, base: Path) -> None:
    replace(base, ENTITIES, 'status = "complete"\n', line)
    assert {f.place.file for f in errors(check(Corpus(base)))} == {ENTITIES}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('q = "Ada Brook"', 'q = "Mayor Ada Brook said"', id="a mention crosses the cue"),
        pytest.param('q = "Ada Brook", type = "PERSON", key = "ada-brook", title = "Mayor"',
                     'q = "Mayor Ada Brook", type = "PERSON", key = "oxmere"', id="a mention has another key"),
    ],
)  # fmt: skip
def test_a_draft_is_not_held_against_what_is_finished(old: str, new: str, base: Path) -> None:
    replace(base, ENTITIES, old, new)
    assert [f for f in errors(check(Corpus(base))) if f.place.file == ATTRIBUTIONS]
    assert errors(check(Corpus(drafted(base, ENTITIES)))) == []


@pytest.mark.parametrize("file", ["attributions", "quantities"])
@pytest.mark.parametrize("gone", [True, False], ids=["missing", "draft"])
def test_what_is_published_cannot_refer_into_what_is_not(file: str, gone: bool, tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    path = f"annotations/000/{file}.toml"
    if gone:
        (root / path).unlink()
    else:
        drafted(root, path)
    named = {"attributions": ("claims", "000-a1"), "quantities": ("figures", "000-q1")}[file]
    found = [(f.place.file, f.annotation) for f in errors(check(Corpus(root))) if named[1] in f.message]
    assert found != []
    assert {place for place, _ in found} == {f"annotations/{named[0]}.toml"}


@pytest.mark.parametrize("gone", [True, False], ids=["missing", "draft"])
def test_roles_and_chains_by_hand_are_references_too(gone: bool, base: Path) -> None:
    replace(base, QUANTITIES, 'measured = "leaks"', 'measured = "leaks"\nexcludes = ["e6"]\nvouched_by = ["a3"]\n'
            'vouched_by_reason = "x"')  # fmt: skip
    for file in (ENTITIES, ATTRIBUTIONS):
        (base / file).unlink() if gone else drafted(base, file)
    slug = "unknown-reference" if gone else "reference-to-draft"
    assert [(f.slug, f.annotation) for f in errors(check(Corpus(base)))][:2] == [(slug, "000-q3")] * 2


def test_a_draft_may_refer_to_a_draft_and_to_what_is_finished(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'source_key = "lake-post"', 'source_key = "lake-post"\nabout = ["a1"]')
    replace(base, QUANTITIES, 'measured = "leaks"', 'measured = "leaks"\nexcludes = ["e6"]')
    assert check(Corpus(drafted(base, ATTRIBUTIONS, QUANTITIES))) == []
    assert check(Corpus(drafted(base, ENTITIES))) == []


@pytest.mark.slow
def test_what_was_decided_of_a_draft_waits_for_it(tmp_path: Path) -> None:
    root = tmp_path / "copy"
    for folder in ("seeds", "annotations"):
        shutil.copytree(repository_root() / folder, root / folder)
    replace(root, "annotations/003/entities.toml", 'status = "adjudicated"', 'status = "draft"')
    # but for a source whose name nobody vouches for now, and with it that it is a named one
    assert {f.slug for f in errors(check(Corpus(root)))} == {"source-kind-missing"}
