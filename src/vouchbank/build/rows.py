"""Rows of the tables as examples on a page: real rows, shortened, as JSON in which no article text can be markup.

Example:
    >>> print(shown_row({"id": "004-q1", "words": "a " * 99, "ids": [1, 2, 3, 4, 5]}))
    {
      "id": "004-q1",
      "words": "a a a a a a a a a a a a a a a a a a a a a a a a a a a a a a …",
      "ids": [1, 2, "… 3 more"]
    }
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

LONGEST, MOST = 60, 2


def tellings(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The label of each figure, with its tellings as rows of `quantities`."""
    quantities = {row["id"]: row for row in rows["quantities"]}
    return [(f["label"], [quantities[name] for name in f["members"] if name in quantities]) for f in rows["figures"]]


def rows_told(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Sequence[Mapping[str, Any]]]:
    """The rows with only the quantities of figures, and only the annotations that vouch for or contest them.

    These are few, even in a large corpus.
    """
    members = {member for row in rows["figures"] for member in row["members"]}
    told = [row for row in rows["quantities"] if row["id"] in members]
    named = {name for row in told for column in ("vouched_by", "status_by") for name in row[column] or ()}
    others = [row for row in rows["quantities"] if row["id"] in named - members] if named - members else []
    held = [row for row in rows["attributions"] if row["id"] in named]
    return {**rows, "quantities": [*told, *others], "attributions": held}


def telling_row(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The row with the most columns filled; the first one of several."""
    return max(rows, key=lambda row: sum(value not in (None, [], "") for value in row.values()))


def shown_row(row: Mapping[str, Any]) -> str:
    """A row as JSON, one column per line, with long texts and lists shortened."""
    lines = [f"  {_json(name)}: {_json(_short(value, 0))}" for name, value in row.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _short(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST].rstrip()} …"
    if isinstance(value, Mapping):
        if depth > 1 and len(value) > 6:
            return "{…}"
        return {name: _short(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        most = 1 if any(isinstance(item, Mapping) and len(item) > 6 for item in value) else MOST
        kept = [_row_in_row(item) if most == 1 else _short(item, depth + 1) for item in value[:most]]
        return kept + ([f"… {len(value) - most} more"] if len(value) > most else [])
    return value


def _row_in_row(item: Any) -> Any:
    """A row nested in a row: its first values only; its own table shows the rest."""
    if not isinstance(item, Mapping):
        return _short(item, 1)
    return {name: _short(value, 1) for name, value in list(item.items())[:4]} | {"…": "…"}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
