"""Whoever forges a table and brings digests and checksums up to date is found, where the sources are at hand.

The forgeries are made from the schema and the rows: of every column, and of every place inside it, each kind of change;
of every table rows too few, too many, and in another order.
"""

from __future__ import annotations

import copy
import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars
import pyarrow
import pyarrow.parquet
import pytest

from tests.checks_support import TOY
from vouchbank.build import build
from vouchbank.build.steps import checksums
from vouchbank.checks import against_sources
from vouchbank.checks.built import by_pandera, check_built, table_values
from vouchbank.checks.read_back import JudgedTables
from vouchbank.corpus import Corpus
from vouchbank.schema import Column, Kind, default_schema_folder, load_schema
from vouchbank.tables.digest import digest_of
from vouchbank.tables.make import article_tables
from vouchbank.tables.shared import Shared

pytestmark = pytest.mark.slow

SCHEMA = load_schema(default_schema_folder())
SOURCES = Corpus(TOY)
ROWS = {one.id: article_tables(one, SCHEMA, Shared.of(SOURCES)) for one in SOURCES.articles}
NESTED = [table.name for table in SCHEMA.layers if table.name in SCHEMA.tables["articles"].names]
Rows = list[dict[str, Any]]
Steps = tuple[str | int, ...]
by_table = pytest.mark.parametrize("name", list(SCHEMA.tables))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "corpus"
    build(SOURCES, folder)
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy that a test may forge."""
    return Path(shutil.copytree(built, tmp_path / "corpus"))


@pytest.fixture(autouse=True)
def made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sources do not change, so their rows are made once."""
    monkeypatch.setattr(against_sources, "article_tables", lambda article, *_: ROWS[article.id])


# --- forgeries ----------------------------------------------------------------------------------------


def places(column: Column, value: Any, path: Steps) -> Iterator[tuple[Steps, Column, Any]]:
    """A value and all that it holds, of a list the first item."""
    yield path, column, value
    if value and column.item is not None:
        yield from places(column.item, value[0], (*path, 0))
    for field in column.fields if value else ():
        yield from places(field, value[field.name], (*path, field.name))


def others(column: Column, value: Any) -> Iterator[Any]:
    """Other values of the same type, with and without one."""
    if value is not None:
        yield None
    match column.kind:
        case Kind.TEXT:
            labels = [label for label in column.label_names if label != value][:1]
            yield from labels or ["Other words" if value is None else f"{value}x", f"{value}\n"]
        case Kind.INTEGER:
            yield (value or 0) + 1
        case Kind.NUMBER:
            yield from ((value or 0.0) + 1, float("nan"), float("inf"))
        case Kind.BOOLEAN:
            yield not value
        case Kind.LIST if value:
            yield from ([], value[:-1], [*value, value[-1]], *([value[::-1]] if value != value[::-1] else ()))
        case _:
            pass


def with_value(rows: Rows, index: int, path: Steps, value: Any) -> Rows:
    """Rows of which one holds another value."""
    row: Any = copy.deepcopy(rows[index])
    inner = row
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return [*rows[:index], row, *rows[index + 1 :]]


def changed_values(name: str, rows: Rows) -> Iterator[tuple[int, Steps, Rows]]:
    """Each change of each place that some row has: row, path, rows."""
    seen = set[tuple[str, bool]]()
    for index, row in enumerate(rows):
        for column in SCHEMA.tables[name].columns:
            for path, inner, value in places(column, row[column.name], (column.name,)):
                key = (".".join(step for step in path if isinstance(step, str)), value in (None, []))
                if key not in seen:
                    seen.add(key)
                    yield from ((index, path, with_value(rows, index, path, other)) for other in others(inner, value))


def write(folder: Path, name: str, rows: Rows) -> None:
    """Put rows in place of those of a table; digests and checksums are those of the forged files."""
    path = folder / "data" / f"{name}.parquet"
    forged = pyarrow.Table.from_pylist(rows, schema=pyarrow.parquet.read_schema(path))
    pyarrow.parquet.write_table(forged, path)
    digests = json.loads((folder / "digests.json").read_text("utf-8"))
    try:
        digests[name] = digest_of(forged)
    except ValueError:  # not a finite number: JSON has no digest for it
        digests[name] = {"rows": len(rows), "sha256": ""}
    (folder / "digests.json").write_text(json.dumps(digests), "utf-8")
    (folder / "SHA256SUMS").write_text(checksums(folder), "utf-8")


def rows_of(folder: Path, name: str) -> Rows:
    rows: Rows = pyarrow.parquet.ParquetFile(folder / "data" / f"{name}.parquet").read().to_pylist()
    return rows


