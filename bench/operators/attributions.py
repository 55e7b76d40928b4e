"""Contradictions within and between attributions: roles, polarity, kinds, chains."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from bench.mutants import Fragment, Mutant, Sources, added, bounds, changed, contradiction, dropped, extent, operator
from vouchbank.corpus.anchors import occurrences
from vouchbank.corpus.records import Record
from vouchbank.corpus.resolve import Annotation
from vouchbank.spans import hull


def _all(sources: Sources) -> list[Record]:
    return sources.of("attributions")


def _annotations(sources: Sources) -> list[Annotation]:
    return [x for _, x in sources.annotations if x.record.table.name == "attributions"]


@operator(floor=0.95)
def source_and_cue_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The source stands in the place of the cue, and the cue in that of the source."""
    for record in _all(sources):
        if isinstance(record.values.get("source"), (str, dict)) and isinstance(record.values.get("cue"), (str, dict)):
            cells, text = record.document.cells, record.document.text
            spans = sorted(bounds(text, cells[(*record.path, name)]) for name in ("source", "cue"))
            (a, b), (c, d) = spans
            swapped = text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
            what = f"{record.id} source ⇄ cue"
            file = record.document.file
            yield Mutant("source-and-cue-swapped", file, swapped.encode(), extent(record), what)


@operator(floor=0.85)
def content_and_cue_swapped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The content stands in the place of the cue, and the cue in that of the content."""
    for record in _all(sources):
        if isinstance(record.values.get("content"), (str, dict)) and isinstance(record.values.get("cue"), (str, dict)):
            cells, text = record.document.cells, record.document.text
            (a, b), (c, d) = sorted(bounds(text, cells[(*record.path, name)]) for name in ("content", "cue"))
            swapped = text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]
            what = f"{record.id} content ⇄ cue"
            file = record.document.file
            yield Mutant("content-and-cue-swapped", file, swapped.encode(), extent(record), what)


@operator()
def implicit_with_a_source(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The source is called implicit, and words for it are given."""
    for record in _all(sources):
        if "source" in record.values and record.values.get("source_kind") != "implicit":
            yield contradiction(changed("implicit-with-a-source", record, ("source_kind",), "implicit"), record)


@operator()
def source_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The source is called named, role, anonymous or collective, and no words for it are given."""
    for record in _all(sources):
        if "source" in record.values and record.values.get("source_kind") in ("named", "role", "anonymous"):
            yield dropped("source-dropped", record, "source")


@operator()
def named_without_a_source(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An attribution without a source is called named."""
    for record in _all(sources):
        if "source" not in record.values:
            yield contradiction(
                changed("named-without-a-source", record, ("source_kind",), rng.choice(["named", "role"])), record
            )


@operator()
def cue_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """There is no cue, and the kind of the cue says there is one."""
    for record in _all(sources):
        if "cue" in record.values:
            yield dropped("cue-dropped", record, "cue")


