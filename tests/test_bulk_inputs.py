"""Bad input at scale: each fault is a finding with article and row, and the good articles go through."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pytest

from tests.bulk_support import TEXT, findings, ids, json_lines, made, parquet, table
from tests.checks_support import TESTS
from vouchbank.bulk import Options, finished_receipt, plan, shard
from vouchbank.bulk.parts import InputChangedError, NoInputError
from vouchbank.findings import CHECKS, Level

EXAMPLES = tomllib.loads((TESTS / "input_examples.toml").read_text("utf-8"))
GOOD = [{"id": "first", "text": TEXT}, {"id": "last", "text": TEXT}]


def between(*wrong: dict[str, Any] | bytes) -> list[dict[str, Any] | bytes]:
    """Lines with what is wrong between what is right."""
    return [GOOD[0], *wrong, GOOD[1]]


LINES: dict[str, tuple[bytes | dict[str, Any], str]] = {
    "a byte that is not UTF-8": (b'{"id": "a", "text": "caf\xe9"}', "input-not-utf8"),
    "an end of file that a crash left": (b'{"id": "a", "te', "input-not-json"),
    "a number that JSON has not": (b'{"id": "a", "text": "x", "n": NaN}', "input-not-json"),
    "an infinite number": (b'{"id": "a", "text": "x", "n": -Infinity}', "input-not-json"),
    "a key that stands twice": (b'{"id": "a", "text": "x", "text": "y"}', "input-not-json"),
    "a list": (b'["a", "x"]', "input-not-json"),
    "a number of more digits than Python reads": (b'{"id": "a", "n": ' + b"9" * 5000 + b"}", "input-not-json"),
    "values nested without end": (b'{"id": "a", "text": ' + b"[" * 100_000, "input-not-json"),
    "no id": ({"text": TEXT}, "input-column-missing"),
    "an empty id": ({"id": " ", "text": TEXT}, "input-id-unusable"),
    "an id that is no text": ({"id": ["a"], "text": TEXT}, "input-wrong-type"),
    "an id that is true": ({"id": True, "text": TEXT}, "input-wrong-type"),
    "an id that clears the screen": ({"id": "a\x1b[2J", "text": TEXT}, "input-id-unusable"),
    "an id that turns the line round": ({"id": "a\u202eb", "text": TEXT}, "input-id-unusable"),
    "an id that is half of a character": (b'{"id": "\\ud800", "text": "x"}', "input-id-unusable"),
    "an id of a page": ({"id": "a" * 2049, "text": TEXT}, "input-id-unusable"),
    "no text": ({"id": "a"}, "input-column-missing"),
    "a text that is a number": ({"id": "a", "text": 7}, "input-wrong-type"),
    "a text of nothing": ({"id": "a", "text": " \n\t"}, "input-empty"),
    "a NUL": ({"id": "a", "text": "Rain\0stops play."}, "input-not-text"),
    "half of a surrogate pair": (b'{"id": "a", "text": "Rain \\ud800 stops."}', "input-not-text"),
    "more than five megabytes": ({"id": "a", "text": "Rain. " * 900_000}, "input-too-long"),
    "a line of more than twenty megabytes": ({"id": "a", "text": "x" * 21_000_000}, "input-too-long"),
    "ten million empty lists": (b'{"id": "a", "text": "x", "n": [' + b"[]," * 5_000_000 + b"1]}", "input-too-long"),
    "a million lines": ({"id": "a", "text": "Rain\n" * 1_000_000}, "input-too-long"),
    "nothing but a menu": ({"id": "a", "text": "Share this article"}, "input-nothing-kept"),
    "a page nested deep": ({"id": "a", "html": "<div>" * 200_000}, "input-not-a-page"),
    "a page that shows nothing": ({"id": "a", "html": "<script>show()</script>"}, "input-not-a-page"),
}


@pytest.mark.system
@pytest.mark.parametrize("case", LINES)
def test_what_is_wrong_in_a_line_is_a_finding_and_its_neighbours_go_through(case: str, tmp_path: Path) -> None:
    line, check = LINES[case]
    receipts = made([json_lines(tmp_path / "news.jsonl", between(line))], tmp_path / "out")
    assert ids(tmp_path / "out") == ["first", "last"]
    assert [(row, name) for _, row, _, name in findings(tmp_path / "out")] == [(1, check)]
    assert (receipts[0].articles, receipts[0].refused, receipts[0].errors) == (2, 1, 1)


def test_many_faults_at_once_are_told_row_by_row(tmp_path: Path) -> None:
    listed = [line for line, _ in LINES.values()]
    receipts = made([json_lines(tmp_path / "news.jsonl", between(*listed))], tmp_path / "out")
    assert ids(tmp_path / "out") == ["first", "last"]
    assert [(row, name) for _, row, _, name in findings(tmp_path / "out")] == [
        (row, check) for row, (_, check) in enumerate(LINES.values(), 1)
    ]
    assert receipts[0].rows == [[0, 1], [len(listed) + 1, 1]]


def test_nothing_that_a_finding_says_obeys_a_terminal(tmp_path: Path) -> None:
    hostile = "\x1b[2J\u202e"
    lines = [{"id": hostile, "text": TEXT}, {"id": "a", "text": TEXT, "published": hostile}, {hostile: 1, "id": "b"}]
    made([json_lines(tmp_path / "news.jsonl", [*lines, b'{"\x1b": 1, "\x1b": 2}'])], tmp_path / "out")
    found = table(tmp_path / "out/findings")
    assert [row["check"] for row in found] == [
        "input-id-unusable",
        "input-wrong-type",
        "input-column-missing",
        "input-not-json",
    ]
    said = "".join(row["message"] for row in found)
    assert said.isprintable()


def test_facts_that_do_not_fit_their_columns_are_left_out_and_the_article_is_not(tmp_path: Path) -> None:
    row = {**GOOD[0], "published": "last week", "outlet": 7, "language": "en", "rights": ""}
    made(
        [json_lines(tmp_path / "news.jsonl", [row, {**row, "published": "2024-05-14", "outlet": "Post"}])],
        tmp_path / "o",
    )
    facts = [
        [one[name] for name in ("outlet", "published", "language", "rights")] for one in table(tmp_path / "o/data")
    ]
    assert facts == [[None, None, "en", None], ["Post", "2024-05-14", "en", None]]
    assert [(row, path) for _, row, path, check in findings(tmp_path / "o") if check == "input-wrong-type"] == [
        (0, "outlet"),
        (0, "published"),
    ]


@pytest.mark.parametrize("name", ["whole numbers", "an address"])
def test_ids_may_be_whole_numbers_and_addresses(name: str, tmp_path: Path) -> None:
    given: list[Any] = (
        [7, 8] if name == "whole numbers" else ["https://lake.example/a?id=7#q1", "https://lake.example/é"]
    )
    made([json_lines(tmp_path / "news.jsonl", [{"id": one, "text": TEXT} for one in given])], tmp_path / "out")
    assert ids(tmp_path / "out") == [str(one) for one in given]
    assert findings(tmp_path / "out") == []


def test_a_byte_order_mark_empty_lines_and_windows_line_ends_are_no_faults(tmp_path: Path) -> None:
    lines = [json.dumps(row).encode() for row in GOOD]
    (tmp_path / "news.jsonl").write_bytes(b"\xef\xbb\xbf" + lines[0] + b"\r\n\r\n" + lines[1])
    made([tmp_path / "news.jsonl"], tmp_path / "out")
    assert (ids(tmp_path / "out"), findings(tmp_path / "out")) == (["first", "last"], [])


# --- files that cannot be read -------------------------------------------------------------------------


def truncated_gzip(path: Path) -> Path:
    data = gzip.compress(b"".join(json.dumps(GOOD[0] | {"id": f"a{k}"}).encode() + b"\n" for k in range(2000)))
    path.write_bytes(data[: len(data) // 2])
    return path


def truncated_parquet(path: Path) -> Path:
    parquet(path, GOOD)
    path.write_bytes(path.read_bytes()[:-40])
    return path


def damaged_parquet(path: Path) -> Path:
    """A file whose pages were overwritten, though its end is whole."""
    parquet(path, [{"id": f"a{k}", "text": f"{TEXT}{k}"} for k in range(500)])
    data = bytearray(path.read_bytes())
    data[2000:4000] = bytes(2000)
    path.write_bytes(data)
    return path


FILES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "a compressed file cut in two": ("b.jsonl.gz", truncated_gzip),
    "a file that is not compressed": ("b.jsonl.gz", lambda path: json_lines(path, GOOD)),
    "a Parquet file without its end": ("b.parquet", truncated_parquet),
    "a Parquet file with damaged pages": ("b.parquet", damaged_parquet),
    "a Parquet file of nothing": ("b.parquet", lambda path: json_lines(path, [])),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_go_on(case: str, tmp_path: Path) -> None:
    name, make = FILES[case]
    sources = [
        json_lines(tmp_path / "a.jsonl", GOOD[:1]),
        make(tmp_path / name),
        parquet(tmp_path / "c.parquet", GOOD[1:]),
    ]
    made(sources, tmp_path / "out")
    assert {"first", "last"} <= {*ids(tmp_path / "out")}
    found = [row for row in table(tmp_path / "out/findings") if row["check"] == "input-unreadable"]
    assert [row["source"] for row in found] == [name]
    assert len(ids(tmp_path / "out")) == found[0]["row"] + 2


def test_a_parquet_file_without_the_columns_is_one_finding(tmp_path: Path) -> None:
    sources = [
        parquet(tmp_path / "a.parquet", [{"id": "a", "body": TEXT}] * 3),
        parquet(tmp_path / "b.parquet", [{"key": "a", "text": TEXT}] * 3),
        parquet(tmp_path / "c.parquet", GOOD),
    ]
    made(sources, tmp_path / "out")
    assert ids(tmp_path / "out") == ["first", "last"]
    assert [(path, check) for _, _, path, check in findings(tmp_path / "out")] == [
        ("text", "input-column-missing"),
        ("article_id", "input-column-missing"),
    ]


def test_columns_are_read_by_the_names_that_are_given(tmp_path: Path) -> None:
    rows = [{"url": "https://lake.example/1", "body": TEXT, "id": "no", "text": "no"}]
    made([parquet(tmp_path / "a.parquet", rows)], tmp_path / "out", Options(id="url", text="body"))
    assert ids(tmp_path / "out") == ["https://lake.example/1"]
    assert "Play stopped" in table(tmp_path / "out/data")[0]["text"]


def test_a_column_of_another_type_has_a_finding_in_every_row_that_it_spoils(tmp_path: Path) -> None:
    rows = [{"id": 1.5, "text": TEXT}, {"id": 2.5, "text": TEXT}]
    made([parquet(tmp_path / "a.parquet", rows)], tmp_path / "out")
    assert [(row, check) for _, row, _, check in findings(tmp_path / "out")] == [
        (0, "input-wrong-type"),
        (1, "input-wrong-type"),
    ]


def test_large_strings_and_bytes_are_text_too(tmp_path: Path) -> None:
    for name, kind in (("a", pyarrow.large_string()), ("b", pyarrow.binary())):
        column = pyarrow.array([TEXT.encode() if name == "b" else TEXT], kind)
        rows = pyarrow.table({"id": [name], "text": column})
        pyarrow.parquet.write_table(rows, tmp_path / f"{name}.parquet")
    made([tmp_path], tmp_path / "out")
    assert (ids(tmp_path / "out"), findings(tmp_path / "out")) == (["a", "b"], [])


def test_where_there_is_nothing_to_read_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    for place in (tmp_path, tmp_path / "none", tmp_path / "notes.txt"):
        with pytest.raises(NoInputError):
            plan([place], Options())


def test_what_the_system_refuses_is_no_finding_so_that_it_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    for name in ("a.jsonl", "b.parquet"):
        source = json_lines(tmp_path / name, GOOD) if name == "a.jsonl" else parquet(tmp_path / name, GOOD)
        (part,) = plan([source], Options())
        with monkeypatch.context() as patched:
            patched.setattr("vouchbank.bulk.json_lines.read_record", refused)
            patched.setattr("vouchbank.bulk.parquet_rows.read_record", refused)
            with pytest.raises(OSError, match="Input/output"):
                shard(part, tmp_path / "out", Options())
        assert finished_receipt(tmp_path / "out", part, Options()) is None
        assert [p for p in (tmp_path / "out").rglob("*") if p.is_file()] == []


def test_an_input_that_changes_under_a_plan_is_not_taken_for_what_was_planned(tmp_path: Path) -> None:
    source = json_lines(tmp_path / "a.jsonl", GOOD)
    (part,) = plan([source], Options())
    json_lines(source, GOOD[:1])
    with pytest.raises(InputChangedError):
        shard(part, tmp_path / "out", Options())


# --- ids that stand twice -----------------------------------------------------------------------------


def test_ids_that_stand_twice_are_found_within_a_part_and_across_parts(tmp_path: Path) -> None:
    one = [{"id": f"a{k % 40}", "text": TEXT} for k in range(50)]
    two = between({"id": "a7", "text": TEXT}, b"{", {"id": "a7", "text": TEXT})
    sources = [parquet(tmp_path / "a.parquet", one, 10), json_lines(tmp_path / "b.jsonl", two)]
    assert len(made(sources, tmp_path / "out", Options(part_bytes=1))) > 3
    found = [row for row in table(tmp_path / "out/findings") if row["check"] == "input-id-twice"]
    assert [(row["source"], row["row"], row["article_id"]) for row in found] == [
        *(("a.parquet", 40 + k, f"a{k}") for k in range(10)),
        ("b.jsonl", 1, "a7"),
        ("b.jsonl", 3, "a7"),
    ]
    assert {row["message"] for row in found if row["article_id"] == "a7"} == {
        "the id 'a7' was already used: a.parquet, row 7"
    }


# --- what docs/checks/ shows ---------------------------------------------------------------------------


def test_every_check_of_inputs_has_an_example() -> None:
    assert {*EXAMPLES} == {name for name, check in CHECKS.items() if check.level is Level.INPUTS}


@pytest.mark.parametrize("slug", EXAMPLES)
def test_the_example_of_a_check_of_inputs_is_what_is_found(slug: str, tmp_path: Path) -> None:
    held = EXAMPLES[slug]
    source = tmp_path / held.get("file", "news.jsonl")
    source.write_bytes(held["lines"].strip().replace("<FF>", "\udcff").encode("utf-8", "surrogateescape") + b"\n")
    options = Options(**held.get("options", {}))
    made([source], tmp_path / "out", options)
    found = [row for row in table(tmp_path / "out/findings") if row["check"] == slug]
    said = "\n".join(
        f"{row['source']}, row {row['row']}: {row['message']} [{slug}]\n     = help: {row['help']}" for row in found
    )
    assert said == held["says"].strip()


# --- pages ----------------------------------------------------------------------------------------------


def test_a_page_gives_its_text_and_what_it_tells_of_itself(tmp_path: Path) -> None:
    page = (TESTS / "data/bridge.html").read_bytes()
    given = {"html": page.decode(), "outlet": "The Post"}
    sources = [
        json_lines(tmp_path / "a.jsonl", [{"id": "a", **given}, {"id": "c", "text": TEXT, **given}]),
        parquet(tmp_path / "b.parquet", [{"id": "b", "html": page}]),
    ]
    made(sources, tmp_path / "out")
    rows = {row["article_id"]: row for row in table(tmp_path / "out/data")}
    assert findings(tmp_path / "out") == []
    assert rows["a"]["text"] == rows["b"]["text"] != rows["c"]["text"]
    assert [rows[name]["outlet"] for name in "abc"] == ["The Post", "Lake Post", "The Post"]
    assert rows["b"]["published"] == "2024-05-14"
    assert {one["field"] for one in rows["b"]["evidence"]} == {"outlet", "published"}
    raw = "".join(segment["raw_text"] for segment in rows["b"]["segments"])
    assert hashlib.sha256(raw.encode()).hexdigest() == rows["b"]["seed_sha256"]
    assert any(segment["rule"].startswith("trafilatura-") for segment in rows["b"]["segments"])
