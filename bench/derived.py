"""Faults that follow from the schema: each is applied to every field that it fits, in every file that has the field.

A fault is a function from a field to its mutants, so new columns, labels and tables are covered automatically.

The schema and `bench.contradictions` decide whether a mutant is structural, never what is caught:

- a value that its field cannot have (unknown label, other type or form, broken reference) is structural;
- so is a missing required field, or one that a condition of the schema (`allOf`) requires or forbids;
- any other mutant is plausible, unless `bench.contradictions` states a contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from itertools import chain, pairwise
from random import Random
from typing import Any

from bench.contradictions import MAY_BE_MUTUAL, contradicted
from bench.mutants import Edit, Kind, Mutant, added, doubled, lines_replaced, replaced, toml, without
from bench.sources import ABSENT, Sources, Spot
from vouchbank.corpus.records import Record
from vouchbank.schema import Schema
from vouchbank.schema.source import Validator

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "number": (int, float),
    "integer": int,
    "array": list,
    "object": dict,
}


# --- edits of a field, and what kind of mutant they make ------------------------------------------------------------


def _mutant(sources: Sources, at: Spot, edit: Edit, new: Any, local: bool) -> Mutant:
    """A mutant of a field that gets another value, or none; `local` if its own schema says that it is wrong."""
    said = "left out" if new is ABSENT else f"{'→' if at.written else '+'} {toml(new)}"
    made = sources.mutant(at, edit, f"{at.what} {said}", whole=not local)
    if local:
        return made
    alike = sources.columns[at.of, at.column] if "pattern" in at.schema else ()
    same = [s.record for s in alike if s.record and s.value == new]
    return replace(made, kind=_kind(sources, at, new), also=made.also | sources.places(same))


def _kind(sources: Sources, at: Spot, new: Any) -> Kind:
    values = changed(at.values, at.inside, new)
    stated = _conditions(sources.corpus.schema, at.of)
    if (new is ABSENT and at.required) or _too_few(sources, at, new) or (stated and not stated.is_valid(values)):
        return "structural"
    return "structural" if contradicted(sources, at, values) else "plausible"


@cache
def _conditions(schema: Schema, table: str) -> Validator | None:
    """A validator of what the schema of a table says of several fields at once."""
    stated = schema.tables[table].document.get("allOf") if table in schema.tables else None
    return Validator(schema, {"allOf": stated}) if stated else None


def _too_few(sources: Sources, at: Spot, new: Any) -> bool:
    if new is not ABSENT or not isinstance(at.path[-1], int):
        return False
    whole = sources.at[at.document.file, at.path[:-1]]
    return len(whole.value) <= int(whole.schema.get("minItems", 0))


def changed(values: Mapping[str, Any], path: tuple[str | int, ...], new: Any) -> dict[str, Any]:
    """The values with another one at a path, or none."""
    whole = deepcopy(dict(values))
    held: Any = whole
    for step, following in pairwise(path):
        if isinstance(held, dict):
            held.setdefault(step, [] if isinstance(following, int) else {})
        held = held[step]
    last = path[-1]
    if new is ABSENT:
        del held[last]
    elif isinstance(held, list) and last == len(held):
        held.append(new)
    else:
        held[last] = new
    return whole


def _set(sources: Sources, at: Spot, new: Any, local: bool = True) -> Mutant:
    """The mutant that has a value in a field, written or not."""
    document, path = at.document, at.path
    if at.written:
        edit = replaced(document, path, toml(new))
    elif isinstance(path[-1], int):
        whole = document.value(*path[:-1])
        name = str(path[-2])
        edit = replaced(document, path[:-1], toml([*whole, new])) if whole else added(document, path[:-2], name, [new])
    else:
        edit = added(document, path[:-1], path[-1], new)
    return _mutant(sources, at, edit, new, local)


# --- what a field may hold --------------------------------------------------------------------------------------


def _valid(sources: Sources, at: Spot, rng: Random) -> Iterator[Any]:
    """Other values that the schema allows in a field."""
    given = at.value if at.written else at.schema.get("default")
    if at.labels:
        yield from (label for label in at.labels if label != given)
    elif at.schema.get("type") == "boolean":
        yield not given
    elif at.targets and _is_text(at):
        rows = [r for table in at.targets for r in sources.rows[table] if r is not at.record]
        yield from _some({_named(at, r) for r in rows} - {given}, 3, rng)
    elif at.quote and at.record:
        near = sources.quotes_in[at.record.article, at.record.paragraph]
        yield from _some({q.words for q in near if q.words == q.value != given}, 2, rng)
    elif "pattern" in at.schema:
        yield from _some({s.value for s in sources.columns[at.of, at.column] if s.written} - {given}, 2, rng)


def _some(values: Iterable[str], most: int, rng: Random) -> list[str]:
    """Some of the values, by chance."""
    listed = sorted(values)
    return rng.sample(listed, min(most, len(listed)))


def _named(at: Spot, record: Record) -> str:
    """The id of a record as a field writes it: short within its article."""
    return record.name if at.record and at.record.article == record.article else record.id


def _is_text(at: Spot) -> bool:
    return at.schema.get("type") == "string"


# --- the faults -------------------------------------------------------------------------------------------------


def left_out(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A field or an item of a list is missing."""
    if at.written:
        yield _mutant(sources, at, without(at.document, at.path), ABSENT, local=False)


