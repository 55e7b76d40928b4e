r"""Turn the annotation of an input into the records of an article, so that the checks of a corpus apply unchanged.

A span of the input is a range of code points of the text as given. The offset map moves it to the clean text, where it
becomes the quote that an annotator would write: words, paragraph, and occurrence. A span that cannot be moved, or that
starts or ends inside a word, gets a finding and is left out. Values that a corpus computes are computed here too; a
given value is kept only where it differs.

Example:
    >>> from vouchbank.bulk.input_rows import InputArticle
    >>> from vouchbank.bulk.options import Options
    >>> from vouchbank.text import normalise
    >>> text = "Share this article\n\nFour boats sank, officials said."
    >>> number = {"start": 20, "end": 24, "text": "Four"}
    >>> given = InputArticle("news.jsonl", 0, "storm", text, layers={"quantities": [{"number": number}]})
    >>> annotated = annotate(given, normalise(text), Options())
    >>> [one.path for one in annotated.found], annotated.article.annotations["quantities"][0].spans["span"]
    ([], (Span(start=0, end=4),))
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from vouchbank.bulk import resources
from vouchbank.bulk.input_findings import InputFinding
from vouchbank.bulk.input_rows import InputArticle
from vouchbank.bulk.memory_article import MemoryArticle, MemoryFile, memory_seed
from vouchbank.bulk.options import Options
from vouchbank.bulk.span_quotes import Places
from vouchbank.checks import inputs as faults
from vouchbank.checks.ids import Ids
from vouchbank.checks.run import check_article
from vouchbank.checks.shape import well_shaped
from vouchbank.corpus.ids import LOCAL_ID
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.files import MOST_BYTES
from vouchbank.findings import Finding, Level
from vouchbank.pages import WebPage
from vouchbank.schema import Column, Table
from vouchbank.tables.rows import COMPUTED
from vouchbank.tables.shared import NOTHING
from vouchbank.text import Normalised

MOST_RECORDS = 5_000  # annotations of one article; some checks compare every pair
UNSTATED, KNOWN = "selective", ("complete", "adjudicated", "selective", "draft")
# checks of things that only the files of a corpus have: their form, their place in the tree, the facts in meta.toml
OF_FILES = frozenset(
    (
        *("missing-meta", "seed-changed", "seed-line-ends", "unreadable-source-map", "source-map-not-of-seed"),
        *("evidence-not-in-seed", "fact-from-no-page", "correction-not-placed", "paragraph-ids-stale"),
        *("not-canonical", "not-english", "value-as-computed"),
    )
)
Item = Mapping[str, Any]
Row = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with its annotation.

    Attributes:
        article: The article with every record whose spans could be found.
        sound: The article with only the records that have the shape of their table, and so can become rows.
        found: Findings on the annotation that could not be used.
    """

    article: MemoryArticle
    sound: MemoryArticle
    found: tuple[InputFinding, ...] = ()


@dataclass(slots=True)
class _Reading:
    """The state of reading the annotation of one article."""

    given: InputArticle
    places: Places
    names: dict[str, str] = field(default_factory=dict)
    found: list[InputFinding] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    @property
    def row(self) -> Row:
        return self.given.source, self.given.row

    def report(self, finding: Finding, path: str) -> None:
        self.found.append(InputFinding.of(finding, self.row, self.given.article_id, path))


def annotated(given: InputArticle) -> bool:
    """Whether an input has annotation of any layer."""
    return any(given.layers.get(table.name) is not None for table in resources.schema().layers)


@cache
def _no_files() -> Mapping[str, LayerFile]:
    """The layer files of an article without annotation."""
    return {name: LayerFile(MemoryFile(name, missing=True), {}, (), ()) for name in resources.schema().layer_files}


