"""All doors lead to the same rows, and all that write parts to the same bytes."""

from __future__ import annotations

import errno
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import pyarrow.parquet
import pytest
from click.testing import CliRunner, Result

from tests.doors_support import PATIENCE, ROOT, command, environment, hashes, inputs, json_lines, records
from vouchbank import annotate_batch
from vouchbank.bulk import Options, begin, plan, process_articles, shard
from vouchbank.bulk.batch import batch_features, columns
from vouchbank.bulk.json_lines import json_lines as read_lines
from vouchbank.bulk.runs import CannotGoOnError, PartState, finished, run, share
from vouchbank.bulk.tables_out import Sink
from vouchbank.cli import main

pytestmark = pytest.mark.system

BAD = [{"id": "nul", "text": "a\0b"}, {"text": "It rains."}, {"id": "twice", "text": "It rains."}]
SPAN = {"start": 0, "end": 15, "text": "Rain stops play"}
ENTITY = {"span": SPAN, "type": "EVENT", "mention": "name"}
FINDING = ("article_id", "source", "row", "path", "check", "severity", "message", "help")

Row = dict[str, Any]


def cli(*words: object, given: str | bytes = "") -> Result:
    return CliRunner().invoke(main, list(map(str, words)), input=given)


def articles() -> list[Row]:
    """Good and bad ones, one of them annotated, one a web page."""
    good = records(0, 30)
    good[4] = {**good[4], "entities": [ENTITY, {**ENTITY, "span": {**SPAN, "end": 9_999}}], "outlet": "Lake Post"}
    page = {"id": "page", "html": (ROOT / "tests" / "data" / "bridge.html").read_text("utf-8")}
    return [*good[:10], *BAD, *good[10:], {"id": "twice", "text": "It rains again."}, page]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return json_lines(tmp_path_factory.mktemp("doors") / "news.jsonl", articles())


@pytest.fixture(scope="module")
def written(source: Path) -> Path:
    """What `bulk` writes, in one process."""
    out = source.parent / "written"
    result = cli("bulk", source, out, "--jobs", 1)
    assert result.exit_code == 1, result.output
    return out


def rows_of(out: Path) -> list[Row]:
    files = sorted((out / "data").iterdir())
    return [row for file in files for row in pyarrow.parquet.read_table(file).to_pylist()]


def findings_of(out: Path, twice: bool = False) -> list[Row]:
    files = sorted(path for path in (out / "findings").iterdir() if twice or path.stem != "ids")
    return [row for file in files for row in pyarrow.parquet.read_table(file).to_pylist()]


def as_json(rows: list[Row]) -> list[Row]:
    """Rows as JSON brings them: a date is text."""
    held: list[Row] = json.loads(json.dumps(rows, default=str))
    return held


def split(made: list[Row]) -> tuple[list[Row], list[Row]]:
    """The articles that were processed, and all findings."""
    found = [one for row in made for one in row["findings"]]
    return [without(row, "findings") for row in made if row["text"] is not None], told(found)


def told(found: list[Row]) -> list[Row]:
    """Findings without their help, which lists the columns: a table has those of all rows, a line its own."""
    return [without(one, "help") for one in found]


def without(row: Row, name: str) -> Row:
    return {key: value for key, value in row.items() if key != name}