def other_value(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A field has another allowed value: another label, another row, the opposite."""
    if at.written:
        yield from (_set(sources, at, new, local=False) for new in _valid(sources, at, rng))


def value_more(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """An optional field or an item of a list is added, with an allowed value."""
    if not at.written:
        yield from (_set(sources, at, new, local=False) for new in _valid(sources, at, rng))


def no_label(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A label is misspelt, has other capitals, or belongs to another field."""
    if at.written and at.labels:
        others = [spots[0].labels for (of, column), spots in sources.columns.items() if of == at.of != column]
        barred = at.schema.get("not", {}).get("enum", ())
        strange = [at.value + "s", at.value[:-1], at.value.swapcase(), *barred, *chain(*others)]
        yield from (_set(sources, at, new) for new in dict.fromkeys(strange) if new not in at.labels)


def other_type(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A value has another type: a number instead of a text, a text instead of a list, a list around a value."""
    if at.inline:
        stated = at.schema.get("type", "array" if at.quote else "string")
        allowed = (str, dict) if at.quote else TYPES[stated]
        wrapped = [[at.value], {"is": at.value}]
        for new in ([[7]] if at.quote else wrapped) + [7, True, "x"]:
            if not isinstance(new, allowed) or (new is True and stated != "boolean"):
                yield _set(sources, at, new)


def other_form(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A text is empty, or has the wrong form for its field: an interval, a date, a key, an id."""
    if at.written and _is_text(at):
        old, pattern = str(at.value), at.schema.get("pattern", "")
        forms = [old[1:], old[:-1], old.upper(), f"{old} ", f" {old}", f"{old}-", f"({old})", "the first"]
        forms += [old.replace(a, b) for a, b in ((", ", ","), ("-", "."), ("-", "/"), ("inf", "∞"), (".", ","))]
        wrong = [new for new in dict.fromkeys(forms) if pattern and not re.search(pattern, new)]
        empty = [""] if at.schema.get("minLength") or (pattern and not re.search(pattern, "")) else []
        yield from (_set(sources, at, new) for new in (*wrong, *empty))


def other_number(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A number inside a text is changed: a bound of an interval, a part of a date, a digit of a hash."""
    pattern = at.schema.get("pattern", "")
    if at.written and _is_text(at) and pattern and not at.targets:
        old = str(at.value)
        for digits in sorted(set(re.findall("[0-9]+", old))):
            for new in (str(int(digits) + 10 ** rng.randrange(len(digits))), f"{digits}000"):
                text = re.sub(rf"(?<![0-9]){digits}(?![0-9])", new.zfill(len(digits)), old)
                if re.search(pattern, text):
                    yield _set(sources, at, text, local=False)


def broken_reference(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A reference leads to an id or a key that does not exist, in the article or in another."""
    if at.written and at.targets and _is_text(at):
        old, prefix = str(at.value), sources.corpus.schema.tables[at.targets[0]].prefix
        ids, keys = (f"{prefix}987", f"999-{prefix}1", f"nowhere-{prefix}1"), (f"{old}s", f"the-{old}", old[:-1])
        for new in ids if prefix else keys:
            known = at.record.full_id(new) if at.record else new
            if re.search(at.schema["pattern"], new) and known not in sources.by_id:
                yield _set(sources, at, new)


def reference_to_another_table(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A reference leads to a row of a table that its field must not refer to."""
    if at.written and at.targets and _is_text(at):
        strange = [r for r in sources.records if r.table.name not in at.targets]
        own = {r.name for table in at.targets for r in sources.rows[table]}
        names = {n for r in strange if re.search(at.schema["pattern"], n := _named(at, r))} - own
        yield from (_set(sources, at, name) for name in _some(names, 2, rng))


def reference_to_itself(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A record refers to itself."""
    if at.record and at.record.table.name in at.targets:
        yield _set(sources, at, at.record.name)


def references_in_a_circle(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """Two records refer to each other in the same field."""
    column = at.column.removesuffix(".item")
    if at.written and at.record and at.record.table.name in at.targets and column not in MAY_BE_MUTUAL:
        target = sources.by_id[at.record.full_id(at.value)][0]
        value = [at.record.name] if column != at.column else at.record.name
        if column not in target.values:
            what = f"{target.id} {column} is {at.record.name}, whose {column} is {target.name}"
            yield sources.mutant(target, added(target.document, target.path, column, value), what, True)


def item_twice(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A list has the same item twice."""
    if at.written and isinstance(at.path[-1], int):
        listed, whole = at.path[:-1], at.document.value(*at.path[:-1])
        edit = replaced(at.document, listed, toml([*whole, at.value])) if at.inline else doubled(at.document, at.path)
        yield sources.mutant(at, edit, f"{at.what} twice", True)


def field_unknown(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A record has a field that its table lacks, that is computed, or that belongs to another table."""
    if at.written and isinstance(at.path[-1], str) and not at.column.endswith("*"):
        tables = sources.corpus.schema.tables
        known = {s.path[-1] for s in sources.spots if s.document is at.document and s.path[:-1] == at.path[:-1]}
        own = tables[at.of].names if at.of in tables else ()
        strange = {"comment", *own, *rng.choice(list(tables.values())).names} - known
        for name in _some(strange, 2, rng):
            yield sources.mutant(at, added(at.document, at.path[:-1], name, "x"), f"{at.what}: + {name}")


def field_misspelt(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """The name of a field has an extra letter."""
    if at.written and isinstance(at.path[-1], str) and not at.column.endswith("*"):
        new = f"{at.path[-1]}s"
        yield sources.mutant(at, replaced(at.document, at.path, new, key=True), f"{at.what} → {new}")


def field_twice(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A field is written twice."""
    if at.inline and isinstance(at.path[-1], str):
        edit = added(at.document, at.path[:-1], at.path[-1], at.value)
        yield sources.mutant(at, edit, f"{at.what} twice", whole=True)


def not_toml(sources: Sources, at: Spot, rng: Random) -> Iterator[Mutant]:
    """A quotation mark, an equals sign or the first line of a list is missing: the file cannot be read."""
    cell = at.document.cells.get(at.path)
    if at.written and cell:
        text = toml(at.value)
        raw = [text[:-1], text[1:], text[1:-1]] if isinstance(at.value, str) else []
        for written in (r for r in raw if not re.fullmatch(r"true|false|[0-9.:-]*", r)):
            yield sources.mutant(at, replaced(at.document, at.path, written), f"{at.what} → {written}")
        if isinstance(at.path[-1], str):
            key = at.path[-1]
            for sign in (":", ""):
                edit = _without_equals(at, sign)
                yield sources.mutant(at, edit, f"{at.what}: {key} {sign}")
        if cell.end_line > cell.line:
            edit = lines_replaced(at.document, cell.line, cell.line, [])
            yield sources.mutant(at, edit, f"{at.what} without its first line", True)


def _without_equals(at: Spot, sign: str) -> Edit:
    edit = replaced(at.document, at.path, f"{at.path[-1]}\0", key=True)
    return replace(edit, text=re.sub("\0 ?=", sign, edit.text))
