"""The data dictionary: every table, column and label in words, made from schema/.

Example:
    >>> from vouchbank.schema.load import load_schema, default_schema_folder
    >>> schema = load_schema(default_schema_folder())
    >>> data_dictionary(schema).splitlines()[0]
    '# Data dictionary'
"""

from __future__ import annotations

from vouchbank.schema.model import Column, Kind, Schema, Table


def data_dictionary(schema: Schema) -> str:
    """Markdown with a section for each table."""
    parts = ["# Data dictionary", "", "Made from `schema/` by `vouchbank build`; never edited.", ""]
    for table in schema.tables.values():
        parts += [f"## {table.name}", "", f"{table.description} One row is {table.row}.", ""]
        parts += table_dictionary(table)
    return "\n".join(parts)


def table_dictionary(table: Table) -> list[str]:
    """The columns of a table as Markdown lines, then its labels."""
    lines = ["| column | type | empty | meaning |", "|---|---|---|---|"]
    lines += [f"| `{c.name}` | {type_name(c)} | {'yes' if c.nullable else ''} | {_meaning(c)} |" for c in table.columns]
    lines.append("")
    for column in table.columns:
        if column.labels:
            lines += [f"Labels of `{table.name}.{column.name}`:", ""]
            lines += [f"- `{label.name}`: {label.description}" for label in column.labels]
            lines.append("")
    return lines


def type_name(column: Column) -> str:
    """The type in words."""
    if column.span:
        return "span"
    if column.tags:
        return "list of ClassLabel"
    if column.item is not None:
        inner = type_name(column.item)
        return "list of " + (f"{inner}s" if inner == "span" else inner)
    if column.kind is Kind.RECORD:
        return "{" + ", ".join(f.name for f in column.fields) + "}"
    if column.labels:
        return "label"
    return {
        Kind.TEXT: "string",
        Kind.INTEGER: "int32",
        Kind.NUMBER: "float64",
        Kind.BOOLEAN: "bool",
    }[column.kind]


def _meaning(column: Column) -> str:
    text = column.description.replace("|", "\\|")
    if column.targets:
        text += f" Refers to {', '.join(f'`{t}`' for t in column.targets)}."
    return text.strip()