def annotate(
    given: InputArticle, normalised: Normalised, options: Options, page: WebPage | None = None, clean: bool = False
) -> Annotated:
    """The article with the annotation of its input. Layers that the input lacks count as missing.

    Args:
        given: The input.
        normalised: Its text.
        options: Provide `by`, `via` and `guidelines` where the annotation does not state them.
        page: The page that its text was read from.
        clean: Whether its spans refer to the clean text, as those of a drafting function do.
    """
    seed = memory_seed(given, normalised, options, page)
    if not annotated(given):
        bare = MemoryArticle(seed, _no_files(), resources.schema())
        return Annotated(bare, bare)
    listed = {table.name: given.layers.get(table.name) for table in resources.schema().layers}
    reading = _Reading(given, Places(normalised, seed.paragraphs, clean))
    count = sum(len(items) for items in listed.values() if items)
    if count > MOST_RECORDS or (count and len(given.text) > MOST_BYTES):
        said = f"{count:,} annotations" if count > MOST_RECORDS else f"{len(given.text):,} characters and is annotated"
        reading.report(faults.input_too_long(reading.row, said), "")
        listed = {}
    stated = _stated(given.layers.get("layers"))
    tables = [table for table in resources.schema().layers if listed.get(table.name) is not None]
    reading.names = _names(tables, listed, reading)
    whole: dict[str, dict[tuple[str, str], tuple[Table, int, dict[str, Any]]]] = defaultdict(dict)
    for table in tables:
        for index, item in enumerate(listed[table.name] or ()):
            if (read := _read(item, table, index, reading)) is not None:
                paragraph, name, values = read
                whole[table.file][paragraph, name] = table, index, values
    statuses = {table.name: _status(stated.get(table.name, {}), table, reading) for table in tables}
    article = _departing(_article(seed, whole, statuses, stated, options), whole)
    return Annotated(article, _sound(article), tuple(reading.found))


def _stated(layers: Any) -> dict[str, Item]:
    """What the input states about each layer: its status and its guidelines."""
    rows = [row for row in layers if isinstance(row, dict)] if isinstance(layers, list) else []
    return {str(row.get("layer")): row for row in rows}


def _status(stated: Item, table: Table, reading: _Reading) -> str:
    """The status of a layer: as stated, but never complete if a record could not be used."""
    status = str(stated.get("status"))
    return status if status in KNOWN and not (table.name in reading.broken and status != "draft") else UNSTATED


# --- records ------------------------------------------------------------------------------------------


def _names(tables: Sequence[Table], listed: Mapping[str, Any], reading: _Reading) -> dict[str, str]:
    """The id in the article for each id of the input: the same number if it has one, otherwise the ordinal."""
    names = dict[str, str]()
    for table in tables:
        said = [item.get("id") if isinstance(item, dict) else None for item in listed[table.name]]
        local = [_local(one, table) for one in said]
        given, used = {*local}, {""}
        for index, (full, own) in enumerate(zip(said, local, strict=True)):
            path, name, number = f"{table.name}[{index}]", own, index + 1
            if name in used:
                while f"{table.prefix}{number}" in given or f"{table.prefix}{number}" in used:
                    number += 1
                name = f"{table.prefix}{number}"
            used |= {name}
            names[path] = name
            if isinstance(full, str) and names.setdefault(full, name) != name:
                reading.report(faults.input_annotation_twice(reading.row, path, full), f"{path}.id")
            elif isinstance(full, str):
                names.setdefault(f"{reading.given.article_id}-{name}", name)
    return names


def _local(said: Any, table: Table) -> str:
    """The number of an annotation in its article, of an id as it is published or as it is written; else empty."""
    own = said.rpartition("-")[2] if isinstance(said, str) else ""
    found = LOCAL_ID.match(own)
    return own if found and found[1] == table.prefix else ""


