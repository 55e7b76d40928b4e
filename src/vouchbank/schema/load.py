"""Read schema/, the JSON Schemas of all tables.

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

from vouchbank import files
from vouchbank.errors import SchemaError, UnreadableFileError, needed
from vouchbank.files import MOST_DEPTH, TOO_BIG, TOO_DEEP, excess
from vouchbank.hints import closest
from vouchbank.schema.keywords import FILE_NAME, faults, line_of, references, repeated_keys
from vouchbank.schema.model import VERSION, Column, Kind, Label, Schema, Table, Tags

if TYPE_CHECKING:
    from referencing import Registry

SPAN = "common.json#/$defs/span"
ANNOTATION_ID = "common.json#/$defs/annotation_id"
_PACKAGED = Path(__file__).parents[1] / "_data" / "schema"
_KINDS = {"string": Kind.TEXT, "integer": Kind.INTEGER, "number": Kind.NUMBER, "boolean": Kind.BOOLEAN}


def default_schema_folder() -> Path:
    """The folder of the packaged schema; in a clone, schema/."""
    return _PACKAGED if _PACKAGED.is_dir() else Path(__file__).parents[3] / "schema"


@cache
def load_schema(folder: Path) -> Schema:
    """The tables of a folder, in the order of their file names.

    Raises:
        SchemaError: a file is not JSON; it has an unknown keyword, an invalid pattern or an unknown name; a reference
            is broken or circular; or a column has no type.
    """
    texts = {path.name: _read(path) for path in sorted(folder.glob("*.json"))}
    if not texts:
        raise SchemaError("", f"{folder} contains no schema files")
    documents = {name: _parsed(name, text) for name, text in texts.items()}
    for name, document in documents.items():
        for path, said, help_ in faults(document):
            raise SchemaError(name, f"{said} ({'/'.join(path)})", help_, line_of(texts[name], path))
    _check_circles(documents, texts)
    stems = {name.removesuffix(".json"): document for name, document in documents.items() if "table" in document}
    tables = {stem: _table(stem, document, documents) for stem, document in stems.items()}
    schema = Schema(tables, documents)
    _check_references(schema)
    return schema


def document_registry(documents: Mapping[str, Mapping[str, Any]]) -> Registry[Any]:
    """A registry of the files by name, as `$ref` uses them."""
    with needed("reading schema/"):
        from referencing import Registry
        from referencing.jsonschema import DRAFT202012

    return Registry().with_resources(
        (name, DRAFT202012.create_resource(document)) for name, document in documents.items()
    )


@dataclass(frozen=True, slots=True)
class _Resolver:
    """Follows the references of one file. The library's own resolver takes too long to import."""

    documents: Mapping[str, Mapping[str, Any]]
    file: str

    def lookup(self, reference: str) -> tuple[Any, _Resolver]:
        """The target of a reference, and the resolver for the references in it."""
        file, _, pointer = reference.partition("#")
        found: Any = self.documents[file or self.file]
        for step in pointer.split("/")[1:]:
            found = found[step.replace("~1", "/").replace("~0", "~")]
        return found, _Resolver(self.documents, file or self.file)


def _read(path: Path) -> str:
    try:  # an installer may have linked the packaged files to its cache, so links are allowed there
        data = path.read_bytes() if path.parent == _PACKAGED else files.read(path.parent, path.name) or b""
        if len(data) > files.MOST_BYTES:
            raise UnreadableFileError(path.name, f"a file has at most {files.MOST_BYTES:,} bytes")
        return data.decode("utf-8")
    except (UnicodeDecodeError, UnreadableFileError) as error:
        said = error.why if isinstance(error, UnreadableFileError) else "it is not UTF-8"
        raise SchemaError(path.name, f"the file cannot be read: {said}", "replace it with a JSON file") from error


def _parsed(name: str, text: str) -> Mapping[str, Any]:
    """The values of a JSON file without duplicate keys, NaN or infinities."""
    lost = 0

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal lost
        held = dict(pairs)
        lost += len(pairs) - len(held)
        return held

    try:
        document = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        raise SchemaError(name, f"invalid JSON: {error.msg}", "see schema/README.md", error.lineno) from error
    except (ValueError, RecursionError) as error:  # too many digits or brackets
        said = TOO_DEEP if isinstance(error, RecursionError) else TOO_BIG
        raise SchemaError(name, said, "see schema/README.md") from error
    for key, line in repeated_keys(text) if lost else ():
        raise SchemaError(name, f"duplicate key {key!r}", "remove one of the two", line)
    for path, said in excess(document):
        raise SchemaError(name, f"{said} ({'/'.join(map(str, path))})", line=line_of(text, tuple(map(str, path))))
    if not isinstance(document, dict) or document.get("$id") != name:
        raise SchemaError(name, "the file must be an object whose `$id` is its file name", f'write "$id": "{name}"')
    if "table" in document and not FILE_NAME.match(name.removesuffix(".json")):
        raise SchemaError(name, "a table name consists of lowercase letters, digits and _", "rename the file")
    return document


