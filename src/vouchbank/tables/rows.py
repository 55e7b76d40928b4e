"""The rows of the annotated tables: quotes become spans with offsets, and computed columns are filled in.

The same functions serve every layer. A column that its schema does not fully describe has a function in `COMPUTED`; a
layer without such columns needs only its schema file.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> rows = layer_rows(corpus.article("004"), corpus.schema.tables["quantities"], Shared.of(corpus))
    >>> rows[0]["span"]["text"]
    'four'
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import same_values
from vouchbank.corpus.records import LayerFile, Record, inherited, to_write
from vouchbank.corpus.resolve import Annotation
from vouchbank.language.cues import certainty, cue_kind
from vouchbank.language.derived import DERIVED, AmountWords, derived
from vouchbank.language.interval import Interval, parse_interval
from vouchbank.language.quotation import share_quoted
from vouchbank.schema import Column, Kind, Table
from vouchbank.spans import Span
from vouchbank.tables.shared import NOTHING, Shared
from vouchbank.tables.sources import capacity, grounds, source_key, source_kind, speaks_for
from vouchbank.tables.statements import evidence, statement, status, status_by, vouched_by

Row = dict[str, Any]
# what is settled is asked for by many rules; beside it the annotation, whose number would else be given again
_SETTLED: WeakKeyDictionary[Article, dict[int, tuple[Annotation, Mapping[str, Any]]]] = WeakKeyDictionary()
# no bounds, as for a vague amount; the flags are false and not null, because torch cannot batch null booleans
NO_INTERVAL = Interval(None, None, False, False)


def layer_rows(article: Article, table: Table, shared: Shared) -> list[Row]:
    """The rows of one layer of one article, in reading order."""
    return [layer_row(article, annotation, shared) for annotation in article.annotations[table.name]]


def corpus_rows(corpus: Corpus, table: Table, without: Collection[str] = ()) -> list[Row]:
    """The rows of a table of the whole corpus, sorted by key, without those with some keys."""
    file, columns = corpus.shared[table.name], [c for c in table.columns if c.name != table.key]
    held = [record for record in file.records if record.name not in without]
    rows = [{table.key: r.name, **{c.name: _written(r, c, _given(file, r, c)) for c in columns}} for r in held]
    return sorted(rows, key=lambda row: str(row[table.key]))


def _given(file: LayerFile, record: Record, column: Column) -> Any:
    """The value of an unwritten column in a table of the whole corpus; `capacity` is official with `acts_for`."""
    official = column.name == "capacity" and "acts_for" in record.values
    return "official" if official else inherited(file, record, column.name)


def span_value(article: Article, span: Span) -> Row:
    """A span in its published form: offsets and words in the text, offsets in the raw seed."""
    raw = article.normalised.map.to_raw(span.start, span.end)
    return {
        "start": span.start,
        "end": span.end,
        "text": span.of(article.text),
        "raw_start": raw.start,
        "raw_end": raw.end,
    }


def layer_row(article: Article, annotation: Annotation, shared: Shared) -> Row:
    """The row of one annotation."""
    record = annotation.record
    row: Row = {"id": record.id, "article_id": article.id, "paragraph_id": record.paragraph}
    for column in (column for column in record.table.columns if column.name not in row):
        if column.span or column.spans:
            spans = [span_value(article, s) for s in annotation.spans.get(column.name, ())]
            row[column.name] = spans if column.spans else (spans[0] if spans else None)
        else:
            row[column.name] = column_value(article, annotation, column, shared)
    return {name: row[name] for name in record.table.names}


def column_value(article: Article, annotation: Annotation, column: Column, shared: Shared) -> Any:
    """The value of a column without spans: written, inherited or computed."""
    record = annotation.record
    compute = COMPUTED.get((record.table.name, column.name))
    if compute and (column.name not in record.values or compute is status_by):
        return compute(article, annotation, shared)
    return _written(record, column, inherited(article.files[record.table.file], record, column.name))


def _written(record: Record, column: Column, given: Any) -> Any:
    value = record.values.get(column.name, given)
    if column.item is not None:
        listed = [] if value is None else value if isinstance(value, list) else [value]
        return [_entry(record, column.item, item) for item in listed]
    if value is None:
        return column.default
    return record.full_id(value) if column.annotation_id else value


def _entry(record: Record, item: Column, value: Any) -> Any:
    if item.kind is Kind.RECORD:
        return {f.name: value.get(f.name, f.default) for f in item.fields}
    return record.full_id(value) if item.annotation_id else value


# --- computed columns ---------------------------------------------------------------------------------


def settled(article: Article, annotation: Annotation) -> Mapping[str, Any]:
    """The values that follow from the words of an annotation, by column."""
    settle = {"quantities": amount, "attributions": saying}.get(annotation.record.table.name)
    if settle is None:
        return {}
    known = _SETTLED.setdefault(article, {})
    if id(annotation) not in known:
        known[id(annotation)] = annotation, settle(article, annotation)
    return known[id(annotation)][1]


def saying(article: Article, attribution: Annotation) -> Mapping[str, Any]:
    """The values that follow from the words of an attribution; few of them if the article is not in English."""
    written, english = attribution.record.values, article.seed.english
    cue = " ".join(span.of(article.text) for span in attribution.spans["cue"])
    signs = not any(map(str.isalpha, cue)) and not to_write(written.get("cue"))
    found = {
        "cue_kind": cue_kind(cue) if english or signs else None,
        "certainty": certainty(str(written.get("polarity", "affirm")), cue if english else ""),
        "source_kind": source_kind(article, attribution),
    }
    return {name: value for name, value in found.items() if value is not None}


def amount(article: Article, quantity: Annotation) -> Mapping[str, Any]:
    """The values that follow from the words of a quantity; none if the article is not in English."""
    if not article.seed.english:
        return {}
    roles = (quantity.spans.get(name, ()) for name in ("modifier", "number", "unit"))
    found = derived(AmountWords(*(" ".join(span.of(article.text) for span in spans) for spans in roles)))
    departs = quantity.record.values.get("vague") is True and not found.get("vague")
    return {name: value for name, value in found.items() if name != "interval"} if departs else found


def stated_interval(article: Article, quantity: Annotation) -> Any:
    """The interval of a quantity as text: as written, or else as it follows from the words."""
    return quantity.record.values.get("interval", settled(article, quantity).get("interval"))


def interval_of(article: Article, quantity: Annotation) -> Interval | None:
    """The interval of a quantity: as written, or else as it follows from the words; None if it has none."""
    stated = stated_interval(article, quantity)
    return parse_interval(stated) if isinstance(stated, str) else None


def _settled(name: str, article: Article, annotation: Annotation, _: Shared) -> Any:
    return settled(article, annotation).get(name, annotation.record.table.column(name).default)


def _bound(name: str, article: Article, annotation: Annotation, _: Shared) -> Any:
    return getattr(interval_of(article, annotation) or NO_INTERVAL, name)


def _qid(article: Article, annotation: Annotation, shared: Shared) -> Any:
    row = shared.registry.get(annotation.record.values.get("key", ""))
    return row.values.get("qid") if row else None


Compute = Callable[[Article, Annotation, Shared], Any]
COMPUTED: Mapping[tuple[str, str], Compute] = {
    **{("quantities", name): partial(_bound, name) for name in ("lower", "upper", "lower_closed", "upper_closed")},
    **{("quantities", name): partial(_settled, name) for name in DERIVED},
    ("quantities", "vouched_by"): vouched_by,
    ("quantities", "status"): status,
    ("quantities", "status_by"): status_by,
    ("quantities", "statement"): statement,
    ("quantities", "figure_id"): lambda _, annotation, shared: shared.figure_of.get(annotation.id),
    **{("attributions", name): partial(_settled, name) for name in ("cue_kind", "certainty", "source_kind")},
    ("attributions", "quotation"): lambda article, one, _: share_quoted(one.spans["content"], article.text),
    ("attributions", "source_key"): source_key,
    ("attributions", "speaks_for"): speaks_for,
    ("attributions", "capacity"): capacity,
    ("attributions", "grounds"): grounds,
    ("entities", "qid"): _qid,
}


def as_computed(article: Article, annotation: Annotation) -> Iterator[str]:
    """The written fields whose values would be the same if they were left out."""
    record = annotation.record
    for column in (column for column in record.table.written if column.name in record.values):
        compute, written = COMPUTED.get((record.table.name, column.name)), record.values[column.name]
        if compute is status_by:  # whatever is found is added to what is written
            same = {*record.full_ids(column.name)} <= evidence(article, annotation)
        elif compute:
            stated = record.full_ids(column.name) if column.annotation_ids else written
            same = same_values(stated, compute(article, annotation, NOTHING))
        else:
            same = column.default is not None and same_values(written, column.default)
        if same:
            yield column.name


# the layer from which a column is computed, unless one of these columns is written
GIVEN_BY: Mapping[tuple[str, str], tuple[str, set[str]]] = {
    ("quantities", "status"): ("attributions", {"status", "vouched_by"}),
    ("quantities", "status_by"): ("attributions", {"status_by"}),
    ("attributions", "source_key"): ("entities", {"source_key"}),
    ("attributions", "speaks_for"): ("entities", {"source_key"}),
    ("attributions", "grounds"): ("entities", {"justification"}),
}


def unknown(article: Article, record: Record, column: str) -> bool:
    """Whether a value would be computed from a layer that is missing, a draft, or only partly annotated."""
    given_by = GIVEN_BY.get((record.table.name, column))
    if given_by is None or given_by[1] & record.values.keys():
        return False
    layer = given_by[0]
    return not article.known(layer) or article.files[article.schema.tables[layer].file].fields is not None
