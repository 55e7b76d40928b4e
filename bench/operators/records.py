"""Damage to whole records: ids, sections, doubles, deletions, headers."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from bench.mutants import Mutant, Sources, block, extent, inserted, offset, operator, removed, replaced, toml
from vouchbank.checks.references import references
from vouchbank.corpus.anchors import occurrences
from vouchbank.corpus.records import Record
from vouchbank.findings import Place
from vouchbank.language.number_words import numbers
from vouchbank.language.quotation import quoted
from vouchbank.schema.source import FILE_FIELDS
from vouchbank.spans import Span


def _key(record: Record) -> Place:
    """Where the id of a record stands."""
    return record.document.keys[record.path]


def _renamed(name: str, record: Record, new: str) -> Mutant:
    key = _key(record)
    text = replaced(record.document.text, key, new)
    return Mutant(name, key.file, text.encode(), extent(record), f"{record.id} called {new}")


@operator()
def id_without_a_layer(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The id has letters of no layer of the file, a leading zero, or no number."""
    for record in sources.records:
        letters = record.table.prefix
        new = rng.choice([f"x{record.name[len(letters) :]}", f"{letters}0", f"{letters}07", letters, "first"])
        yield _renamed("id-without-a-layer", record, new)


@operator()
def record_twice_with_its_id(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A record stands twice in its paragraph with the same id."""
    for record in sources.records:
        yield inserted(
            "record-twice-with-its-id", record.document, extent(record)[1], block(record), f"{record.id} twice"
        )


@operator()
def id_used_again(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A record has the id of a record in another paragraph."""
    for record in sources.records:
        others = [
            r for r in _neighbours(sources, record) if r.paragraph != record.paragraph and r.table == record.table
        ]
        if others:
            other = rng.choice(others)
            mutant = _renamed("id-used-again", record, other.name)
            first, last = extent(other)
            yield Mutant(
                mutant.operator,
                mutant.file,
                mutant.data,
                mutant.lines,
                mutant.what,
                also=tuple(f"{mutant.file}:{n}" for n in range(first, last + 1)),
            )


def _neighbours(sources: Sources, record: Record) -> list[Record]:
    return [r for r in sources.records if r.document is record.document and r is not record]


@operator()
def record_twice_with_a_new_id(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A record is doubled under a new id: the same words are annotated twice."""
    for record in sources.records:
        prefix = record.table.prefix
        old, new = record.name, f"{prefix}{rng.randrange(700, 800)}"
        copy = block(record).replace(f"{old} =", f"{new} =", 1) if record.path in record.document.cells else ""
        copy = copy or block(record).replace(f".{old}]", f".{new}]", 1)
        first, last = extent(record)
        mutant = inserted("record-twice-with-a-new-id", record.document, last, copy, f"{record.id} again as {new}")
        yield Mutant(mutant.operator, mutant.file, mutant.data, (first, mutant.lines[1]), mutant.what)


def _referred(sources: Sources) -> set[str]:
    named = {target for r in (*sources.records, *sources.shared) for _, target, _ in references(r)}
    return named | {str(p.get(k)) for r in sources.shared for p in r.values.get("pairs", ()) for k in ("a", "b")}


@operator()
def counted_record_deleted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity, a listed non-quantity or a listed scare quote is deleted: its words are not accounted for."""
    held = [(x.record, s) for _, x in sources.annotations if _accounts(x.record) for s in x.spans["span"]]
    for record, span in held:
        article = sources.corpus.article(record.article)
        found = quoted(article.text) if record.table.name == "non_attributions" else numbers(article.text)
        others = [s for other, s in held if other.article == record.article and other is not record]
        if any(span.contains(n) and not any(s.contains(n) for s in others) for n in found):
            yield removed("counted-record-deleted", record)


def _accounts(record: Record) -> bool:
    """Whether a record accounts for a number or a quotation mark by its span."""
    return record.table.name in ("quantities", "non_quantities", "non_attributions")


@operator()
def record_referred_to_deleted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A record that others refer to is deleted."""
    named = _referred(sources)
    for record in (*sources.records, *sources.of("registry")):
        if record.id in named or (record.table.name == "registry" and record.name in named):
            mutant = removed("record-referred-to-deleted", record)
            yield Mutant(
                mutant.operator,
                mutant.file,
                mutant.data,
                (0, 0),
                mutant.what,
                mutant.paragraph,
                also=tuple(_places_of_references(sources, record)),
            )


def _places_of_references(sources: Sources, record: Record) -> Iterator[str]:
    for other in (*sources.records, *sources.shared):
        if any(target == record.id for _, target, _ in references(other)):
            first, last = extent(other)
            yield from (f"{other.document.file}:{line}" for line in range(first, last + 1))


@operator()
def attribution_with_marks_deleted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An attribution whose content is quoted is deleted: its quotation marks are not accounted for."""
    for fragment in sources.fragments("attributions.content"):
        article = sources.corpus.article(fragment.record.article)
        others = [f.span for f in sources.fragments("attributions.content") if f.record is not fragment.record]
        held = [s for s in quoted(article.text) if fragment.span.contains(Span(s.end - 1, s.end))]
        if any(not any(o.contains(Span(s.end - 1, s.end)) for o in others) for s in held):
            yield removed("attribution-with-marks-deleted", fragment.record)


@operator("plausible")
def unrelated_record_deleted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A mention or an attribution is deleted that no other record and no mark or number speaks of."""
    named = _referred(sources)
    for record in sources.of("entities", "attributions", "assertions"):
        if record.id not in named:
            yield removed("unrelated-record-deleted", record)


@operator()
def paragraph_unknown(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A section names a paragraph that the article does not have."""
    for record in sources.records:
        text, place = record.document.text, record.document.keys[(record.paragraph,)]
        new = f"p{rng.randrange(80, 99)}"
        if text[offset(text, place.line, 1)] == "[":
            mutated = replaced(text, place, new)
            lines = (place.line, extent(record)[1])
            yield Mutant("paragraph-unknown", place.file, mutated.encode(), lines, f"[{record.paragraph}] → [{new}]")


@operator()
def section_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A section is not the id of a paragraph."""
    for record in sources.records:
        text, place = record.document.text, record.document.keys[(record.paragraph,)]
        new = rng.choice(["P3", "p0", "3", "body", "p03"])
        mutated = replaced(text, place, new)
        lines = (place.line, extent(record)[1])
        yield Mutant("section-malformed", place.file, mutated.encode(), lines, f"[{record.paragraph}] → [{new}]")


@operator()
def moved_to_another_paragraph(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A record stands in the section of another paragraph, which has not its words."""
    for fragment in sources.fragments():
        record = fragment.record
        article = sources.corpus.article(record.article)
        strange = [p for p in article.paragraphs if not occurrences(p.text, fragment.quote)]
        heading = f"[{record.paragraph}.{record.name}]"
        if record.paragraph != fragment.paragraph.id or not strange:
            continue
        goal = rng.choice(strange).id
        first, last = extent(record)
        lines = record.document.text.split("\n")
        own = [*lines[first - 1 : last]]
        if own[0] == heading:
            own[0] = f"[{goal}.{record.name}]"
            mutated, at = [*lines[: first - 1], *own, *lines[last:]], first
        else:
            rest = [*lines[: first - 1], *lines[last:]]
            found = next((i for i, line in enumerate(rest) if line == f"[{goal}]"), None)
            if found is None:
                continue
            mutated, at = [*rest[: found + 1], *own, *rest[found + 1 :]], found + 2
        text = "\n".join(mutated)
        what = f"{record.id} moved to {goal}"
        yield Mutant("moved-to-another-paragraph", record.document.file, text.encode(), (at, at + last - first), what)


@operator()
def header_field_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A field at the top of a file is missing."""
    for article in sources.articles:
        for file in article.files.values():
            for name in FILE_FIELDS:
                line = file.document.keys[(name,)].line
                lines = file.document.text.split("\n")
                text = "\n".join([*lines[: line - 1], *lines[line:]])
                yield Mutant("header-field-dropped", file.document.file, text.encode(), (1, 4), f"no {name}")


@operator()
def header_value_wrong(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A field at the top of a file has a value that it cannot have."""
    wrong = {
        "status": ["done", "missing", 1],
        "guidelines": ["four", "0.4.1", 0.4],
        "by": ["A. Annotator", "", 3, "unnamed"],
        "via": ["manual", "Hand", True],
    }
    for article in sources.articles:
        for file in article.files.values():
            for name, values in wrong.items():
                for value in values:
                    place = file.document.cells[(name,)]
                    text = replaced(file.document.text, place, toml(value))
                    lines = (place.line, place.line)
                    what = f"{name} = {value!r}"
                    yield Mutant("header-value-wrong", place.file, text.encode(), lines, what)


@operator()
def header_field_unknown(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A field at the top of a file is unknown."""
    for article in sources.articles:
        for file in article.files.values():
            what = "a field more at the top"
            yield inserted("header-field-unknown", file.document, 4, 'annotator = "x"', what)
