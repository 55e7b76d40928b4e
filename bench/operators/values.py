"""Damage to labels, references, types and field names."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from bench.mutants import Mutant, Sources, added, bounds, changed, dropped, operator, replaced
from vouchbank.corpus.records import Record
from vouchbank.schema import Column, Kind

COMPUTED = {"entities": ("qid", "Q30"), "quantities": ("lower", 21), "attributions": ("quotation", "direct")}


def _labelled(sources: Sources, *tables: str) -> Iterator[tuple[Record, Column, str]]:
    for record in sources.of(*tables) if tables else (*sources.records, *sources.shared):
        for column in record.table.written:
            value = record.values.get(column.name)
            if column.labels and isinstance(value, str) and column.name != "via":
                yield record, column, value


@operator()
def label_misspelt(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A label has a letter too many, or one is missing."""
    for record, column, value in _labelled(sources):
        yield changed("label-misspelt", record, (column.name,), rng.choice([value + "s", value[:-1]]))


@operator()
def label_in_other_case(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A label is written in other case."""
    for record, column, value in _labelled(sources):
        yield changed("label-in-other-case", record, (column.name,), value.swapcase())


@operator()
def label_of_another_field(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A label belongs to another field."""
    for record, column, _ in _labelled(sources):
        other = rng.choice([c for c in record.table.columns if c.labels and c.name != column.name] or [column])
        strange = [n for n in other.label_names if n not in column.label_names]
        if strange:
            yield changed("label-of-another-field", record, (column.name,), rng.choice(strange))


@operator()
def label_of_another_type(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A number, a truth value or a list stands where a label should."""
    for record, column, value in _labelled(sources):
        yield changed("label-of-another-type", record, (column.name,), rng.choice([1, True, [value]]))


def _swapped(name: str, record: Record, column: Column, value: str, rng: Random, among: tuple[str, ...] = ()) -> Mutant:
    names = among or column.label_names
    return changed(name, record, (column.name,), rng.choice([n for n in names if n != value]))


@operator()
def type_of_a_name_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A name has another type than the registry gives its key."""
    for record, column, value in _labelled(sources, "entities"):
        named = record.values.get("mention", "name") == "name" and "key" in record.values
        if column.name == "type" and named:
            yield _swapped("type-of-a-name-swapped", record, column, value, rng)


@operator()
def type_made_gpe(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A mention is called a GPE and has no reading."""
    for record, column, value in _labelled(sources, "entities"):
        if column.name == "type" and value != "GPE" and "reading" not in record.values:
            yield changed("type-made-gpe", record, ("type",), "GPE")


@operator()
def mention_of_a_nominal_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A nominal or pronoun without a key is called a name."""
    for record, column, _ in _labelled(sources, "entities"):
        timed = record.values.get("type") in ("DATE", "TIME")
        if column.name == "mention" and "key" not in record.values and not timed:
            yield changed("mention-of-a-nominal-swapped", record, ("mention",), "name")


@operator("plausible")
def label_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A label is another of its list, and nothing else in the record speaks against it."""
    for record, column, value in _labelled(sources, "entities", "attributions", "quantities", "non_quantities"):
        keyed = record.table.name == "entities" and column.name in ("type", "mention")
        if not keyed:
            yield _swapped("label-swapped", record, column, value, rng)


@operator("plausible")
def type_of_a_nominal_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A nominal or pronoun has another type."""
    among = ("PERSON", "ORG", "PRODUCT", "NORP")
    for record, column, value in _labelled(sources, "entities"):
        if column.name == "type" and record.values.get("mention", "name") != "name":
            yield _swapped("type-of-a-nominal-swapped", record, column, value, rng, among)


@operator()
def required_field_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A required field is missing."""
    for record in (*sources.records, *sources.shared):
        names = [c.name for c in record.table.written if c.written == "required" and c.name in record.values]
        names += ["q"] if record.table.own_span else []
        if names:
            yield dropped("required-field-dropped", record, rng.choice(names))


@operator()
def key_of_a_name_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A name has no key."""
    for record in sources.of("entities"):
        if "key" in record.values and record.values.get("mention", "name") == "name":
            yield dropped("key-of-a-name-dropped", record, "key")


@operator()
def reading_of_a_gpe_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A GPE has no reading."""
    for record in sources.of("entities"):
        if record.values.get("type") == "GPE":
            yield dropped("reading-of-a-gpe-dropped", record, "reading")


@operator()
def unknown_field_added(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A record has a field that its table does not have."""
    for record in (*sources.records, *sources.shared):
        yield added("unknown-field-added", record, rng.choice(["comment", "text", "start", "labels"]), "x")


@operator()
def computed_field_added(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A field that is computed is written by hand."""
    for record in sources.of(*COMPUTED):
        yield added("computed-field-added", record, *COMPUTED[record.table.name])


@operator()
def field_misspelt(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The name of a field has a letter too many."""
    for record in (*sources.records, *sources.shared):
        name = rng.choice(list(record.values))
        place = record.document.keys[(*record.path, name)]
        text = replaced(record.document.text, place, f"{name}s")
        what = f"{record.id} {name} → {name}s"
        yield Mutant("field-misspelt", place.file, text.encode(), (place.line, place.line), what)


@operator()
def field_of_another_layer(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A record has a field of another layer."""
    fields: dict[str, tuple[str, Any]] = {"entities": ("cue", "said"), "quantities": ("type", "ORG")}
    fields |= {"attributions": ("interval", "[1, 1]"), "non_quantities": ("key", "venezuela")}
    for record in sources.of(*fields):
        yield added("field-of-another-layer", record, *fields[record.table.name])


@operator()
def misplaced_field_added(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A mention has a field that only another type has: a subtype, a value, a title."""
    for record in sources.of("entities"):
        kind = record.values.get("type")
        fields = {"subtype": (("PRODUCT",), "vessel"), "value": (("DATE", "TIME"), "2025")}
        name = rng.choice([n for n, (types, _) in fields.items() if kind not in types])
        if name not in record.values:
            yield added("misplaced-field-added", record, name, fields[name][1])


@operator()
def value_of_another_type(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A text is a number, a truth value a text, a list a text."""
    for record in (*sources.records, *sources.shared):
        free = [c for c in record.table.written if c.name in record.values and not (c.span or c.spans or c.labels)]
        wrong: dict[Kind, Any] = {Kind.BOOLEAN: "no", Kind.TEXT: 12, Kind.LIST: "x"}
        if free:
            column = rng.choice(free)
            yield changed("value-of-another-type", record, (column.name,), wrong.get(column.kind, "x"))


def _references(sources: Sources) -> Iterator[tuple[Record, Column, tuple[str | int, ...]]]:
    for record in sources.records:
        for column in record.table.written:
            value = record.values.get(column.name)
            if column.annotation_ids and value:
                paths = [(column.name, i) for i in range(len(value))] if isinstance(value, list) else [(column.name,)]
                for path in paths:
                    yield record, column, path


@operator()
def reference_broken(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A reference names an annotation that does not exist."""
    for record, column, path in _references(sources):
        prefix = sources.corpus.schema.tables[column.targets[0]].prefix
        yield changed("reference-broken", record, path, f"{prefix}{rng.randrange(900, 999)}")
        yield changed("reference-broken", record, path, f"{rng.choice(['007', '999'])}-{prefix}1")


@operator()
def reference_to_another_layer(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A reference names an annotation of another layer."""
    for record, column, path in _references(sources):
        yield changed("reference-to-another-layer", record, path, "nq1" if "attributions" in column.targets else "a1")


@operator()
def reference_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A reference is not written as ids are."""
    for record, _, path in _references(sources):
        yield changed("reference-malformed", record, path, rng.choice(["a", "A8", "a08", "4-a1", "the first", "a8 "]))


@operator()
def reference_to_itself(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An annotation refers to itself."""
    for record, column, path in _references(sources):
        if record.table.name in column.targets:
            yield changed("reference-to-itself", record, path, record.name)


@operator()
def reference_twice(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A list of references names the same annotation twice."""
    for record, column, path in _references(sources):
        if len(path) == 2:
            value = record.values[column.name]
            yield changed("reference-twice", record, path[:1], [*value, value[0]])


@operator()
def key_broken(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A key names no row of the registry."""
    for record in sources.of("entities", "attributions"):
        for name in ("key", "source_key"):
            if name in record.values:
                old = record.values[name]
                yield changed("key-broken", record, (name,), rng.choice([old + "s", "the-" + old, old[:-1]]))


@operator()
def key_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A key is not written as keys are."""
    for record in sources.of("entities", "attributions"):
        for name in ("key", "source_key"):
            if name in record.values:
                old = str(record.values[name])
                yield changed("key-malformed", record, (name,), rng.choice([old.upper(), old + "-", f"{old} x"]))


def _other_keys(sources: Sources, same_type: bool) -> Iterator[tuple[Record, list[str]]]:
    types = {r.name: r.values["type"] for r in sources.of("registry")}
    for record in sources.of("entities"):
        key = record.values.get("key")
        if key and record.values.get("mention", "name") == "name":
            yield record, sorted(k for k, t in types.items() if k != key and (t == types[key]) is same_type)


@operator()
def key_of_another_type(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A name has the key of an entity of another type."""
    for record, keys in _other_keys(sources, same_type=False):
        yield changed("key-of-another-type", record, ("key",), rng.choice(keys))


@operator()
def key_of_another_name(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A name has the key of another entity of the same type, which has no such name or alias."""
    for record, keys in _other_keys(sources, same_type=True):
        if keys:
            yield changed("key-of-another-name", record, ("key",), rng.choice(keys))


@operator()
def value_in_a_list(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A value is wrapped in a list or a table."""
    for record, column, value in _labelled(sources, "entities", "attributions"):
        yield changed("value-in-a-list", record, (column.name,), rng.choice([[value], {"is": value}]))


@operator()
def quotes_of_a_value_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A label stands without its quotation marks."""
    for record, column, value in _labelled(sources):
        yield changed("quotes-of-a-value-dropped", record, (column.name,), None, value)


@operator()
def equals_sign_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A field has a colon, or nothing, for its equals sign."""
    for record in (*sources.records, *sources.shared):
        name = rng.choice(list(record.values))
        place, text = record.document.keys[(*record.path, name)], record.document.text
        end = bounds(text, place)[1]
        text = text[:end] + rng.choice([":", ""]) + text[end + 2 :]
        lines = (place.line, place.line)
        yield Mutant("equals-sign-dropped", place.file, text.encode(), lines, f"{record.id} {name} without =")
