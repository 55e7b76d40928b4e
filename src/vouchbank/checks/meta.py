"""Level 2 on the seeds: what meta.toml says is shown by the seed, and paragraph ids are up to date."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.registry import Subject, article_check
from vouchbank.corpus.seeds import assign_paragraph_ids, corrections, known_paragraphs
from vouchbank.findings import Finding


@article_check(2)
def evidence_not_in_seed(subject: Subject) -> Iterator[Finding]:
    """The evidence for a fact about the seed does not stand in the seed.

    Outlet, date and rights are known only as far as the seed itself shows them; the evidence is quoted from raw.txt.
    """
    seed = subject.article.seed
    for field, fact in seed.meta.values.items():
        evidence = fact.get("evidence") if isinstance(fact, dict) else None
        if isinstance(evidence, str) and evidence not in seed.raw:
            yield Finding(
                "evidence-not-in-seed",
                f"the evidence for {field} does not stand in {seed.file}",
                seed.meta.place(field, "evidence"),
                "quote it exactly, or leave the fact out: unknown stays unknown",
                article=subject.article.id,
            )


@article_check(2)
def correction_not_placed(subject: Subject) -> Iterator[Finding]:
    """A correction by hand quotes words that are not exactly one place of the seed.

    Quote the whole piece from raw.txt; where the words stand more than once, add n = "k/N".
    """
    seed = subject.article.seed
    for unplaced in corrections(seed)[1]:
        count = len(unplaced.fault.spans) if unplaced.fault.kind != "not-found" else 0
        said = {0: "do not stand in the seed", 1: "are the subject of another correction too"}
        help_ = {0: "copy them from raw.txt", 1: "keep one of the two"}
        yield Finding(
            "correction-not-placed",
            f"these words {said.get(count, f'stand in the seed {count} times')}",
            seed.meta.place("corrections", unplaced.index, "q"),
            help_.get(count, f'add n = "k/{count}"'),
            article=subject.article.id,
        )


@article_check(2)
def paragraph_ids_stale(subject: Subject) -> Iterator[Finding]:
    """The list of paragraph ids in meta.toml does not match the text.

    The text changed, or the article is new. `vouchbank normalise` writes the list: ids of unchanged paragraphs stay.
    """
    article = subject.article
    meta = article.seed.meta
    if meta.missing or not article.text:
        return
    known = known_paragraphs(meta.values)
    wanted = assign_paragraph_ids([p.text for p in article.paragraphs], known)
    if wanted != known:
        wrong = [name for name, value in known.items() if wanted.get(name) != value][:1]
        yield Finding(
            "paragraph-ids-stale",
            "the paragraph ids do not match the text" if known else "there is no list of paragraph ids yet",
            meta.place("paragraphs", *wrong),
            "run: vouchbank normalise",
            article=article.id,
        )
