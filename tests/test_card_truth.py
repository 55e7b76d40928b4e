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
from vouchbank.cli import main
from vouchbank.compare.makers import Makers, articles, makers
from vouchbank.corpus import Corpus, repository_root

pytestmark = pytest.mark.slow

ROOT = repository_root()
ARTICLE = "The library opened on Monday. Nobody counted the books, and the door stayed shut until noon.\n"
SOURCES = ("seeds", "annotations", "schema")


def copy_of_the_sources(root: Path) -> Path:
    for name in SOURCES:
        shutil.copytree(ROOT / name, root / name)
    for name in ("CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, root / name)
    return root


def add_article(root: Path, by: str, via: str) -> str:
    """Add an article of one entity, complete in all layers; its id."""
    file = root.parent / "library.txt"
    file.write_text(ARTICLE, "utf-8")
    before = set(Corpus(root).article_ids)
    assert CliRunner().invoke(main, ["new", str(file), "--root", str(root)]).exit_code == 0
    (name,) = set(Corpus(root).article_ids) - before
    for layer in ("entities", "quantities", "attributions"):
        head = f'status = "complete"\nguidelines = "0.4"\nby = "{by}"\nvia = "{via}"\n'
        rows = '\n[p1]\ne1 = { q = "Monday", type = "DATE" }\n' if layer == "entities" else ""
        (root / "annotations" / name / f"{layer}.toml").write_text(head + rows, "utf-8")
    return name


def built(root: Path) -> tuple[str, Any]:
    result = CliRunner().invoke(main, ["build", "--root", str(root)])
    assert result.exit_code == 0, result.output
    croissant = json.loads((root / "corpus" / "croissant.json").read_text("utf-8"))
    return (root / "corpus" / "README.md").read_text("utf-8"), croissant


@pytest.fixture(scope="module")
def added(tmp_path_factory: pytest.TempPathFactory) -> tuple[Makers, str, str, Any]:
    """A copy of the corpus and an article by a person: who made it, the id of the article, card, croissant.json."""
    root = copy_of_the_sources(tmp_path_factory.mktemp("person") / "copy")
    name = add_article(root, "kim-roe", "hand")
    return makers(Corpus(root)), name, *built(root)


def test_the_head_names_every_kind_of_annotator(added: tuple[Makers, str, str, Any]) -> None:
    head = yaml.safe_load(added[2].split("---\n")[1])
    assert head["annotations_creators"][:2] == ["machine-generated", "expert-generated"]


def test_who_annotated_which_article_is_said_and_no_person_is_denied(added: tuple[Makers, str, str, Any]) -> None:
    now, name, card, croissant = added
    who = croissant["rai:annotatorDemographics"][0]
    twice = articles(now.twice)
    assert name not in twice
    assert who in card
    assert f"worked on {twice}, each without" in who
    assert f"Article {name} was annotated only by kim-roe (a person)." in who
    assert f", on {twice}.** " in card
    assert f"For {twice} a program compared" in card
    assert croissant["rai:annotationsPerItem"] == "1 to 3"
    tools = ", ".join(f"annotator-{letter}" for letter in "abcde")
    assert croissant["rai:machineAnnotationTools"] == [f"Language models: adjudicator, {tools}."]
    for text in (card, json.dumps(croissant)):
        assert "No person has" not in text
    assert "every article" not in who


def test_what_was_written_of_other_articles_is_bound_to_their_ids(added: tuple[Makers, str, str, Any]) -> None:
    now, name, card, croissant = added
    described = sentences({})["describes"]
    unknown = f"Nothing is written here about {articles([i for i in now.published if i not in described])}."
    assert name in unknown
    for field in ("dataCollection", "personalSensitiveInformation", "dataSocialImpact", "dataBiases"):
        value = croissant[f"rai:{field}"]
        said = " ".join(value) if isinstance(value, list) else value
        assert f"Of {articles(described)}: " in said
        assert unknown in said
    assert f"{len(now.published)} English news articles" not in card
    assert card.count(unknown) >= 3


def test_the_card_as_it_is_denies_a_person_only_where_there_was_none_and_describes_what_is_there() -> None:
    corpus = Corpus(ROOT)
    card = (ROOT / "corpus" / "README.md").read_text("utf-8")
    described = set(sentences({})["describes"])
    assert described <= set(corpus.article_ids), "about.toml describes an article that is gone: take its id out"
    assert ("Nothing is written here about" in card) == (described < set(corpus.article_ids))
    assert card.count("No person has annotated or proofread") == (3 if makers(corpus).no_person else 0)


def test_a_third_annotator_is_not_said_to_have_worked_apart_or_to_be_adjudicated(tmp_path: Path) -> None:
    root = copy_of_the_sources(tmp_path / "copy")
    raw = root / "annotations" / "raw"
    shutil.copytree(raw / "annotator-a" / "000", raw / "annotator-f" / "000")
    for file in (raw / "annotator-f").rglob("*.toml"):
        file.write_text(file.read_text("utf-8").replace("annotator-a", "annotator-f"), "utf-8")
    who = makers(Corpus(root))
    assert who.per_item.endswith("4")
    apart, part, _, outside, beside = list(who.sentences())[:5]
    assert outside.startswith("Every article was annotated by annotator-e (a language model) as well; ")
    assert apart.startswith("Two annotators, annotator-a (a language model) and annotator-b (a language model), worked")
    assert "annotator-d (a language model) annotated further fields of the same annotations: `arguments`, " in part
    assert beside.startswith("Article 000 was annotated by annotator-f (a language model) as well; that work is kept")


def test_a_row_that_was_corrected_after_a_review_is_not_called_the_work_of_models_alone(tmp_path: Path) -> None:
    root = copy_of_the_sources(tmp_path / "copy")
    replace(
        root,
        "annotations/000/entities.toml",
        'key = "venezuela" }',
        'key = "venezuela", by = "al", via = "corrected" }',
    )
    who = makers(Corpus(root))
    assert who.creators[0] == "machine-generated"
    assert who.creators[-1] == "other"
    assert not who.no_person
    assert "al (corrections after a review)" in " ".join(who.sentences())
