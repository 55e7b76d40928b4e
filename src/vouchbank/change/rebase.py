"""Re-anchor annotations after a change of text: follow the words that are certainly the same, flag all others.

Every fragment is looked up in the old text, for which it was written, and followed to the new text by an `Alignment`.
If the words are the same and the place is certain, its quote, occurrence and paragraph are rewritten. If words changed,
the place no longer exists, or two places are possible, the fragment stays as it is, and a finding shows the old and the
new text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from vouchbank.change.align import Alignment
from vouchbank.change.old_text import text_of
from vouchbank.change.rewriting import Fragment, Rewriting, fragments_of, rewritten, with_fragment
from vouchbank.change.textdiff import in_context
from vouchbank.corpus import Article
from vouchbank.corpus.anchors import ELISION, find, occurrence_of, occurrences
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import place_of
from vouchbank.findings import Finding
from vouchbank.spans import Paragraph, Span

CONTEXT = 30
Written = Mapping[tuple[str, tuple[str | int, ...]], Fragment]


@dataclass
class Rebased:
    """What happened to the anchors of an article.

    Attributes:
        texts: The files that change, with their new text.
        kept: The number of fragments that stay as they are.
        changes: A line for each fragment that was rewritten.
        flagged: A finding for each fragment that could not be placed.
    """

    texts: dict[str, str] = field(default_factory=dict)
    kept: int = 0
    changes: list[str] = field(default_factory=list)
    flagged: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class _Sides:
    """The old and the new text of an article, and the fragments written for the old one."""

    old: Mapping[str, Paragraph]
    new: Mapping[str, Paragraph]
    alignment: Alignment
    then: Written


def written_fragments(article: Article) -> Written:
    """Every fragment of an article, by the id of its record and its path in it."""
    return {(r.id, f.path): f for file in article.files.values() for r in file.records for f in fragments_of(r)}


def unknown_text(article: Article) -> Finding:
    """The finding for an article whose old text is not known."""
    message = f"the old text of article {article.id} is unknown: no text of that revision has the hashes of meta.toml"
    help_ = "give a revision at which the corpus was built from its sources"
    return Finding("not-rebased", message, article.seed.meta.place("paragraphs"), help_, article=article.id)


def text_changed(article: Article, old: Mapping[str, Paragraph]) -> bool:
    """Whether a paragraph of the text, or its id, changed."""
    return [(p.id, p.text) for p in article.paragraphs] != [(p.id, p.text) for p in old.values()]


def rebase(article: Article, old: Mapping[str, Paragraph], then: Written) -> Rebased:
    """Follow all anchors of an article from its old text to its present one.

    Args:
        article: The article, with its present text, and annotations written for the old one.
        old: The old paragraphs by id.
        then: The fragments as they were written for the old text.
    """
    new = {p.id: p for p in article.paragraphs}
    sides = _Sides(old, new, Alignment(text_of(old), article.text), then)
    done = Rebased()
    for name, file in article.files.items():
        if file.document.faults:
            done.flagged += [
                Finding("not-rebased", f.message, f.place, f.help, article=article.id) for f in file.document.faults
            ]
        else:
            _file(article, name, sides, done)
    return done


def _file(article: Article, name: str, sides: _Sides, done: Rebased) -> None:
    change = Rewriting()
    taken = {(r.paragraph, r.name) for r in article.files[name].records}
    for record in article.files[name].records:
        _Mover(record, sides, change, done).run(taken)
    if not change.values:
        return
    document, made = article.files[name].document, rewritten(article, name, change)
    if made is None:
        done.flagged.append(
            Finding("not-rebased", "re-anchoring would change other values of this file", document.place())
        )
    else:
        done.texts[document.file] = made


class _Mover:
    """Follows the fragments of one record."""

    def __init__(self, record: Record, sides: _Sides, change: Rewriting, done: Rebased) -> None:
        self.record, self.sides, self.change, self.done = record, sides, change, done
        self.placed: dict[Fragment, Fragment] = {}
        self.lost: list[tuple[Fragment, Span | None]] = []
        self.torn: list[tuple[Fragment, Span, Span]] = []

    def run(self, taken: set[tuple[str, str]]) -> None:
        """Follow every fragment of the record, then collect its new values and, if it moved, its new section."""
        record = self.record
        for fragment in fragments_of(record):
            self._follow(fragment)
        section = self._section()
        self._say(section)
        moves = section != record.paragraph
        if moves and (section, record.name) in taken:
            self._flag((), f"two annotations with the id {record.name} would be in {section}", "change one of the ids")
            return
        values = self._values(section)
        if moves:
            taken.add((section, record.name))
            self.change.moved[record.path] = (section, record.name)
            self.done.changes.append(f"{record.id}: [{record.paragraph}] → [{section}]")
        if moves or values is not record.values:
            self.change.values[record.path] = values

    def _values(self, section: str) -> Mapping[str, Any]:
        """The values of the record with its fragments rewritten for `section`."""
        values, moves = self.record.values, section != self.record.paragraph
        as_it_is = {f: f for f in (*(f for f, _ in self.lost), *(f for f, _, _ in self.torn))}
        for old, new in (self.placed | as_it_is).items():
            if old.written != new.written:
                field = "" if old.path == ("q",) else f" {old.path[0]}"
                self.done.changes.append(f"{self.record.id}{field}: {old} → {new}")
            if moves or old.written != new.written:
                values = with_fragment(values, new, section)
        self.done.kept += sum(old.written == new.written for old, new in self.placed.items())
        return values

    def _follow(self, fragment: Fragment) -> None:
        """Sort one fragment into placed, torn (two places are possible) or lost."""
        was = _place(fragment, self.sides.old)
        now = _place(fragment, self.sides.new)
        before = self.sides.then.get((self.record.id, fragment.path))
        target = self.sides.alignment.moved(was) if was else None
        new = self._written(fragment, target) if target else None
        if now and (before is None or before.written != fragment.written):
            # it was changed since then: for the old text or the new one?
            if was is None or target == now or self._already(before, now):
                self.placed[fragment] = fragment
            else:
                self.torn.append((fragment, was, now))
        elif new is None:
            self.lost.append((fragment, was))
        else:
            self.placed[fragment] = new

    def _already(self, before: Fragment | None, now: Span) -> bool:
        """Whether the old fragment, followed to the new text, gives the same place."""
        was = _place(before, self.sides.old) if before else None
        return was is not None and self.sides.alignment.moved(was) == now

    def _section(self) -> str:
        """The new paragraph of the first certain anchor that was in the record's own section."""
        order = {name: i for i, name in enumerate(self.record.table.anchor)}
        own = {old: new for old, new in self.placed.items() if old.paragraph == self.record.paragraph}
        ranks = {old: -1 if old.path == ("q",) else order.get(str(old.path[0]), len(order)) for old in own}
        return own[min(own, key=ranks.__getitem__)].paragraph if own else self.record.paragraph

    def _written(self, fragment: Fragment, target: Span) -> Fragment | None:
        """The fragment that means `target` in the new text, with as few changes as possible."""
        paragraph = next((p for p in self.sides.new.values() if p.span.contains(target)), None)
        if paragraph is None:
            return None
        span = target.shifted(-paragraph.span.start)
        for quote in _quotes(fragment.quote, span.of(paragraph.text)):
            if span in occurrences(paragraph.text, quote):
                occurrence = occurrence_of(paragraph.text, quote, span)
                if find(paragraph.text, quote, occurrence) == span:
                    return replace(fragment, paragraph=paragraph.id, quote=quote, occurrence=occurrence)
        return None

    def _say(self, section: str) -> None:
        """Flag fragments without a certain place; flag the record once if its whole paragraph is gone."""
        old, new = text_of(self.sides.old), text_of(self.sides.new)
        gone = section not in self.sides.new
        if gone:
            own = [was for fragment, was in self.lost if fragment.paragraph == section and was]
            shown = f": {_shown(own[0], old)}" if own else ""
            self._flag(
                (), f"its paragraph {section} no longer exists{shown}", "move it to another paragraph or delete it"
            )
        for fragment, then, now in self.torn:
            message = f"{fragment} was changed since then, and means other words in the new text than in the old one"
            help_ = f"check which words are meant: old text {_shown(then, old)}, new text {_shown(now, new)}"
            self._flag(fragment.path, message, help_)
        for fragment, was in self.lost:
            if was is None:
                message = f"{fragment} was not found in the old text"
                self._flag(fragment.path, message, "run: vouchbank check")
            elif not gone or fragment.paragraph != section:
                near = self.sides.alignment.near(was)
                there = f"quote it anew; now there: {_shown(near, new)}" if near else "quote other words or delete it"
                message = f"{fragment} has no certain place in the new text; before: {_shown(was, old)}"
                self._flag(fragment.path, message, there)

    def _flag(self, path: tuple[str | int, ...], message: str, help_: str) -> None:
        record = self.record
        self.done.flagged.append(
            Finding(
                "not-rebased",
                message,
                record.place(*path) if path else record.key_place(),
                help_,
                article=record.article,
                paragraph=record.paragraph,
                annotation=record.id,
            )
        )


def _place(fragment: Fragment, paragraphs: Mapping[str, Paragraph]) -> Span | None:
    said = {"q": fragment.quote} | ({"n": fragment.occurrence} if fragment.occurrence else {})
    found = place_of(said, fragment.paragraph, paragraphs)
    return found if isinstance(found, Span) else None


def _quotes(quote: str, whole: str) -> list[str]:
    """The ways to quote the words: as before, with the middle left out at the same places, or whole."""
    head, _, tail = quote.partition(ELISION)
    shortened = whole[: len(head)] + ELISION + whole[-len(tail) :] if tail and whole != quote else whole
    return [quote, shortened, whole]


def _shown(span: Span, text: str) -> str:
    return in_context(span, text, CONTEXT, 4 * CONTEXT)
