"""What is still to be numbered or written: counted, one finding a file, and never in the way of anything else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.checks_support import ATTRIBUTIONS, ENTITIES, QUANTITIES, REGISTRY, found, replace
from vouchbank.change.fixes import apply_fixes
from vouchbank.checks import check
from vouchbank.cli import main
from vouchbank.corpus import Corpus
from vouchbank.corpus.canonical import reformatted
from vouchbank.findings import joined

FILES = (ATTRIBUTIONS, ENTITIES, QUANTITIES)


def without_ids(root: Path) -> None:
    """Every annotation of the article gets a name that stands for its id."""
    for file in FILES:
        text = (root / file).read_text("utf-8")
        text = re.sub(r"^(\[p[0-9]+\.|)([a-z]+)([0-9]+)(?=\]| = \{)", r"\1\2_\3", text, flags=re.MULTILINE)
        (root / file).write_text(text, "utf-8")


def test_an_article_without_any_id_has_one_finding_a_file(base: Path) -> None:
    without_ids(base)
    shown = joined(found(base))
    assert {(f.slug, f.place.file) for f in shown} == {("id-missing", file) for file in FILES}
    assert all("more in this file" in f.message for f in shown)


@pytest.mark.parametrize(
    ("file", "old", "new", "slug"),
    [
        (ENTITIES, 'type = "PERSON"', 'type = "PERSONA"', "unknown-label"),
        (QUANTITIES, "[12, 12]", "[13, 13]", "number-contradicts-interval"),
        (ATTRIBUTIONS, 'cue = "told"', 'cue = "telling"', "quote-not-found"),
    ],
)
def test_what_is_wrong_is_found_also_where_nothing_has_an_id(
    file: str, old: str, new: str, slug: str, base: Path
) -> None:
    without_ids(base)
    replace(base, file, old, new)
    assert slug in {f.slug for f in found(base)}


@pytest.mark.parametrize("word", ["…", "...", "TODO", "TODO: what?", "", " "])
def test_a_field_to_be_written_hides_no_other_fault(word: str, base: Path) -> None:
    replace(base, QUANTITIES, 'measured = "leaks"', f'measured = "{word}"')
    replace(base, QUANTITIES, "[12, 12]", "[13, 13]")
    assert [f.slug for f in found(base)] == ["number-contradicts-interval", "value-to-write"]


@pytest.mark.parametrize(
    ("file", "old", "field"),
    [
        (ATTRIBUTIONS, 'source_key = "ada-brook"', "source_key"),
        (ATTRIBUTIONS, 'source_kind = "named"', "source_kind"),
        (ATTRIBUTIONS, "[p3.a3]", "[p3.a3]\nsubset_of"),
    ],
)
@pytest.mark.parametrize("value", ['[{ q = "" }]', '{ q = "" }', '[["…"]]'])
def test_a_value_of_another_kind_is_found_where_something_inside_it_is_to_be_written(
    file: str, old: str, field: str, value: str, base: Path
) -> None:
    replace(base, file, old, f"{field} = {value}")
    assert {f.slug for f in found(base)} & {"wrong-type", "malformed-value", "unknown-label"}
    assert CliRunner().invoke(main, ["--root", str(base), "show", "000"]).exception is None


def test_names_that_two_sections_use_are_two_records(base: Path) -> None:
    replace(base, QUANTITIES, "[p2.q2]", "[p2.q_x]")
    replace(base, QUANTITIES, "[p3.q3]", "[p3.q_x]")
    ids = [a.id for a in Corpus(base).article("000").annotations["quantities"]]
    assert ids == ["000-q1", "000-p2.q_x", "000-p3.q_x"]


def test_the_canonical_form_keeps_the_layout_of_what_has_no_id(base: Path) -> None:
    replace(base, QUANTITIES, "[p3.q3]", "[p3.q_leaks]")
    assert not list(reformatted(Corpus(base)))


def test_a_file_that_cannot_be_read_hides_nothing_of_the_others(base: Path) -> None:
    replace(base, ATTRIBUTIONS, 'cue = "told"', 'cue = "told')
    replace(base, QUANTITIES, "[12, 12]", "[13, 13]")
    replace(base, ENTITIES, 'type = "PERSON"', 'type = "PERSONA"')
    said = [f.slug for f in check(Corpus(base), only=["000"])]
    assert said == ["toml-syntax", "unknown-label", "number-contradicts-interval"]


def test_the_faults_of_other_articles_are_no_part_of_the_check_of_one(base: Path) -> None:
    shutil.copytree(base / "annotations/000", base / "annotations/001")
    shutil.copytree(base / "seeds/000", base / "seeds/001")
    replace(base, REGISTRY, 'name = "Lake Post"', 'name = "…"')
    replace(base, QUANTITIES, "[12, 12]", "[13, 13]")
    assert "number-contradicts-interval" not in {f.slug for f in check(Corpus(base), only=["001"])}


def test_the_same_name_twice_in_a_section_hides_nothing_and_is_numbered(base: Path) -> None:
    text = (base / ENTITIES).read_text("utf-8")
    twice = re.sub(r"^e[0-9]+ = ", "e_1 = ", text, flags=re.MULTILINE)
    (base / ENTITIES).write_text(twice.replace('type = "PERSON"', 'type = "PERSONA"', 1), "utf-8")
    shown = [(f.slug, f.place.file) for f in joined(found(base))]
    assert ("id-missing", ENTITIES) in shown
    assert ("unknown-label", ENTITIES) in shown
    assert not {"duplicate-key", "toml-syntax"} & {slug for slug, _ in shown}
    (base / ENTITIES).write_text(twice, "utf-8")
    done = apply_fixes(Corpus(base))
    assert not done.left
    again = [line for line in done.files[ENTITIES].decode().splitlines() if re.match("e[0-9]", line)]
    assert [line.partition(" = ")[2] for line in again] == re.findall(r"^e_1 = (.*)$", twice, re.MULTILINE)
    assert len({line.partition(" = ")[0] for line in again}) == len(again)


def test_a_reference_to_a_name_that_two_annotations_have_is_a_finding(base: Path) -> None:
    quantities = (base / QUANTITIES).read_text("utf-8")
    first, second = re.findall(r"^\[p[0-9]+\.q[0-9]+\]$", quantities, re.MULTILINE)[:2]
    section = first.partition(".")[0]
    text = quantities.replace(first, f"{section}.q_1]").replace(second, f"{section}.q_1]")
    (base / QUANTITIES).write_text(text, "utf-8")
    replace(base, ATTRIBUTIONS, 'cue = "told"', 'cue = "told"\nabout = ["q_1"]')
    assert "q_1" in next(f.message for f in found(base) if f.slug == "unknown-reference")
    for file, data in apply_fixes(Corpus(base)).files.items():
        (base / file).write_bytes(data)
    assert "unknown-reference" in {f.slug for f in found(base)}
