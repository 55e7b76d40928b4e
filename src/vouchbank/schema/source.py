"""The JSON Schema of the records that annotators write, derived from the schema of the published table.

A published row has spans with offsets, a record has quoted words. They share all labels, patterns and conditions, so
the schema of the record is derived: computed columns are removed, spans become quotes, and references can be short.

Example:
    >>> from vouchbank.schema.load import load_schema, default_schema_folder
    >>> schema = load_schema(default_schema_folder())
    >>> sorted(record_schema(schema.tables["non_quantities"])["required"])
    ['q', 'reason']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

from vouchbank.errors import needed
from vouchbank.schema.load import document_registry
from vouchbank.schema.model import Column, Schema, Table

if TYPE_CHECKING:
    import jsonschema_rs

FILE_FIELDS = ("status", "guidelines", "by", "via")
WAIVE = "waive"  # the waivers of a record, which are not part of its row
_OCCURRENCE = re.compile(r"[1-9][0-9]{0,5}/[1-9][0-9]{0,5}\Z", re.ASCII)


def record_schema(table: Table, part: bool = False) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one record of the table, as it is written in the annotation file.

    Args:
        table: The table.
        part: Whether the file annotates only some fields, so that only the quoted words are required.
    """
    properties: dict[str, Any] = {}
    required: list[str] = []
    for column in table.written:
        if column.name == "span" and table.own_span:
            properties["q"] = {"$ref": "common.json#/$defs/quote"}
            properties["n"] = {"$ref": "common.json#/$defs/occurrence"}
            required.append("q")
            continue
        properties[column.name] = _field(column, table.document["properties"][column.name], local=table.kind == "layer")
        if column.written == "required" and (column.span or not part):
            required.append(column.name)
    properties[WAIVE] = {"$ref": f"common.json#/$defs/{WAIVE}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{table.title}: a record of the source",
        "description": table.description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
        **({"allOf": table.document["allOf"]} if table.document.get("allOf") and not part else {}),
    }


def header_schema() -> dict[str, Any]:
    """The JSON Schema of the keys at the top of an article's annotation file."""
    # a file cannot call itself missing, and the schema decides which layers are selective
    status = {"$ref": "common.json#/$defs/layer_status", "not": {"enum": ["missing", "selective"]}}
    shared = {name: {"$ref": f"common.json#/$defs/{name}"} for name in (*FILE_FIELDS[1:], "fields")}
    return {
        "type": "object",
        "properties": {"status": status, **shared},
        "required": list(FILE_FIELDS),
        "additionalProperties": False,
    }


class Validator:
    """Validates values against a JSON Schema that can refer to the files of schema/.

    jsonschema-rs decides whether values are valid, about a hundred times faster; jsonschema explains the errors. Both
    use Python's regular expressions.

    Example:
        >>> from vouchbank.schema.load import load_schema, default_schema_folder
        >>> check = Validator(load_schema(default_schema_folder()), {"$ref": "common.json#/$defs/occurrence"})
        >>> check.is_valid("1/2"), [error.validator for error in check.iter_errors("0/2")]
        (True, ['pattern'])
    """

    def __init__(self, schema: Schema, contents: Mapping[str, Any]) -> None:
        self.schema = contents
        self._documents = schema.documents
        self._whole = schema

    def is_valid(self, values: Any) -> bool:
        """Whether values are valid."""
        return not any(True for _ in self.iter_errors(values))

    def iter_errors(self, values: Any) -> Iterator[Any]:
        """All errors that jsonschema finds."""
        return iter(()) if self.accepts(values) else self.explaining.iter_errors(values)

    def accepts(self, values: Any) -> bool:
        """Whether jsonschema-rs finds no error; it also refuses types that JSON lacks, such as TOML dates."""
        try:
            return self._deciding is not None and self._deciding.is_valid(values)
        except ValueError:
            return False

    @cached_property
    def _deciding(self) -> jsonschema_rs.Draft202012Validator | None:
        """The validator of jsonschema-rs; None if it cannot read the schema."""
        with needed("checking records"):
            import jsonschema_rs

        try:
            return jsonschema_rs.Draft202012Validator(
                dict(self.schema), registry=_registry(self._whole), keywords={"pattern": _Pattern}
            )
        except ValueError:
            return None

    @cached_property
    def explaining(self) -> Any:
        """The validator of jsonschema."""
        with needed("checking records"):
            from jsonschema import Draft202012Validator, validators

        strict = validators.extend(Draft202012Validator, {"pattern": _unmatched})
        return strict(self.schema, registry=document_registry(self._documents))


@lru_cache(maxsize=2)
def _registry(schema: Schema) -> jsonschema_rs.Registry:
    """The files that validators of a schema can refer to."""
    import jsonschema_rs

    files = [(f"json-schema:///{name}", dict(document)) for name, document in schema.documents.items()]
    return jsonschema_rs.Registry(files)


class _Pattern:
    """The keyword `pattern` for jsonschema-rs."""

    def __init__(self, _: Any, pattern: str, __: Any) -> None:
        self.pattern = pattern
        # most texts are labels and keys that repeat; bounded, because a shard has millions of records
        self.matches = lru_cache(maxsize=1024)(partial(_matches, pattern))

    def validate(self, instance: Any) -> None:
        """Refuse text that does not match the pattern."""
        if isinstance(instance, str) and not self.matches(instance):
            raise ValueError


def _unmatched(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[Any]:
    """The keyword `pattern` for jsonschema."""
    from jsonschema import ValidationError

    if not _matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _matches(pattern: str, instance: Any) -> bool:
    # Python's `$` also matches before a final newline; that of JSON Schema does not
    if not isinstance(instance, str):
        return True
    return not (instance.endswith("\n") and pattern.endswith("$")) and re.search(pattern, instance) is not None


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
    """The pattern of a reference to an annotation: `q3` (or `q_new`) in its own article, `004-q3` anywhere."""
    return f"^[a-z]+(?:[1-9][0-9]{{0,5}}|[_?][A-Za-z0-9_?-]*)$|{(column.item or column).pattern}"


def _without_defaults(item: Column, stated: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a list of records, in which fields with a default are optional."""
    required = [f.name for f in item.fields if f.name in stated.get("required", ()) and f.default is None]
    return {**stated, "required": required}


def is_fragment(value: Any) -> bool:
    """Whether a value in a record has the form of a fragment, as common.json defines it."""
    if isinstance(value, str):
        return bool(value)
    if not isinstance(value, dict) or not set(value) <= {"p", "q", "n"}:
        return False
    strings = all(isinstance(v, str) for v in value.values())
    return strings and bool(value.get("q")) and bool(_OCCURRENCE.match(value.get("n", "1/1")))
