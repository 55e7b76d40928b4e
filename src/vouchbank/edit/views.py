"""The data that the browser shows of an article: its text, its records, what is to be accounted for, its findings.

Sources in, plain data out. Offsets are half-open ranges of code points; the browser converts them in one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vouchbank.change.stubs import stub_rows
from vouchbank.checks import check
from vouchbank.checks.accounted import waiting_numbers, waiting_quotations
from vouchbank.checks.ids import Ids
from vouchbank.checks.subjects import JudgedArticle
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation
from vouchbank.findings import Finding, Severity
from vouchbank.language.amounts import joined_numbers
from vouchbank.report.text import plural
from vouchbank.schema import Column, Schema, Table
from vouchbank.schema.source import FILE_FIELDS
from vouchbank.spans import Span
from vouchbank.tables.rows import layer_row
from vouchbank.tables.shared import Shared
from vouchbank.tables.tokens import tokens_of

BOOKKEEPING = ("by", "via", "guidelines", "suggester", "score")


def schema_view(schema: Schema) -> dict[str, Any]:
    """The layers with their fields and labels, for the forms."""
    return {
        "layers": [_table(table) for table in schema.layers],
        "shared": [_table(table) for table in schema.corpus_tables],
        "head": list(FILE_FIELDS),
    }


def article_view(corpus: Corpus, article_id: str, checked: bool = True) -> dict[str, Any]:
    """An article with its records and what is to be accounted for; if `checked`, also with its findings."""
    article = corpus.article(article_id)
    shared = Shared.of(corpus)
    judged = findings_view(corpus, article_id) if checked else {"findings": [], "errors": {}, "missing_keys": []}
    return {
        "id": article.id,
        "by": corpus.annotator,
        "text": article.text,
        "paragraphs": [
            {"id": p.id, "role": p.role, "start": p.span.start, "end": p.span.end} for p in article.paragraphs
        ],
        "tokens": [edge for span in _tokens(article) for edge in span],
        "records": [record_view(article, one, shared) for listed in article.annotations.values() for one in listed],
        "ghosts": ghosts(article),
        "files": [_file(article, name) for name in article.files],
        "registry": _registry(corpus),
        "checked": checked,
        **judged,
    }


def findings_view(corpus: Corpus, article_id: str) -> dict[str, Any]:
    """The findings on an article, the number of errors in each file, and the keys without a row in the registry."""
    article = corpus.article(article_id)
    findings = check(corpus, only=[article_id])
    records = {record.id: record for file in article.files.values() for record in file.records}
    errors = Counter(found.place.file for found in findings if found.severity == Severity.ERROR)
    return {
        "findings": [finding_view(article, records.get(found.annotation), found) for found in findings],
        "errors": dict(errors),
        "missing_keys": _missing(corpus, article),
    }


def record_view(article: Article, annotation: Annotation, shared: Shared) -> dict[str, Any]:
    """A record as it is written, with its spans and its computed values."""
    record = annotation.record
    row = layer_row(article, annotation, shared)
    spans = {c.name for c in record.table.columns if c.span or c.spans}
    written = {k: v for k, v in record.values.items() if k not in (*spans, "q", "n")}
    found = {name: [list(span) for span in held] for name, held in annotation.spans.items() if held}
    return {
        "id": record.name,
        "layer": record.table.name,
        "paragraph": record.paragraph,
        "line": record.place().line,
        "spans": found,
        "values": written,
        "row": {name: value for name, value in row.items() if name not in spans},
        "lost": [f"{one.path[0]}: {one.quote}" for one in annotation.unplaced],
    }


def ghosts(article: Article) -> list[dict[str, Any]]:
    """The numbers and quotations still to be accounted for, in reading order, as `vouchbank new` lists them."""
    judged = JudgedArticle(article, Ids({}))
    numbers = joined_numbers(article.text, waiting_numbers(judged))
    found = [("quantities", "number", "non_quantities", span) for span in numbers]
    found += [("attributions", "content", "non_attributions", span) for span in waiting_quotations(judged)]
    return [
        {"layer": layer, "column": column, "other": other, "start": span.start, "end": span.end}
        for layer, column, other, span in sorted(found, key=lambda one: one[3])
    ]


def finding_view(article: Article, record: Record | None, found: Finding) -> dict[str, Any]:
    """A finding, with its record and field if it has one."""
    at = _words(article, record, found) if record else []
    return {
        "check": found.slug,
        "severity": str(found.severity),
        "message": found.message,
        "help": found.help,
        "record": record.name if record else "",
        "field": _field(record, found) if record else "",
        "file": found.place.file,
        "line": found.place.line,
        "paragraph": found.paragraph,
        "spans": at,
        "waived": bool(found.waived),
    }


def next_step(view: Mapping[str, Any], unsaved: Iterable[str], clashes: Iterable[str]) -> dict[str, str]:
    """The next step in a sentence, and the button for it.

    >>> view = {"findings": [], "ghosts": [], "files": [{"name": "entities", "status": "complete"}], "records": [1]}
    >>> next_step(view, [], [])["said"]
    'Everything is done and saved'
    """
    files, findings = list(clashes), view["findings"]
    drafts = [file["name"] for file in view["files"] if file["status"] in ("draft", "missing")]
    errors = [f for f in findings if f["severity"] == str(Severity.ERROR)]
    unreadable = [file for file in view["files"] if file.get("fault")]
    waiting, unsaved = len(view["ghosts"]), list(unsaved)
    if files:
        return {"do": "clash", "said": f"{files[0]} was changed outside the editor. Choose what to keep."}
    if unreadable:
        return {"do": "text", "said": f"{unreadable[0]['name']}.toml cannot be read. Open the file and correct it."}
    if waiting:
        what, each = (
            ("1 number or quotation is", "it") if waiting == 1 else (f"{waiting} numbers and quotations are", "each")
        )
        return {"do": "ghost", "said": f"{what} not accounted for: make {each} a record, or say why it is not one"}
    if any("/adjudication/" in f["file"] for f in findings):
        return {"do": "decide", "said": "The annotators differ. Decide the differences one by one."}
    if errors or findings:
        what, count = ("error", len(errors)) if errors else ("warning", len(findings))
        if any(not f["waived"] for f in (errors or findings)):
            return {"do": "finding", "said": f"Look at {plural(count, what)} beside the text"}
    if drafts:
        return {"do": "status", "said": f"When everything in {drafts[0]} is annotated, mark the layer as complete"}
    if unsaved:
        return {"do": "save", "said": "Everything is accounted for. Save your work."}
    return {"do": "", "said": "Everything is done and saved"}


def _tokens(article: Article) -> Iterator[Span]:
    for paragraph in article.paragraphs:
        for sentence in tokens_of(paragraph.text):
            yield from (token.shifted(paragraph.span.start) for token in sentence)


def _table(table: Table) -> dict[str, Any]:
    columns = [_column(c) for c in table.columns if (c.written or c.name == table.key) and not c.hull]
    return {
        "name": table.name,
        "title": table.title,
        "description": table.description,
        "prefix": table.prefix,
        "file": table.file,
        "row": table.row,
        "anchor": list(table.anchor),
        "columns": [c for c in columns if c["name"] not in BOOKKEEPING],
    }


def _column(column: Column) -> dict[str, Any]:
    kind = "words" if column.span or column.spans else "list" if column.item else str(column.kind)
    item = column.item or column
    return {
        "name": column.name,
        "kind": kind,
        "many": column.spans or column.item is not None,
        "required": column.written == "required",
        "description": column.description or item.description,
        "labels": [{"name": label.name, "description": label.description} for label in item.labels],
        "default": column.default,
        "pattern": item.pattern,
        "refers": list(column.targets) if column.annotation_ids else [],
        "key": "registry" in column.targets,
    }


def _file(article: Article, name: str) -> dict[str, Any]:
    file = article.files[name]
    faults = file.document.faults
    return {
        "name": name,
        "file": file.document.file,
        "status": file.status(),
        "header": {k: v for k, v in file.header.items() if isinstance(v, str)},
        "fault": f"line {faults[0].place.line}: {faults[0].message}" if faults else "",
    }


def _words(article: Article, record: Record, found: Finding) -> list[list[int]]:
    annotation = article.annotation_of(record)
    field = _field(record, found)
    column = "span" if field == "q" else field
    if annotation is None:
        return []
    spans = annotation.spans.get(column) or ([first] if (first := annotation.first()) else [])
    return [list(span) for span in spans]


def _field(record: Record, found: Finding) -> str:
    """The field that a finding is about; empty if it is about the whole record."""
    for name in record.values:
        if found.place in (record.place(name), record.key_place(name)):
            return name
        value = record.values[name]
        inner = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if any(found.place == record.place(name, step) for step in inner):
            return name
    return ""


def _registry(corpus: Corpus) -> list[dict[str, Any]]:
    rows = corpus.shared["registry"].records
    return [{"key": row.name, "name": row.values.get("name", ""), "type": row.values.get("type", "")} for row in rows]


def _missing(corpus: Corpus, article: Article) -> list[str]:
    """The keys of an article without a row in the registry; none for an annotator, who has no registry."""
    return [] if corpus.annotator else list(stub_rows(corpus, [article.id]))
