"""Loading: every config, with datasets (plain, streaming, formats, filters), and without it; offline."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import datasets
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vouchbank
from vouchbank.corpus import repository_root
from vouchbank.errors import UnknownTableError
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.schema.derive import arrow_schema, features

pytestmark = pytest.mark.slow

CORPUS = repository_root() / "corpus"
SCHEMA = load_schema(default_schema_folder())
ROWS = {p.stem: pq.read_metadata(p).num_rows for p in sorted((CORPUS / "data").glob("*.parquet"))}
ARTICLES = sorted(p.name for p in (repository_root() / "seeds").iterdir() if p.is_dir())
CONFIGS = [name for name, rows in ROWS.items() if rows]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def cache(tmp_path: Path) -> str:
    return str(tmp_path / "cache")


def test_the_bare_path_loads_the_articles(cache: str) -> None:
    loaded = datasets.load_dataset(str(CORPUS), cache_dir=cache)
    assert list(loaded) == ["test"]
    assert loaded["test"].column_names == list(SCHEMA.tables["articles"].names)
    assert loaded["test"]["article_id"][:] == ARTICLES


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_loads_with_the_features_of_the_schema(name: str, cache: str) -> None:
    loaded = datasets.load_dataset(str(CORPUS), name, split="test", cache_dir=cache)
    assert loaded.num_rows == ROWS[name]
    assert loaded.features == features(SCHEMA.tables[name], SCHEMA)


@pytest.mark.parametrize("name", CONFIGS)
def test_streaming_gives_the_same_rows(name: str, cache: str) -> None:
    loaded = datasets.load_dataset(str(CORPUS), name, split="test", cache_dir=cache)
    streamed = datasets.load_dataset(str(CORPUS), name, split="test", streaming=True, cache_dir=cache)
    assert list(streamed) == list(loaded)


@pytest.mark.parametrize("name", CONFIGS)
def test_pandas_polars_numpy_and_arrow_formats_give_the_same_ids(name: str, cache: str) -> None:
    loaded = datasets.load_dataset(str(CORPUS), name, split="test", cache_dir=cache)
    first = loaded.column_names[0]
    plain = list(loaded[first])
    assert isinstance(loaded.with_format("pandas")[:], pd.DataFrame)
    assert list(loaded.with_format("pandas")[:][first]) == plain
    assert isinstance(loaded.with_format("polars")[:], pl.DataFrame)
    assert loaded.with_format("polars")[:][first].to_list() == plain
    assert loaded.with_format("arrow")[:].column(first).to_pylist() == plain
    assert loaded.with_format("numpy")[:][first].tolist() == plain


def column_types(kind: pa.DataType) -> Iterator[pa.DataType]:
    yield kind
    for index in range(kind.num_fields):
        yield from column_types(kind.field(index).type)


@pytest.mark.parametrize("name", list(SCHEMA.tables))
def test_no_column_has_a_type_that_torch_cannot_take(name: str) -> None:
    allowed = {pa.string(), pa.int32(), pa.int64(), pa.float64(), pa.bool_()}
    for field in arrow_schema(SCHEMA.tables[name]):
        leaves = [t for t in column_types(field.type) if t.num_fields == 0]
        assert set(leaves) <= allowed, field


@pytest.mark.parametrize("name", list(SCHEMA.tables))
def test_no_boolean_is_ever_null(name: str) -> None:
    frame = pl.read_parquet(CORPUS / "data" / f"{name}.parquet")
    for column, kind in frame.schema.items():
        if kind == pl.Boolean:
            assert frame[column].null_count() == 0, column


def test_filters_are_pushed_down_to_the_file(cache: str) -> None:
    loaded = datasets.load_dataset(
        str(CORPUS), "segments", split="test", cache_dir=cache, filters=[("kept", "==", False)]
    )
    assert 0 < loaded.num_rows < ROWS["segments"]
    assert not any(loaded["kept"])


def test_tags_of_tokens_are_class_labels_and_labels_elsewhere_are_strings(cache: str) -> None:
    tokens = datasets.load_dataset(str(CORPUS), "tokens", split="test", cache_dir=cache)
    names = tokens.features["entity_tags"].feature.names
    assert names[:3] == ["O", "B-PERSON", "I-PERSON"]
    entities = datasets.load_dataset(str(CORPUS), "entities", split="test", cache_dir=cache)
    assert entities.features["type"] == datasets.Value("string")


@pytest.mark.parametrize("name", list(ROWS))
def test_vouchbank_load_gives_every_table_in_every_form(name: str) -> None:
    frame = vouchbank.load(name)
    assert frame.height == ROWS[name]
    assert vouchbank.load(name, form="arrow").to_pylist() == frame.to_dicts()
    assert len(vouchbank.load(name, form="pandas")) == ROWS[name]


@pytest.mark.parametrize("name", CONFIGS)
def test_vouchbank_load_gives_a_dataset(name: str) -> None:
    loaded = vouchbank.load(name, form="datasets")
    assert loaded.num_rows == ROWS[name]
    assert loaded.features == features(SCHEMA.tables[name], SCHEMA)


def test_load_without_a_name_gives_the_articles() -> None:
    assert vouchbank.load()["article_id"].to_list() == ARTICLES


def test_an_unknown_table_or_form_is_a_clear_error() -> None:
    with pytest.raises(UnknownTableError, match="choose one of: articles, assertions"):
        vouchbank.load("quotes")
    with pytest.raises(UnknownTableError):
        vouchbank.load("../data/articles")
    with pytest.raises(ValueError, match="choose one of: polars, arrow, pandas, datasets"):
        vouchbank.load("articles", form="csv")  # type: ignore[call-overload]


def test_a_wrong_table_is_told_the_right_one_wherever_tables_are_named() -> None:
    corpus = vouchbank.Corpus(repository_root())
    for ask in (
        lambda: vouchbank.load("entity"),
        lambda: corpus.schema.tables["entity"],
        lambda: corpus.article("000").annotations["entity"],
    ):
        with pytest.raises(UnknownTableError, match=r"^unknown table 'entity'; did you mean 'entities'[?]$"):
            ask()
    with pytest.raises(KeyError, match=r"^unknown table 'claim'"):
        corpus.shared["claim"]


def test_dir_shows_what_there_is_before_it_is_imported() -> None:
    code = "import vouchbank; print(dir(vouchbank))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(sorted(vouchbank.__all__))


def test_a_table_as_arrow_is_loaded_without_pandas() -> None:
    """Which pyarrow imports in `read_table`, wherever it is installed."""
    code = "import sys, vouchbank; vouchbank.load('claims', form='arrow'); print('pandas' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import vouchbank, sys; print([m for m in ('polars', 'pyarrow', 'datasets', 'jsonschema') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert run.stdout.strip() == "[]"
