"""The text of an article at an earlier revision, proven by the hashes of its paragraphs in meta.toml.

The text built at that revision is tried first, then the seed normalised with the rules of that revision, then with
today's. The one whose paragraphs have the hashes of meta.toml is the text that was annotated; there may be none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate

from vouchbank.corpus import Article
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.seeds import RETIRED, assign_paragraph_ids, corrections, digest, known_paragraphs, verdicts
from vouchbank.spans import Paragraph, Span
from vouchbank.text import RuleError, RuleSet, normalise, read_rules
from vouchbank.text.ending import NEVER, Ending, read_ending

RULES = "src/vouchbank/text/rules.toml"
ENDING = "src/vouchbank/text/ending.toml"


def old_paragraphs(corpus: OverlayCorpus, article: Article) -> dict[str, Paragraph] | None:
    """The paragraphs of an article at an earlier revision, by id; None if its text is not known."""
    known = known_paragraphs(article.seed.meta.values)
    wanted = [value for value in known.values() if value != RETIRED]
    for text in _texts(corpus, article):
        lines = text.split("\n")
        if text and (not known or [digest(line) for line in lines] == wanted):
            return _named(lines, known)
    return None


def _texts(corpus: OverlayCorpus, article: Article) -> Iterator[str]:
    built = corpus.held(f"corpus/text/{article.id}.txt")
    if built is not None:
        yield built.decode("utf-8", "replace").removesuffix("\n")
    rules = _rules(corpus.held(RULES))
    ending = _ending(corpus.held(ENDING))
    if rules is not None and ending is not None:
        yield normalise(article.seed.raw, corrections(article.seed)[0], rules, verdicts(article.seed), ending).text
    yield article.text


def _rules(data: bytes | None) -> RuleSet | None:
    try:
        return read_rules(data.decode("utf-8")) if data is not None else None
    except (RuleError, UnicodeDecodeError):  # another version wrote them
        return None


def _ending(data: bytes | None) -> Ending | None:
    """The rules for the end of an article at that revision; none before the file existed."""
    try:
        return read_ending(data.decode("utf-8")) if data is not None else NEVER
    except (RuleError, UnicodeDecodeError):
        return None


def _named(lines: list[str], known: Mapping[str, str]) -> dict[str, Paragraph]:
    names = [name for name, value in assign_paragraph_ids(lines, known).items() if value != RETIRED]
    starts = accumulate((len(line) + 1 for line in lines[:-1]), initial=0)
    placed = zip(names, lines, starts, strict=True)
    return {name: Paragraph(name, "", Span(start, start + len(line)), line) for name, line, start in placed}


def text_of(paragraphs: Mapping[str, Paragraph]) -> str:
    """The whole text of paragraphs."""
    return "\n".join(p.text for p in paragraphs.values())
