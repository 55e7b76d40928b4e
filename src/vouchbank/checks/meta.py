"""The seeds: the evidence in meta.toml, paragraph ids, duplicate articles, and the language."""

from __future__ import annotations

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import ArticleSummary, JudgedArticle, JudgedCorpus
from vouchbank.corpus.seeds import assign_paragraph_ids, corrections, known_paragraphs
from vouchbank.findings import Fault, Level, Place, Related
from vouchbank.language.english import english_share
from vouchbank.language.english import not_english as not_english_text

MOST_PLACES = 6


@rule(level=Level.SHAPE)
def evidence_not_in_seed(article: JudgedArticle) -> Faults:
    """The evidence for a fact about the seed is not in the seed.

    Evidence for the outlet, date, rights and the like is quoted from raw.txt. A fact that only the HTML of the web page
    states has `from = "page"`; a fact that only the contributor states has `from = "contributor"`.
    """
    seed = article.source.seed
    for field, fact in seed.meta.values.items():
        evidence = fact.get("evidence") if isinstance(fact, dict) and "from" not in fact else None
        if isinstance(evidence, str) and evidence not in seed.raw:
            place, message = (
                seed.meta.place(field, "evidence"),
                f"the evidence for `{field}` is not in {seed.file}",
            )
            yield article.fault(place, message, "quote raw.txt exactly, or leave the fact out")


@rule(level=Level.SHAPE)
def fact_from_no_page(article: JudgedArticle) -> Faults:
    """A fact is marked as coming from a web page, but the seed was not rendered from one.

    `vouchbank new` writes `from = "page"` for facts in the HTML of a page, such as a date in a <meta> tag. It also
    writes source-map.json, which identifies the page by its SHA-256.
    """
    seed = article.source.seed
    for field, fact in seed.meta.values.items():
        if isinstance(fact, dict) and fact.get("from") == "page" and seed.map_data is None:
            place, message = (
                seed.meta.place(field, "from"),
                f"`{field}` comes from a page, but {seed.map_file} is missing",
            )
            yield article.fault(place, message, 'quote raw.txt, or write from = "contributor"')


@rule(level=Level.SHAPE)
def correction_not_placed(article: JudgedArticle) -> Faults:
    """A correction quotes words that do not match exactly one line of the seed.

    Quote the whole line from raw.txt; if several lines have these words, add n = "k/N".
    """
    seed = article.source.seed
    for unplaced in corrections(seed)[1]:
        count = len(unplaced.fault.spans) if unplaced.fault.kind != "not-found" else 0
        problems = {0: "are not in the seed", 1: "overlap another correction"}
        help_ = {0: "copy them from raw.txt", 1: "keep one of the two"}
        message = f"the quoted words {problems.get(count, f'occur {count} times in the seed')}"
        lines = [seed.raw.count("\n", 0, span.start) + 1 for span in unplaced.fault.spans]
        listed = [f'n = "{k}/{count}" for line {line}' for k, line in enumerate(lines, 1)]
        choices = f"add {', or '.join(listed[:MOST_PLACES])}{', …' * (count > MOST_PLACES)} of {seed.file}"
        place = seed.meta.place("corrections", unplaced.index, "q")
        yield article.fault(place, message, help_.get(count, choices))


@rule(level=Level.SHAPE)
def paragraph_ids_stale(article: JudgedArticle) -> Faults:
    """The list of paragraph ids in meta.toml does not match the text.

    The text changed, or the article is new. `vouchbank normalise` updates the list and keeps the ids of unchanged
    paragraphs.
    """
    meta = article.source.seed.meta
    if meta.missing or meta.faults or not article.text:
        return
    known = known_paragraphs(meta.values)
    wanted = assign_paragraph_ids([p.text for p in article.source.paragraphs], known)
    if wanted != known:
        wrong = [name for name, value in known.items() if wanted.get(name) != value][:1]
        message = "the paragraph ids do not match the text" if known else "the list of paragraph ids is missing"
        yield article.fault(meta.place("paragraphs", *wrong), message, "run: vouchbank normalise")


@rule(level=Level.FILE, whole=True)
def same_seed(corpus: JudgedCorpus) -> Faults:
    """Two articles have the same text.

    The seeds or their clean texts have the same letters and digits in the same order; line ends, spaces, punctuation
    and case are ignored. Every number would be counted twice. Keep one of the two articles.
    """
    first = dict[str, ArticleSummary]()
    for summary in corpus.summaries:
        other = next((first[key] for key in sorted(summary.letters) if key in first), None)
        if other is not None:
            folder = summary.seed_file.rpartition("/")[0]
            help_ = f"keep one of the two; to remove {summary.article}, run: git rm -r {folder}"
            there = (Related(Place(other.seed_file), "the same text"),)
            message = f"the text is the same as in article {other.article}"
            yield Fault(message, Place(summary.seed_file), help_, summary.article, related=there)
        first.update(dict.fromkeys(summary.letters - first.keys(), summary))


@rule(level=Level.FILE, whole=True)
def same_address(corpus: JudgedCorpus) -> Faults:
    """Two articles have the same address.

    A page is one article, even if it has changed. Scheme, www., a final slash, the fragment and tracking parameters
    (utm_…) are ignored. Keep one of the two articles.
    """
    first = dict[str, ArticleSummary]()
    for summary in corpus.summaries:
        other = first.setdefault(summary.address, summary) if summary.address else summary
        if other is not summary:
            help_ = f"keep one of the two; to remove {summary.article}, run: vouchbank drop {summary.article}"
            message = f"article {other.article} has the same address"
            there = (Related(other.address_place, "the same address"),)
            yield Fault(message, summary.address_place, help_, summary.article, related=there)


@rule(level=Level.FILE)
def not_english(article: JudgedArticle) -> Faults:
    """The text is not English.

    The guidelines, the checks of words and the normaliser cover only English. In every longer English text, at least
    one word in ten is a function word such as the, of, to or that. Annotate articles that were published in English;
    your own translation is not an article.
    """
    seed = article.source.seed
    if not seed.faults and not_english_text(article.text):
        share = f"only {english_share(article.text):.0%} of its words are common English function words"
        yield article.fault(
            Place(seed.file),
            f"the text is not English: {share}",
            "remove it, or add an article that was published in English",
        )