@operator()
def cue_kind_none(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The kind of the cue says that there is none, and words for it are given."""
    for record in _all(sources):
        if "cue" in record.values:
            yield added("cue-kind-none", record, "cue_kind", "none")


@operator()
def content_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The content is missing, and the source neither declines nor answers another."""
    for record in _all(sources):
        answers = record.values.get("polarity") == "decline" or "about" in record.values
        if "content" in record.values and not answers:
            yield dropped("content-dropped", record, "content")


@operator()
def refusal_made_a_statement(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A refusal without content is said to affirm, deny or doubt."""
    for record in _all(sources):
        if record.values.get("polarity") == "decline" and "content" not in record.values:
            new = rng.choice(["affirm", "deny", "doubt"])
            yield contradiction(changed("refusal-made-a-statement", record, ("polarity",), new), record)


@operator()
def refusal_that_is_certain(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A refusal without content is said to be certain or probable of it."""
    for record in _all(sources):
        if record.values.get("polarity") == "decline" and "content" not in record.values:
            new = rng.choice(["certain", "probable"])
            yield contradiction(changed("refusal-that-is-certain", record, ("certainty",), new), record)


@operator()
def reason_without_anonymity(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A reason for anonymity is given for a source that is named."""
    for record in _all(sources):
        if "anonymity_reason" in record.values:
            yield contradiction(changed("reason-without-anonymity", record, ("source_kind",), "named"), record)


@operator()
def cue_takes_in_a_mention(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The cue takes in the mention that stands beside it."""
    mentions = sources.fragments("entities.span")
    for fragment in sources.fragments("attributions.cue"):
        start, text = fragment.paragraph.span.start, fragment.paragraph.text
        near = [m.span for m in mentions if m.paragraph == fragment.paragraph and isinstance(fragment.value, str)]
        for span in near:
            if 1 in (span.start - fragment.span.end, fragment.span.start - span.end):
                both = hull([span, fragment.span]) or span
                quote = text[both.start - start : both.end - start]
                if len(occurrences(text, quote)) == 1:
                    mutant = changed("cue-takes-in-a-mention", fragment.record, fragment.path, quote)
                    yield contradiction(mutant, fragment.record)


@operator()
def cue_in_fragments(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The cue, which is one stretch, is written in two pieces."""
    for fragment in sources.fragments("attributions.cue"):
        words = fragment.quote.split(" ")
        if len(words) > 1 and isinstance(fragment.value, str) and len(fragment.path) == 1:
            pieces = [" ".join(words[:-1]), words[-1]]
            if all(_once(fragment, piece) for piece in pieces):
                yield changed("cue-in-fragments", fragment.record, fragment.path, pieces)


def _once(fragment: Fragment, quote: str) -> bool:
    from vouchbank.corpus.anchors import occurrences

    return len(occurrences(fragment.paragraph.text, quote)) == 1


@operator()
def content_holds_its_cue(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The content is that of the cue: two roles of one attribution are the same words."""
    for record in _all(sources):
        if "content" in record.values and "cue" in record.values:
            yield contradiction(changed("content-holds-its-cue", record, ("content",), record.values["cue"]), record)


@operator()
def fragments_out_of_order(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The fragments of a field do not stand in reading order."""
    for record in sources.of("attributions", "quantities"):
        for column in record.table.written:
            value = record.values.get(column.name)
            if column.name == "content" and isinstance(value, list) and len(value) > 1:
                yield changed("fragments-out-of-order", record, (column.name,), value[::-1])


@operator()
def parent_is_itself(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An attribution is its own parent."""
    for record in _all(sources):
        yield added("parent-is-itself", record, "parent", record.name)


@operator()
def parent_does_not_hold_it(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The parent is an attribution whose content does not hold this one."""
    annotations = _annotations(sources)
    for annotation in annotations:
        record, extent_ = annotation.record, annotation.extent("cue", "content")
        others = [
            x.record.name
            for x in annotations
            if x.record.article == record.article
            and x.record is not record
            and extent_ is not None
            and not any(s.overlaps(extent_) for s in x.spans["content"])
        ]
        if others:
            yield added("parent-does-not-hold-it", record, "parent", rng.choice(others))


@operator()
def parent_dropped(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An attribution inside the content of another has no parent."""
    for record in _all(sources):
        if "parent" in record.values:
            yield dropped("parent-dropped", record, "parent")


def _circles(name: str, sources: Sources, field: str) -> Iterator[Mutant]:
    """What a field refers to refers back; told at either end, it is told at the right place."""
    by_id = {r.id: r for r in _all(sources)}
    for record in _all(sources):
        target = by_id.get(record.full_id(str(record.values.get(field, ""))))
        if target is not None:
            mutant = added(name, target, field, record.name)
            first, last = extent(record)
            yield replace(mutant, also=tuple(f"{mutant.file}:{line}" for line in range(first, last + 2)))


@operator()
def parents_in_a_circle(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An attribution is the parent of its own parent."""
    yield from _circles("parents-in-a-circle", sources, "parent")


@operator()
def subset_of_itself(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The source of an attribution is a part of itself."""
    for record in _all(sources):
        yield added("subset-of-itself", record, "subset_of", record.name)


@operator()
def about_itself(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An attribution answers itself."""
    for record in _all(sources):
        yield added("about-itself", record, "about", [record.name])


@operator()
def subset_in_a_circle(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Two sources are each a part of the other."""
    yield from _circles("subset-in-a-circle", sources, "subset_of")


@operator()
def source_key_against_its_mention(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The key of the source is another than that of the mention it consists of."""
    keyed = {(r.article, r.paragraph, str(r.values.get("q"))): r.values.get("key") for r in sources.of("entities")}
    for record in _all(sources):
        source = record.values.get("source")
        key = keyed.get((record.article, record.paragraph, str(source)))
        if isinstance(source, str) and key and "source_key" not in record.values:
            other = rng.choice([r.name for r in sources.of("registry") if r.name != key])
            yield added("source-key-against-its-mention", record, "source_key", other)


@operator()
def vouched_by_without_reason(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity names by hand who vouches for it, against the nesting, and gives no reason."""
    for record in sources.of("quantities"):
        article = sources.corpus.article(record.article)
        span = next(x.spans["span"][0] for x in article.annotations["quantities"] if x.record is record)
        strange = [
            x.record.name
            for x in article.annotations["attributions"]
            if not any(s.overlaps(span) for s in x.spans["content"])
        ]
        if strange and "vouched_by" not in record.values:
            yield added("vouched-by-without-reason", record, "vouched_by", [rng.choice(strange)])


@operator()
def reason_without_vouched_by(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A reason is given for a vouched_by that is not written."""
    for record in sources.of("quantities"):
        if "vouched_by" not in record.values:
            yield added("reason-without-vouched-by", record, "vouched_by_reason", "see p3")
