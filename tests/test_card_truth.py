"""The card says of a corpus what its data show, and nothing of an article that it was not written for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.checks_support import replace
from vouchbank.build.about import sentences
from vouchbank.build.hands import makers
from vouchbank.cli import main
from vouchbank.corpus import Corpus, repository_root

ROOT = repository_root()
ARTICLE = "The library opened on Monday. Nobody counted the books, and the door stayed shut until noon.\n"
SOURCES = ("seeds", "annotations", "schema")


def copy_of_the_sources(root: Path) -> Path:
    for name in SOURCES:
        shutil.copytree(ROOT / name, root / name)
    for name in ("CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, root / name)
    return root


def add_article(root: Path, by: str, via: str) -> None:
    file = root.parent / "library.txt"
    file.write_text(ARTICLE, "utf-8")
    assert CliRunner().invoke(main, ["new", str(file), "--root", str(root), "--id", "005"]).exit_code == 0
    for layer in ("entities", "quantities", "attributions"):
        head = f'status = "complete"\nguidelines = "0.4"\nby = "{by}"\nvia = "{via}"\n'
        rows = '\n[p1]\ne1 = { q = "Monday", type = "DATE" }\n' if layer == "entities" else ""
        (root / "annotations" / "005" / f"{layer}.toml").write_text(head + rows, "utf-8")


def built(root: Path) -> tuple[str, Any]:
    result = CliRunner().invoke(main, ["build", "--root", str(root)])
    assert result.exit_code == 0, result.output
    croissant = json.loads((root / "corpus" / "croissant.json").read_text("utf-8"))
    return (root / "corpus" / "README.md").read_text("utf-8"), croissant


@pytest.fixture(scope="module")
def by_a_person(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Any]:
    root = copy_of_the_sources(tmp_path_factory.mktemp("person") / "copy")
    add_article(root, "kim-roe", "hand")
    return built(root)


def test_the_head_names_every_kind_of_annotator(by_a_person: tuple[str, Any]) -> None:
    head = yaml.safe_load(by_a_person[0].split("---\n")[1])
    assert head["annotations_creators"] == ["machine-generated", "expert-generated"]


def test_who_annotated_which_article_is_said_and_no_person_is_denied(by_a_person: tuple[str, Any]) -> None:
    card, croissant = by_a_person
    who = croissant["rai:annotatorDemographics"][0]
    assert who in card
    assert "worked on articles 000, 001, 002, 003 and 004, each without" in who
    assert "Article 005 is annotated by kim-roe (a person), and by no second annotator." in who
    assert "Of two language models, not of people, on articles 000, 001, 002, 003 and 004." in card
    assert "For articles 000, 001, 002, 003 and 004 a program compared" in card
    assert croissant["rai:annotationsPerItem"] == "1 to 2"
    assert croissant["rai:machineAnnotationTools"] == ["Language models: adjudicator, annotator-a, annotator-b."]
    for text in (card, json.dumps(croissant)):
        assert "No person has" not in text
        assert "very article" not in who


def test_what_was_written_of_other_articles_is_bound_to_their_ids(by_a_person: tuple[str, Any]) -> None:
    card, croissant = by_a_person
    prose = ("dataCollection", "personalSensitiveInformation", "dataSocialImpact", "dataBiases")
    for name in prose:
        value = croissant[f"rai:{name}"]
        said = " ".join(value) if isinstance(value, list) else value
        assert "Of articles 000, 001, 002, 003 and 004: " in said
        assert "Nothing is written here yet of article 005." in said
    assert "6 English news articles" not in card
    assert card.count("Nothing is written here yet of article 005.") >= 3


def test_of_the_corpus_as_it_is_all_is_described_and_no_person_has_annotated() -> None:
    card = (ROOT / "corpus" / "README.md").read_text("utf-8")
    assert "Nothing is written here yet" not in card
    assert card.count("No person has annotated or proofread") == 2
    assert set(sentences({})["describes"]) == set(Corpus(ROOT).article_ids)


def test_a_row_that_was_corrected_after_a_review_is_not_called_the_work_of_models_alone(tmp_path: Path) -> None:
    root = copy_of_the_sources(tmp_path / "copy")
    assert makers(Corpus(root)).no_person
    replace(
        root,
        "annotations/000/entities.toml",
        'key = "venezuela" }',
        'key = "venezuela", by = "al", via = "corrected" }',
    )
    who = makers(Corpus(root))
    assert who.creators == ("machine-generated", "other")
    assert not who.no_person
    assert "al (corrections after a review)" in " ".join(who.sentences())