def test_every_door_makes_the_same_rows_and_findings(
    source: Path, written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, found = as_json(rows_of(written)), findings_of(written)
    assert len(rows) == 33
    assert {one["check"] for one in found} > {"input-not-text", "input-column-missing"}
    (part,), options = plan([source], Options()), Options()
    read = list(read_lines(part, options))
    assert (
        as_json([done.row for done in process_articles([one.given for one in read if one.given], options) if done.row])
        == rows
    )
    piped = cli("normalise", source)
    assert piped.exit_code == 1
    assert split([json.loads(line) for line in piped.stdout.splitlines()])[0] == rows
    assert [line.rpartition("[")[2][:-1] for line in piped.stderr.splitlines() if line.endswith("]")] == [
        one["check"] for one in found
    ]
    monkeypatch.chdir(tmp_path)
    given = datasets.Dataset.from_json(str(source), cache_dir=str(tmp_path))
    words: Row = {
        "batched": True,
        "batch_size": 7,
        "with_indices": True,
        "remove_columns": given.column_names,
        "fn_kwargs": {"source": "news.jsonl"},
        "features": batch_features(),
    }
    for mapped in (
        given.map(annotate_batch, num_proc=2, **words),
        given.map(annotate_batch, **words),
        list(given.to_iterable_dataset(num_shards=2).map(annotate_batch, **words)),
    ):
        assert split(as_json(list(mapped))) == (rows, told(found))


def test_everything_that_writes_parts_writes_the_same_bytes(tmp_path: Path) -> None:
    source = inputs(tmp_path / "news", 5, 20)
    json_lines(source / "news-5.jsonl", articles())
    parts, options = plan([source], Options()), Options()
    for door in ("by hand", "one", "pool", "shards"):
        out = tmp_path / door
        match door:
            case "by hand":
                begin(out, parts)
                for part in reversed(parts):
                    shard(part, out, options)
                assert finished(out, parts, options) == 31
            case "one":
                assert cli("bulk", source, out, "--jobs", 1).exit_code == 1
            case "pool":
                quiet = command("bulk", source, out, "--jobs", 2, "--quiet")
                done = subprocess.run(quiet, capture_output=True, check=False)
                assert (done.returncode, done.stderr) == (1, b"")
            case _:
                first, last = (cli("bulk", source, out, "--jobs", 1, "--shard", f"{n}/2") for n in (2, 1))
                assert (first.exit_code, last.exit_code) == (1, 1)
                assert "parts of other shards are missing" in first.stdout
                assert last.stdout.endswith(f"wrote {out}\n")
        assert hashes(out) == hashes(tmp_path / "by hand"), door
    assert share(parts, 1, 4) == [parts[0], parts[4]]


def test_datasets_reads_what_was_written_and_the_ids_that_stand_twice_are_findings(
    written: Path, tmp_path: Path
) -> None:
    words = {"split": "train", "cache_dir": str(tmp_path)}
    assert [row["article_id"] for row in datasets.load_dataset(str(written), **words)] == [
        row["article_id"] for row in rows_of(written)
    ]
    found = datasets.load_dataset(str(written), "findings", **words)
    assert tuple(found.column_names) == FINDING
    assert [one["row"] for one in found if one["check"] == "input-id-twice"] == [33]


def test_a_second_run_makes_nothing_again_and_says_the_same(source: Path, written: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in written.rglob("*") if path.is_file()}
    again = cli("bulk", source, written, "--jobs", 1)
    assert again.exit_code == 1
    assert again.stdout.startswith("33 articles in 1 part, 2 refused\nkept: ")
    assert "input-id-twice 1" in again.stdout
    assert {path: path.stat().st_mtime_ns for path in written.rglob("*") if path.is_file()} == before
    assert cli("bulk", source, written, "--jobs", 1, "-q").stdout == ""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "dask"], "--engine dask and --scheduler ADDRESS go together"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--engine dask and --scheduler ADDRESS go together"),
        (["--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", "--jobs", "2"], "leave it out with --engine dask"),
        (["--shard", "3/2"], "write I/N with 1 ≤ I ≤ N, such as 3/64, not '3/2'"),
        (["--shard", "0/2"], "not '0/2'"),
        (["--shard", "x"], "not 'x'"),
        (["--draft", "tests.doors_support:nothing"], "no function 'tests.doors_support:nothing'"),
    ],
)
def test_what_does_not_go_together_is_refused(words: list[str], said: str, source: Path, tmp_path: Path) -> None:
    alone = [] if {"--engine", "--scheduler"} & set(words) else ["--jobs", "1"]
    result = cli("bulk", source, tmp_path / "out", *words, *alone)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_a_folder_of_something_else_is_left_alone(source: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    result = cli("bulk", source, tmp_path, "--jobs", 1)
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [tmp_path / "thesis.tex"])
    assert "'thesis.tex', which `vouchbank bulk` did not write" in result.stderr
    assert cli("bulk", tmp_path / "nothing.jsonl", tmp_path / "out").exit_code == 2


# --- a run --------------------------------------------------------------------------------------------


