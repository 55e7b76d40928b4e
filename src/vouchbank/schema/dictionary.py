"""The data dictionary: a description of every table, column and label, made from schema/.

Example:
    >>> from vouchbank.schema.load import load_schema, default_schema_folder
    >>> schema = load_schema(default_schema_folder())
    >>> data_dictionary(schema).splitlines()[0]
    '# Data dictionary'
"""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.schema.derive import tag_names
from vouchbank.schema.model import Column, Kind, Schema, Table

TERMS = (
    "A *seed* is the raw article, exactly as it was found. The *gold* annotations are the published ones. In the "
    "tables below, *null* marks the columns that can be null; a list without items is empty, not null."
)


def data_dictionary(schema: Schema) -> str:
    """Markdown: the words that all tables use, then a section for each table."""
    parts = ["# Data dictionary", "", "Made from `schema/` by `vouchbank build`; do not edit.", "", *_terms(schema)]
    for table in schema.tables.values():
        parts += [f"## {table.name}", "", f"{table.description} One row is {table.row}.", ""]
        parts += table_dictionary(table, schema)
    return "\n".join(parts)


def table_dictionary(table: Table, schema: Schema) -> list[str]:
    """Markdown lines: the columns of a table, then its labels, the names of its tags and the fields of its records."""
    lines = [*_columns(table.columns, schema), ""]
    for column in table.columns:
        lines += _details(f"{table.name}.{column.name}", column, schema)
    return lines


def type_name(column: Column, schema: Schema) -> str:
    """The type in words."""
    if column.span:
        return "span"
    if column.tags:
        return "list of ClassLabel"
    if column.item is not None:
        table = _table_of(column.item, schema)
        inner = f"rows of `{table}`" if table else type_name(column.item, schema)
        return "list of " + (f"{inner}s" if inner == "span" else inner)
    if column.kind is Kind.RECORD:
        return "{" + ", ".join(f.name for f in column.fields) + "}"
    return "label" if column.labels else column.kind.value


def _terms(schema: Schema) -> Iterator[str]:
    span = next(c for table in schema.tables.values() for c in table.columns if c.span)
    meaning = schema.documents["common.json"]["$defs"]["span"]["description"]
    yield from (TERMS, "", f"A *span* is a record: {meaning[0].lower()}{meaning[1:]}", "")
    yield from (*_columns(span.fields, schema), "")


def _columns(columns: tuple[Column, ...], schema: Schema) -> list[str]:
    rows = [f"| `{c.name}` | {type_name(c, schema)} | {'yes' * c.nullable} | {_meaning(c)} |" for c in columns]
    return ["| column | type | null | meaning |", "|---|---|---|---|", *rows]


def _details(path: str, column: Column, schema: Schema) -> Iterator[str]:
    """What a row of the table has no room for: labels, tags, and the fields of a nested record."""
    if column.labels:
        yield from (f"Labels of `{path}`:", "")
        yield from (f"- `{label.name}`: {label.description}" for label in column.labels)
        yield ""
    if column.tags:
        names = ", ".join(f"{number} `{name}`" for number, name in enumerate(tag_names(column, schema)))
        yield from (f"Class names of `{path}`: {names}.", "")
    record = column.item or column
    if record.fields and not record.span and not _table_of(record, schema):
        yield from (f"Fields of `{path}`:", "", *_columns(record.fields, schema), "")
        for inner in record.fields:
            yield from _details(f"{path}.{inner.name}", inner, schema)


def _table_of(record: Column, schema: Schema) -> str | None:
    """The table whose rows a nested record repeats, if it is one."""
    names = tuple(field.name for field in record.fields)
    return next((name for name, table in schema.tables.items() if table.names == names), None) if names else None


def _meaning(column: Column) -> str:
    refers = f" Refers to {', '.join(f'`{t}`' for t in column.targets)}." if column.targets else ""
    return (column.description.replace("|", "\\|") + refers).strip()
