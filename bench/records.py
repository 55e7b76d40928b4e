"""Faults of whole records: ids, sections, doubles, deletions. Every table has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from bench.contradictions import accounts
from bench.mutants import ANYWHERE, Edit, Mutant, block, doubled, extent, lines_replaced, replaced, without
from bench.sources import Sources
from vouchbank.corpus.anchors import occurrences
from vouchbank.corpus.records import Record


def _renamed(sources: Sources, record: Record, new: str, related: bool = False) -> Mutant:
    edit = replaced(record.document, record.path, new, key=True)
    made = sources.mutant(record, edit, f"{record.id} called {new}", whole=True)
    return made if related else replace(made, also=frozenset())


def id_malformed(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """An id has letters of no layer in its file, a leading zero, or no number."""
    prefix = record.table.prefix
    if prefix:
        for new in (f"x{record.name[len(prefix) :]}", f"{prefix}0", f"{prefix}07", prefix, "first"):
            yield _renamed(sources, record, new)


def id_of_another(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A record has the id of another record in its file."""
    others = [
        r for r in sources.records if r.document is record.document and r is not record and r.table == record.table
    ]
    if others:
        other = rng.choice(others)
        made = _renamed(sources, record, other.name)
        yield replace(made, also=sources.places([other]))


def id_changed(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A record that others refer to has another id."""
    if record.id in sources.referring:
        new = f"{record.table.prefix}{rng.randrange(700, 800)}" if record.table.prefix else f"{record.name}-x"
        yield _renamed(sources, record, new, related=True)


def record_twice(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A record occurs twice with the same id."""
    yield sources.mutant(record, doubled(record.document, record.path), f"{record.id} twice")


def record_again(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A record occurs again under another id: the same words are annotated twice, or nothing refers to it."""
    document, prefix = record.document, record.table.prefix
    new = f"{prefix}{rng.randrange(700, 800)}" if prefix else f"{record.name}-x"
    first, last = extent(document, record.path)
    copy, column = block(document, record.path), document.keys[record.path].column - 1
    copy[0] = copy[0][:column] + copy[0][column:].replace(record.name, new, 1)
    edit = lines_replaced(document, last + 1, last, copy)
    made = sources.mutant(record, edit, f"{record.id} again as {new}")
    again = replace(made, lines=(first, edit.lines[1]))
    yield replace(again, kind="plausible") if record.table.name == "claims" else again


def record_deleted(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A record is deleted: one that others refer to, one whose words no other record accounts for, or any other."""
    edit = without(record.document, record.path)
    made = sources.mutant(record, edit, f"{record.id} deleted", whole=True)
    needed = record.id in sources.referring
    counted = any(accounts(sources, q) for q in sources.quotes if q.record is record)
    lines = made.lines if not record.paragraph else ANYWHERE
    kind = replace(made, kind="structural" if needed or counted else "plausible")
    yield replace(kind, lines=lines, paragraph=record.paragraph)


def section_wrong(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A section is not the id of a paragraph, or not of one in this article."""
    key = (record.paragraph,)
    if record.paragraph and record.document.keys[key].column == 2:
        for new in ("p98", "P3", "p0", "3", "body", "p03"):
            edit = replaced(record.document, key, new, key=True)
            last = extent(record.document, record.path)[1]
            what = f"[{record.paragraph}] → [{new}]"
            yield replace(sources.mutant(record, edit, what), lines=(edit.lines[0], last))


def moved_to_another_paragraph(sources: Sources, record: Record, rng: Random) -> Iterator[Mutant]:
    """A record is in the section of another paragraph, which lacks its words."""
    own = [q for q in sources.quotes if q.record is record and q.paragraph.id == record.paragraph]
    if not own:
        return
    article = sources.corpus.article(record.article)
    strange = [p.id for p in article.paragraphs if not any(occurrences(p.text, q.words) for q in own)]
    goals = [p for p in strange if (p,) in record.document.keys]
    if goals:
        goal = rng.choice(goals)
        edit = _moved(record, goal)
        what = f"{record.id} moved to {goal}"
        yield sources.mutant(record, edit, what)


def _moved(record: Record, goal: str) -> Edit:
    """The record in another section: a small table gets another heading, a line goes below one that is there."""
    document = record.document
    first, last = extent(document, record.path)
    lines, own = document.text.split("\n"), block(document, record.path)
    if record.path not in document.cells:
        own[0] = own[0].replace(f"[{record.paragraph}.", f"[{goal}.", 1)
        return lines_replaced(document, first, last, own)
    at = document.keys[goal,].line - (last - first + 1 if document.keys[goal,].line > last else 0)
    rest = [*lines[: first - 1], *lines[last:]]
    return Edit("\n".join([*rest[:at], *own, *rest[at:]]), (at + 1, at + len(own)))