def test_no_room_at_a_write_leaves_nothing_half_written_and_the_next_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = inputs(tmp_path / "news", 2, 3)
    real, writes, full = Sink.write, 0, 0

    def write(self: Sink, data: bytes) -> int:
        nonlocal writes
        writes += self._file is not None
        if self._file is not None and full and writes >= full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(self, data)

    monkeypatch.setattr(Sink, "write", write)
    assert cli("bulk", source, tmp_path / "clean", "--jobs", 1).exit_code == 0
    clean, last = hashes(tmp_path / "clean"), writes
    assert last > 100
    for at in (1, 2, *range(3, last, last // 12), last - 1, last):
        out, writes, full = tmp_path / f"out-{at}", 0, at
        result = cli("bulk", source, out, "--jobs", 1)
        assert result.exit_code == 2, result.output
        assert "disk full (No space left on device); finished parts are kept" in result.stderr
        left = hashes(out)
        assert not [name for name in left if ".vouchbank-" in name]
        assert {name for name, held in left.items() if clean[name] != held} == set()
        full = 0
        assert cli("bulk", source, out, "--jobs", 1).exit_code == 0
        assert hashes(out) == clean


def test_how_far_a_run_is_stands_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Path
) -> None:
    monkeypatch.setattr("vouchbank.cli.bulking.PROGRESS_SECONDS", 0)
    news = inputs(tmp_path / "news", 3, 2)
    result = cli("bulk", news, tmp_path / "out", "--jobs", 1)
    assert [line.partition(" per second")[0].rpartition(",")[0] for line in result.stderr.splitlines()] == [
        f"{n} of 3 parts, {2 * n} articles" for n in (1, 2, 3)
    ]
    assert "left" not in result.stdout
    again = cli("bulk", news, tmp_path / "out", "--jobs", 1)
    assert again.stderr.splitlines() == [f"{n} of 3 parts" for n in (1, 2, 3)]
    assert cli("bulk", source, tmp_path / "quiet", "--jobs", 1, "-q").output == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pty")
def test_on_a_terminal_a_bar_shows_the_same_and_is_gone_at_the_end(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    told = command("bulk", inputs(tmp_path / "news", 2, 2), tmp_path / "out", "--jobs", 1)
    with subprocess.Popen(told, env=environment(COLUMNS=100), stdout=subprocess.PIPE, stderr=theirs) as one:
        os.close(theirs)
        drawn = b"".join(iter(lambda: _read(ours), b"")).decode()
        assert one.wait(PATIENCE) == 0
    os.close(ours)
    assert "2 of 2 parts, 4 articles, " in drawn
    assert drawn.endswith("\x1b[2K")


def _read(descriptor: int) -> bytes:
    """What is drawn; nothing once the terminal is closed."""
    try:
        return os.read(descriptor, 10_000)
    except OSError:
        return b""


def test_options_are_those_of_the_library(monkeypatch: pytest.MonkeyPatch, source: Path, tmp_path: Path) -> None:
    given = list[Options]()
    monkeypatch.setattr("vouchbank.bulk.plan", lambda _, options: given.append(options) or sys.exit(3))
    words = {"--id-column": "key", "--language": "de", "--most-mb": "2", "--most-lines": "9", "--part-mb": "3"}
    said = [word for pair in words.items() for word in pair]
    assert cli("bulk", source, tmp_path / "out", *said, "--no-check").exit_code == 3
    sizes = {"most_bytes": 2 * 1024**2, "part_bytes": 3 * 1024**2}
    assert given == [Options(id="key", language="de", most_lines=9, check=False, **sizes)]
    assert cli("bulk", source, tmp_path / "out").exit_code == 3
    assert given[1] == Options()


def test_a_part_that_fails_is_tried_again_and_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, tried = inputs(tmp_path / "news", 3, 1), list[str]()

    def flaky(part: Any, target: Path, options: Options) -> Any:
        tried.append(part.stem)
        if part.number == 2 or (part.number == 1 and tried.count(part.stem) == 1):
            raise OSError(errno.EIO, "the disk stutters")
        return shard(part, target, options)

    monkeypatch.setattr("vouchbank.bulk.runs.shard", flaky)
    result = cli("bulk", source, tmp_path / "out", "--jobs", 1)
    assert result.exit_code == 2
    assert tried == ["part-00000", "part-00001", "part-00002", "part-00001", "part-00002"]
    assert result.stderr.splitlines() == [
        "part-00002 (news-2.jsonl): not made: [Errno 5] the disk stutters",
        "1 of 3 parts were not made; run the command again",
    ]
    assert result.stdout.startswith("2 articles in 2 parts\n")


def test_a_worker_with_other_libraries_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts, said = plan([inputs(tmp_path / "news", 1, 1)], Options()), iter(["vouchbank 1", "vouchbank 2"])
    monkeypatch.setattr("vouchbank.bulk.runs.libraries_here", lambda: next(said))

    def engine(work: Any, tasks: Any) -> Iterator[Any]:
        from vouchbank.bulk.pool import done_here

        return (done_here(work, task) for task in tasks)

    with pytest.raises(CannotGoOnError, match="a worker has vouchbank 2, but this run needs vouchbank 1"):
        list[PartState](run(parts, tmp_path / "out", Options(), engine))


# --- annotate_batch -----------------------------------------------------------------------------------


def test_a_batch_has_a_row_for_each_row_and_counts_from_its_first_without_indices() -> None:
    given = {"id": ["a", "b", "c"], "text": ["It rains.", "", "It snows."]}
    made = annotate_batch(given)
    assert list(made) == columns() == [*batch_features()]
    assert made["article_id"] == ["a", "b", "c"]
    assert made["text"] == ["It rains.", None, "It snows."]
    assert [[one["row"] for one in found] for found in made["findings"]] == [[], [1], []]
    assert annotate_batch(given, [7, 8, 9])["findings"][1][0]["row"] == 8
    assert annotate_batch({"id": [], "text": []}) == {name: [] for name in columns()}


# --- normalise ----------------------------------------------------------------------------------------


def test_normalise_prints_the_text_of_one_article_or_its_row(tmp_path: Path) -> None:
    file = tmp_path / "rain.txt"
    file.write_text(records(0, 1)[0]["text"], "utf-8-sig")
    text = cli("normalise", file)
    assert (text.exit_code, text.stderr) == (0, "")
    assert text.stdout == "Rain stops play\nPlay stopped at 0 o’clock, for rain.\nHe said: “It rains.”\n"
    assert cli("normalise", "-", given=file.read_bytes()).stdout == text.stdout
    row = json.loads(cli("normalise", file, "--json").stdout)
    assert list(row) == columns()
    assert (row["article_id"], row["seed_file"], row["text"] + "\n") == ("rain", "rain.txt", text.stdout)
    assert [one["role"] for one in row["segments"]].count("interface") == 1
    assert row["map"]


def test_normalise_reads_a_web_page_by_what_it_holds() -> None:
    page = (ROOT / "tests" / "data" / "bridge.html").read_bytes()
    result = cli("normalise", "-", given=page)
    assert result.exit_code == 0
    assert "<" not in result.stdout
    assert result.stdout.count("\n") > 3


def test_normalise_of_lines_goes_on_after_a_bad_one_and_names_it(tmp_path: Path) -> None:
    lines = b'{"id": 1, "text": "It rains."}\n{"id": 2\n\n\xff\n{"id": 3, "text": "It snows."}'
    packed = tmp_path / "news.jsonl.gz"
    packed.write_bytes(gzip.compress(lines))
    for result in (cli("normalise", "--jsonl", "-", given=lines), cli("normalise", packed)):
        assert result.exit_code == 1
        assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["It rains.", "It snows."]
        places = [line.rpartition(": error:")[0].rpartition(":")[2] for line in result.stderr.splitlines()]
        assert [place for place in places if place] == ["2", "4"]


def test_normalise_of_lines_answers_each_before_the_next_and_ends_when_nobody_reads_on() -> None:
    with subprocess.Popen(
        command("normalise", "--jsonl", "-"), env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as one:
        assert one.stdin
        assert one.stdout
        for n in range(3):
            one.stdin.write(b'{"id": %d, "text": "It rains."}\n' % n)
            one.stdin.flush()
            assert json.loads(one.stdout.readline())["article_id"] == str(n)
        one.stdout.close()
        one.stdin.write(b'{"id": 4, "text": "It rains."}\n' * 2)
        one.stdin.close()
        assert one.wait(PATIENCE) == 141


@pytest.mark.parametrize("words", [["--json"], ["--jsonl"], ["--language", "en"], ["-", "--dry-run"]])
def test_normalise_refuses_options_that_say_nothing(words: list[str]) -> None:
    result = cli("normalise", *words, given="It rains.")
    assert (result.exit_code, result.stdout) == (2, "")
