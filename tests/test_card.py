"""The card: what the Hub reads of it, what people read of it, and what no article can make of it."""

from __future__ import annotations

import json
import re
from dataclasses import replace as replaced
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml
from markdown_it import MarkdownIt

from tests.checks_support import TOY, copied, made_files, replace
from vouchbank._version import __version__
from vouchbank.build.about import Told, sentences, tell, views
from vouchbank.build.card import dataset_card
from vouchbank.checks import check
from vouchbank.corpus import Corpus, repository_root
from vouchbank.tables.make import make_tables

pytestmark = pytest.mark.slow

ROOT = repository_root()
Tables = dict[str, pa.Table]
# of the list that the Hub checks cards against (huggingface.js, packages/tasks): token classification
TASK_IDS = {
    "named-entity-recognition",
    "part-of-speech",
    "parsing",
    "lemmatization",
    "word-sense-disambiguation",
    "coreference-resolution",
}
FIRST_SCREEN = 32  # lines
HOSTILE = (
    "```</details></code><script>alert(1)</script>|![x](https://evil.example/p.png) [y](https://evil.example) @all"
)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(ROOT)


@pytest.fixture(scope="module")
def tables(corpus: Corpus) -> Tables:
    return make_tables(corpus)


@pytest.fixture(scope="module")
def told(corpus: Corpus, tables: Tables) -> Told:
    return tell(corpus, tables)


@pytest.fixture(scope="module")
def card(corpus: Corpus, tables: Tables, told: Told) -> str:
    return dataset_card(corpus, tables, told)


def head(card: str) -> dict[str, Any]:
    held = yaml.safe_load(card.split("---\n")[1])
    assert isinstance(held, dict)
    return held


def section(card: str, heading: str) -> str:
    return card.split(f"\n## {heading}\n")[1].split("\n## ", maxsplit=1)[0]


def html(card: str) -> str:
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(card.split("---\n", 2)[2])
    assert isinstance(rendered, str)
    return rendered


def changed(tables: Tables, name: str, rows: list[dict[str, Any]]) -> Tables:
    return {**tables, name: pa.Table.from_pylist(rows, schema=tables[name].schema)}


def test_the_head_says_what_the_hub_asks_for(card: str, told: Told) -> None:
    stated = head(card)
    assert stated["license"] == ["cc-by-4.0", "other"]  # the annotation, the text of the articles
    assert stated["language"] == ["en"]
    assert stated["annotations_creators"] == list(told.makers.creators)
    assert stated["size_categories"] == ["n<1K"]
    assert stated["task_categories"] == ["token-classification"]
    assert stated["task_ids"]
    assert set(stated["task_ids"]) <= TASK_IDS


def test_a_language_that_yaml_would_take_for_something_else_stays_one(
    corpus: Corpus, tables: Tables, told: Told
) -> None:
    stated = head(dataset_card(corpus, tables, replaced(told, languages=("en", "no"))))
    assert (stated["language"], stated["multilinguality"]) == (["en", "no"], ["multilingual"])


def test_the_head_holds_nothing_that_overrides_the_parquet_files(card: str) -> None:
    allowed = {"pretty_name", "language", "license", "annotations_creators", "language_creators", "source_datasets"}
    allowed |= {"multilinguality", "size_categories", "task_categories", "task_ids", "tags", "configs"}
    assert set(head(card)) == allowed
    assert sum(config.get("default", False) for config in head(card)["configs"]) == 1
    for config in head(card)["configs"]:
        assert set(config) <= {"config_name", "default", "data_files"}


def test_the_hubs_own_reader_takes_the_card(card: str) -> None:
    from huggingface_hub import DatasetCard

    assert DatasetCard(card).data.to_dict()["pretty_name"] == "VouchBank"


def test_a_row_of_each_config_is_shown_as_json_and_is_a_real_one(card: str, tables: Tables) -> None:
    shown = re.findall(r"<details><summary><code>(\w+)</code></summary>\n\n(`{3,})json\n(.*?)\n\2\n", card, re.DOTALL)
    assert [name for name, _, _ in shown] == [c["config_name"] for c in head(card)["configs"]]
    for name, _, text in shown:
        row = json.loads(text)
        assert list(row) == tables[name].column_names
        key = tables[name].column_names[0]
        assert row[key] in tables[name].column(key).to_pylist()