def said_of(folder: Path, name: str, rows: Rows) -> list[tuple[str, int]]:
    """The column and the line of what is said of a table that holds such rows; every finding says both values."""
    tables = JudgedTables(folder, SCHEMA, SOURCES)
    tables.__dict__.update(rows={name: rows})
    found = list(against_sources.differs_from_sources(tables))
    assert {one.place.file for one in found} <= {f"corpus/data/{name}.parquet"}
    assert all("expected" in one.message and "found" in one.message for one in found)
    return [(one.message.partition(":")[0], one.place.line) for one in found]


@by_table
def test_a_changed_value_is_found_in_its_row_and_column(name: str, built: Path) -> None:
    count = 0
    for index, path, forged in changed_values(name, rows_of(built, name)):
        said = said_of(built, name, forged)
        wanted = ".".join(map(str, path))
        assert any(column.startswith(wanted) and line == index + 1 for column, line in said), (wanted, index, said)
        count += 1
    assert count > len(SCHEMA.tables[name].columns)


@by_table
def test_rows_too_few_too_many_or_in_another_order_are_found(name: str, built: Path) -> None:
    rows = rows_of(built, name)
    forgeries: dict[str, Rows] = {
        "the first is gone": rows[1:],
        "the last is gone": rows[:-1],
        "all are gone": [],
        "one is there twice": [*rows, rows[0]],
        "one is there twice in a row": [rows[0], *rows],
        **({"the other way round": rows[::-1], "the first is the last": [*rows[1:], rows[0]]} if len(rows) > 1 else {}),
    }
    assert [forgery for forgery, forged in forgeries.items() if not said_of(built, name, forged)] == []
    assert said_of(built, name, rows) == []


@by_table
def test_a_forged_file_with_digest_and_checksum_is_found(name: str, folder: Path) -> None:
    index, path, forged = next(one for one in changed_values(name, rows_of(folder, name)) if one[1][-1] != "article_id")
    write(folder, name, forged)
    found = {(one.slug, one.place.file, one.place.line) for one in check_built(folder, SCHEMA, SOURCES)}
    assert found == {("differs-from-sources", f"corpus/data/{name}.parquet", index + 1)}, path


@pytest.mark.parametrize("name", NESTED)
def test_without_sources_the_nested_rows_and_the_flat_ones_are_compared(name: str, folder: Path) -> None:
    flat = rows_of(folder, name)
    for forged in (flat[1:], [*flat[1:], flat[0]], with_value(flat, 0, ("sure",), not flat[0]["sure"])):
        write(folder, name, forged)
        assert check_built(folder, SCHEMA)


def test_another_map_is_found_though_it_leads_to_the_same_words(folder: Path) -> None:
    rows = rows_of(folder, "articles")
    first = rows[0]["map"][0]
    assert first["removed"] > 1
    rows[0]["map"][:1] = [
        {**first, "removed": 1, "inserted": 0},
        {**first, "kept": 0, "removed": first["removed"] - 1},
    ]
    write(folder, "articles", rows)
    assert check_built(folder, SCHEMA) == []
    found = check_built(folder, SCHEMA, SOURCES)
    assert {(one.slug, one.place.file, one.place.line) for one in found} == {
        ("differs-from-sources", "corpus/data/articles.parquet", 1)
    }


# --- pandera agrees -----------------------------------------------------------------------------------


FINDERS: tuple[Callable[[JudgedTables], Any], ...] = (table_values, by_pandera)


@pytest.mark.system
@by_table
def test_pandera_finds_the_same_rows_wrong(name: str, folder: Path) -> None:
    """Every change of a column that the schema refuses, and every one that it allows; one of each column at a time."""
    rows = rows_of(folder, name)[:3]
    types = polars.read_parquet(folder / "data" / f"{name}.parquet").schema
    changes: dict[str, list[tuple[int, Any]]] = {}
    for index, path, forged in changed_values(name, [*rows, rows[0]]):
        value = forged[index][str(path[0])]
        if len(path) == 1 and not (isinstance(value, float) and not math.isfinite(value)):
            # pandera sees columns only, and takes every number for one
            changes.setdefault(str(path[0]), []).append((index, value))
    refused = set[str]()
    for nth in range(max(map(len, changes.values()))):
        forged = [dict(row) for row in (*rows, rows[0])]
        at_once = {column: made[nth] for column, made in changes.items() if nth < len(made)}
        for column, (index, value) in at_once.items():
            forged[index][column] = value
        tables = JudgedTables(folder, SCHEMA)
        frame = polars.DataFrame(forged, schema=types)
        tables.__dict__.update(rows={name: forged}, held={name: frame.to_arrow()})
        ours, theirs = ({(f.place.line, f.message.partition(":")[0]) for f in find(tables)} for find in FINDERS)
        assert ours == theirs, at_once
        refused |= {column for _, column in ours}
    assert len(refused & changes.keys()) > 1
