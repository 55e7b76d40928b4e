"""An article in a terminal: every annotation by name, without a need for colour."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.checks_support import FIXTURES, broken
from vouchbank.corpus import Corpus, repository_root
from vouchbank.corpus.published import load
from vouchbank.errors import VouchBankError
from vouchbank.report.annotation_lines import claimed_interval, told_status, vouchers
from vouchbank.report.installed import Installed
from vouchbank.report.legend import legend
from vouchbank.report.rows import Sources
from vouchbank.report.show import STYLES, article_view, figure_lines, quantities_table, unfinished
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.tables.make import make_tables


@pytest.fixture(scope="module")
def rows() -> dict[str, dict[str, Any]]:
    table = make_tables(Corpus(repository_root()))["articles"]
    return {row["article_id"]: row for row in table.to_pylist()}


def rendered(*parts: Any, colour: bool = False, columns: int = 100) -> str:
    out = io.StringIO()
    console = Console(file=out, width=columns, force_terminal=colour, no_color=not colour, legacy_windows=False)
    for part in parts:
        console.print(part)
    return out.getvalue()


def quantity(**given: Any) -> dict[str, Any]:
    values = {"lower": 21.0, "upper": None, "lower_closed": True, "upper_closed": False}
    return values | {"approximate": False, "vague": False, "unit_code": None} | given


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, "≥ 21"),
        ({"lower_closed": False}, "> 21"),
        ({"upper": 21.0, "upper_closed": True}, "= 21"),
        ({"upper": 38.0, "upper_closed": True}, "21 to 38"),
        ({"lower": None, "upper": 6000.0, "upper_closed": True}, "≤ 6,000"),
        ({"lower": None, "upper": 6000.0}, "< 6,000"),
        ({"lower": 0.0}, "≥ 0"),
        ({"lower": 0.5, "upper": 0.5, "upper_closed": True}, "= 0.5"),
        ({"lower": 5e7, "upper": 5e7, "upper_closed": True, "unit_code": "USD"}, "= 50,000,000 USD"),
        ({"upper": 21.0, "upper_closed": True, "approximate": True, "unit_code": "km"}, "≈ 21 km"),
        ({"upper": 21.0, "upper_closed": True, "unit": {"text": "percent"}}, "= 21 percent"),
        ({"upper": 21.0, "upper_closed": True, "unit": {"text": "miles"}, "unit_code": "mi"}, "= 21 mi"),
        ({"lower_closed": False, "unit": {"text": "decades"}, "unit_code": "10.a"}, "> 21 decades"),
        ({"lower": None, "vague": True}, "vague"),
        ({"lower": 1e6, "vague": True}, "≥ 1,000,000"),
    ],
)
def test_an_interval_is_told_in_signs(given: dict[str, Any], shown: str) -> None:
    assert claimed_interval(quantity(**given)) == shown


def attribution(name: str, source: str = "", cue: str = "", key: str | None = None) -> dict[str, Any]:
    return {
        "id": name,
        "source_key": key,
        "source": [{"text": part} for part in source.split("|") if part],
        "cue": [{"text": cue}] if cue else [],
    }


@pytest.mark.parametrize(
    ("vouched_by", "outlet", "shown"),
    [
        ([], "Realist English", "the article (Realist English)"),
        ([], None, "the article"),
        (["a1"], None, "two officials"),
        (["a2", "a1"], "x", "the minister ← two officials"),
        (["a1", "a2", "a3"], "x", "two officials ← the minister ← suspected of (source not named)"),
        (["a4"], "x", "Trump … Maduro"),
        (["a1", "a3"], "x", "two officials ← suspected of (source not named)"),
        (["a5", "a1"], "x", "Nicolás Maduro ← two officials"),
    ],
)
def test_who_vouches_is_told_innermost_first(vouched_by: list[str], outlet: str | None, shown: str) -> None:
    known = [
        attribution("a1", "two officials", "said"),
        attribution("a2", "the minister", "said"),
        attribution("a3", "", "suspected of"),
        attribution("a4", "Trump|Maduro", "said"),
        attribution("a5", "He", "said", "nicolas-maduro"),
    ]
    named = {"nicolas-maduro": {"name": "Nicolás Maduro"}}
    assert vouchers({"vouched_by": vouched_by}, {a["id"]: a for a in known}, named, outlet) == shown


def test_a_voucher_of_another_article_is_named_by_its_id() -> None:
    assert "003-a1" in vouchers({"vouched_by": ["003-a1"]}, {}, {}, "x")


@pytest.mark.parametrize(
    ("status", "status_by", "words", "shown"),
    [
        ("claimed", [], [], "claimed"),
        (None, None, [], "unknown"),
        ("disputed", ["a1", "a2"], [], "disputed (because of experts)"),
        ("disputed", ["q1", "a9"], [], "disputed (because of q1 some 30, a9)"),
        ("unverified", ["a1"], ["While unverified"], "unverified (because of experts, “While unverified”)"),
    ],
)
def test_a_status_says_because_of_whom(
    status: str | None, status_by: list[str] | None, words: list[str], shown: str
) -> None:
    listed = [
        attribution("a1", "They", "doubt", "experts-001"),
        attribution("a2", "the experts", "doubt", "experts-001"),
        {"id": "q1", "span": {"text": "some 30"}},
    ]
    row = {"status": status, "status_by": status_by, "status_words": [{"text": said} for said in words]}
    assert told_status(row, {one["id"]: one for one in listed}, {"experts-001": {"name": "experts"}}) == shown


@pytest.mark.parametrize("columns", [40, 100])
def test_an_article_without_colour_names_every_annotation(rows: dict[str, Any], columns: int) -> None:
    row = rows["004"]
    text = rendered(*article_view(row), columns=columns)
    assert "\x1b" not in text
    words = text.split()
    for layer in ("entities", "quantities", "attributions"):
        assert row[layer]
        for annotation in row[layer]:
            assert annotation["id"].partition("-")[2] in words, annotation["id"]
    for paragraph in row["paragraphs"]:
        assert f"{paragraph['id']} {paragraph['role']}" in text
        assert " ".join(row["text"][paragraph["start"] : paragraph["end"]].split()) in " ".join(text.split())
    assert "article 004 · Realist English · date unknown" in " ".join(text.split())
    assert all(mark in text for mark in STYLES)


def test_every_annotation_stands_below_its_paragraph(rows: dict[str, Any]) -> None:
    row = rows["004"]
    parts = [rendered(part, columns=1000) for part in article_view(row)]
    marked, listed = parts[3::2], parts[4::2]
    assert len(marked) == len(listed) == len(row["paragraphs"])
    for head, names, paragraph in zip(marked, listed, row["paragraphs"], strict=True):
        assert head.startswith(f"{paragraph['id']} {paragraph['role']}\n")
        here = [
            annotation["id"].partition("-")[2]
            for layer in ("entities", "quantities", "attributions")
            for annotation in row[layer]
            if annotation["paragraph_id"] == paragraph["id"]
        ]
        first = [item.split()[0] for line in names.splitlines() for item in line.split(" · ") if item.strip()]
        assert {word for word in first if word in here} == set(here)
        assert not [word for word in first if re.fullmatch("[eqa][0-9]+", word) and word not in here]


def test_colour_adds_marks_and_takes_no_words(rows: dict[str, Any]) -> None:
    coloured = rendered(*article_view(rows["004"]), colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == rendered(*article_view(rows["004"]))


def test_an_article_without_annotation_is_shown_too(rows: dict[str, Any]) -> None:
    bare = rows["004"] | {"entities": None, "quantities": None, "attributions": None, "outlet": None}
    text = rendered(*article_view(bare))
    assert "outlet unknown" in text
    assert "covert action is likely" in text


def test_control_and_bidi_characters_of_the_metadata_never_reach_the_terminal() -> None:
    text = "Rain stops play"
    row = {
        "article_id": "000",
        "outlet": "x\x1b[31m\u202e",
        "published": None,
        "layers": [],
        "text": text,
        "paragraphs": [{"id": "p1", "role": "title", "start": 0, "end": len(text)}],
        "entities": None,
        "quantities": None,
        "attributions": None,
    }
    shown = rendered(*article_view(row))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_table_of_quantities_says_who_vouches(rows: dict[str, Any]) -> None:
    table = quantities_table([rows["004"]], [])
    text = rendered(table, columns=500)
    assert table.row_count == len(rows["004"]["quantities"])
    line = next(line for line in text.splitlines() if "killing at least 83" in line)
    cells = [" ".join(cell.split()) for cell in line.strip().split("  ") if cell.strip()]
    (row,) = [q for q in rows["004"]["quantities"] if q["span"]["text"] == "at least 83"]
    said = row["statement"]
    assert cells == ["at least 83", said, "≥ 83", "the article (Realist English)", "asserted", f"{row['id']} p8"]


def test_the_table_of_quantities_names_who_vouches_as_the_registry_does(rows: dict[str, Any]) -> None:
    registry = [{"key": "nicolas-maduro", "name": "Nicolás Maduro"}, {"key": "experts-001", "name": "experts"}]
    text = rendered(quantities_table([rows["001"]], registry), columns=500)
    (line,) = [line for line in text.splitlines() if "having over 8 million" in line]
    cells = [" ".join(cell.split()) for cell in line.strip().split("  ") if cell.strip()]
    assert cells[3:5] == ["Nicolás Maduro", "disputed (because of experts)"]


def test_the_table_of_quantities_breaks_no_heading_on_a_narrow_terminal(rows: dict[str, Any]) -> None:
    lines = rendered(quantities_table([rows["003"]], []), columns=80).splitlines()
    head = " ".join(lines[:5]).split()
    assert {"number", "says", "interval", "vouches", "status", "article"} <= {*head}
    assert max(len(line.rstrip()) for line in lines) <= 80


def test_the_legend_explains_the_labels_of_an_article_and_no_others(rows: dict[str, Any]) -> None:
    schema = load_schema(default_schema_folder())
    text = "\n".join(legend([rows["004"]], schema))
    for table, column in (("entities", "type"), ("attributions", "source_kind"), ("attributions", "polarity")):
        used = {row[column] for row in rows["004"][table]}
        shown = {name for name in schema.tables[table].column(column).label_names if f"{name} (" in text}
        assert shown == used
    assert "004-a1" in text
    view = rendered(*article_view(rows["004"]), columns=1000)
    assert {sign for sign in "≥>≤<=≈" if f" {sign} " in view} <= set(text)


def test_an_article_that_is_not_annotated_is_unknown_not_empty(rows: dict[str, Any]) -> None:
    statuses = {"000": "missing", "001": "draft", "002": "complete", "003": "adjudicated"}
    listed = [
        {"article_id": name, "layers": [{"layer": "quantities", "status": status}, {"layer": "x", "status": "missing"}]}
        for name, status in statuses.items()
    ]
    assert unfinished(listed) == "numbers not annotated in: 000\nnumbers still a draft in: 001"
    assert unfinished(listed[2:]) == ""
    assert quantities_table([rows["004"] | {"quantities": None, "attributions": None}], []).row_count == 0


def test_the_installed_corpus_is_shown_from_the_rows_that_pyarrow_reads_too() -> None:
    assert Installed(()).of("articles") == load("articles", "arrow").to_pylist()


def test_figures_are_listed_from_rows_with_members_and_relations_and_no_control_character() -> None:
    span = {"text": "some 21\x1b[31m"}
    told = {
        "id": "004-q1",
        "span": span,
        "statement": "some 21 boats",
        "interval": "[21, 21]",
        "vouched_by": ["004-a1"],
    }
    vague: dict[str, Any] = {
        "id": "004-q2",
        "span": {"text": "many"},
        "statement": "many",
        "interval": None,
        "vouched_by": [],
    }
    pair = {"a": "004-q1", "b": "004-q2", "relation": "narrower", "reason": "One is a number."}
    figure = {"id": "boats", "label": "Boats\x07", "members": ["004-q1", "004-q2"], "pairs": [pair]}
    assert list(figure_lines([figure], [vague, told])) == [
        "boats: Boats\\x07",
        "  004-q1 'some 21\\x1b[31m' in 'some 21 boats': [21, 21], 004-a1",
        "  004-q2 'many' in 'many': vague, the article",
        "  004-q1 is narrower to 004-q2: One is a number.",
    ]


@pytest.mark.parametrize("slug", FIXTURES)
def test_an_article_with_any_fault_is_shown_as_far_as_it_can_be_read(slug: str, tmp_path: Path) -> None:
    unreadable = ("empty-seed", "nothing-kept", "unusable-schema")
    if slug in unreadable:
        with pytest.raises(VouchBankError):
            Sources(broken(slug, tmp_path), ["000"]).of("articles")
        return
    rows = Sources(broken(slug, tmp_path), ["000"])
    shown = [part for row in rows.of("articles") for part in article_view(row)]
    assert len(shown) > 3
    assert list(figure_lines(rows.of("figures"), rows.of("quantities"))) or not rows.of("figures")