def test_every_column_of_the_main_tables_is_explained_or_is_bookkeeping(card: str, corpus: Corpus) -> None:
    columns = card.split("### The columns of the main tables")[1].split("\n## ", maxsplit=1)[0]
    for name in ("entities", "quantities", "attributions", "tokens"):
        part = columns.split(f"<code>{name}</code>")[1].split("</details>")[0]
        missing = [c for c in corpus.schema.tables[name].names if f"| `{c}` |" not in part]
        assert set(missing) <= {"article_id", "paragraph_id", "by", "via", "sure", "guidelines", "note"}


def test_counts_are_those_of_the_tables(corpus: Corpus, tables: Tables, told: Told, card: str) -> None:
    fewer = changed(tables, "quantities", tables["quantities"].to_pylist()[:-1])
    count = tables["quantities"].num_rows
    assert f"| `quantities` | {count} |" in card
    other = dataset_card(corpus, fewer, tell(corpus, fewer))
    assert f"| `quantities` | {count - 1} |" in other
    assert f"{count - 1} quantities: single rows" in other
    assert str(count) not in section(other, "Statistics").split("### The same number")[0].split("quantities")[1]


def test_agreement_is_that_of_the_document_of_agreement(card: str, told: Told, corpus: Corpus) -> None:
    # that it is fresh, test_agreement.py holds
    document, part = (ROOT / "annotations" / "AGREEMENT.md").read_text("utf-8"), section(card, "Agreement")
    assert told.facts.agreement
    assert [one.name for one in told.facts.outside] == ["annotator-e"]
    beside = document.split("## annotator-e and gold, outside adjudication")[1].split("\n## ")[0]
    for layer in told.facts.outside[0].agreement:
        counts = f"{layer.counts[0]} / {layer.counts[1]}"
        name = f"`{layer.layer}`" if "_" in layer.layer else layer.layer
        assert f"| {layer.layer} | {counts} | {layer.spans or '–'} | {layer.fields or '–'} |" in beside
        assert f"| {name} | {counts} | {layer.spans or '–'} | {layer.fields or '–'} |" in part
    for layer in told.facts.agreement:
        assert f"| {layer.counts[0]} / {layer.counts[1]} | {layer.spans or '–'} | {layer.fields or '–'} |" in part


def test_the_card_is_honest_about_who_vouches_and_who_annotated(card: str) -> None:
    pitch = card.split("## Load it", maxsplit=1)[0]
    assert "only the article for" in pitch
    assert "All annotators are language models." in pitch
    assert "third annotation of article 004" in section(card, "Agreement")
    assert "quote 24 of the 28 quantities" in section(card, "Agreement")
    assert "Labels and fields that never occur" in section(card, "Statistics")
    assert "No finding of the checks was overridden." in section(card, "Known errors and open doubts")


def test_the_first_screen_says_what_it_is_shows_it_loads_it_and_says_how_far_to_trust_it(card: str) -> None:
    first = card.split("---\n", 2)[2].split("## Load it", maxsplit=1)[0]
    assert len(first.splitlines()) <= FIRST_SCREEN
    for expected in (
        "](pictures/article.png)",
        "load_dataset(",
        "| number and what it says |",
        "**How far to trust it.**",
    ):
        assert expected in first


def test_open_doubts_are_the_rows_that_are_not_sure(card: str, tables: Tables) -> None:
    part = section(card, "Known errors and open doubts")
    for name in ("entities", "quantities", "attributions"):
        ids = [row["id"] for row in tables[name].to_pylist() if not row["sure"]]
        assert f"| {name} | {tables[name].num_rows} | {len(ids)} | {', '.join(ids)} |" in part


