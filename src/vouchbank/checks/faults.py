"""What jsonschema finds in the values of a record, said for people: slug, message, help and place.

Example:
    >>> from vouchbank.findings import Place
    >>> from vouchbank.schema.load import default_schema_folder, load_schema
    >>> check = validators(load_schema(default_schema_folder()))["figures"]
    >>> values = {"label": "Ships", "members": [], "pairs": []}
    >>> here = lambda *path: Place("figures.toml")
    >>> [(slug, message) for slug, message, _, _ in shape_faults(check, values, here, here)]
    [('malformed-value', '[] is too short: at least 1 belong here')]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from vouchbank.checks.hints import closest, near
from vouchbank.corpus.records import Record
from vouchbank.findings import Place
from vouchbank.schema import Schema
from vouchbank.schema.source import header_schema, record_schema, validator

_PROPERTY = re.compile(r"'(.*)' is a (?:required|dependency)")
TYPES = {
    "string": ("text", "put it between quotation marks"),
    "boolean": ("truth value", "write true or false, without quotation marks"),
    "number": ("number", "write digits, without quotation marks"),
    "integer": ("whole number", "write digits, without quotation marks"),
    "array": ("list", "put it between [ and ]"),
    "object": ("table", "put its fields between { and }"),
}
QUOTE_HELP = 'write the words, or { q = "words", n = "1/2", p = "p3" }, or a list of these'
Located = tuple[str, str, str, Place]


_MADE: WeakKeyDictionary[Schema, dict[str, Any]] = WeakKeyDictionary()


def validators(schema: Schema) -> dict[str, Any]:
    """The validators of written records by table, and those of `header`, `meta` and `adjudication`; made once."""
    if schema not in _MADE:
        made = {t.name: validator(schema, record_schema(t)) for t in schema.tables.values() if t.written}
        made["header"] = validator(schema, header_schema())
        for name in ("meta", "adjudication"):
            if f"{name}.json" in schema.documents:
                made[name] = validator(schema, schema.documents[f"{name}.json"])
        _MADE[schema] = made
    return _MADE[schema]


def shape_faults(
    check: Any, values: Any, place: Callable[..., Place], key_place: Callable[..., Place]
) -> Iterator[Located]:
    """Slug, message, help and place of everything jsonschema finds in `values`.

    A condition on a field whose own label is unknown is not judged: one fault gives one finding.
    """
    found = list(check.iter_errors(values))
    mislabelled = {tuple(e.absolute_path) for e in found if e.validator == "oneOf"}
    misspelt = _misspelt(found)
    for error in found:
        path = tuple(error.absolute_path)
        if error.validator == "required" and (path, _missing(error)) in misspelt:
            continue
        condition = _condition(check.schema, error.absolute_schema_path)
        if condition and path in mislabelled:
            continue
        if condition:
            yield _conditional_fault(error, condition, place, key_place)
        else:
            yield from _plain_faults(error, path, place, key_place, check.schema)


def _missing(error: Any) -> str:
    match = _PROPERTY.match(error.message)
    return match[1] if match else "a field"


def _misspelt(found: Iterable[Any]) -> set[tuple[tuple[Any, ...], str]]:
    """The missing fields that stand there under a name that is near: the unknown field is the one fault."""
    unknown = [e for e in found if e.validator == "additionalProperties"]
    names = [(tuple(e.absolute_path), set(e.instance), e.schema.get("properties", ())) for e in unknown]
    return {(path, meant) for path, own, known in names for n in own - set(known) for meant in near(n, known)}


def well_shaped(record: Record, schema: Schema) -> bool:
    """Whether a record has the shape of its table."""
    return not any(True for _ in validators(schema)[record.table.name].iter_errors(record.values))


def _condition(schema: Any, path: Iterable[str | int]) -> str:
    """What a condition between fields says: the last description on the way from `allOf` to the error; else empty."""
    steps = list(path)
    if steps[:1] != ["allOf"]:
        return ""
    said = ""
    for step in steps:
        try:
            schema = schema[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(schema, dict) and isinstance(schema.get("description"), str):
            said = schema["description"]
    return said


def _conditional_fault(
    error: Any, condition: str, place: Callable[..., Place], key_place: Callable[..., Place]
) -> Located:
    path = tuple(error.absolute_path)
    if error.validator == "required":
        name = _missing(error)
        return "missing-field", f"the field {name!r} is missing: {condition}", f"add {name} = …", key_place(*path)
    if error.validator == "anyOf":
        names = [n for option in error.validator_value for n in option.get("required", ())]
        return "missing-field", condition, f"add {' or '.join(names)}", key_place(*path)
    return "misplaced-field", condition, "change the one or remove the other", place(*path)


def _plain_faults(
    error: Any, path: tuple[Any, ...], place: Callable[..., Place], key_place: Callable[..., Place], whole: Any
) -> Iterator[Located]:
    described = error.schema.get("description", "") if isinstance(error.schema, dict) else ""
    if error.validator == "additionalProperties":
        known = list(error.schema.get("properties", ()))
        for name in sorted(set(error.instance) - set(known)):
            message = f"there is no field {name!r} here"
            yield "unknown-field", message, closest(name, known), key_place(*path, name)
    elif error.validator == "required":
        name = _missing(error)
        yield "missing-field", f"the field {name!r} is missing", f"add {name} = …", key_place(*path)
    elif error.validator == "oneOf":
        labels = [o["const"] for o in error.validator_value if "const" in o]
        labels = [label for label in labels if label not in _barred(whole, path)]
        message = f"{_short(error.instance)} is no label of {path[-1] if path else 'this'!s}"
        yield "unknown-label", message, closest(error.instance, labels), place(*path)
    elif error.validator == "anyOf":
        yield "malformed-quote", "this is no quote", QUOTE_HELP, place(*path)
    elif error.validator == "type":
        what, how = TYPES.get(str(error.validator_value), (str(error.validator_value), ""))
        message = f"this is no {what}: {_short(error.instance)}"
        yield "wrong-type", message, ". ".join(filter(None, (how, described))), place(*path)
    elif error.validator == "minItems":
        message = f"{_short(error.instance)} is too short: at least {error.validator_value} belong here"
        yield "malformed-value", message, described, place(*path)
    else:
        yield "malformed-value", f"{_short(error.instance)} has not the right form", described, place(*path)


def _barred(whole: Any, path: tuple[Any, ...]) -> list[Any]:
    """Labels of a list that a file cannot hold, as the schema of the whole says (`not`)."""
    return list(whole.get("properties", {}).get(path[-1] if path else "", {}).get("not", {}).get("enum", ()))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
