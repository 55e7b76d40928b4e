"""Articles judged one by one: none is kept, and several processes find what one does."""

from __future__ import annotations

import gc
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from bench.synthetic import synthetic
from tests.checks_support import snapshot
from vouchbank.build import build
from vouchbank.checks import check, one_by_one, read_back
from vouchbank.checks.built import check_built
from vouchbank.checks.read_back import row_groups_of
from vouchbank.compare.adjudication import aligned
from vouchbank.corpus import Article, Corpus, processes
from vouchbank.corpus.cache import RecentCache
from vouchbank.findings import Finding
from vouchbank.tables import make
from vouchbank.tables.digest import digest_of
from vouchbank.tables.make import make_tables

pytestmark = pytest.mark.system

COUNT = 10


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("synthetic") / "corpus"
    synthetic(COUNT).write(root)
    return root


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "FEW", 2)
    monkeypatch.setattr(one_by_one, "CHUNK", 5)


def keeping_few(root: Path, few: int = 2) -> Corpus:
    corpus = Corpus(root)
    corpus._articles, corpus._seeds, corpus._optional = RecentCache(few), RecentCache(few), RecentCache(few)
    return corpus


def alive() -> int:
    return sum(isinstance(one, Article) for one in gc.get_objects())


def damage(root: Path) -> None:
    """Faults of articles, of what they share, and between articles."""
    changes = [
        ("annotations/001/entities.toml", r'type = "PERSON"', 'type = "PERSONA"'),
        ("annotations/003/quantities.toml", r"^status = .*$", 'status = "draft"'),
        ("annotations/004/attributions.toml", r"^\[p", "[x"),
        ("annotations/006/entities.toml", r'key = "([a-z-]+)"', r'key = "no-such-\1"'),
        ("annotations/007/quantities.toml", r"^(\[p.*\.q.*\])$", r'\1\nwaive = { number-cut = "so", no-such = "x" }'),
        ("annotations/registry.toml", r"^aliases = \[.*$", 'aliases = ["Nobody At All"]'),
    ]
    for file, old, new in changes:
        text = (root / file).read_text("utf-8")
        changed = re.sub(old, new, text, count=1, flags=re.MULTILINE)
        assert changed != text, file
        (root / file).write_text(changed, "utf-8")
    shutil.copy(root / "seeds/008/raw.txt", root / "seeds/009/raw.txt")


def test_no_more_articles_are_alive_than_are_kept(written: Path) -> None:
    corpus = keeping_few(written)
    gc.collect()
    before, seen = alive(), []

    def counting(names: Sequence[str]) -> Iterator[str]:
        for name in names:
            yield name
            seen.append(alive() - before)

    gc.disable()
    try:
        assert check(corpus, counting) == []
    finally:
        gc.enable()
    assert len(seen) == COUNT
    assert max(seen) <= 3


def test_several_processes_find_what_one_does(written: Path, small_chunks: None, tmp_path: Path) -> None:
    root = tmp_path / "corpus"
    shutil.copytree(written, root)
    damage(root)
    shown: list[str] = []

    def showing(names: Sequence[str]) -> Iterable[str]:
        for name in names:
            shown.append(name)
            yield name

    one = check(Corpus(root))
    assert len({f.slug for f in one}) > 8
    assert check(Corpus(root), showing, jobs=2) == one
    assert shown == list(Corpus(root).article_ids)
    assert check(keeping_few(root, 1)) == one


def test_few_articles_are_judged_in_this_process(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "workers", lambda *_: pytest.fail("another process was started"))
    assert check(Corpus(written), jobs=8) == []


def test_the_same_object_is_given_while_somebody_holds_it(written: Path) -> None:
    corpus = keeping_few(written)
    first = corpus.article("000")
    for article in corpus.articles:
        assert article.id
    assert corpus.article("000") is first
    assert aligned(corpus, "000", ["gold"]).articles["gold"] is first


# --- what is built -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(written: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Row groups of four articles: the last one has two."""
    folder = tmp_path_factory.mktemp("built") / "corpus"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(make, "GROUP", 4)
        patch.setattr(processes, "FEW", 2)
        build(Corpus(written), folder, jobs=2)
    return folder


def test_row_groups_hold_some_articles_each_and_the_rows_are_the_same(built: Path, written: Path) -> None:
    whole = make_tables(Corpus(written))
    for name, table in Corpus(written).schema.tables.items():
        file = parquet.ParquetFile(built / "data" / f"{name}.parquet")
        assert file.read().replace_schema_metadata(None).equals(whole[name])
        assert file.num_row_groups == (1 if table.kind == "corpus" else 3)
    assert json.loads((built / "digests.json").read_text("utf-8")) == {n: digest_of(t) for n, t in whole.items()}
    assert [group.last for group in row_groups_of(built, Corpus(written).schema)] == ["003", "007", ""]


def test_one_process_writes_the_same_bytes(
    built: Path, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "GROUP", 4)
    build(Corpus(written), tmp_path / "corpus")
    assert snapshot(tmp_path / "corpus") == snapshot(built)


Change = Callable[[list[dict[str, Any]]], Any]
FORGED: Mapping[str, tuple[str, Change]] = {
    "a value": ("quantities", lambda rows: rows[-1].update(dimension="lengths")),
    "words": ("entities", lambda rows: rows[-1]["span"].update(text="other")),
    "a reference": ("figures", lambda rows: rows[-1]["members"].append("009-q999")),
    "an id of another part": ("entities", lambda rows: rows[-1].update(id=rows[0]["id"])),
    "a row is gone": ("entities", lambda rows: rows.pop(len(rows) // 2)),
    "a seed": ("segments", lambda rows: rows[-1].update(raw_text="-")),
    "what is computed": ("quantities", lambda rows: rows[-1].update(lower=-5.0)),
}


@pytest.mark.parametrize("forgery", FORGED)
def test_parts_have_the_findings_of_the_whole(
    forgery: str, built: Path, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, (name, change) = tmp_path / "corpus", FORGED[forgery]
    shutil.copytree(built, folder)
    path = folder / "data" / f"{name}.parquet"
    file = parquet.ParquetFile(path)
    sizes = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    rows = file.read().to_pylist()
    change(rows)
    sizes[-1] += len(rows) - sum(sizes)
    forged = pyarrow.Table.from_pylist(rows, schema=file.schema_arrow)
    with parquet.ParquetWriter(path, file.schema_arrow) as writer:
        for at, size in zip([0, *accumulate(sizes)], sizes, strict=False):
            writer.write_table(forged.slice(at, size))
    schema = Corpus(written).schema
    for sources in (None, *([Corpus(written)] if forgery in ("a row is gone", "a value") else [])):
        parts = check_built(folder, schema, sources)
        assert parts
        with monkeypatch.context() as patch:
            patch.setattr("vouchbank.checks.built.row_groups_of", lambda *_: [])
            assert places(check_built(folder, schema, sources)) == places(parts)
    if forgery == "a value":
        assert check_built(folder, schema, jobs=2) == check_built(folder, schema)


def places(found: Iterable[Finding]) -> set[tuple[str, str, int, str]]:
    return {(f.slug, f.place.file, f.place.line, f.annotation) for f in found}


def test_rows_of_a_few_articles_are_held_at_a_time(built: Path, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    real = read_back._opened

    def counting(path: Path, *rest: Any) -> Any:
        table = real(path, *rest)
        if path.stem == "articles":
            held.append(table.num_rows)
        return table

    monkeypatch.setattr(read_back, "_opened", counting)
    assert check_built(built, Corpus(written).schema) == []
    assert held == [4, 4, 2]
