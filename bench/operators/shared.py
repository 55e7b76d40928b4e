"""Damage to what articles share: the registry, figures, claims; and to meta.toml."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from bench.mutants import (
    Mutant,
    Sources,
    changed,
    contradiction,
    dropped,
    extent,
    inserted,
    operator,
    removed,
    replaced,
    toml,
)
from vouchbank.compare.figures import intervals
from vouchbank.corpus.records import Record
from vouchbank.language.relations import admissible
from vouchbank.toml.reader import Document, Path

FIGURE_RELATIONS = ("equal", "compatible", "narrower", "conflict", "superseded", "not_comparable")


@operator()
def qid_of_another_row(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Two rows of the registry have one Wikidata item."""
    rows = [r for r in sources.of("registry") if "qid" in r.values]
    for record in rows:
        other = rng.choice([r for r in rows if r is not record])
        first, last = extent(other)
        mutant = changed("qid-of-another-row", record, ("qid",), other.values["qid"])
        also = tuple(f"{mutant.file}:{line}" for line in range(first, last + 1))
        yield Mutant(mutant.operator, mutant.file, mutant.data, extent(record), mutant.what, also=also)


@operator()
def qid_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A Wikidata item is not written as one."""
    for record in sources.of("registry"):
        if "qid" in record.values:
            qid = str(record.values["qid"])
            yield changed("qid-malformed", record, ("qid",), rng.choice([qid.lower(), qid[1:], "Q0", "L" + qid[1:]]))


@operator()
def qid_of_a_verified_row_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A row said to be verified has no Wikidata item, or no source for it."""
    for record in sources.of("registry"):
        if record.values.get("qid_status") == "verified":
            yield dropped("qid-of-a-verified-row-dropped", record, rng.choice(["qid", "qid_source"]))


