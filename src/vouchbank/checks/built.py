"""Checks of the built tables, as read back from their files.

Correct sources can give wrong tables if the build is wrong, so nothing is published before it was read back. The checks
here need no sources; `against_sources.py` compares the tables with the rows that the sources produce. The build also
validates with pandera; `check --tables` does not, because importing pandera takes longer than running all checks.

The place of a finding is the file, with the row (from 1) as its line.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from vouchbank.checks.read_back import JudgedTables, RowGroup, row_groups_of
from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.table_spans import PlacedTexts
from vouchbank.corpus import Corpus
from vouchbank.corpus.processes import open_in_processes
from vouchbank.errors import needed
from vouchbank.findings import CHECKS, Fault, Finding, Level, in_reading_order
from vouchbank.hints import closest
from vouchbank.schema import Column, Schema
from vouchbank.schema.derive import pandera_schema, tag_names
from vouchbank.tables.digest import RowDigest, digest_of
from vouchbank.tables.tokens import UNKNOWN
from vouchbank.text import OffsetMap
from vouchbank.workers import Workers, workers

SUMS = "SHA256SUMS"
_HERE: dict[str, Any] = {}


@needed("checking tables")
def check_built(
    folder: Path, schema: Schema, sources: Corpus | None = None, pandera: bool = False, jobs: int = 1
) -> list[Finding]:
    """All findings of a built corpus. A level is judged only if the levels before it have no findings.

    Tables with several row groups are judged one row group at a time, so that memory is bounded.

    Args:
        folder: The built corpus.
        schema: Its tables.
        sources: The sources it was built from, free of errors; None skips the checks that compare with them.
        pandera: Validate the tables with pandera as well, if nothing else was found.
        jobs: The maximum number of processes. The findings are the same.
    """
    parts: list[RowGroup | None] = [*row_groups_of(folder, schema)] or [None]
    asked = (folder, schema, pandera)
    shared: AbstractContextManager[Workers | None]
    if sources is None:
        shared = workers(jobs, _begin, (*asked, None)) if min(jobs, len(parts)) > 1 else nullcontext()
    else:
        shared = open_in_processes(sources, min(jobs, len(parts)), partial(_begin, *asked))
    with shared as processes:
        if processes is None:
            _begin(*asked, sources)
        judged = list(processes.run(_judge, parts) if processes else map(_judge, parts))
    _HERE.clear()
    worst = min((rank for rank, found in judged if found), default=0)
    return in_reading_order(dict.fromkeys(f for rank, found in judged if rank == worst for f in found))


def _begin(folder: Path, schema: Schema, pandera: bool, sources: Corpus | None) -> None:
    _HERE.update(tables=JudgedTables(folder, schema, sources), pandera=pandera)


def _judge(part: RowGroup | None) -> tuple[int, list[Finding]]:
    """The findings of a row group, and the rank of their level."""
    tables: JudgedTables = replace(_HERE["tables"], part=part)
    for level in Level:
        checks = [one for one in CHECKS.values() if one.level is level and one.judges is JudgedTables]
        found = [one.finding(fault) for one in checks if one.rule for fault in one.rule(tables)]
        if found:
            return level.rank, found
    return len(Level) + 1, [CHECKS["table-values"].finding(f) for f in by_pandera(tables)] if _HERE["pandera"] else []


def by_pandera(tables: JudgedTables) -> Iterator[Fault]:
    """The values that pandera rejects: what `table-values` checks, validated independently.

    The polars frames are eager, because pandera checks only the types of lazy ones.
    """
    import pandera.errors
    import polars

    for name, table in tables.held.items():
        try:
            pandera_schema(tables.schema.tables[name]).validate(polars.DataFrame(table), lazy=True)
        except pandera.errors.SchemaErrors as errors:
            for case in errors.failure_cases.to_dicts():
                message = f"{case['column'] or name}: {case['check']} fails for {case['failure_case']!r} (pandera)"
                yield tables.at_row(name, case.get("index") or 0, message)


@rule(level=Level.TABLES)
def missing_table(tables: JudgedTables) -> Faults:
    """A table of the schema has no file.

    In the output of `vouchbank bulk`, a part has no file of articles or no file of findings.
    """
    for name in tables.schema.tables:
        if tables.first and not tables.path(name).is_file():
            yield tables.fault(f"data/{name}.parquet", 0, f"the file of table {name} is missing")


@rule(level=Level.TABLES)
def table_types(tables: JudgedTables) -> Faults:
    """A file cannot be read, or its columns or types differ from the schema.

    This includes the class names of tags that the file stores for `datasets`: in another order, every tag would change.
    """
    for name, why in tables.opened.items():
        if isinstance(why, str) and tables.path(name).is_file():  # a missing file is reported by missing-table
            yield tables.fault(f"data/{name}.parquet", 0, f"the file of table {name} {why}")


@rule(level=Level.TABLES)
def table_values(tables: JudgedTables) -> Faults:
    """A value is not allowed by the schema."""
    repeated = tables.once(_repeated)
    for name, rows in tables.judged.items():
        for column in tables.schema.tables[name].columns:
            for index, value in enumerate(row[column.name] for row in rows):
                wrong = "" if value is None and column.nullable else wrong_value(column, value)
                if not wrong and column.unique and (name, column.name, value) in repeated:
                    wrong = f"{value!r} occurs {repeated[name, column.name, value]} times"
                if wrong:
                    yield tables.at_row(name, index, f"{column.name}: {wrong}")


def _repeated(tables: JudgedTables) -> Mapping[tuple[str, str, Any], int]:
    """The repeated values of unique columns, and how often each occurs."""
    unique = [(name, c.name) for name in tables.held for c in tables.schema.tables[name].columns if c.unique]
    counted = {place: Counter(tables.everywhere(*place)) for place in unique}
    return {(*place, value): number for place, held in counted.items() for value, number in held.items() if number > 1}


@rule(level=Level.TABLES)
def nested_values(tables: JudgedTables) -> Faults:
    """A value inside a list or record is not allowed by the schema."""
    for name, index, path, column, value in tables.each():
        if path != column.name and (wrong := wrong_value(column, value)):
            yield tables.at_row(name, index, f"{path}: {wrong}")


@rule(level=Level.TABLES)
def span_text_differs(tables: JudgedTables) -> Faults:
    """The words of a span differ from those at its offsets in the text, or in the seed as the offset map gives them."""
    if articles := tables.held.get("articles"):
        texts = PlacedTexts(articles)
        for name, held in tables.held.items():
            for one in texts.misplaced(held, tables.schema.tables[name]):
                if one.check == "span-text-differs":  # the other checks of spans judge the sources
                    yield tables.at_row(name, one.row, f"{one.path}: {one.message}")


@rule(level=Level.TABLES)
def tokens_differ(tables: JudgedTables) -> Faults:
    """The tokens of a sentence differ from the words at their offsets, or a token has no valid tag."""
    table = tables.schema.tables["tokens"]
    tags = {c.name: range(UNKNOWN, len(tag_names(c, tables.schema))) for c in table.columns if c.tags}
    for index, row in enumerate(tables.rows.get("tokens", ())):
        text = tables.texts.get(row["article_id"], "")
        words = [text[o["start"] or 0 : o["end"] or 0] for o in row["offsets"] or () if o]
        same = words == row["tokens"] and text[row["start"] : row["end"]] == row["text"]
        tagged = all(
            len(t := row[name] or ()) == len(words) and all(n in known for n in t) for name, known in tags.items()
        )
        if not (same and tagged):
            message = (
                f"the tokens of sentence {row['sentence']} of {row['article_id']} differ from the text or its tags"
            )
            yield tables.at_row("tokens", index, message)


@rule(level=Level.TABLES)
def text_file_differs(tables: JudgedTables) -> Faults:
    """The text of an article differs from its file in text/, or does not match its hash.

    The output of `vouchbank bulk` has only the hashes.
    """
    for index, row in enumerate(tables.rows.get("articles", ())):
        path = tables.folder / "text" / f"{row['article_id']}.txt"
        text = tables.texts[row["article_id"]]
        same = _read(path) == f"{text}\n".encode()
        if not same or hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]:
            message = f"the text of {row['article_id']} differs from text/{row['article_id']}.txt or its hash"
            yield tables.at_row("articles", index, message)


@rule(level=Level.TABLES)
def seed_not_reassembled(tables: JudgedTables) -> Faults:
    """The joined segments of an article differ from its seed, or the offset map does not map the seed to the text.

    In the output of `vouchbank bulk`, the paragraphs are also compared with the lines of the text.
    """
    raws: dict[str, str] = {}
    for row in tables.rows.get("segments", ()):
        raws[row["article_id"]] = raws.get(row["article_id"], "") + (row["raw_text"] or "")
    for index, row in enumerate(tables.rows.get("articles", ())):
        raw, offsets = raws.get(row["article_id"], ""), tables.maps.get(row["article_id"])
        same = hashlib.sha256(raw.encode()).hexdigest() == row["seed_sha256"]
        if "segments" in tables.rows and (not same or offsets is None or not _agrees(offsets, raw, row["text"] or "")):
            message = f"the segments or the offset map of {row['article_id']} do not reproduce its seed and text"
            yield tables.at_row("articles", index, message)


@rule(level=Level.TABLES)
def reference_without_row(tables: JudgedTables) -> Faults:
    """A reference points to a row that does not exist, or two tables share an id."""
    ids, owner = tables.once(_ids), tables.once(_owners)
    for name, index, path, column, value in tables.each():
        layer = path == "id" and tables.schema.tables[name].kind == "layer"
        if layer and owner.get(value, name) != name:
            yield tables.at_row(name, index, f"the id {value!r} also occurs in {owner[value]}")
        readable = value is not None and column.references and all(t in ids for t in column.references)
        if readable and not any(value in ids[t] for t in column.references):
            message = f"{path}: {value!r} is missing from {' or '.join(column.references)}"
            yield tables.at_row(name, index, message)


def _ids(tables: JudgedTables) -> Mapping[str, frozenset[str]]:
    """The identifying values of the rows of each table."""
    keys = {n: t.key or ("id" if "id" in t.names else "article_id") for n, t in tables.schema.tables.items()}
    return {name: frozenset(map(str, tables.everywhere(name, keys[name]))) for name in tables.held}


def _owners(tables: JudgedTables) -> Mapping[str, str]:
    """The first layer that has each id."""
    ids, layers = tables.once(_ids), [table.name for table in tables.schema.layers]
    return {value: name for name in reversed(layers) for value in ids.get(name, ())}


@rule(level=Level.TABLES)
def checksum_differs(tables: JudgedTables) -> Faults:
    """A file does not match SHA256SUMS or is not listed there, or SHA256SUMS is missing.

    The output of `vouchbank bulk` has a receipt for each part instead, with the digests of its files and the number of
    its articles, and a file that lists the parts of the run.
    """
    if not tables.first:
        return
    found = {p.relative_to(tables.folder).as_posix(): p for p in tables.folder.rglob("*") if p.is_file()}
    if found.pop(SUMS, None) is None:
        yield tables.fault(SUMS, 0, f"{SUMS} is missing")
        return
    for number, line in enumerate(_read(tables.folder / SUMS).decode("utf-8", "replace").splitlines()):
        stated, _, name = line.partition("  ")
        path = found.pop(name, None)
        if path is None or _sha256(path) != stated:
            yield tables.fault(SUMS, number, f"{name} is missing or does not match its checksum")
    for name in sorted(found):
        yield tables.fault(SUMS, 0, f"{name} is not listed in {SUMS}")


@rule(level=Level.DIGESTS)
def digest_differs(tables: JudgedTables) -> Faults:
    """The rows of a table do not match digests.json."""
    try:
        stated = json.loads(_read(tables.folder / "digests.json"))
    except (ValueError, RecursionError):
        stated = {}
    for name in tables.held if tables.first else ():
        if not isinstance(stated, dict) or stated.get(name) != _digest(tables, name):
            yield tables.fault("digests.json", 0, f"the rows of {name} do not match their digest")


def _digest(tables: JudgedTables, name: str) -> Mapping[str, Any]:
    """The digest of a table; its row groups are read one by one if the tables are judged in parts."""
    if tables.part is None:
        return digest_of(tables.held[name])
    import pyarrow.parquet

    digest = RowDigest()
    with pyarrow.parquet.ParquetFile(tables.path(name)) as file:
        for group in range(file.num_row_groups):
            digest.add(file.read_row_group(group))
    return digest.said()


def _read(path: Path) -> bytes:
    """The bytes of a file; empty if it cannot be read, or is a folder or a pipe."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""


def _sha256(path: Path) -> str:
    """The SHA-256 of a file; of the empty string if it cannot be read."""
    if path.is_file():
        with contextlib.suppress(OSError), path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    return hashlib.sha256(b"").hexdigest()


def _agrees(offsets: OffsetMap, raw: str, text: str) -> bool:
    """Whether raw and text are equal wherever the map records no change."""
    if (offsets.raw_length, offsets.length) != (len(raw), len(text)):
        return False
    raw_at = at = 0
    for run in offsets.runs:
        if raw[raw_at : run.raw_start] != text[at : run.start]:
            return False
        raw_at, at = run.raw_end, run.end
    return raw[raw_at:] == text[at:]


def wrong_value(column: Column, value: Any) -> str:
    """What is wrong with a value; empty if it is valid."""
    if value is None:
        return "must not be empty"
    if column.labels and value not in column.label_names:
        return f"invalid value {value!r}; {closest(value, column.label_names)}"
    if column.pattern and not re.fullmatch(column.pattern, value):  # `$` alone would accept a trailing line end
        return f"{value!r} does not have the required form"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value!r} is not a finite number"
    if column.minimum is not None and value < column.minimum:
        return f"{value!r} is below {column.minimum}"
    return ""
