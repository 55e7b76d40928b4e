"""Shards: the same bytes from every run, whole or not at all, done once, and read by `datasets`."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.bulk_support import PUBLISHED, TEXT, ids, json_lines, made, parquet, state, table, whole
from tests.checks_support import copied
from tests.kill_support import Watch, run
from vouchbank.bulk import InputPart, Options, Receipt, begin, finish, finished_receipt, plan, shard
from vouchbank.bulk.folder import NotATargetError
from vouchbank.bulk.input_findings import findings_schema
from vouchbank.bulk.shards import article_schema
from vouchbank.bulk.tables_out import Sink, hub_features
from vouchbank.writing import PREFIX, BusyError, locked

pytestmark = pytest.mark.system

ROWS = [{"id": f"a{k}", "text": f"{TEXT}\nIt rained for {k} hours, officials said.\n"} for k in range(60)]
SMALL = Options(part_bytes=2_000)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return json_lines(tmp_path / "news.jsonl", [*ROWS[:30], b"{", *ROWS[30:]])


# --- the same bytes -------------------------------------------------------------------------------------


def test_two_runs_write_the_same_bytes(source: Path, tmp_path: Path) -> None:
    made([source], tmp_path / "one", SMALL)
    made([source], tmp_path / "two", SMALL)
    assert state(tmp_path / "one") == state(tmp_path / "two")
    assert ids(tmp_path / "one") == [row["id"] for row in ROWS]


def test_lines_that_a_site_repeats_are_left_out_where_that_is_asked_for(tmp_path: Path) -> None:
    story = "It rained for {} hours, and by the morning the river had risen above the old bridge of the town."
    rows = [
        {"id": f"{site}-{k}", "url": f"https://{site}.example/{k}", "text": f"Oxmere Lights\n{story.format(k)}\n"}
        for site, pages in (("lake", 3), ("moor", 2))
        for k in range(pages)
    ]
    source = json_lines(tmp_path / "news.jsonl", rows)
    made([source], tmp_path / "alone", SMALL)
    made([source], tmp_path / "sites", replace(SMALL, sites=True))
    kept = {row["article_id"]: row["text"] for row in table(tmp_path / "alone" / "data")}
    left = {row["article_id"]: row["text"] for row in table(tmp_path / "sites" / "data")}
    assert all(text.startswith("Oxmere Lights\n") for text in kept.values())
    assert {name for name, text in left.items() if "Oxmere Lights" in text} == {"moor-0", "moor-1"}
    rules = {one["rule"] for row in table(tmp_path / "sites" / "data") for one in row["segments"] if not one["kept"]}
    assert rules == {"recurs-on-site"}


def test_a_receipt_says_what_was_written(source: Path, tmp_path: Path) -> None:
    receipts = made([source], tmp_path / "out", SMALL)
    assert len(receipts) > 3
    for receipt in receipts:
        for folder, told in (("data", receipt.data_sha256), ("findings", receipt.findings_sha256)):
            data = (tmp_path / f"out/{folder}/part-{receipt.part:05d}.parquet").read_bytes()
            assert hashlib.sha256(data).hexdigest() == told
        file = tmp_path / f"out/receipts/part-{receipt.part:05d}.json"
        assert Receipt(**json.loads(file.read_text())) == receipt
    total = receipts[0]
    for receipt in receipts[1:]:
        total += receipt
    assert (total.articles, total.refused, total.errors, total.findings) == (60, 1, 1, {"input-not-json": 1})
    assert total.roles == {"title": 60, "interface": 60, "body": 120}
    assert total.characters == sum(len(row["text"]) for row in table(tmp_path / "out/data"))
    assert total.raw_characters == sum(len(row["text"]) for row in ROWS)


def test_parts_cover_every_line_once_whatever_their_size(tmp_path: Path) -> None:
    source = json_lines(tmp_path / "news.jsonl", ROWS)
    lines = source.read_bytes().splitlines(keepends=True)
    for size in (1, 50, 137, 1_000, 5_000, 10**9):
        parts = plan([source], Options(part_bytes=size))
        data = source.read_bytes()
        pieces = [data[part.start : part.end] for part in parts]
        assert b"".join(pieces) == data
        assert [part.row for part in parts] == [data[: part.start].count(b"\n") for part in parts]
        assert all(piece.endswith(b"\n") for piece in pieces)
        assert len(parts) == (len(lines) if size == 1 else len(parts))


def test_the_same_articles_come_from_every_format_and_every_cut(tmp_path: Path) -> None:
    import gzip

    plain = json_lines(tmp_path / "a.jsonl", ROWS)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(plain.read_bytes()))
    parquet(tmp_path / "c.parquet", ROWS, 7)
    for name in ("a.jsonl", "b.jsonl.gz", "c.parquet"):
        made([tmp_path / name], tmp_path / f"out-{name}", SMALL)
        made([tmp_path / name], tmp_path / f"whole-{name}", Options(rows=7))
    listed = [
        table(tmp_path / f"{kind}-{name}/data")
        for kind in ("out", "whole")
        for name in ("a.jsonl", "b.jsonl.gz", "c.parquet")
    ]
    for row in (row for rows in listed for row in rows):
        del row["seed_file"]
    assert all(rows == listed[0] for rows in listed)


def test_row_groups_are_bounded_by_rows_and_by_size(tmp_path: Path) -> None:
    long = [{"id": f"b{k}", "text": "It rained all day, officials said.\n" * 20_000} for k in range(4)]
    source = json_lines(tmp_path / "news.jsonl", [*ROWS, *long])
    made([source], tmp_path / "out", Options(rows=25))
    with pyarrow.parquet.ParquetFile(tmp_path / "out/data/part-00000.parquet") as file:
        rows = [file.metadata.row_group(k).num_rows for k in range(file.metadata.num_row_groups)]
    assert max(rows) == 25
    assert (sum(rows), len(rows)) == (64, 4)  # three groups would hold all, were the last one not too large


# --- what reads the result --------------------------------------------------------------------------------


def test_types_are_those_of_the_published_articles_and_segments(source: Path, tmp_path: Path) -> None:
    made([source], tmp_path / "out")
    stated = pyarrow.parquet.read_schema(PUBLISHED)
    found = pyarrow.parquet.read_schema(tmp_path / "out/data/part-00000.parquet")
    assert [found.field(field.name) for field in stated] == list(stated)
    assert [name for name in found.names if name not in stated.names] == ["segments"]
    published = pyarrow.parquet.read_schema(PUBLISHED.with_name("segments.parquet"))
    held = found.field("segments").type.value_type
    assert [held.field(k) for k in range(held.num_fields)] == [f for f in published if f.name != "article_id"]


def test_datasets_reads_the_folder(source: Path, tmp_path: Path) -> None:
    import datasets

    made([source], tmp_path / "out", SMALL)
    cache = str(tmp_path / "cache")
    articles = datasets.load_dataset(str(tmp_path / "out"), cache_dir=cache)["train"]
    found = datasets.load_dataset(str(tmp_path / "out"), "findings", cache_dir=cache)["train"]
    assert articles["article_id"][:] == [row["id"] for row in ROWS]
    assert found["check"][:] == ["input-not-json"]
    for stated in (article_schema(), findings_schema()):
        made_there = datasets.Features.from_arrow_schema(stated).arrow_schema.metadata[b"huggingface"]
        assert made_there == hub_features(stated)
    assert articles.features == datasets.Features.from_arrow_schema(article_schema())


# --- done once --------------------------------------------------------------------------------------------


def test_a_second_run_does_only_what_is_missing(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, done_again = tmp_path / "out", []
    first = made([source], out, SMALL)
    before = state(out)
    (out / "receipts/part-00001.json").unlink()
    (out / "data/part-00003.parquet").unlink()
    monkeypatch.setattr("vouchbank.bulk.shards._made", remade(done_again))
    assert made([source], out, SMALL) == first
    assert done_again == [1, 3]
    assert state(out) == before


def remade(done_again: list[int]) -> Any:
    from vouchbank.bulk import shards

    original = shards._made

    def counted(part: InputPart, target: Path, options: Options) -> Receipt:
        done_again.append(part.number)
        return original(part, target, options)

    return counted


def test_other_options_or_another_input_make_a_part_anew(source: Path, tmp_path: Path) -> None:
    (part,) = plan([source], Options())
    begin(tmp_path / "out", [part])
    shard(part, tmp_path / "out", Options())
    assert finished_receipt(tmp_path / "out", part, Options())
    assert not finished_receipt(tmp_path / "out", part, Options(language="de"))
    assert not finished_receipt(tmp_path / "out", replace(part, changed=part.changed + 1), Options())
    assert finished_receipt(tmp_path / "out", replace(part, path="/elsewhere/news.jsonl"), Options())
    for damage in ("", "{", "[]", '{"part": 0}'):
        (tmp_path / "out/receipts/part-00000.json").write_text(damage)
        assert not finished_receipt(tmp_path / "out", part, Options())


def test_every_option_decides_the_digest(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text("a = 1\n")
    changes: dict[str, Any] = {"rules": str(file), "registry": str(file), "check": False}
    for field in fields(Options):
        value = changes.get(field.name, 7 if isinstance(field.default, int) else "other")
        assert Options(**{field.name: value}).digest != Options().digest, field.name
    before = Options(rules=str(file)).digest
    file.write_text("a = 2\n")
    assert Options(rules=str(file)).digest != before


def test_files_of_another_plan_are_cleared_away(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert len(made([source], out, SMALL)) > 1
    made([source], out, Options())
    made([source], tmp_path / "fresh", Options())
    assert state(out) == state(tmp_path / "fresh")


def test_a_folder_of_something_else_is_not_touched(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("x")
    with pytest.raises(NotATargetError):
        begin(out, plan([source], Options()))
    assert state(out) == {"thesis.tex": b"x"}


def test_what_another_run_is_writing_is_not_touched(source: Path, tmp_path: Path) -> None:
    out, parts = tmp_path / "out", plan([source], Options())
    begin(out, parts)
    half = out / f"data/{PREFIX}new-part-00000.parquet"
    half.write_bytes(b"half")
    with locked(out / f"{PREFIX}lock-part-00000", out, "bulk"):
        begin(out, parts)
        with pytest.raises(BusyError):
            shard(parts[0], out, Options())
    assert half.exists()
    begin(out, parts)
    assert not half.exists()


def test_a_run_is_not_finished_before_all_its_parts_are(source: Path, tmp_path: Path) -> None:
    parts = plan([source], SMALL)
    begin(tmp_path / "out", parts)
    for part in parts[1:]:
        shard(part, tmp_path / "out", SMALL)
    assert finish(tmp_path / "out", parts, SMALL) is None
    assert not (tmp_path / "out/findings/ids.parquet").exists()


# --- killed, and out of room ------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 5_000])
def test_a_full_disk_leaves_nothing_half_done(
    at: int, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (part,) = plan([source], Options())
    out = tmp_path / "out"
    begin(out, [part])
    before, write = state(out), Sink.write

    def full(sink: Sink, data: bytes) -> int:
        if sink._file is not None and sink.size + len(data) > at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(sink, data)

    monkeypatch.setattr(Sink, "write", full)
    with pytest.raises(OSError, match="No space left"):
        shard(part, out, Options())
    monkeypatch.undo()
    assert state(out) == before
    made([source], out)
    made([source], tmp_path / "fresh")
    assert state(out) == state(tmp_path / "fresh")
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork or kill so")
def test_a_kill_at_any_moment_leaves_no_receipt_that_is_not_true_and_the_next_run_ends_like_the_first(
    source: Path, tmp_path: Path
) -> None:
    (part,) = plan([source], Options())
    out = tmp_path / "out"
    assert run(Watch(out, copies=tmp_path / "copies"), whole, part, str(out), Options()) == 0
    wanted, copies = state(out), sorted((tmp_path / "copies").iterdir())
    assert len(copies) > 8
    for copy in copies:
        left = copied(copy, tmp_path / f"left-{copy.name}") if any(copy.iterdir()) else tmp_path / f"left-{copy.name}"
        receipt = finished_receipt(left, part, Options())
        if receipt:
            for file, told in (("data", receipt.data_sha256), ("findings", receipt.findings_sha256)):
                assert hashlib.sha256((left / f"{file}/{part.stem}.parquet").read_bytes()).hexdigest() == told
        whole(part, str(left), Options())
        assert state(left) == wanted, copy.name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork or kill so")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=lambda n: n.name)
def test_a_run_that_a_signal_ends_can_be_run_again(number: signal.Signals, source: Path, tmp_path: Path) -> None:
    (part,) = plan([source], Options())
    whole(part, str(tmp_path / "whole"), Options())
    for at in (3, 6, 9, 12):
        out = tmp_path / f"out-{at}"
        assert run(Watch(out, at, number), whole, part, str(out), Options()) == -number
        whole(part, str(out), Options())
        assert state(out) == state(tmp_path / "whole")
