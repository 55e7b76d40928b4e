"""Parse requests: JSON from an unknown sender becomes operations with values of known types, or is refused.

Example:
    >>> parse_operation({"do": "add", "layer": "entities", "spans": {"span": [[0, 4]]}, "values": {"type": "ORG"}})
    Add(layer='entities', spans={'span': [Span(start=0, end=4)]}, values={'type': 'ORG'})
    >>> parse_operation({"do": "change", "id": 7})
    Traceback (most recent call last):
    vouchbank.edit.operations.CannotDoError: 'id' must be text
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from vouchbank.edit.deciding import Compare, Decide
from vouchbank.edit.operations import (
    Add,
    AddRegistryRows,
    Amend,
    CannotDoError,
    Delete,
    FixAll,
    ReplaceText,
    SetHead,
    SetRow,
)
from vouchbank.files import MOST_DEPTH
from vouchbank.spans import Span

T = TypeVar("T")
MOST_SPANS = 200


def parse_operation(data: Any) -> object:
    """The operation that a request is for.

    Raises:
        CannotDoError: the request is not an operation.
    """
    held = typed(data, dict, "the operation", "an object")
    make = OPERATIONS.get(str(held.get("do")))
    if make is None:
        raise CannotDoError("Unknown operation")
    return make(held)


def text_value(held: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text of a request."""
    value = typed(held.get(name, default), str, repr(name), "text")
    if any("\ud800" <= c <= "\udfff" for c in value):
        raise CannotDoError(f"{name!r} contains half of a surrogate pair")
    return value


def integer(held: Mapping[str, Any], name: str) -> int:
    """An integer of a request."""
    value = held.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise CannotDoError(f"{name!r} must be a whole number")
    return value


def typed(value: Any, kind: type[T], name: str, called: str) -> T:
    """A value, if it has the wanted type.

    Raises:
        CannotDoError: it has another type.
    """
    if not isinstance(value, kind):
        raise CannotDoError(f"{name[0].upper()}{name[1:]} must be {called}")
    return value


def _spans(held: Mapping[str, Any]) -> dict[str, list[Span]]:
    given = typed(held.get("spans", {}), dict, "'spans'", "an object")
    return {str(name): [_span(one) for one in _listed(found)] for name, found in given.items()}


def _listed(found: Any) -> list[Any]:
    listed = typed(found, list, "each value of 'spans'", "a list")
    if len(listed) > MOST_SPANS:
        raise CannotDoError(f"A field can have at most {MOST_SPANS} spans")
    return listed


def _span(one: Any) -> Span:
    if not (isinstance(one, list) and len(one) == 2 and all(type(n) is int and 0 <= n < 1 << 31 for n in one)):
        raise CannotDoError("A span must be two offsets, its start and its end")
    return Span(*one)


def _values(held: Mapping[str, Any], name: str = "values") -> dict[str, Any]:
    given = typed(held.get(name, {}), dict, repr(name), "an object")
    return {str(key): _plain(value) for key, value in given.items()}


def _plain(value: Any, depth: int = 0) -> Any:
    """A value that TOML can hold; null only at the top, where it removes a field."""
    if depth > MOST_DEPTH:
        raise CannotDoError("The value is nested too deeply")
    if isinstance(value, dict):
        return {text_value({"key": key}, "key"): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    if isinstance(value, str):
        return text_value({"value": value}, "value")
    known = isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < 1 << 63)
    if not known and (value is not None or depth):
        raise CannotDoError("A value must be text, a number, true or false, or a list of these")
    return value


def _row(held: Mapping[str, Any]) -> SetRow:
    values = None if held.get("values") is None else _values(held)
    return SetRow(text_value(held, "table"), text_value(held, "key"), values)


OPERATIONS: Mapping[str, Callable[[Mapping[str, Any]], object]] = {
    "add": lambda held: Add(text_value(held, "layer"), _spans(held), _values(held)),
    "change": lambda held: Amend(text_value(held, "id"), _spans(held), _values(held)),
    "delete": lambda held: Delete(text_value(held, "id")),
    "head": lambda held: SetHead(text_value(held, "file"), _values(held)),
    "row": _row,
    "begin": lambda held: AddRegistryRows(),
    "text": lambda held: ReplaceText(text_value(held, "file"), text_value(held, "text")),
    "fix": lambda held: FixAll(),
    "compare": lambda held: Compare(text_value(held, "by", "")),
    "decide": lambda held: Decide(integer(held, "row"), text_value(held, "choice"), text_value(held, "reason")),
}
