"""Faults that one rule of the guidelines is for, put in where the corpus has something to put them into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from bench.mutants import (
    Mutant,
    Sources,
    added,
    changed,
    contradiction,
    dropped,
    extent,
    inserted,
    operator,
    toml,
    with_field,
)
from vouchbank.corpus.anchors import ELISION, occurrences
from vouchbank.corpus.records import Record
from vouchbank.tables.rows import Shared, vouched_by


@operator()
def factor_counted(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A factor ('doubled') is said to be a count."""
    for record in sources.of("quantities"):
        if record.values.get("dimension") == "multiplier":
            yield dropped("factor-counted", record, "dimension")


@operator("plausible")
def modifier_widened(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A modifier is widened by the word before it, so that the lexicon does not know it (a warning)."""
    for fragment in sources.fragments("quantities.modifier"):
        start = fragment.span.start - fragment.paragraph.span.start
        before = re.search(r"\w+ $", fragment.paragraph.text[:start])
        if before and len(occurrences(fragment.paragraph.text, before[0] + fragment.quote)) == 1:
            yield changed("modifier-widened", fragment.record, fragment.path, before[0] + fragment.quote)


@operator()
def refusal_with_a_content(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Who declines is given a content."""
    for record in sources.of("attributions"):
        if record.values.get("polarity") == "decline" and "content" not in record.values:
            others = [f for f in sources.fragments("entities.span") if f.paragraph.id == record.paragraph]
            own = [f for f in others if f.record.article == record.article and isinstance(f.value, str)]
            own += [f for f in others if f.record.article == record.article and f.value.keys() == {"q"}]
            if own:
                yield added("refusal-with-a-content", record, "content", rng.choice(own).quote)


@operator()
def content_cut_after_that(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The content leaves out the 'that' it begins with."""
    for fragment in sources.fragments("attributions.content"):
        rest = fragment.quote.removeprefix("that ")
        cut = ELISION in rest and len(rest.split(ELISION)[0].split()) < 4
        if rest != fragment.quote and not cut and len(occurrences(fragment.paragraph.text, rest)) == 1:
            yield changed("content-cut-after-that", fragment.record, fragment.quote_path, rest)


@operator()
def open_cue_made_certain(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A cue that leaves the certainty open ('reportedly') is said to be certain."""
    open_cues = ("reportedly", "reports of")
    for record in sources.of("attributions"):
        cue = record.values.get("cue")
        if str(cue).lower() in open_cues and record.values.get("certainty") == "underspecified":
            yield contradiction(changed("open-cue-made-certain", record, ("certainty",), "certain"), record)


@operator()
def vouching_without_a_reason(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Who vouches is written by hand as it would be computed, without a reason."""
    for record, chain in _vouched(sources):
        yield added("vouching-without-a-reason", record, "vouched_by", chain)


@operator("plausible")
def vouching_as_computed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """Who vouches is written by hand as it would be computed, with a reason (a warning)."""
    for record, chain in _vouched(sources):
        text, line = with_field(record, "vouched_by", chain)
        lines = text.split("\n")
        text = "\n".join([*lines[:line], 'vouched_by_reason = "see the cue"', *lines[line:]])
        place = (extent(record)[0], line + 1)
        yield Mutant("vouching-as-computed", record.document.file, text.encode(), place, f"{record.id} + {chain}")


def _vouched(sources: Sources) -> Iterator[tuple[Record, list[str]]]:
    """The quantities that somebody vouches for by the nesting, and who."""
    shared = Shared.of(sources.corpus)
    for article, annotation in sources.annotations:
        record = annotation.record
        if record.table.name == "quantities" and "vouched_by" not in record.values:
            chain = [name.rpartition("-")[2] for name in vouched_by(article, annotation, shared)]
            if chain:
                yield record, chain


@operator()
def status_written_by_hand(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The status of a quantity that is computed is written by hand."""
    for record in sources.of("quantities"):
        if "status" not in record.values:
            yield added("status-written-by-hand", record, "status", rng.choice(["claimed", "asserted"]))


@operator()
def part_of_a_smaller_number(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A quantity is said to be part of one that is smaller."""
    from vouchbank.compare.figures import interval_of

    records = [(r, i) for r in sources.of("quantities") if (i := interval_of(r))]
    for record, own in records:
        smaller = [
            other.name
            for other, i in records
            if other.article == record.article and i.upper is not None and own.lower and i.upper < own.lower
        ]
        if smaller:
            mutant = added("part-of-a-smaller-number", record, "part_of", [rng.choice(smaller)])
            yield contradiction(mutant, record)


@operator()
def number_listed_too(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The number of a quantity is listed as a non-quantity, too."""
    for fragment in sources.fragments("quantities.number"):
        record = fragment.record
        if isinstance(fragment.value, str) and f"[{record.paragraph}]" not in record.document.text:
            line = extent(record)[0] - 1
            words = f'[{record.paragraph}]\nnq99 = {{ q = {toml(fragment.quote)}, reason = "designator" }}\n'
            what = f"{record.id} listed as a non-quantity"
            yield inserted("number-listed-too", record.document, line, words, what)


@operator()
def title_quoted_with_the_name(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """The title stands in the quote of the name."""
    for fragment in sources.fragments("entities.title"):
        record = fragment.record
        whole = f"{fragment.quote} {record.values['q']}"
        if len(occurrences(fragment.paragraph.text, whole)) == 1 and "n" not in record.values:
            without = {k: v for k, v in record.values.items() if k != "title"}
            mutant = changed("title-quoted-with-the-name", record, (), {**without, "q": whole})
            yield mutant


@operator()
def alias_is_the_name(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An alias is the name of its row."""
    for record in sources.of("registry"):
        aliases = [*record.values["aliases"], record.values["name"]]
        yield changed("alias-is-the-name", record, ("aliases",), aliases)


@operator()
def retired_id_in_use(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An id is retired, and an annotation, an article, a registry row, a figure or a claim has it."""
    for record in sources.records:
        text = f'[{record.id}]\nreason = "it was no annotation"\n'
        yield _retired(record, text, record.id)
    for table in ("registry", "figures", "claims"):
        for record in sources.of(table):
            yield _retired(record, f'[{table}.{record.id}]\nreason = "it was renamed"\n', f"{table}.{record.id}")
    for article in sources.corpus.article_ids:
        text = f'[{article}]\nreason = "withdrawn"\n'
        also = (f"seeds/{article}/meta.toml:1",)
        yield Mutant("retired-id-in-use", "annotations/retired.toml", text.encode(), (1, 2), article, also=also)


def _retired(record: Record, text: str, what: str) -> Mutant:
    first, last = extent(record)
    also = tuple(f"{record.document.file}:{line}" for line in range(first, last + 1))
    return Mutant("retired-id-in-use", "annotations/retired.toml", text.encode(), (1, 2), what, also=also)


@operator()
def annotation_of_no_article(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """An annotation file belongs to an article that there is not."""
    for document in sources.documents:
        article = document.file.split("/")[1]
        if document.file.startswith("annotations/") and article in sources.corpus.article_ids:
            name = document.file.replace(article, f"9{article[1:]}", 1)
            yield Mutant("annotation-of-no-article", name, document.text.encode(), (0, 0), f"a copy of {document.file}")


@operator()
def article_misnamed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A folder of seeds/ has a name that is not an article id, or a file stands beside the folders."""
    for name in ("strike-f16", "Storm", "storm_in_oxmere", "raw", "registry", "con", "-005", "x" * 65):
        folder = f"seeds/{name}"
        yield Mutant("article-misnamed", f"{folder}/raw.txt", b"Rain.\n", (1, 1), folder, also=(f"{folder}:1",))
    yield Mutant("article-misnamed", "seeds/005.txt", b"Rain.\n", (1, 1), "seeds/005.txt")


@operator()
def retirement_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A retired id has no reason, is no id, or has a successor that there is not."""
    faults = {
        "no reason": "[004-e901]\n",
        "no id": '[e901]\nreason = "x"\n',
        "no text": "[004-e901]\nreason = 1\n",
        "no successor": '[004-e901]\nreason = "x"\nsuccessor = "004-e999"\n',
        "no article as successor": '[901]\nreason = "x"\nsuccessor = "902"\n',
        "no key as successor": '[registry.gone]\nreason = "x"\nsuccessor = "gone-too"\n',
        "no table": '[tokens.gone]\nreason = "x"\n',
        "no TOML": "[004-e901\n",
    }
    for what, text in faults.items():
        yield Mutant("retirement-malformed", "annotations/retired.toml", text.encode(), (1, 3), what)


@operator()
def floor_malformed(sources: Sources, rng: Random) -> Iterator[Mutant]:
    """A floor of agreement is no share, or is one of a layer that there is not."""
    for what in ("[entities]\nexact_f1 = 80\n", '[entities]\nexact_f1 = "high"\n', "[names]\nexact_f1 = 0.8\n", "[x\n"):
        yield Mutant("floor-malformed", "annotations/floors.toml", what.encode(), (1, 2), what.replace("\n", " "))