def test_the_card_says_what_a_reader_must_know(card: str) -> None:
    assert "worked on" in section(card, "How it was made")
    assert "they may be wrong together" in section(card, "Agreement")
    assert "take sides" in section(card, "Bias")
    assert "public figures" in section(card, "Personal data")
    assert "Not made for:" in section(card, "Uses")
    rights = section(card, "Rights")
    assert all(
        word in rights for word in ("not ours", "Take-down", "CC BY 4.0", "Apache-2.0", "Neither licence covers")
    )
    assert f'revision="v{__version__}"' in section(card, "Load it")
    assert f"version   = {{{__version__}}}" in section(card, "Cite it")


def test_the_card_shows_what_meta_says_of_an_article_and_of_others_that_nothing_is_noted(
    corpus: Corpus, tables: Tables, told: Told, card: str
) -> None:
    assert views(corpus)
    for name, view in views(corpus).items():
        assert re.search(rf"(?m)^\| {name} \|.*\| {re.escape(f'{view.says} | `{view.words}`')} \|$", card)
    none = section(dataset_card(corpus, tables, replaced(told, views={})), "Bias")
    assert none.count("| nothing noted | – |") == len(corpus.article_ids)


def test_a_view_is_never_markup_and_its_words_are_looked_for_in_the_seed(tmp_path: Path) -> None:
    root = copied(TOY, tmp_path)
    stated = '[view]\nvalue = "<b>a | b</b> @all"\nevidence = "not there"\n\n[paragraphs]'
    replace(root, "seeds/000/meta.toml", "[paragraphs]", stated)
    corpus = Corpus(root)
    assert [(f.slug, "`view`" in f.message) for f in check(corpus)] == [("evidence-not-in-seed", True)]
    tables = make_tables(corpus)
    assert r"| `<b>a \| b</b> @all` | – |" in dataset_card(corpus, tables, tell(corpus, tables))


def test_words_of_articles_stand_in_no_file_that_is_taken_for_our_own_prose(corpus: Corpus) -> None:
    prose = (ROOT / "src/vouchbank/build/about.toml").read_text("utf-8")
    assert not [view.words for view in views(corpus).values() if view.words in prose]


def test_no_word_of_the_sentences_is_left_unfilled(card: str, told: Told) -> None:
    assert not re.findall(r"\$[a-z_]+", card)
    assert not re.findall(r"\$[a-z_]+", json.dumps(told.said))
    assert "$articles" in sentences({})["limitations"][0], "the test itself: an unknown word stays as it is"


def test_links_lead_somewhere(card: str, corpus: Corpus) -> None:
    files = made_files(corpus.article_ids, corpus.schema.tables)
    anchors = {re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-") for line in card.splitlines()
               if line.startswith("#")}  # fmt: skip
    targets = re.findall(r"\]\(([^)]+)\)", card)
    assert len(targets) > 8
    for target in targets:
        assert target in files or target.removeprefix("#") in anchors, target