def _check_circles(documents: Mapping[str, Mapping[str, Any]], texts: Mapping[str, str]) -> None:
    """Follow every `$ref`, and refuse those that are broken or circular."""
    sound = set[str]()

    def follow(name: str, where: tuple[str, ...], reference: str, way: tuple[str, ...]) -> None:
        file, _, pointer = reference.partition("#")
        address = f"{file or name}#{pointer}"
        if address in way or len(way) > MOST_DEPTH:
            how = "is circular" if address in way else f"leads through more than {MOST_DEPTH} others"
            round_ = " → ".join((*(way[way.index(address) :] if address in way else way), address))
            said = f"the reference {reference!r} {how}: {round_}"
            raise SchemaError(name, said, "write one of them without a reference", line_of(texts[name], where))
        try:
            found = _Resolver(documents, name).lookup(reference)[0] if address not in sound else {}
        except (LookupError, TypeError) as error:
            line = line_of(texts[name], where)
            said = f"the target of the reference {reference!r} is missing"
            raise SchemaError(name, said, "refer to an existing definition", line) from error
        if not isinstance(found, dict | bool):
            said = f"the target of the reference {reference!r} is not a schema"
            raise SchemaError(name, said, "refer to a schema", line_of(texts[name], where))
        for inner, further in references(found):
            follow(file or name, (*_steps(pointer), *inner), further, (*way, address))
        sound.add(address)

    for name, document in documents.items():
        for where, reference in references(document):
            follow(name, where, reference, ())


def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _table(name: str, document: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> Table:
    """One table from its file, with every `$ref` resolved."""
    missing = [k for k in ("title", "description", "properties") if k not in document]
    missing += [f"table.{k}" for k in ("kind", "row") if k not in document["table"]]
    if missing:
        raise SchemaError(f"{name}.json", f"{', '.join(missing)} is missing", "see schema/README.md")
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
    """Resolve `$ref`; keywords beside a reference override those of its target. Also returns the addresses passed."""
    if not isinstance(fragment, dict):
        raise SchemaError(base, f"the schema of a column must be an object, not {fragment!r}", "see schema/README.md")
    merged, passed = dict(fragment), set()
    while "$ref" in merged:
        reference = merged.pop("$ref")
        found, resolver = resolver.lookup(reference)
        file, _, pointer = reference.partition("#")
        base = file or base
        passed.add(f"{base}#{pointer}")
        merged = {**(found if isinstance(found, dict) else {}), **merged}
    return merged, resolver, passed, base


def _column(name: str, fragment: Mapping[str, Any], resolver: Any, required: bool, base: str) -> Column:
    """One column with its item or fields, recursively; keywords are inherited through `$ref`."""
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
    """The version of the guidelines that introduced a column or condition; empty for the first version."""
    since = stated.get("since", "") if isinstance(stated, dict) else ""
    if isinstance(since, str) and (not since or VERSION.match(since)):
        return since
    raise SchemaError(base, f"{since!r} is not a version of the guidelines", 'write a version, such as "0.5"')


def _kind(name: str, merged: Mapping[str, Any], base: str) -> Kind:
    if "oneOf" in merged:
        return Kind.TEXT
    declared = merged.get("type")
    if declared == "array" and "items" in merged:
        return Kind.LIST
    if declared == "object" and "properties" in merged:
        return Kind.RECORD
    if not isinstance(declared, str) or declared not in _KINDS:
        said = f"invalid or missing type for the column {name!r}"
        raise SchemaError(base, said, f"choose one of: {', '.join((*_KINDS, 'array', 'object'))}")
    return _KINDS[declared]


def _check_references(schema: Schema) -> None:
    """Refuse tables that name unknown columns or tables."""
    for table in schema.tables.values():
        named = [
            *table.anchor,
            *filter(None, (table.key,)),
            *(name for column in table.columns for name in column.hull),
        ]
        for name in (name for name in named if name not in table.names):
            raise SchemaError(f"{table.name}.json", f"unknown column {name!r}", closest(name, table.names))
        for column in table.columns:
            if unknown := [target for target in _targets(column) if target not in schema.tables]:
                said = f"the column {column.name!r} refers to an unknown table {unknown[0]!r}"
                raise SchemaError(f"{table.name}.json", said, closest(unknown[0], schema.tables))


def _targets(column: Column) -> tuple[str, ...]:
    inner = (column.item, *column.fields) if column.item else column.fields
    found = column.references + ((column.tags.table,) if column.tags else ())
    return found + tuple(t for c in inner for t in _targets(c))
