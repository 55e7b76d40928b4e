"""Every check of what was built finds the damage it is for, in the file and row it was done to, and nothing else."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from tests.checks_support import TOY
from vouchbank.build.steps import checksums
from vouchbank.checks.built import check_built
from vouchbank.corpus import Corpus
from vouchbank.findings import CHECKS, Finding, Level
from vouchbank.schema import default_schema_folder, load_schema

pytestmark = pytest.mark.slow

SCHEMA = load_schema(default_schema_folder())
BUILT_CHECKS = {name: check for name, check in CHECKS.items() if check.level.built}
Damage = Callable[[Path], None]
Rows = list[dict[str, Any]]


@pytest.fixture
def built(built_toy: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "corpus"
    shutil.copytree(built_toy, folder)
    before = {p: p.read_bytes() for p in built_toy.rglob("*") if p.is_file()}
    yield folder
    assert before == {p: p.read_bytes() for p in built_toy.rglob("*") if p.is_file()}


def in_rows(table: str, change: Callable[[Rows], object]) -> Damage:
    """Damage to the rows of a table, its types kept."""

    def damage(folder: Path) -> None:
        path = folder / "data" / f"{table}.parquet"
        held = pyarrow.parquet.read_table(path)
        rows = held.to_pylist()
        change(rows)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema=held.schema), path)

    return damage


def setting(table: str, row: int, value: Any, *path: str | int) -> Damage:
    """Damage to one value."""

    def change(rows: Rows) -> None:
        inner: Any = rows[row]
        for step in path[:-1]:
            inner = inner[step]
        assert inner[path[-1]] != value
        inner[path[-1]] = value

    return in_rows(table, change)


def in_table(table: str, change: Callable[[pyarrow.Table], pyarrow.Table]) -> Damage:
    """Damage to the columns of a table."""

    def damage(folder: Path) -> None:
        path = folder / "data" / f"{table}.parquet"
        pyarrow.parquet.write_table(change(pyarrow.parquet.read_table(path)), path)

    return damage


def without(file: str) -> Damage:
    return lambda folder: (folder / file).unlink()


def both(*damages: Damage) -> Damage:
    """Damages that do not contradict each other."""

    def damage(folder: Path) -> None:
        for one in damages:
            one(folder)

    return damage


def everywhere(table: str, row: int, value: Any, column: str) -> Damage:
    """Damage to one value of the first article, in both tables that hold it."""
    return both(setting(table, row, value, column), setting("articles", 0, value, table, row, column))


def other_classes(table: pyarrow.Table) -> pyarrow.Table:
    """The same numbers, which `datasets` would read as other tags."""
    held = {
        key: value.replace(b'"B-PERSON", "I-PERSON"', b'"I-PERSON", "B-PERSON"')
        for key, value in table.schema.metadata.items()
    }
    assert held != table.schema.metadata
    return table.replace_schema_metadata(held)


def wider_integers(table: pyarrow.Table) -> pyarrow.Table:
    place = table.schema.get_field_index("sentence")
    return table.set_column(place, "sentence", table["sentence"].cast("int64"))


def another_map(folder: Path) -> None:
    """What the first run of a map deletes, the furniture above the title, begins one character later."""

    def later(rows: Rows) -> None:
        first, second = rows[0]["map"][:2]
        assert first["kept"] == first["inserted"] == 0 < min(first["removed"], second["kept"])
        first["kept"] += 1
        second["kept"] -= 1

    in_rows("articles", later)(folder)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_pipe(path: Path) -> None:
    """Whoever reads it waits for ever."""
    path.unlink()
    os.mkfifo(path)


def cut(path: Path, share: float) -> None:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def scrambled(path: Path) -> None:
    """The footer is right, what it leads to is not."""
    data = path.read_bytes()
    path.write_bytes(data[:4] + bytes(255 - byte for byte in data[4:900]) + data[900:])


def changed_byte(folder: Path) -> None:
    file = folder / "DICTIONARY.md"
    data = bytearray(file.read_bytes())
    data[0] ^= 1
    file.write_bytes(bytes(data))


# slug, file, row (from 1), annotation, damage; the checksums are brought up to date after it.
DAMAGES = {
    "a table without a file": ("missing-table", "data/claims.parquet", 1, "", without("data/claims.parquet")),
    "another type": ("table-types", "data/tokens.parquet", 1, "", in_table("tokens", wider_integers)),
    "a column too many": (
        "table-types",
        "data/claims.parquet",
        1,
        "",
        in_table("claims", lambda t: t.append_column("more", t["id"])),
    ),
    "a column too few": ("table-types", "data/claims.parquet", 1, "", in_table("claims", lambda t: t.drop(["label"]))),
    "columns in another order": (
        "table-types",
        "data/claims.parquet",
        1,
        "",
        in_table("claims", lambda t: t.select(t.column_names[::-1])),
    ),
    "a label outside the list": (
        "table-values",
        "data/entities.parquet",
        3,
        "000-e3",
        setting("entities", 2, "ORGA", "type"),
    ),
    "a value of another form": (
        "table-values",
        "data/registry.parquet",
        2,
        "",
        setting("registry", 1, "q1", "qid"),
    ),
    "an empty value that is required": (
        "table-values",
        "data/quantities.parquet",
        5,
        "000-q4",
        setting("quantities", 4, None, "sure"),
    ),
    "a number below the least": ("table-values", "data/segments.parquet", 1, "", setting("segments", 0, -1, "index")),
    "a label outside the list, inside a list": (
        "nested-values",
        "data/articles.parquet",
        2,
        "",
        setting("articles", 1, "titel", "paragraphs", 0, "role"),
    ),
    "an empty value that is required, inside a record": (
        "nested-values",
        "data/claims.parquet",
        1,
        "boats-wait",
        setting("claims", 0, None, "pairs", 0, "reason"),
    ),
    "other words in a span": (
        "span-text-differs",
        "data/entities.parquet",
        1,
        "000-e1",
        setting("entities", 0, "Port Luna", "span", "text"),
    ),
    "another raw offset": (
        "span-text-differs",
        "data/entities.parquet",
        6,
        "000-e6",
        in_rows("entities", lambda rows: rows[5]["span"].update(raw_end=rows[5]["span"]["raw_end"] - 1)),
    ),
    "another offset in a list of spans": (
        "span-text-differs",
        "data/attributions.parquet",
        1,
        "000-a1",
        in_rows("attributions", lambda rows: rows[0]["content"][1].update(start=rows[0]["content"][1]["start"] + 1)),
    ),
    "a segment too few": (
        "seed-not-reassembled",
        "data/articles.parquet",
        1,
        "",
        in_rows("segments", lambda rows: rows.pop(2)),
    ),
    "segments in another order": (
        "seed-not-reassembled",
        "data/articles.parquet",
        2,
        "",
        in_rows("segments", lambda rows: rows.append(rows.pop(-2))),
    ),
    "another word among the tokens": (
        "tokens-differ",
        "data/tokens.parquet",
        2,
        "",
        in_rows("tokens", lambda rows: rows[1]["tokens"].__setitem__(0, "Luna")),
    ),
    "a tag too few": (
        "tokens-differ",
        "data/tokens.parquet",
        1,
        "",
        in_rows("tokens", lambda r: r[0]["entity_tags"].pop()),
    ),
    "a text file of other words": (
        "text-file-differs",
        "data/articles.parquet",
        2,
        "",
        lambda folder: (folder / "text" / "001.txt").write_text("Luna\n", "utf-8"),
    ),
    "another hash of the text": (
        "text-file-differs",
        "data/articles.parquet",
        1,
        "",
        setting("articles", 0, "0" * 64, "text_sha256"),
    ),
    "other rows than the digest speaks of": (
        "digest-differs",
        "digests.json",
        1,
        "",
        setting("claims", 0, "Another label", "label"),
    ),
    "a number that is infinite": (
        "table-values",
        "data/quantities.parquet",
        1,
        "000-q7",
        setting("quantities", 0, float("inf"), "upper"),
    ),
    "a number that is not one, inside a list": (
        "nested-values",
        "data/articles.parquet",
        1,
        "",
        setting("articles", 0, float("nan"), "quantities", 0, "lower"),
    ),
    "no word where one must be": (
        "nested-values",
        "data/figures.parquet",
        1,
        "waiting-boats",
        setting("figures", 0, None, "members", 0),
    ),
    "a line end behind a value": (
        "table-values",
        "data/claims.parquet",
        1,
        "boats-wait\n",
        setting("claims", 0, "boats-wait\n", "id"),
    ),
    "other names of the classes of tags": (
        "table-types",
        "data/tokens.parquet",
        1,
        "",
        in_table("tokens", other_classes),
    ),
    "a tag of no class": (
        "tokens-differ",
        "data/tokens.parquet",
        1,
        "",
        setting("tokens", 0, 99, "entity_tags", 0),
    ),
    "another value in the sources": (
        "differs-from-sources",
        "data/quantities.parquet",
        5,
        "000-q4",
        setting("quantities", 4, "disputed", "status"),
    ),
    "another value in the layer's own table": (
        "nested-rows-differ",
        "data/articles.parquet",
        1,
        "",
        setting("articles", 0, False, "entities", 0, "sure"),
    ),
    "a bound that the interval has not": (
        "computed-value-differs",
        "data/quantities.parquet",
        1,
        "000-q7",
        both(setting("quantities", 0, 12345.0, "lower"), setting("articles", 0, 12345.0, "quantities", 0, "lower")),
    ),
    "a status without evidence": (
        "computed-value-differs",
        "data/quantities.parquet",
        5,
        "000-q4",
        everywhere("quantities", 4, "disputed", "status"),
    ),
    "somebody who contests nothing": (
        "computed-value-differs",
        "data/quantities.parquet",
        5,
        "000-q4",
        everywhere("quantities", 4, ["000-a4"], "status_by"),
    ),
    "a statement of other words": (
        "computed-value-differs",
        "data/quantities.parquet",
        5,
        "000-q4",
        everywhere("quantities", 4, "The ferry holds 200 people", "statement"),
    ),
    "a source that speaks for somebody": (
        "computed-value-differs",
        "data/attributions.parquet",
        1,
        "000-a1",
        everywhere("attributions", 0, "ana-munoz", "speaks_for"),
    ),
    "a map that leads elsewhere": ("seed-not-reassembled", "data/articles.parquet", 1, "", another_map),
    "a reference to no row": (
        "reference-without-row",
        "data/attributions.parquet",
        2,
        "000-a2",
        setting("attributions", 1, "000-a9", "parent"),
    ),
    "a reference to no row, in a list": (
        "reference-without-row",
        "data/figures.parquet",
        1,
        "waiting-boats",
        setting("figures", 0, "001-q9", "members", 1),
    ),
    "a key of no registry row": (
        "reference-without-row",
        "data/entities.parquet",
        1,
        "000-e1",
        setting("entities", 0, "port-luna", "key"),
    ),
}
# The same without bringing the checksums up to date: the row is the line of SHA256SUMS.
UNLISTED = {
    "a changed byte": ("DICTIONARY.md", changed_byte),
    "a file too few": ("DICTIONARY.md", without("DICTIONARY.md")),
}


def sources_of(slug: str) -> Corpus | None:
    """The sources, for a check that needs them."""
    return Corpus(TOY) if BUILT_CHECKS[slug].level is Level.SOURCES else None


def places(found: list[Finding]) -> list[tuple[str, str, int, str]]:
    return [(f.slug, f.place.file, f.place.line, f.annotation) for f in found]


def test_a_fresh_build_has_no_findings(built: Path) -> None:
    assert check_built(built, SCHEMA) == []


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_found_in_its_file_and_row_and_nothing_else_is(name: str, built: Path) -> None:
    slug, file, row, annotation, damage = DAMAGES[name]
    damage(built)
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    found = check_built(built, SCHEMA, sources_of(slug))
    assert places(found) == [(slug, f"corpus/{file}", row, annotation)]
    assert "vouchbank build" in found[0].help


@pytest.mark.parametrize("name", UNLISTED)
def test_a_file_that_is_not_the_one_listed_is_found(name: str, built: Path) -> None:
    file, damage = UNLISTED[name]
    lines = (built / "SHA256SUMS").read_text("utf-8").splitlines()
    row = next(i for i, line in enumerate(lines, 1) if line.endswith(f"  {file}"))
    damage(built)
    found = check_built(built, SCHEMA)
    assert places(found) == [("checksum-differs", "corpus/SHA256SUMS", row, "")]
    assert file in found[0].message


def test_a_missing_list_of_checksums_is_found(built: Path) -> None:
    (built / "SHA256SUMS").unlink()
    assert places(check_built(built, SCHEMA)) == [("checksum-differs", "corpus/SHA256SUMS", 1, "")]


def test_a_file_that_nobody_listed_is_found(built: Path) -> None:
    (built / "data" / "more.parquet").write_bytes((built / "data" / "claims.parquet").read_bytes())
    assert [f.slug for f in check_built(built, SCHEMA)] == ["checksum-differs"]


def test_the_digests_are_those_of_the_rows(built: Path) -> None:
    file = built / "digests.json"
    digests = json.loads(file.read_text("utf-8"))
    digests["claims"]["sha256"] = hashlib.sha256(b"").hexdigest()
    file.write_text(json.dumps(digests), "utf-8")
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    assert [f.slug for f in check_built(built, SCHEMA)] == ["digest-differs"]


def test_an_id_that_stands_twice_is_found(built: Path) -> None:
    in_rows("entities", lambda rows: rows.append(dict(rows[-1])))(built)
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    assert {(f.slug, f.place.file) for f in check_built(built, SCHEMA)} == {
        ("table-values", "corpus/data/entities.parquet")
    }


def test_an_id_that_stands_in_two_tables_is_found(built: Path) -> None:
    setting("entities", 0, "000-q1", "id")(built)
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    assert {f.slug for f in check_built(built, SCHEMA)} == {"reference-without-row"}


def test_the_spans_nested_in_an_article_are_checked_too(built: Path) -> None:
    setting("articles", 0, "Port Luna", "entities", 0, "span", "text")(built)
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    assert [(f.slug, f.place.file) for f in check_built(built, SCHEMA)] == [
        ("span-text-differs", "corpus/data/articles.parquet")
    ]


@pytest.mark.parametrize(
    ("damage", "slug"),
    [
        (without("data/registry.parquet"), "missing-table"),
        (in_table("registry", lambda t: t.drop(["name"])), "table-types"),
    ],
)
def test_references_into_a_table_that_cannot_be_read_are_not_judged(damage: Damage, slug: str, built: Path) -> None:
    damage(built)
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    assert [f.slug for f in check_built(built, SCHEMA)] == [slug]


def test_another_text_is_found_by_all_that_stand_on_it(built: Path) -> None:
    in_rows("articles", lambda rows: rows[1].update(text="-" + rows[1]["text"][1:]))(built)
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    found = check_built(built, SCHEMA)
    assert ("seed-not-reassembled", "corpus/data/articles.parquet", 2, "") in places(found)


@pytest.mark.system
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(setting("entities", 0, 10**6, "span", "end"), id="a span past the end of the text"),
        pytest.param(setting("entities", 0, -1, "span", "start"), id="a span before the text"),
        pytest.param(setting("entities", 0, None, "span", "start"), id="a span without a start"),
        pytest.param(setting("articles", 0, None, "map"), id="no map"),
        pytest.param(setting("articles", 0, [], "map"), id="a map without an entry"),
        pytest.param(setting("articles", 0, [None], "map"), id="a map of nothing"),
        pytest.param(setting("articles", 0, None, "map", 0, "kept"), id="a map of other things than numbers"),
        pytest.param(setting("articles", 0, -1, "map", 0, "removed"), id="a map that goes back"),
        pytest.param(setting("articles", 0, 9, "map", 1, "inserted"), id="a map that does not end"),
        pytest.param(lambda f: (f / "digests.json").write_text("[" * 9999, "utf-8"), id="digests of brackets"),
        pytest.param(lambda f: a_folder(f / "digests.json"), id="a folder for the digests"),
        pytest.param(lambda f: a_folder(f / "SHA256SUMS"), id="a folder for the checksums"),
        pytest.param(lambda f: a_folder(f / "text/000.txt"), id="a folder for a text"),
        pytest.param(lambda f: a_folder(f / "data/claims.parquet"), id="a folder for a table"),
        pytest.param(lambda f: a_pipe(f / "digests.json"), id="a pipe for the digests"),
        pytest.param(lambda f: a_pipe(f / "data/claims.parquet"), id="a pipe for a table"),
        pytest.param(lambda f: cut(f / "data/tokens.parquet", 0.5), id="a table of which half is gone"),
        pytest.param(lambda f: scrambled(f / "data/tokens.parquet"), id="a table whose pages are noise"),
        pytest.param(
            lambda f: (f / "SHA256SUMS").write_text("0  ../../etc/passwd\n"), id="a checksum of a file outside"
        ),
        pytest.param(lambda f: (f / "SHA256SUMS").write_text(f"0  {'n' * 999}\n"), id="a checksum of a name too long"),
        pytest.param(lambda f: (f / "data/claims.parquet").write_bytes(b"PAR1"), id="a table cut short"),
        pytest.param(lambda f: (f / "data/claims.parquet").write_bytes(b""), id="a table without a byte"),
        pytest.param(lambda f: (f / "SHA256SUMS").write_bytes(b"\xff"), id="a list of checksums that is not UTF-8"),
        pytest.param(lambda f: shutil.rmtree(f / "data"), id="no tables at all"),
        pytest.param(shutil.rmtree, id="no corpus at all"),
    ],
)
def test_damage_of_any_form_gives_findings_not_an_exception(damage: Damage, built: Path) -> None:
    damage(built)
    assert check_built(built, SCHEMA)
    assert check_built(built, SCHEMA, Corpus(TOY))


def test_every_built_check_has_its_damage() -> None:
    assert set(BUILT_CHECKS) == {slug for slug, *_ in DAMAGES.values()} | {"checksum-differs"}


@pytest.mark.parametrize("slug", BUILT_CHECKS)
def test_a_built_check_is_explained(slug: str) -> None:
    assert BUILT_CHECKS[slug].title.endswith((".", ")."))


def test_the_digests_are_judged_only_where_the_rows_are_right(built: Path) -> None:
    assert {c.name for c in BUILT_CHECKS.values() if c.level is Level.DIGESTS} == {"digest-differs"}
    (built / "digests.json").write_text("{}", "utf-8")
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    assert {f.slug for f in check_built(built, SCHEMA)} == {"digest-differs"}
    setting("entities", 0, "Port Luna", "span", "text")(built)
    (built / "SHA256SUMS").write_text(checksums(built), "utf-8")
    assert {f.slug for f in check_built(built, SCHEMA)} == {"span-text-differs"}


def test_every_config_can_be_loaded(built: Path) -> None:
    for name, table in SCHEMA.tables.items():
        held = pyarrow.parquet.read_table(built / "data" / f"{name}.parquet")
        assert held.column_names == list(table.names)
        assert held.num_rows


def test_every_config_can_be_loaded_with_datasets(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    for name in SCHEMA.tables:
        rows = datasets.load_dataset(str(built), name, split="test", cache_dir=str(tmp_path / "cache"))
        assert rows.num_rows == pyarrow.parquet.read_metadata(built / "data" / f"{name}.parquet").num_rows
