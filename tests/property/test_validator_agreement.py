"""jsonschema-rs decides and jsonschema explains: of everything that our schemas judge both say the same."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.checks_support import TESTS
from vouchbank.checks.shape import validators
from vouchbank.corpus import repository_root
from vouchbank.corpus.records import corpus_file, layer_file
from vouchbank.schema import default_schema_folder, load_schema
from vouchbank.schema.source import Validator
from vouchbank.toml.reader import read_toml

SCHEMA = load_schema(default_schema_folder())
OF_FILES = {name: Validator(SCHEMA, SCHEMA.documents[f"{name}.json"]) for name in ("retired", "floors")}
KNOWN = validators(SCHEMA) | OF_FILES
ODD = [
    *("", " ", "x", "x\n", "\n", "٣", "1/2", "1/2\n", "1/٢", "[1, 2]", "[1, 2]\n", "(-inf, 3]", "2025-09-23\n"),
    *("004-q3\n", "p3\n", "q3", "Q1\n", "\x1c", "\x85", "\ufeff", "\u2028", "…", "e\u0301", "🚢", "\0", "GPE"),
    *(0, -1, 1, 1.0, -0.0, 0.1, 1.5, 2**31, 2**53 + 1, 2**63, 2**64, 10**400, True, False, [], [""], [[]]),
    *({}, {"q": ""}, [1, True], [1, 1.0], ["a1", "a1"], {"q": "x", "n": "0/1"}, {"q": "x", "p": "p1\n"}, {"": ""}),
]  # fmt: skip
NO_JSON = [math.nan, math.inf, -math.inf, datetime.date(2025, 9, 23), datetime.time(7, 32)]


def stated() -> Iterator[tuple[str, Any]]:
    """Whatever stands in the sources, good and broken, with the name of the validator that judges it."""
    root = repository_root()
    maps = [path for path in sorted(TESTS.rglob("source-map.json")) if "unreadable-source-map" not in path.parts]
    yield from (("source_map", json.loads(path.read_bytes())) for path in maps)
    for path in sorted(
        [*TESTS.rglob("*.toml"), *(root / "annotations").rglob("*.toml"), *root.glob("seeds/*/meta.toml")]
    ):
        document = read_toml(path.read_bytes(), path.name)
        if path.stem in SCHEMA.layer_files:
            file = layer_file(document, SCHEMA, path.stem, "000")
            yield "header", dict(file.header)
        elif path.stem in SCHEMA.tables:
            file = corpus_file(document, SCHEMA.tables[path.stem])
            yield "shared header", dict(file.header)
        else:
            decided = "shared_adjudication" if path.stem == "corpus" else "adjudication"
            yield decided if path.parent.name == "adjudication" else path.stem, dict(document.values)
            continue
        for name, values in ((record.table.name, dict(record.values)) for record in file.records):
            yield from ((known, values) for known in (name, f"{name} in part") if known in KNOWN)


@cache
def samples() -> dict[str, list[Any]]:
    """The values of all sources by their validators."""
    found: dict[str, list[Any]] = {}
    for name, values in stated():
        found.setdefault(name, []).append(values)
    return {name: held for name, held in found.items() if name in KNOWN}


def both(name: str, values: Any) -> tuple[bool, bool]:
    """What the one that decides says, and what the one that explains would."""
    return KNOWN[name].accepts(values), not list(KNOWN[name].explaining.iter_errors(values))


def changed(values: Any, path: list[int], new: Any) -> Any:
    """Values with another one at a place that a list of numbers picks; what is beyond the last is a new field."""
    if not path or not isinstance(values, dict | list) or not values:
        return new
    if isinstance(values, list):
        at = path[0] % len(values)
        return [changed(v, path[1:], new) if i == at else v for i, v in enumerate(values)]
    names = [*values, "odd", "note", "n", "p1\n"]
    name = names[path[0] % len(names)]
    left = {k: v for k, v in values.items() if k != name}
    return left if new is None else {**left, name: changed(values.get(name, ""), path[1:], new)}


@pytest.mark.system
@pytest.mark.parametrize("name", KNOWN)
def test_what_stands_in_the_sources_is_judged_alike(name: str) -> None:
    said = [both(name, values) for values in samples()[name]]
    assert all(decides == explains for decides, explains in said)
    assert (True, True) in said


@given(st.data(), st.lists(st.integers(0, 12), min_size=1, max_size=4), st.sampled_from([None, *ODD]))
def test_what_is_changed_anywhere_is_judged_alike(data: st.DataObject, path: list[int], new: Any) -> None:
    name = data.draw(st.sampled_from(sorted(samples())))
    values = changed(data.draw(st.sampled_from(samples()[name])), path, new)
    decides, explains = both(name, values)
    assert decides == explains, (name, values)


@given(st.sampled_from(sorted(KNOWN)), st.sampled_from(NO_JSON), st.lists(st.integers(0, 12), max_size=3))
@example("floors", math.nan, [0, 0])
def test_what_json_has_not_is_left_to_the_one_that_explains(name: str, new: Any, path: list[int]) -> None:
    values = changed(samples()[name][0], path, new)
    decides, explains = both(name, values)
    assert explains or not decides, (name, values)
    assert KNOWN[name].is_valid(values) == explains


@pytest.mark.parametrize(
    ("contents", "accepted", "refused"),
    [
        ({"pattern": "^[a-z]+$"}, ["ab", 3], ["ab\n", "\nab", "A"]),
        ({"pattern": r"^\d$"}, ["3", "٣"], ["x", "3\n"]),
        ({"pattern": r"[^\s…]"}, ["a", "\ufeff"], ["\x1c", "\x85", "\u2028", "…", ""]),
        ({"$ref": "common.json#/$defs/occurrence"}, ["1/2"], ["1/2\n", "٣/٤"]),
        ({"multipleOf": 0.01}, [1, 0.5], [0.005]),
        ({"pattern": r"(?<=a)b(?=c)"}, ["abc"], ["b"]),
        ({"type": "object", "propertyNames": {"pattern": "^a$"}}, [{"a": 1}], [{"a\n": 1}]),
    ],
)
def test_a_keyword_means_the_same_to_both(contents: dict[str, Any], accepted: list[Any], refused: list[Any]) -> None:
    check = Validator(SCHEMA, contents)
    for values in (*accepted, *refused):
        assert check.accepts(values) == (values in accepted), values
        assert (not list(check.explaining.iter_errors(values))) == (values in accepted), values


def test_jsonschema_judges_alone_what_the_other_cannot_read() -> None:
    check = Validator(SCHEMA, {"type": "string", "maxLength": "three"})
    assert not check.accepts("x")
    assert [e.validator for e in Validator(SCHEMA, {"type": "string", "format": 3}).iter_errors(5)] == ["type"]
