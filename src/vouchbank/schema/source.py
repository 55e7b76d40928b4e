"""What an annotator may write: the JSON Schema of a source record, derived from the table it becomes.

A published row has spans with offsets; a source record has quoted words. The two share every label, pattern and
condition, so the second is computed from the first: computed columns go, spans become quotes, references may be short.

Example:
    >>> from vouchbank.schema.load import load_schema, default_schema_folder
    >>> schema = load_schema(default_schema_folder())
    >>> sorted(record_schema(schema.tables["non_quantities"])["required"])
    ['q', 'reason']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vouchbank.schema.load import document_registry
from vouchbank.schema.model import Column, Schema, Table

FILE_FIELDS = ("status", "guidelines", "by", "via")
_OCCURRENCE = re.compile(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}\Z", re.ASCII)


def record_schema(table: Table) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one record of the table, as it stands in the source file."""
    properties: dict[str, Any] = {}
    required: list[str] = []
    for column in table.written:
        if column.name == "span" and table.own_span:
            properties["q"] = {"$ref": "common.json#/$defs/quote"}
            properties["n"] = {"$ref": "common.json#/$defs/occurrence"}
            required.append("q")
            continue
        properties[column.name] = _field(column, table.document["properties"][column.name], local=table.kind == "layer")
        if column.written == "required":
            required.append(column.name)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{table.title}: a record of the source",
        "description": table.description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **({"allOf": table.document["allOf"]} if table.document.get("allOf") else {}),
    }


def file_schema(schema: Schema, file: str) -> dict[str, Any]:
    """The JSON Schema of a whole annotation file, for completion and help in an editor."""
    records = {f"^{t.prefix}[1-9][0-9]{{0,5}}$": record_schema(t) for t in schema.in_file(file)}
    paragraph = {"type": "object", "patternProperties": records, "additionalProperties": False}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"annotations/<article>/{file}.toml",
        "type": "object",
        "properties": header_schema()["properties"],
        "required": list(FILE_FIELDS),
        "patternProperties": {"^p[1-9][0-9]{0,5}$": paragraph},
        "additionalProperties": False,
    }


def header_schema() -> dict[str, Any]:
    """The JSON Schema of the keys at the top of an annotation file."""
    # what no file can say of itself: that it is not there, that it need not be complete
    status = {"$ref": "common.json#/$defs/layer_status", "not": {"enum": ["missing", "selective"]}}
    shared = {name: {"$ref": f"common.json#/$defs/{name}"} for name in FILE_FIELDS[1:]}
    return {
        "type": "object",
        "properties": {"status": status, **shared},
        "required": list(FILE_FIELDS),
        "additionalProperties": False,
    }


def validator(schema: Schema, contents: Mapping[str, Any]) -> Any:
    """A jsonschema validator of `contents` in which the files of schema/ can be referred to."""
    from jsonschema import Draft202012Validator, validators

    strict = validators.extend(Draft202012Validator, {"pattern": _pattern})
    return strict(contents, registry=document_registry(schema.documents))


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[Any]:
    # Python's `$` also matches before a last line end; JSON Schema's does not.
    from jsonschema import ValidationError

    if isinstance(instance, str) and (
        (instance.endswith("\n") and pattern.endswith("$")) or not re.search(pattern, instance)
    ):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _field(column: Column, stated: Mapping[str, Any], local: bool) -> dict[str, Any]:
    described = {"description": column.description} if column.description else {}
    if column.span:
        return {"$ref": "common.json#/$defs/fragment", **described}
    if column.spans:
        return {"$ref": "common.json#/$defs/fragments", **described}
    if column.annotation_ids and local:
        item = {"type": "string", "pattern": local_or_full(column)}
        return {"type": "array", "items": item, "minItems": 1, **described} if column.item else {**item, **described}
    if column.item is not None and column.item.fields:
        return {**stated, "items": _without_defaults(column.item, stated.get("items", {}))}
    return dict(stated)


def local_or_full(column: Column) -> str:
    """The pattern of a reference to an annotation: `q3` in its own article, `004-q3` everywhere."""
    return f"^[a-z]+[1-9][0-9]{{0,5}}$|{(column.item or column).pattern}"


def _without_defaults(item: Column, stated: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of the records of a list, in which what has a default need not be written."""
    required = [f.name for f in item.fields if f.name in stated.get("required", ()) and f.default is None]
    return {**stated, "required": required}


def is_fragment(value: Any) -> bool:
    """Whether a value of a source record has the shape of a fragment, as common.json states it."""
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, dict) or not set(value) <= {"p", "q", "n"}:
        return False
    strings = all(isinstance(v, str) for v in value.values())
    return strings and bool(value.get("q")) and bool(_OCCURRENCE.match(value.get("n", "1/1")))
