"""Read schema/: the JSON Schemas that state every table once.

Example:
    >>> schema = load_schema(default_schema_folder())
    >>> schema.tables["entities"].column("type").label_names[:3]
    ('PERSON', 'NORP', 'FAC')
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vouchbank.errors import SchemaError, needed
from vouchbank.schema.model import VERSION, Column, Kind, Label, Schema, Table, Tags

if TYPE_CHECKING:
    from referencing import Registry

SPAN = "common.json#/$defs/span"
ANNOTATION_ID = "common.json#/$defs/annotation_id"
_KINDS = {"string": Kind.TEXT, "integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN}


def default_schema_folder() -> Path:
    """The schema that travels with the package; in a clone, the folder schema/."""
    packaged = Path(__file__).parents[1] / "_data" / "schema"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "schema"


@cache
def load_schema(folder: Path) -> Schema:
    """Every table of the folder, in the order of the files' names.

    Raises:
        SchemaError: a file is not JSON, a reference leads nowhere, or a column has no type.
    """
    documents = {path.name: _read(path) for path in sorted(folder.glob("*.json"))}
    if not documents:
        raise SchemaError(f"{folder} holds no schema files")
    stems = {name.removesuffix(".json"): document for name, document in documents.items() if "table" in document}
    tables = {stem: _table(stem, document, documents) for stem, document in stems.items()}
    schema = Schema(tables, documents)
    _check_references(schema)
    return schema


def document_registry(documents: Mapping[str, Mapping[str, Any]]) -> Registry[Any]:
    """A registry in which a file's name is its address, as `$ref` uses it."""
    with needed("reading schema/"):
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

    return Registry().with_resources(
        (name, DRAFT202012.create_resource(document)) for name, document in documents.items()
    )


@dataclass(frozen=True, slots=True)
class _Resolver:
    """Follows the references of one file. Not the library's: its import takes as long as checking an article."""

    documents: Mapping[str, Mapping[str, Any]]
    file: str

    def lookup(self, reference: str) -> tuple[Any, _Resolver]:
        """What a reference names, and what follows the references in that."""
        file, _, pointer = reference.partition("#")
        found: Any = self.documents[file or self.file]
        for step in pointer.split("/")[1:]:
            found = found[step]
        return found, _Resolver(self.documents, file or self.file)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise SchemaError(f"{path.name}: {error}") from error
    if not isinstance(document, dict) or document.get("$id") != path.name:
        raise SchemaError(f"{path.name}: the file is not an object whose $id is its own name")
    return document


def _table(name: str, document: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> Table:
    """One table from its file; `$ref`s are followed, what is missing is said at once."""
    missing = [k for k in ("title", "description", "properties") if k not in document]
    missing += [f"table.{k}" for k in ("kind", "row") if k not in document["table"]]
    if missing:
        raise SchemaError(f"{name}.json: {', '.join(missing)} is missing")
    about = document["table"]
    for condition in document.get("allOf", ()):
        _since(condition, f"{name}.json")
    resolver = _Resolver(documents, f"{name}.json")
    required = set(document.get("required", ()))
    columns = tuple(
        _column(key, fragment, resolver, key in required, f"{name}.json")
        for key, fragment in document["properties"].items()
    )
    return Table(
        name=name,
        title=document["title"],
        description=document["description"],
        kind=about["kind"],
        columns=columns,
        prefix=about.get("prefix", ""),
        file=about.get("file", ""),
        key=about.get("key", ""),
        layout=about.get("layout", "line"),
        anchor=tuple(about.get("anchor", "").split()),
        row=about["row"],
        default=about.get("default", False),
        exhaustive=about.get("exhaustive", True),
        document=document,
    )


def _expand(fragment: Mapping[str, Any], resolver: Any, base: str) -> tuple[dict[str, Any], Any, set[str], str]:
    """Follow `$ref`; what stands beside a reference wins over what it names. Also the addresses passed."""
    merged, passed = dict(fragment), set()
    while "$ref" in merged:
        reference = merged.pop("$ref")
        try:
            found, resolver = resolver.lookup(reference)
        except Exception as error:
            raise SchemaError(f"{base}: the reference {reference!r} leads nowhere") from error
        file, _, pointer = reference.partition("#")
        base = file or base
        passed.add(f"{base}#{pointer}")
        merged = {**found, **merged}
    return merged, resolver, passed, base


def _column(name: str, fragment: Mapping[str, Any], resolver: Any, required: bool, base: str) -> Column:
    """One column with its item or its fields, all the way down; keywords are inherited through `$ref`."""
    merged, resolver, passed, base = _expand(fragment, resolver, base)
    kind = _kind(name, merged, base)
    item, fields = None, tuple[Column, ...]()
    if kind is Kind.LIST:
        item = _column("item", merged["items"], resolver, True, base)
    elif kind is Kind.RECORD:
        inner = set(merged.get("required", ()))
        fields = tuple(_column(k, f, resolver, k in inner, base) for k, f in merged["properties"].items())
    references = merged.get("references", ())
    tags = merged.get("tags")
    return Column(
        name=name,
        kind=kind,
        description=merged.get("description", ""),
        nullable=not required,
        labels=tuple(Label(o["const"], o.get("description", ""), o.get("kept")) for o in merged.get("oneOf", ())),
        pattern=merged.get("pattern", ""),
        minimum=merged.get("minimum"),
        unique=merged.get("unique", False),
        references=(references,) if isinstance(references, str) else tuple(references),
        written=merged.get("written", ""),
        since=_since(merged, base),
        default=merged.get("default"),
        span=SPAN in passed,
        annotation_id=ANNOTATION_ID in passed,
        hull=tuple(merged.get("hull", ())),
        tags=Tags(tags["table"], tuple(tags["spans"]), tags.get("label", "")) if tags else None,
        item=item,
        fields=fields,
    )


def _since(stated: Mapping[str, Any], base: str) -> str:
    """The version of the guidelines since which a column or a condition is there; empty if it always was."""
    since = stated.get("since", "")
    if isinstance(since, str) and (not since or VERSION.match(since)):
        return since
    raise SchemaError(f'{base}: {since!r} is not a version of the guidelines, such as "0.5"')


def _kind(name: str, merged: Mapping[str, Any], base: str) -> Kind:
    if "oneOf" in merged:
        return Kind.TEXT
    declared = merged.get("type")
    if declared == "array" and "items" in merged:
        return Kind.LIST
    if declared == "object" and "properties" in merged:
        return Kind.RECORD
    if not isinstance(declared, str) or declared not in _KINDS:
        raise SchemaError(f"{base}: the field {name!r} has no type that a table column can have")
    return _KINDS[declared]


def _check_references(schema: Schema) -> None:
    for table in schema.tables.values():
        for column in table.columns:
            if unknown := [target for target in _targets(column) if target not in schema.tables]:
                raise SchemaError(f"{table.name}.json: {column.name!r} refers to no table: {unknown[0]!r}")


def _targets(column: Column) -> tuple[str, ...]:
    inner = (column.item, *column.fields) if column.item else column.fields
    found = column.references + ((column.tags.table,) if column.tags else ())
    return found + tuple(t for c in inner for t in _targets(c))
