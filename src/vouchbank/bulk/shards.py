"""Make a shard from a part of the input: articles, findings, and last the receipt, each file renamed into place."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank._version import __version__
from vouchbank.bulk import resources
from vouchbank.bulk.articles import ArticleResult, process_articles
from vouchbank.bulk.input_batches import batches
from vouchbank.bulk.input_findings import findings_schema
from vouchbank.bulk.input_rows import InputRow
from vouchbank.bulk.options import Options
from vouchbank.bulk.parts import InputPart
from vouchbank.bulk.receipts import DATA, FINDINGS, RECEIPTS, Receipt, finished_receipt, paths, written
from vouchbank.bulk.tables_out import GroupWriter, hub_features, new_file
from vouchbank.errors import needed
from vouchbank.schema.derive import arrow_schema
from vouchbank.writing import PREFIX, locked, replace_file

if TYPE_CHECKING:
    import pyarrow


_SEGMENT, _ANNOTATION = 500, 6_000  # bytes


@needed("making shards")
def shard(source: InputPart, target: str | Path, options: Options) -> Receipt:
    """Make one part, unless it is already made; every process makes the same bytes.

    Args:
        source: A part of a plan.
        target: The output folder.
        options: The options of the run.

    Raises:
        BusyError: another process is making the same part.
        CannotLockError: the target cannot be written.
        InputChangedError: the input changed after the plan was made.
        NoSuchFunctionError: the drafting function cannot be imported.
        OSError: the system cannot read or write a file; no unfinished file is left.
    """
    target = Path(target)
    for folder in (DATA, FINDINGS, RECEIPTS):
        (target / folder).mkdir(parents=True, exist_ok=True)
    with locked(target / f"{PREFIX}lock-{source.stem}", target / DATA / f"{source.stem}.parquet", "bulk"):
        return finished_receipt(target, source, options) or _made(source, target, options)


def _made(source: InputPart, target: Path, options: Options) -> Receipt:
    source.same()
    data, findings, file = paths(target, source)
    file.unlink(missing_ok=True)  # so that no receipt lies beside files that it does not describe
    receipt = Receipt(source.number, source.name, source.identity, options.digest)
    with new_file(data) as data_sink, new_file(findings) as findings_sink:
        tally = _Tally()
        articles = GroupWriter(data_sink, article_schema(), options.rows)
        found = GroupWriter(findings_sink, findings_schema())
        for batch in batches(source, options):
            for row, made in processed(batch, options):
                tally.add(row, made)
                if made.row:
                    articles.add(made.row, _size(made.row))
                for one in made.found:
                    found.add(one.as_row)
        articles.close()
        found.close()
        source.same()
    counted = tally.receipt(receipt)
    counted = replace(counted, data_sha256=data_sink.sha256, findings_sha256=findings_sink.sha256)
    counted = replace(counted, data_bytes=data_sink.size, findings_bytes=findings_sink.size)
    replace_file(file, written(counted))
    return counted


def _size(row: Mapping[str, Any]) -> int:
    """The approximate size of a row in memory, in bytes."""
    layers = sum(layer["annotations"] or 0 for layer in row["layers"])
    return 2 * len(row["text"]) + _SEGMENT * len(row["segments"]) + _ANNOTATION * layers


def processed(batch: Sequence[InputRow], options: Options) -> Iterator[tuple[int, ArticleResult]]:
    """Process the rows of a batch, in their order."""
    made = iter(process_articles([entry.given for entry in batch if entry.given], options))
    for entry in batch:
        if entry.given is None:
            yield -1, ArticleResult(None, entry.found)
        else:
            each = next(made)
            yield entry.given.row, ArticleResult(each.row, (*entry.found, *each.found))


class _Tally:
    """The counts of a part."""

    def __init__(self) -> None:
        self.roles, self.removed, self.annotations = Counter[str](), Counter[str](), Counter[str]()
        self.findings = Counter[str]()
        self.rows: list[list[int]] = []
        self.articles = self.refused = self.raw = self.text = self.errors = 0

    def add(self, row: int, made: ArticleResult) -> None:
        self.findings.update(one.check for one in made.found)
        self.errors += sum(one.severity == "error" for one in made.found)
        if made.row is None:
            self.refused += 1
            return
        self.articles += 1
        if self.rows and sum(self.rows[-1]) == row:
            self.rows[-1][1] += 1
        else:
            self.rows.append([row, 1])
        self.text += len(made.row["text"])
        for segment in made.row["segments"]:
            self.roles[segment["role"]] += 1
            self.raw += segment["raw_end"] - segment["raw_start"]
            if not segment["kept"]:
                self.removed[segment["role"]] += segment["raw_end"] - segment["raw_start"]
        for layer in made.row["layers"]:
            self.annotations[layer["layer"]] += layer["annotations"] or 0

    def receipt(self, of: Receipt) -> Receipt:
        counters = {name: getattr(self, name) for name in ("roles", "removed", "annotations", "findings")}
        sums = {name: dict(sorted((+counter).items())) for name, counter in counters.items()}
        counts = {"articles": self.articles, "refused": self.refused, "errors": self.errors, "rows": self.rows}
        return replace(of, **sums, **counts, raw_characters=self.raw, characters=self.text)  # type: ignore[arg-type]


@cache
def article_schema() -> pyarrow.Schema:
    """The types of the articles, with the features that the Hub reads."""
    import pyarrow

    table, segments = (resources.schema().tables[name] for name in ("articles", "segments"))
    stated = arrow_schema(table)
    held = [field for field in arrow_schema(segments) if field.name != "article_id"]
    whole = stated.append(pyarrow.field("segments", pyarrow.list_(pyarrow.field("item", pyarrow.struct(held)))))
    name = json.dumps({"table": table.name, "version": __version__})
    return whole.with_metadata({b"huggingface": hub_features(whole), b"vouchbank": name.encode()})