@operator()
def qid_status_against_the_row(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A row without an item is said to be verified, one with an item to have none."""
    for record in sources.of("registry"):
        new = "none" if "qid" in record.values else "verified"
        yield contradiction(changed("qid-status-against-the-row", record, ("qid_status",), new), record)


@operator("plausible")
def qid_of_another_entity(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A Wikidata item is another one, which no row has."""
    for record in sources.of("registry"):
        if "qid" in record.values:
            yield changed("qid-of-another-entity", record, ("qid",), f"Q{rng.randrange(10**6, 10**7)}")


@operator()
def registry_type_changed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The type of a registry row is another than that of its mentions."""
    named = {r.values.get("key") for r in sources.of("entities") if r.values.get("mention", "name") == "name"}
    for record in sources.of("registry"):
        if record.name in named:
            types = [t for t in record.table.column("type").label_names if t != record.values["type"]]
            mutant = changed("registry-type-changed", record, ("type",), rng.choice(types))
            yield _with_mentions(sources, mutant, record)


@operator()
def registry_key_renamed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A registry row is called otherwise than its mentions call it."""
    for record in sources.of("registry"):
        key = record.document.keys[record.path]
        text = replaced(record.document.text, key, f"{record.name}-x")
        what = f"{record.name} called {record.name}-x"
        mutant = Mutant("registry-key-renamed", key.file, text.encode(), (key.line, key.line), what)
        yield _with_mentions(sources, mutant, record)


def _with_mentions(sources: Sources, mutant: Mutant, row: Record) -> Mutant:
    """A change of the registry is rightly reported at the mentions it contradicts."""
    also = [
        f"{r.document.file}:{line}"
        for r in sources.of("entities", "attributions")
        if row.name in (r.values.get("key"), r.values.get("source_key"))
        for line in range(extent(r)[0], extent(r)[1] + 1)
    ]
    return Mutant(mutant.operator, mutant.file, mutant.data, mutant.lines, mutant.what, also=tuple(also))


@operator()
def registry_row_twice(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A registry row stands twice."""
    for record in sources.of("registry"):
        first, last = extent(record)
        text = "\n".join(record.document.text.split("\n")[first - 1 : last])
        yield inserted("registry-row-twice", record.document, last, f"\n{text}", f"{record.name} twice")


@operator()
def registry_row_unused(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The registry has a row that no name refers to."""
    for record in sources.of("registry"):
        first, last = extent(record)
        text = "\n".join(record.document.text.split("\n")[first:last])
        new = f"\n[{record.name}-x]\n{text}"
        lines = [line for line in new.split("\n") if not line.startswith("qid")]
        new = "\n".join([*lines, 'qid_status = "unverified"'])
        yield inserted("registry-row-unused", record.document, last, new, f"{record.name}-x, which no name has")


@operator()
def alias_of_another_row(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A registry row has the name of another row of its type among its aliases."""
    rows = sources.of("registry")
    for record in rows:
        others = [r for r in rows if r is not record and r.values["type"] == record.values["type"]]
        if others:
            other = rng.choice(others)
            mutant = changed("alias-of-another-row", record, ("aliases",), [other.values["name"]])
            first, last = extent(other)
            also = tuple(f"{mutant.file}:{line}" for line in range(first - 3, last + 4))
            yield Mutant(mutant.operator, mutant.file, mutant.data, mutant.lines, mutant.what, also=also)


def _pairs(sources: Sources, *tables: str) -> Iterator[tuple[Record, int, dict[str, Any]]]:
    for record in sources.of(*tables or ("figures", "claims")):
        for index, pair in enumerate(record.values.get("pairs", ())):
            yield record, index, pair


@operator()
def member_broken(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A figure or claim has a member that does not exist."""
    for record in sources.of("figures", "claims"):
        for index in range(len(record.values["members"])):
            yield changed("member-broken", record, ("members", index), rng.choice(["004-q99", "009-q1", "001-e1"]))


@operator()
def member_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A member that pairs speak of is missing."""
    for record in sources.of("figures", "claims"):
        members = record.values["members"]
        rest = [m for m in members if m != rng.choice(members)] or members[1:]
        mutant = changed("member-dropped", record, ("members",), rest)
        yield Mutant(mutant.operator, mutant.file, mutant.data, extent(record), mutant.what)


@operator()
def member_twice(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A figure or claim names a member twice."""
    for record in sources.of("figures", "claims"):
        members = record.values["members"]
        yield contradiction(changed("member-twice", record, ("members",), [*members, members[0]]), record)


@operator()
def member_of_two_figures(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity is a member of two figures."""
    figures = sources.of("figures")
    for record in figures:
        other = rng.choice([f for f in figures if f is not record])
        members = [*record.values["members"], rng.choice(other.values["members"])]
        mutant = changed("member-of-two-figures", record, ("members",), members)
        first, last = extent(other)
        also = tuple(f"{mutant.file}:{line}" for line in range(first, last + 1))
        yield Mutant(mutant.operator, mutant.file, mutant.data, mutant.lines, mutant.what, also=also)


@operator()
def pair_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Two members have no relation."""
    for record in sources.of("figures", "claims"):
        pairs = record.values.get("pairs", [])
        for index in range(len(pairs)):
            mutant = changed("pair-dropped", record, ("pairs",), [p for i, p in enumerate(pairs) if i != index])
            yield Mutant(mutant.operator, mutant.file, mutant.data, extent(record), f"{record.name} without a pair")


@operator()
def pair_twice(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A pair stands twice, or the other way round."""
    for record, _, pair in _pairs(sources):
        pairs = record.values["pairs"]
        again = {**pair, "a": pair["b"], "b": pair["a"]}
        mutant = changed("pair-twice", record, ("pairs",), [*pairs, rng.choice([pair, again])])
        yield Mutant(mutant.operator, mutant.file, mutant.data, extent(record), f"{record.name}: a pair twice")


@operator()
def pair_with_itself(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A pair relates a member to itself."""
    for record, index, pair in _pairs(sources):
        mutant = changed("pair-with-itself", record, ("pairs", index, "a"), pair["b"])
        yield Mutant(mutant.operator, mutant.file, mutant.data, extent(record), mutant.what)


@operator()
def pair_of_a_stranger(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A pair names an annotation that is no member."""
    quantities = [r.id for r in sources.of("quantities")]
    attributions = [r.id for r in sources.of("attributions")]
    for record, index, _ in _pairs(sources):
        pool = quantities if record.table.name == "figures" else attributions
        strange = rng.choice([x for x in pool if x not in record.values["members"]])
        mutant = changed("pair-of-a-stranger", record, ("pairs", index, rng.choice(["a", "b"])), strange)
        yield Mutant(mutant.operator, mutant.file, mutant.data, extent(record), mutant.what)


@operator()
def pair_field_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A pair has no relation, or no reason."""
    for record, index, _ in _pairs(sources):
        yield dropped("pair-field-dropped", record, "pairs", index, rng.choice(["a", "b", "relation", "reason"]))


@operator()
def relation_misspelt(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The relation of a pair is no label."""
    for record, index, pair in _pairs(sources):
        yield changed("relation-misspelt", record, ("pairs", index, "relation"), pair["relation"] + "s")


def _relations(sources: Sources, allowed: bool) -> Iterator[tuple[Record, int, list[str]]]:
    claimed = intervals(sources.corpus)
    for record, index, pair in _pairs(sources, "figures"):
        held = admissible(claimed.get(pair["a"]), claimed.get(pair["b"]))
        others = [r for r in FIGURE_RELATIONS if r != pair["relation"] and (r in held) is allowed]
        if others and "despite" not in pair:
            yield record, index, others


@operator()
def relation_against_intervals(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The relation of two numbers contradicts their intervals."""
    for record, index, others in _relations(sources, allowed=False):
        for other in others:
            yield changed("relation-against-intervals", record, ("pairs", index, "relation"), other)


@operator("plausible")
def relation_of_numbers_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The relation of two numbers is another that their intervals allow."""
    for record, index, others in _relations(sources, allowed=True):
        for other in others:
            yield changed("relation-of-numbers-swapped", record, ("pairs", index, "relation"), other)


@operator("plausible")
def relation_of_claims_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The relation of two statements is another."""
    column = sources.corpus.schema.tables["claims"].column("pairs").item
    labels = next(f.label_names for f in column.fields if f.name == "relation") if column else ()
    for record, index, pair in _pairs(sources, "claims"):
        new = rng.choice([r for r in labels if r != pair["relation"]])
        yield changed("relation-of-claims-swapped", record, ("pairs", index, "relation"), new)


@operator("plausible")
def figure_deleted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A figure or claim is deleted."""
    for record in sources.of("figures", "claims"):
        yield removed("figure-deleted", record)


@operator()
def interval_against_its_figure(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The interval of a member of a figure is changed, so that a confirmed relation contradicts it."""
    quantities = {r.id: r for r in sources.of("quantities")}
    claimed = intervals(sources.corpus)
    for record, index, pair in _pairs(sources, "figures"):
        a, b = claimed.get(pair["a"]), claimed.get(pair["b"])
        if a and b and pair["relation"] in ("equal", "compatible", "narrower") and "despite" not in pair:
            mutant = changed("interval-against-its-figure", quantities[pair["a"]], ("interval",), "[7777, 7777]")
            file, place = record.document.file, record.place("pairs", index)
            also = tuple(f"{file}:{line}" for line in range(place.line, place.end_line + 1))
            yield Mutant(mutant.operator, mutant.file, mutant.data, mutant.lines, mutant.what, also=also)


def _meta(name: str, document: Document, path: Path, new: Any) -> Mutant:
    place = document.cells[path]
    text = replaced(document.text, place, toml(new))
    what = f"{document.file} {'.'.join(map(str, path))} → {new!r}"
    return Mutant(name, place.file, text.encode(), (place.line, place.end_line), what)


@operator()
def seed_hash_changed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The SHA-256 of the seed has another digit, or is cut."""
    for article in sources.articles:
        meta, old = article.seed.meta, str(article.seed.meta.values["sha256"])
        at = rng.randrange(64)
        for new in (old[:at] + ("0" if old[at] != "0" else "1") + old[at + 1 :], old[:-1], old.upper(), ""):
            yield _meta("seed-hash-changed", meta, ("sha256",), new)


@operator()
def paragraph_hash_changed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The hash of a paragraph is another, malformed, or 'retired'."""
    for article in sources.articles:
        meta = article.seed.meta
        for path in [p for p in meta.cells if p[0] == "paragraphs" and len(p) == 2]:
            old = str(meta.values["paragraphs"][path[1]])
            new = rng.choice(["0" * 12, old[::-1], "retired", old[:-1], old.upper()])
            yield _meta("paragraph-hash-changed", meta, path, new)


@operator()
def paragraph_id_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The id of a paragraph is missing from meta.toml, or stands there twice."""
    for article in sources.articles:
        meta = article.seed.meta
        for path in [p for p in meta.cells if p[0] == "paragraphs" and len(p) == 2]:
            line, lines = meta.cells[path].line, meta.text.split("\n")
            own = [lines[line - 1]] * rng.choice([0, 2])
            text = "\n".join([*lines[: line - 1], *own, *lines[line:]])
            heading = meta.keys[("paragraphs",)].line
            what = f"{path[1]} {len(own)} times"
            yield Mutant("paragraph-id-dropped", meta.file, text.encode(), (heading, len(lines)), what)


@operator()
def meta_field_wrong(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A field of meta.toml is missing, unknown, or has a value that it cannot have."""
    for article in sources.articles:
        meta = article.seed.meta
        yield _meta("meta-field-wrong", meta, ("language",), "English")
        yield _meta("meta-field-wrong", meta, ("seed_file",), 4)
        yield inserted("meta-field-wrong", meta, 0, 'url = "x"', "an unknown field")
        for line in (1, 2, 3):
            lines = meta.text.split("\n")
            text = "\n".join([*lines[: line - 1], *lines[line:]])
            yield Mutant("meta-field-wrong", meta.file, text.encode(), (1, 3), f"without line {line}")
        for path in [p for p in meta.cells if p[-1] == "evidence"]:
            yield _meta("meta-field-wrong", meta, path, "words that do not stand in the seed")


@operator()
def correction_of_nothing(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A correction by hand quotes words that the seed has not, or gives a role that there is not."""
    for article in sources.articles:
        meta = article.seed.meta
        line = meta.keys[("paragraphs",)].line - 1
        words = 'q = "not in this seed"\nrole = "body"\nreason = "x"'
        yield inserted("correction-of-nothing", meta, line, f"[[corrections]]\n{words}\n", "a correction of nothing")
        for index, entry in enumerate(meta.values.get("corrections", ())):
            yield _meta("correction-of-nothing", meta, ("corrections", index, "q"), entry["q"][:-2])
            yield _meta("correction-of-nothing", meta, ("corrections", index, "role"), "boilerplate")
