"""The shape of records: the errors that jsonschema finds in a file, as readable findings.

A record is validated against the JSON Schema of its table, as written in the source files; so are the header of a file,
meta.toml and the other files that schema/ describes.

Example:
    >>> from vouchbank.findings import Place
    >>> from vouchbank.schema.load import default_schema_folder, load_schema
    >>> check = validators(load_schema(default_schema_folder()))["figures"]
    >>> here = lambda *path: Place("figures.toml")
    >>> held = Held({"label": "Ships", "members": [], "pairs": []}, here, here, lambda at, *said: Fault(said[0], at))
    >>> [(finding.slug, finding.message) for finding in shape_findings(check, held)]
    [('malformed-value', '[] is too short: it must have at least 2 items')]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import JudgedArticle, JudgedCorpus
from vouchbank.corpus import Article
from vouchbank.corpus.ids import LOCAL_ID, NOBODY
from vouchbank.corpus.records import LayerFile, Record
from vouchbank.findings import Fault, Finding, Level, Place, declared
from vouchbank.hints import closest, near
from vouchbank.schema import Schema
from vouchbank.schema.source import Validator, header_schema, record_schema
from vouchbank.toml.reader import Document

_PROPERTY = re.compile(r"'(.*)' is a (?:required|dependency)")
TYPES = {
    "string": ("text", "put the text in quotation marks"),
    "boolean": ("true or false", "write true or false, without quotation marks"),
    "number": ("a number", "write digits, without quotation marks"),
    "integer": ("a whole number", "write digits, without quotation marks"),
    "array": ("a list", "put the list in [ ]"),
    "object": ("a table", "put the fields in { }"),
}
QUOTE_HELP = 'write the quoted words, or { q = "words", n = "1/2", p = "p3" }, or a list of these'
_MADE: WeakKeyDictionary[Schema, dict[str, Validator]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Held:
    """Values to validate, with their places and a function that makes faults."""

    values: Any
    place: Callable[..., Place]
    key_place: Callable[..., Place]
    fault: Callable[[Place, str, str], Fault]

    @classmethod
    def record(cls, record: Record, article: Article | None = None) -> Held:
        """A record of an article or of a shared file."""

        def fault(place: Place, message: str, help_: str) -> Fault:
            return article.fault(record, place, message, help_) if article else record.fault(place, message, help_)

        return cls(record.values, record.place, record.key_place, fault)

    @classmethod
    def document(cls, document: Document, values: Any, article: str = "") -> Held:
        """A file, or its header."""

        def fault(place: Place, message: str, help_: str) -> Fault:
            return Fault(message, place, help_, article=article)

        return cls(values, document.place, document.key_place, fault)


def validators(schema: Schema) -> dict[str, Validator]:
    """The validators of records by table, and those of other files; made once."""
    if schema not in _MADE:
        made = {t.name: Validator(schema, record_schema(t)) for t in schema.tables.values() if t.written}
        # for raw annotations with only some fields
        in_part = [*schema.exhaustive_layers, *(t for t in schema.corpus_tables if t.name == "registry")]
        made |= {f"{t.name} in part": Validator(schema, record_schema(t, part=True)) for t in in_part}
        made["header"] = Validator(schema, header_schema())
        made["shared header"] = Validator(schema, {**header_schema(), "required": []})
        for name in ("meta", "source_map", "adjudication", "shared_adjudication"):
            if f"{name}.json" in schema.documents:
                made[name] = Validator(schema, schema.documents[f"{name}.json"])
        _MADE[schema] = made
    return _MADE[schema]


def well_shaped(record: Record, schema: Schema) -> bool:
    """Whether a record has the shape of its table."""
    return validators(schema)[record.table.name].is_valid(record.values)


def article_shape(article: Article, raw: bool = False) -> Iterator[Finding]:
    """All findings on the shape of an article's files.

    Args:
        article: The article.
        raw: Whether these are raw annotations, whose files may have only some fields.
    """
    known, meta = validators(article.schema), article.seed.meta
    if not meta.faults and not meta.missing and "meta" in known:
        yield from shape_findings(known["meta"], Held.document(meta, dict(meta.values), article.id))
    if article.seed.map_values is not None and "source_map" in known:
        here = Place(article.seed.map_file)
        held = Held(article.seed.map_values, lambda *_: here, lambda *_: here, partial(_of_article, article.id))
        yield from shape_findings(known["source_map"], held)
    for file in article.files.values():
        if file.document.faults or file.document.missing:
            continue
        head = Held.document(file.document, dict(file.header), article.id)
        yield from shape_findings(known["header"], head)
        if "fields" in file.header and not raw:
            yield misplaced_field(head, ("fields",), "only raw annotations may have `fields`")
        part = " in part" if raw and file.fields is not None else ""
        for record in file.records:
            check = known.get(f"{record.table.name}{part}", known[record.table.name])
            if not check.accepts(record.values):  # rare
                yield from shape_findings(check, Held.record(record, article), record)
        yield from _by_nobody(article, file)


def _of_article(article: str, place: Place, message: str, help_: str) -> Fault:
    return Fault(message, place, help_, article=article)


def optional_file_shape(corpus: JudgedCorpus, name: str) -> Iterator[Finding]:
    """All findings on the shape of an optional file, as schema/<name>.json requires it."""
    document, schema = corpus.source.optional(name), corpus.source.schema
    yield from document.faults
    stated = schema.documents.get(f"{name}.json")
    if not document.missing and not document.faults and stated is not None:
        for finding in shape_findings(Validator(schema, stated), Held.document(document, dict(document.values))):
            yield finding if finding.help else replace(finding, help=str(stated["description"]))


def shape_findings(check: Validator, held: Held, record: Record | None = None) -> Iterator[Finding]:
    """All errors that jsonschema finds in values, as findings.

    Conditions on a field with an unknown label are skipped, so that one fault gives one finding. A placeholder value is
    skipped too, and what contains it is judged as if the value were written.
    """
    found = list(check.iter_errors(held.values))
    unwritten = record.unwritten if record else ()
    wrong_anyway = {tuple(e.absolute_path) for e in check.iter_errors(record.filled)} if record and unwritten else set()
    mislabelled = {tuple(e.absolute_path) for e in found if e.validator == "oneOf"}
    misspelt = _misspelt(found)
    for error in found:
        path = tuple(error.absolute_path)
        if error.validator == "required" and (path, _missing(error)) in misspelt:
            continue
        if path in unwritten or (
            path and path not in wrong_anyway and any(waiting[: len(path)] == path for waiting in unwritten)
        ):
            continue
        condition = _condition(check.schema, error.absolute_schema_path)
        if condition and path in mislabelled:
            continue
        if condition:
            yield _conditional(error, condition, held)
        else:
            yield from _plain(error, path, held, check.schema)


def _conditional(error: Any, condition: str, held: Held) -> Finding:
    path = tuple(error.absolute_path)
    if error.validator == "required":
        name = _missing(error)
        return missing_field(held, path, f"the field {name!r} is missing: {condition}", name)
    if error.validator == "anyOf":
        names = [n for o in error.validator_value if isinstance(o, dict) for n in o.get("required", ())]
        return missing_field(held, path, condition, *names)
    return misplaced_field(held, path, condition)


def _plain(error: Any, path: tuple[Any, ...], held: Held, whole: Any) -> Iterator[Finding]:
    """The finding for one error of jsonschema, by the keyword that failed."""
    described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", ()))
        for name in sorted(set(error.instance) - set(known)):
            yield unknown_field(held, path, name, known)
    elif error.validator == "required":
        name = _missing(error)
        yield missing_field(held, path, f"the field {name!r} is missing", name)
    elif error.validator == "oneOf":
        barred = whole.get("properties", {}).get(path[-1] if path else "", {}).get("not", {}).get("enum", ())
        labels = [o["const"] for o in error.validator_value if "const" in o]
        yield unknown_label(held, path, error.instance, [label for label in labels if label not in barred])
    elif error.validator == "anyOf":
        yield malformed_quote(held, path)
    elif error.validator == "type":
        yield wrong_type(held, path, error.instance, str(error.validator_value), described)
    elif error.validator == "minItems":
        least = error.validator_value
        message = f"{_short(error.instance)} is too short: it must have at least {least} item{'s' * (least != 1)}"
        yield malformed_value(held, path, message, described)
    else:
        yield malformed_value(held, path, f"{_short(error.instance)} does not have the required form", described)


@declared(Level.SHAPE)
def unknown_field(held: Held, path: tuple[Any, ...], name: str, known: list[str]) -> Fault:
    """A record has a field that its table does not have.

    Usually this is a typo: the help suggests the closest field, or lists all fields. Computed fields are not written.
    """
    return held.fault(held.key_place(*path, name), f"unknown field {name!r}", closest(name, known))


@declared(Level.SHAPE)
def missing_field(held: Held, path: tuple[Any, ...], message: str, *names: str) -> Fault:
    """A required field is missing.

    Some fields are required only together with others, such as `reading` for a GPE. Only a draft may leave out the
    annotator (`by`).
    """
    help_ = f"add {' or '.join(names)}{' = …' * (len(names) == 1)}"
    return held.fault(held.key_place(*path), message, help_)


@declared(Level.SHAPE)
def misplaced_field(held: Held, path: tuple[Any, ...], condition: str) -> Fault:
    """Two fields of a record exclude each other.

    For example, only a PERSON has `title`, only a PRODUCT has `subtype`, and only a DATE or TIME has `value`.
    """
    return held.fault(held.place(*path), condition, "change one of the two fields, or remove the other")


@declared(Level.SHAPE)
def unknown_label(held: Held, path: tuple[Any, ...], found: Any, labels: list[str]) -> Fault:
    """A value is not in the closed list of labels.

    The help suggests the closest label, or lists all labels; schema/ and the guidelines define them.
    """
    message = f"invalid value {_short(found)} for {_named(path)}"
    return held.fault(held.place(*path), message, closest(found, labels))


@declared(Level.SHAPE)
def wrong_type(held: Held, path: tuple[Any, ...], found: Any, wanted: str, described: str) -> Fault:
    """A value has the wrong type.

    Put text in quotation marks and lists in square brackets; write true, false and numbers without quotation marks.
    """
    what, how = TYPES.get(wanted, (wanted, ""))
    help_ = "; ".join(filter(None, (how, _follow(path, described))))
    return held.fault(held.place(*path), f"{_named(path)} must be {what}, not {_short(found)}", help_)


@declared(Level.SHAPE)
def malformed_quote(held: Held, path: tuple[Any, ...]) -> Fault:
    """A value is not a quote.

    Write a span as quoted words or as a table { q, n, p }; if it may have fragments, also as a list of these.
    """
    return held.fault(held.place(*path), f"{_named(path)} is not a quote", QUOTE_HELP)


@declared(Level.SHAPE)
def malformed_value(held: Held, path: tuple[Any, ...], message: str, described: str) -> Fault:
    """A value does not have the form that its field requires.

    For example, an interval is "[21, inf)", an occurrence "1/2", a key lowercase words joined by hyphens, a date EDTF.
    """
    return held.fault(held.place(*path), message, _follow(path, described))


@rule(level=Level.SHAPE)
def malformed_shared_record(corpus: JudgedCorpus) -> Faults:
    """A record of the registry, the figures or the claims is malformed.

    The message names the field; the data dictionary describes its values.
    """
    known = validators(corpus.source.schema)
    for file in corpus.source.shared.values():
        yield from shape_findings(known["shared header"], Held.document(file.document, dict(file.header)))
        for record in file.records:
            yield from shape_findings(known[record.table.name], Held.record(record), record)
            key = record.table.column(record.table.key)
            if not re.fullmatch(key.pattern, record.name):
                message = f"the key {record.name!r} does not have the required form"
                yield record.fault(record.key_place(), message, key.description)
        for path in file.strays:
            yield Fault(
                f"{path[0]!r} is not a record", file.document.key_place(*path), "write each record as a [section]"
            )


@rule(level=Level.SHAPE)
def stray_key(article: JudgedArticle) -> Faults:
    """A key is neither a paragraph id nor the id of an annotation in this file.

    Sections are paragraph ids ([p3]); their keys are the letters of the layer and a number (e7, q2, nq1, a4, na1). If a
    file contains many annotations of another file, only the first is reported.
    """
    for name, file in article.source.files.items():
        homes: set[str] = set()
        for path in file.strays:
            place = file.document.key_place(*path)
            if len(path) == 1:
                yield article.fault(
                    place,
                    f"[{path[0]}] is not a paragraph section",
                    "name the section after a paragraph: [p1], [p2], …",
                )
                continue
            home = _home(article.source, str(path[1]))
            if home not in homes:
                homes |= {home} - {name, ""}
                help_ = _id_help(article.source, name, home)
                yield article.fault(place, f"{path[1]!r} is not the id of an annotation in this file", help_)


def _by_nobody(article: Article, file: LayerFile) -> Iterator[Finding]:
    """The placeholder that `vouchbank new` writes for `by`, in a file that is not a draft."""
    message = f"`by` is still the placeholder {NOBODY!r}, but this is not a draft"
    held = [Held.document(file.document, file.header, article.id)] if file.header.get("by") == NOBODY else []
    held += [Held.record(record, article) for record in file.records if record.values.get("by") == NOBODY]
    for one in held if file.status() != "draft" else ():
        yield replace(
            missing_field(replace(one, key_place=one.place), ("by",), message),
            help="write by = … with the id of the annotator",
        )


def _home(article: Article, key: str) -> str:
    """The file whose ids look like this key; empty if none does."""
    match = LOCAL_ID.match(key)
    return next((t.file for t in article.schema.layers if match and t.prefix == match[1]), "")


def _id_help(article: Article, name: str, home: str) -> str:
    prefixes = [t.prefix for t in article.schema.in_file(name)]
    if home and home != name:
        return f"move it, and others of its kind, to annotations/{article.id}/{home}.toml"
    return f"use an id like {' or '.join(f'{p}1' for p in prefixes)}, followed by a table {{ … }}"


def _missing(error: Any) -> str:
    match = _PROPERTY.match(error.message)
    return match[1] if match else "a field"


def _misspelt(found: Iterable[Any]) -> set[tuple[tuple[Any, ...], str]]:
    """The missing fields that are present under a misspelt name, which is reported as an unknown field."""
    unknown = [e for e in found if e.validator == "additionalProperties"]
    names = [(tuple(e.absolute_path), set(e.instance), e.schema.get("properties", ())) for e in unknown]
    return {(path, meant) for path, own, known in names for n in own - set(known) for meant in near(n, known)}


def _condition(schema: Any, path: Iterable[str | int]) -> str:
    """The description of a violated condition between fields; empty if the error is not one of a condition."""
    steps = list(path)
    if steps[:1] != ["allOf"]:
        return ""
    description = ""
    for step in steps:
        try:
            schema = schema[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(schema, dict) and isinstance(schema.get("description"), str):
            description = schema["description"]
    return description


def _named(path: tuple[Any, ...]) -> str:
    """The field at a path, for a message."""
    fields = [step for step in path if isinstance(step, str)]
    return f"`{fields[-1]}`" if fields else "the value"


def _follow(path: tuple[Any, ...], described: str) -> str:
    """The help that repeats the first sentence of a description in schema/; empty if there is none."""
    sentence = re.split(r"\.(?:\s|\Z)", described, maxsplit=1)[0]
    begun = sentence[:2].istitle() or sentence[:2] in ("A ", "I ")
    description = sentence[:1].lower() + sentence[1:] if begun else sentence
    return f"follow the description of {_named(path)}: {description}" if description else ""


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
