"""`check --tables` of what `vouchbank bulk` wrote: it finds each damage where it was done, and nothing else."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from vouchbank.bulk import Options, begin, plan, shard
from vouchbank.bulk.duplicate_ids import finish
from vouchbank.bulk.verify import CHECKED, MOST, verify
from vouchbank.cli import main
from vouchbank.findings import CHECKS

pytestmark = pytest.mark.slow

TEXT = "Share this article\n\nZoe\u0308 said that 4 of 12 boats sank.\n\n\u201cThree\u00a0did,\u201d said Rene\u0301.\n"
Damage = Callable[[Path], None]
Row = dict[str, Any]


def at(words: str) -> Row:
    return {"start": TEXT.index(words), "end": TEXT.index(words) + len(words), "text": words}


LAYERS = {
    "quantities": [{"number": at("4"), "part_of": ["q2"]}, {"number": at("12"), "id": "q2", "measured": [at("boats")]}],
    "attributions": [{"cue": [at("said")], "source": [at("Zoe\u0308")], "content": [at("that 4 of 12 boats sank")]}],
    "entities": [{"span": at("Zoe\u0308"), "type": "PERSON", "mention": "name"}],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bulk")
    for name in ("one", "two"):
        rows: list[Row] = [{"id": f"{name}-boats", "text": TEXT, **LAYERS}, {"id": f"https://x.y/{name}", "text": TEXT}]
        (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    options, out = Options(), folder / "out"
    parts = plan([folder / "one.jsonl", folder / "two.jsonl"], options)
    begin(out, parts)
    receipts = [shard(part, out, options) for part in parts]
    assert [one.annotations for one in receipts] == [{"attributions": 1, "entities": 1, "quantities": 2}] * 2
    assert finish(out, parts, options)
    return out


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "out"))


def stated(out: Path, stem: str) -> None:
    """The receipt of a part says of its files what they are; and so does what is written last."""
    file = out / "receipts" / f"{stem}.json"
    receipt = json.loads(file.read_text("utf-8"))
    for name in ("data", "findings"):
        receipt[f"{name}_sha256"] = hashlib.sha256((out / name / f"{stem}.parquet").read_bytes()).hexdigest()
    file.write_text(json.dumps(receipt), "utf-8")
    sums = [json.loads(one.read_text("utf-8"))["data_sha256"] for one in sorted((out / "receipts").glob("*.json"))]
    ids = (out / "receipts" / "ids.txt").read_text("utf-8").split()
    wanted = hashlib.sha256("".join(sums).encode()).hexdigest()
    (out / "receipts" / "ids.txt").write_text(f"{wanted} {ids[1]}\n", "utf-8")


def in_table(change: Callable[[pyarrow.Table], pyarrow.Table], folder: str = "data") -> Damage:
    def damage(out: Path) -> None:
        path = out / folder / "part-00001.parquet"
        pyarrow.parquet.write_table(change(pyarrow.parquet.read_table(path)), path)
        stated(out, "part-00001")

    return damage


def setting(value: Any, *path: str | int, row: int = 0) -> Damage:
    """Damage to one value of the second part."""

    def change(held: pyarrow.Table) -> pyarrow.Table:
        rows = held.to_pylist()
        inner: Any = rows[row]
        for step in path[:-1]:
            inner = inner[step]
        assert inner[path[-1]] != value
        inner[path[-1]] = value
        return pyarrow.Table.from_pylist(rows, schema=held.schema)

    return in_table(change)


def cut(out: Path) -> None:
    path = out / "data" / "part-00001.parquet"
    path.write_bytes(path.read_bytes()[:-900])
    stated(out, "part-00001")


def not_utf8(held: pyarrow.Table) -> pyarrow.Table:
    """The first byte of each text continues a character."""
    text = held["text"].combine_chunks()
    data = b"\x80" + text.buffers()[2].to_pybytes()[1:]
    wrong = pyarrow.Array.from_buffers(text.type, len(text), [None, text.buffers()[1], pyarrow.py_buffer(data)])
    return held.set_column(held.schema.get_field_index("text"), held.schema.field("text"), wrong)


DATA = "data/part-00001.parquet"
Q1 = ("quantities", 0)
DAMAGES: dict[str, tuple[str, str, int, Damage]] = {
    "a part without a file": ("missing-table", DATA, 1, lambda out: (out / DATA).unlink()),
    "no findings": (
        "missing-table",
        "findings/part-00001.parquet",
        1,
        lambda out: (out / "findings/part-00001.parquet").unlink(),
    ),
    "no receipt": (
        "checksum-differs",
        "receipts/part-00001.json",
        1,
        lambda out: (out / "receipts/part-00001.json").unlink(),
    ),
    "the receipt of another part": (
        "checksum-differs",
        "receipts/part-00001.json",
        1,
        lambda out: shutil.copy(out / "receipts/part-00000.json", out / "receipts/part-00001.json") and None,
    ),
    "a receipt that is not JSON": (
        "checksum-differs",
        "receipts/part-00001.json",
        1,
        lambda out: (out / "receipts/part-00001.json").write_text("[" * 9999) and None,
    ),
    "other bytes": (
        "checksum-differs",
        DATA,
        1,
        lambda out: pyarrow.parquet.write_table(pyarrow.parquet.read_table(out / DATA), out / DATA),
    ),
    "fewer articles than the receipt says": ("checksum-differs", DATA, 1, in_table(lambda t: t.slice(1))),
    "a run that was not finished": (
        "checksum-differs",
        "receipts/ids.txt",
        1,
        lambda out: (out / "receipts/ids.txt").unlink(),
    ),
    "other ids than were found": (
        "checksum-differs",
        "findings/ids.parquet",
        1,
        lambda out: (out / "findings/ids.parquet").write_bytes(b"PAR1") and None,
    ),
    "a file cut short": ("table-types", DATA, 1, cut),
    "text that is not UTF-8": ("table-types", DATA, 1, in_table(not_utf8)),
    "a column too few": ("table-types", DATA, 1, in_table(lambda t: t.drop_columns(["map"]))),
    "findings with other columns": (
        "table-types",
        "findings/part-00001.parquet",
        1,
        in_table(lambda t: t.drop_columns(["help"]), "findings"),
    ),
    "no language": ("table-values", DATA, 2, setting(None, "language", row=1)),
    "another form": ("table-values", DATA, 1, setting("0" * 63, "text_sha256")),
    "a label outside the list": ("nested-values", DATA, 1, setting("ORGA", "entities", 0, "type")),
    "a role outside the list": ("nested-values", DATA, 2, setting("titel", "segments", 1, "role", row=1)),
    "a number that is not one": ("nested-values", DATA, 1, setting(float("nan"), "quantities", 1, "lower")),
    "no start": ("nested-values", DATA, 1, setting(None, "quantities", 0, "number", "start")),
    "an id twice": ("nested-values", DATA, 1, setting("two-boats-q1", "quantities", 1, "id")),
    "a reference to nothing": (
        "reference-without-row",
        DATA,
        1,
        setting("two-boats-q9", *Q1, "part_of", 0),
    ),
    "an annotation of another article": (
        "reference-without-row",
        DATA,
        1,
        setting("one-boats", "entities", 0, "article_id"),
    ),
    "other words": ("span-text-differs", DATA, 1, setting("five", "quantities", 0, "number", "text")),
    "a span past the end": ("span-text-differs", DATA, 1, setting(999, "quantities", 0, "number", "end")),
    "another raw offset": ("span-text-differs", DATA, 1, setting(7, "attributions", 0, "content", 0, "raw_start")),
    "another hash": ("text-file-differs", DATA, 2, setting("0" * 64, "text_sha256", row=1)),
    "another hash of the seed": ("seed-not-reassembled", DATA, 2, setting("0" * 64, "seed_sha256", row=1)),
    "a segment of other words": ("seed-not-reassembled", DATA, 1, setting("Share", "segments", 0, "raw_text")),
    "a gap between segments": ("seed-not-reassembled", DATA, 1, setting(3, "segments", 1, "raw_start")),
    "a paragraph that is not a line": ("seed-not-reassembled", DATA, 1, setting(2, "paragraphs", 0, "end")),
    "another map": ("seed-not-reassembled", DATA, 1, setting(3, "map", 0, "removed")),
    "a map that is none": ("seed-not-reassembled", DATA, 2, setting([], "map", row=1)),
}


def test_an_output_has_no_findings(made: Path) -> None:
    found = verify(made)
    assert found.findings == []
    assert found.articles == 4


@pytest.mark.system
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_is_found_where_it_was_done(name: str, out: Path) -> None:
    check, file, row, damage = DAMAGES[name]
    damage(out)
    found = verify(out).findings
    said = [(one.slug, one.place.file, one.place.line) for one in found]
    assert (check, file, row) in said, found
    assert {(where, line) for slug, where, line in said if slug != "checksum-differs"} <= {(file, row)}


def test_every_check_of_an_output_has_a_damage() -> None:
    assert {check for check, *_ in DAMAGES.values()} | SPANS == {*CHECKED}
    assert {*CHECKED} <= {*CHECKS}


# spans that no quote leads to: `tests/test_table_spans.py` compares what is said of them with the rules on sources
SPANS = {"map-round-trip", "span-edge", "fragments-out-of-order"}


def test_a_span_of_white_space_is_found_by_its_path(out: Path) -> None:
    def change(held: pyarrow.Table) -> pyarrow.Table:
        rows = held.to_pylist()
        span = rows[0]["quantities"][1]["measured"][0]
        span.update(start=span["start"] - 1, text=f" {span['text']}", raw_start=span["raw_start"] - 1)
        return pyarrow.Table.from_pylist(rows, schema=held.schema)

    in_table(change)(out)
    (found,) = verify(out).findings
    assert (found.slug, found.article) == ("span-edge", "two-boats")
    assert found.message == "quantities[1].measured[0]: `measured` begins or ends with white space"


def test_many_findings_of_a_check_are_counted(out: Path) -> None:
    def change(held: pyarrow.Table) -> pyarrow.Table:
        rows = [{**held.slice(1, 1).to_pylist()[0], "text_sha256": "0" * 64}] * (MOST + 5)
        return pyarrow.Table.from_pylist(rows, schema=held.schema)

    in_table(change)(out)
    found = [one for one in verify(out).findings if one.slug == "text-file-differs"]
    assert len(found) == MOST
    assert found[-1].message.endswith(", and 5 more of this check")


def test_the_command_takes_the_folder(made: Path, out: Path) -> None:
    right = CliRunner().invoke(main, ["check", "--tables", str(made)])
    assert right.exit_code == 0, right.output
    setting("five", "quantities", 0, "number", "text")(out)
    wrong = CliRunner().invoke(main, ["check", "--tables", str(out)])
    assert wrong.exit_code == 1
    assert f"{DATA}:1" in wrong.output
    assert "quantities[0].number: 'five' is not the text at" in wrong.output
    for option in (["--fix"], ["--by", "kim-roe"], ["--against", "HEAD"]):
        refused = CliRunner().invoke(main, ["check", "--tables", *option, str(made)])
        assert refused.exit_code == 2
        assert "leave out --fix, --by and --against" in refused.output