def test_python_on_the_card_runs(
    card: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import datasets

    load, asked = datasets.load_dataset, []

    def from_the_tree(name: str, *config: str, split: str, revision: str | None = None) -> Any:
        asked.append((name, *config, revision))
        return load(str(ROOT / "corpus"), *config, split=split, cache_dir=str(tmp_path))

    monkeypatch.setattr(datasets, "load_dataset", from_the_tree)
    names: dict[str, Any] = {}
    for example in re.findall(r"^```python\n(.*?)^```", card, re.DOTALL | re.MULTILINE):
        exec(compile(example, "card", "exec"), names)
    repository = "OWNER/vouchbank"
    configs = [(repository, "quantities", None), (repository, f"v{__version__}"), (repository, "attributions", None)]
    assert asked == configs
    assert names["articles"].num_rows == len(Corpus(ROOT).article_ids)
    assert "no less than 5,000 [5000, inf) Maduro\n" in capsys.readouterr().out


@pytest.mark.parametrize("column", ["text", "outlet", "title", "rights", "published"])
def test_what_an_article_says_of_itself_is_never_markup(
    corpus: Corpus, tables: Tables, told: Told, column: str
) -> None:
    rows = [{**row, column: HOSTILE * 2} for row in tables["articles"].to_pylist()]
    assert_tame(dataset_card(corpus, changed(tables, "articles", rows), told))


def test_words_of_spans_and_notes_are_never_markup(corpus: Corpus, tables: Tables, told: Told) -> None:
    held = dict(tables)
    for name in ("entities", "quantities", "attributions"):
        rows = tables[name].to_pylist()
        for row in rows:
            row["note"] = HOSTILE
            for value in row.values():
                for span in value if isinstance(value, list) else [value]:
                    if isinstance(span, dict):
                        span["text"] = HOSTILE
        held = changed(held, name, rows)
    labels = [{**row, "label": HOSTILE} for row in tables["figures"].to_pylist()]
    assert_tame(dataset_card(corpus, changed(held, "figures", labels), told))


def assert_tame(card: str) -> None:
    """What is rendered has our own elements only, and as many sections as ever."""
    rendered = html(card)
    assert "<script" not in rendered
    assert re.findall(r'<img src="([^"]+)"', rendered) == ["pictures/article.png", "plots/figures.svg"]
    assert rendered.count("<details>") == rendered.count("</details>")
    assert "alert(1)" in rendered, "the words are shown"
    # outside code the Hub makes links of bare addresses and of names after @
    assert "evil" not in re.sub(r"<code.*?</code>", "", rendered, flags=re.DOTALL)


def test_retired_ids_are_listed_with_reason_and_successor(tmp_path: Path) -> None:
    corpus = Corpus(copied(TOY, tmp_path))
    tables = make_tables(corpus)
    assert "No id has been retired" in dataset_card(corpus, tables, tell(corpus, tables))
    listed = '[000-e90]\nreason = "part | of <b>"\nsuccessor = "000-e1"\n[000-e91]\nreason = "no mention"\n'
    listed += '[900]\nreason = "withdrawn"\n[registry.old]\nreason = "renamed"\nsuccessor = "new"\n'
    (corpus.root / "annotations" / "retired.toml").write_text(listed)
    again = Corpus(corpus.root)  # a corpus reads each file once
    card = dataset_card(again, tables, tell(again, tables))
    assert r"| `000-e90` | `part \| of <b>` | `000-e1` |" in card
    assert "| `000-e91` | `no mention` | – |" in card
    assert "| `900` | `withdrawn` | – |" in card
    assert "| `registry.old` | `renamed` | `registry.new` |" in card


def test_the_card_says_what_changed_in_the_data_of_each_released_version(tmp_path: Path) -> None:
    corpus = Corpus(copied(TOY, tmp_path))
    tables = make_tables(corpus)
    voices = "### Data\n- {} rows\n  set right\n\n### Schema\n- Nothing.\n\n### Code\n- faster\n\n"
    dated = "".join(f"## {v} (2030-01-0{d})\n\n{voices.format(v)}" for v, d in (("0.2.0", 2), ("0.1.0", 1)))
    (corpus.root / "CHANGELOG.md").write_text(f"# Changelog\n\n## Unreleased\n\n{voices.format('new')}{dated}", "utf-8")
    said = section(dataset_card(corpus, tables, tell(corpus, tables)), "Versions and integrity")
    assert "**0.2.0** (2030-01-02)\n\n- 0.2.0 rows set right\n\n**0.1.0** (2030-01-01)\n\n- 0.1.0 rows" in said
    assert not [word for word in ("new rows", "faster", "- Nothing") if word in said]


def test_the_columns_of_tokens_are_shown_with_the_names_of_their_classes(card: str) -> None:
    assert "| `entity_tags` | list of ClassLabel |" in card
    assert "Class names of `tokens.entity_tags`: 0 `O`, 1 `B-" in card


def test_a_corpus_without_raw_work_and_citation_has_a_card_that_says_so() -> None:
    corpus = Corpus(TOY)
    tables = make_tables(corpus)
    card = dataset_card(corpus, tables, tell(corpus, tables))
    assert "none can be computed" in section(card, "Agreement")
    assert "author" not in section(card, "Cite it")
    assert head(card)["configs"]