def _read(item: Any, table: Table, index: int, reading: _Reading) -> tuple[str, str, dict[str, Any]] | None:
    """A record as an annotator would write it, with its paragraph and its id; None if it cannot be used."""
    path, before = f"{table.name}[{index}]", len(reading.found)
    if not isinstance(item, dict):
        reading.report(faults.input_wrong_type(reading.row, path, "a record", type(item).__name__), path)
        reading.broken.add(table.name)
        return None
    if _halved(item):
        reading.report(faults.input_not_text(reading.row, "half of a surrogate pair in a value"), path)
        reading.broken.add(table.name)
        return None
    paragraph = _paragraph(item, table, reading)
    values: dict[str, Any] = {}
    for name, value in item.items():
        column = table.column(name) if name in table.names else None
        if value is None or value == [] or (column and not column.written and name not in table.anchor):
            continue
        if column and (column.span or column.spans):
            if not column.hull:
                values |= _quotes(value, column, paragraph, f"{path}.{name}", reading)
        elif not column or value != column.default or (table.name, name) in COMPUTED:
            values[name] = _referring(value, column, reading) if column else value
    values.pop("id", None)
    values.pop("article_id", None)
    values.pop("paragraph_id", None)
    if len(reading.found) > before:
        reading.broken.add(table.name)
        return None
    return paragraph, reading.names[path], values


def _halved(value: Any) -> bool:
    """Whether a value contains half of a surrogate pair, which JSON can express but UTF-8 cannot."""
    if isinstance(value, dict):
        return any(_halved(key) or _halved(held) for key, held in value.items())
    if isinstance(value, list):
        return any(map(_halved, value))
    return isinstance(value, str) and not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value)


def _paragraph(item: Item, table: Table, reading: _Reading) -> str:
    """The paragraph that the input states, or else the paragraph of the record's first span."""
    given = item.get("paragraph_id")
    if isinstance(given, str) and given in reading.places.names:
        return given
    for name in (*table.anchor, *(column.name for column in table.quoted)):
        held = item.get(name)
        for one in held if isinstance(held, list) else [held]:
            found = reading.places.of(one)
            if not isinstance(found, str):
                return found.paragraph
    return reading.places.first


def _quotes(value: Any, column: Column, paragraph: str, path: str, reading: _Reading) -> dict[str, Any]:
    """The fields that quote the spans of a column."""
    made = []
    for index, one in enumerate(value if isinstance(value, list) else [value]):
        found = reading.places.of(one)
        if isinstance(found, str):
            here = f"{path}[{index}]" if isinstance(value, list) else path
            reading.report(faults.input_span_lost(reading.row, here, found), here)
        else:
            made.append(found.fragment(paragraph))
    if column.name == "span":
        return dict(made[0]) if len(made) == 1 else {}
    return {column.name: made if column.spans else made[0]} if made else {}


def _referring(value: Any, column: Column, reading: _Reading) -> Any:
    """A value whose references use the ids in the article."""
    if not column.annotation_ids:
        return _without_nulls(value)
    if isinstance(value, list):
        return [reading.names.get(one, one) if isinstance(one, str) else one for one in value]
    return reading.names.get(value, value) if isinstance(value, str) else value


def _without_nulls(value: Any) -> Any:
    """A value without the null fields that Parquet adds to every record."""
    if isinstance(value, dict):
        return {name: _without_nulls(held) for name, held in value.items() if held is not None}
    return [_without_nulls(one) for one in value] if isinstance(value, list) else value


# --- the article --------------------------------------------------------------------------------------

Held = Mapping[str, Mapping[tuple[str, str], tuple[Table, int, Mapping[str, Any]]]]


def _article(
    seed: Any, whole: Held, statuses: Mapping[str, str], stated: Mapping[str, Item], options: Options
) -> MemoryArticle:
    """The article with its records, without the computed values."""
    files = {}
    for name in resources.schema().layer_files:
        tables = resources.schema().in_file(name)
        held = whole.get(name, {})
        rows = [stated.get(table.name, {}) for table in tables]
        guidelines = next((row["guidelines"] for row in rows if row.get("guidelines")), options.guidelines)
        drafts = [statuses[table.name] == "draft" for table in tables if table.name in statuses]
        status = "draft" if drafts and all(drafts) else "complete"
        header = {"status": status, "guidelines": guidelines, "by": options.by, "via": options.via} if drafts else {}
        file = MemoryFile(name, missing=not drafts, at={key: (one[0].name, one[1]) for key, one in held.items()})
        records = (
            Record(table, seed.article, paragraph, own, _bare(values, table), file)
            for (paragraph, own), (table, _, values) in held.items()
        )
        files[name] = LayerFile(file, header, tuple(records), ())
    return MemoryArticle(seed, files, resources.schema(), statuses)


def _bare(values: Mapping[str, Any], table: Table) -> dict[str, Any]:
    return {name: value for name, value in values.items() if (table.name, name) not in COMPUTED}


def _departing(bare: MemoryArticle, whole: Held) -> MemoryArticle:
    """The article with each given value that differs from the computed one."""
    written: dict[int, dict[str, Any]] = {}
    for annotation in (one for layer in bare.annotations.values() for one in layer):
        record = annotation.record
        _, _, values = whole[record.table.file][record.paragraph, record.name]
        given = {name: value for name, value in values.items() if (record.table.name, name) in COMPUTED}
        differing = {
            name: value
            for name, value in given.items()
            if _full(record, name, value) != COMPUTED[record.table.name, name](bare, annotation, NOTHING)
        }
        if differing:
            written[id(record)] = differing
    if not written:
        return bare
    files = {
        name: tuple(replace(one, values={**one.values, **written.get(id(one), {})}) for one in file.records)
        for name, file in bare.files.items()
    }
    return _with(bare, files, bare.statuses)


def _sound(article: MemoryArticle) -> MemoryArticle:
    """The article without the records that do not have the shape of their table."""
    shaped = {
        name: tuple(record for record in file.records if well_shaped(record, article.schema))
        for name, file in article.files.items()
    }
    gone = {r.table.name for name, file in article.files.items() for r in file.records if r not in shaped[name]}
    if not gone:
        return article
    fallen = {name: UNSTATED if name in gone and held != "draft" else held for name, held in article.statuses.items()}
    return _with(article, shaped, fallen)


def _with(
    article: MemoryArticle, records: Mapping[str, tuple[Record, ...]], statuses: Mapping[str, str]
) -> MemoryArticle:
    files = {name: replace(file, records=records[name]) for name, file in article.files.items()}
    return MemoryArticle(article.seed, files, article.schema, statuses)


def _full(record: Record, name: str, value: Any) -> Any:
    if not record.table.column(name).annotation_ids:
        return value
    listed = [
        record.full_id(one) if isinstance(one, str) else one for one in (value if isinstance(value, list) else [value])
    ]
    return listed if isinstance(value, list) else listed[0]


# --- findings -----------------------------------------------------------------------------------------


def judge(made: Annotated, given: InputArticle, options: Options) -> Iterator[InputFinding]:
    """Findings of the checks that need only this article; without `options.check`, only those on its shape."""
    if not options.check and made.article is made.sound:
        return
    upto = Level.ARTICLE if options.check else Level.SHAPE
    article, row = made.article, (given.source, given.row)
    tables: dict[str, frozenset[str]] = {name: frozenset() for name in resources.schema().tables}
    held = [record for file in article.files.values() for record in file.records]
    for table in resources.schema().layers:
        tables[table.name] = frozenset(record.id for record in held if record.table is table)
    registry = resources.shared(options.registry).registry
    tables |= {"articles": frozenset([article.id]), "registry": frozenset(registry)}
    broken = {one.path.partition("[")[0] for one in made.found}
    absent = {table.name for table in resources.schema().corpus_tables if not (table.name == "registry" and registry)}
    unread = {(name, place) for name in broken | absent for place in ("", article.id)}
    documents = {file.document.file: file.document for file in article.files.values()}
    for finding in check_article(article, Ids(tables, unread=frozenset(unread)), upto, OF_FILES):
        document = documents.get(finding.place.file)
        path = document.path_of(finding.place) if isinstance(document, MemoryFile) else ""
        yield InputFinding.of(finding, row, given.article_id, path)
