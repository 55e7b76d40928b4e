r"""The reader's own copies of the articles: the words they give, and where they differ.

A copy may have any name, any line ends, a byte order mark, decomposed accents, and menus before, between and after the
paragraphs; a web page is read as `vouchbank new` renders it. The lines are cleaned as the build cleans them, and looked
up among the published hashes of paragraphs; other lines are ignored. The result is accepted only if the whole text has
the published SHA-256.

Example:
    >>> text = "Rain stops play\nPlay ended early."
    >>> paragraphs = [Hashed("p1", 0, 15, 0, 15, digest(text[:15])), Hashed("p2", 16, 33, 16, 33, digest(text[16:]))]
    >>> article = WithheldArticle("000", sha256(text), sha256(text), paragraphs)
    >>> copy = b"Menu\r\nRain  stops play\r\n\r\nPlay ended early.\r\nShare\r\n"
    >>> words_of(article, Copies.of([("x.txt", copy)], [article]))
    Words(text='Rain stops play\nPlay ended early.', raw=None)
    >>> print(difference(article, Copies.of([("x.txt", copy.replace(b"early", b"late"))], [article])))
    1 of 2 paragraphs is in no copy: p2 (characters 16 to 33); in its place, line 4 of x.txt begins 'Play ended late.'
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from vouchbank.corpus.seeds import digest
from vouchbank.report.text import cut, printable
from vouchbank.text import default_rules, normalise
from vouchbank.text.characters import clean, lines
from vouchbank.text.markup import TooMuchError, render
from vouchbank.withhold.words import Words

_SHOWN = 60
_PAGE = re.compile(r"(?>\ufeff|\s|<!--.*?-->|<\?xml[^>]*>)*+<(?:!doctype\s+html|html|head)\b", re.I | re.S)


class Hashed(NamedTuple):
    """A paragraph without its words: its offsets in text and seed, and the hash that identifies it."""

    id: str
    start: int
    end: int
    raw_start: int
    raw_end: int
    digest: str


@dataclass(frozen=True, slots=True)
class WithheldArticle:
    """An article without its words."""

    id: str
    text_sha256: str
    seed_sha256: str
    paragraphs: Sequence[Hashed]


@dataclass(frozen=True, slots=True)
class Copies:
    """The reader's files, read once for all articles.

    Attributes:
        lines: The cleaned lines of each file.
        places: The line numbers in each file of each paragraph found, by its digest.
        texts: The words of each paragraph found, by its digest.
        raws: The raw text of each seed found, by its SHA-256.
    """

    lines: dict[str, list[str]]
    places: dict[str, dict[str, list[int]]]
    texts: dict[str, str]
    raws: dict[str, str]

    @classmethod
    def of(cls, files: Iterable[tuple[str, bytes]], articles: Iterable[WithheldArticle]) -> Copies:
        """Look for articles in files; files without text are ignored."""
        wanted = {a.seed_sha256 for a in articles} | {p.digest for a in articles for p in a.paragraphs}
        copies = cls({}, {}, {}, {})
        for name, data in files:
            raw = _decoded(data)
            if raw is not None:
                copies._add(name, _shown(raw) if _PAGE.match(raw) else raw, wanted)
        return copies

    def _add(self, name: str, raw: str, wanted: set[str]) -> None:
        plain = raw.removeprefix("\ufeff")
        forms = (plain.replace("\r\n", "\n"), raw)  # differences that a text editor may have made
        self.raws.update((sha256(form), form) for form in forms if sha256(form) in wanted)
        repairs = default_rules().repair_pairs
        self.lines[name] = [clean(plain[start:end], repairs)[0] for start, end in lines(plain)]
        for number, line in enumerate(self.lines[name], 1):
            for piece in _pieces(line, wanted):
                if digest(piece) in wanted:
                    self.texts[digest(piece)] = piece
                    self.places.setdefault(digest(piece), {}).setdefault(name, []).append(number)


def words_of(article: WithheldArticle, copies: Copies) -> Words | None:
    """The words of an article, verified by their hash; None if the copies do not give all of them."""
    raw = copies.raws.get(article.seed_sha256)
    texts = ["\n".join(copies.texts.get(p.digest, "") for p in article.paragraphs)]
    if raw is not None:  # the parts of the seed that became text are published, so later rules do not matter
        repairs = default_rules().repair_pairs
        texts.append("\n".join(clean(raw[p.raw_start : p.raw_end], repairs)[0] for p in article.paragraphs))
    return next((Words(text, raw) for text in texts if sha256(text) == article.text_sha256), None)


def difference(article: WithheldArticle, copies: Copies) -> str:
    """Why an article cannot be restored: no copy was found, or no copy has some paragraph."""
    shares = Counter(name for p in article.paragraphs for name in copies.places.get(p.digest, ()))
    lacking = [p for p in article.paragraphs if p.digest not in copies.texts]
    if not shares or not lacking:
        length = max((p.end for p in article.paragraphs), default=0)
        return f"no copy was found (its text has {length:,} characters, its seed the SHA-256 {article.seed_sha256})"
    name = min(shares, key=lambda name: (-shares[name], name))
    first, count = lacking[0], len(lacking)
    return (
        f"{count:,} of {len(article.paragraphs):,} paragraphs "
        f"{'is in no copy:' if count == 1 else 'are in no copy; the first is'} "
        f"{first.id} (characters {first.start} to {first.end}); " + _in_its_place(article, first, name, copies)
    )


def sha256(text: str) -> str:
    """The SHA-256 of a text, as in the tables."""
    return hashlib.sha256(text.encode()).hexdigest()


def _in_its_place(article: WithheldArticle, lacking: Hashed, name: str, copies: Copies) -> str:
    """The line of a file that is in the place of a missing paragraph.

    Between its neighbours, this is a line with a part that is another paragraph, or else the line closest in length.
    """
    held = copies.lines[name]
    at = article.paragraphs.index(lacking)
    numbers = [copies.places.get(p.digest, {}).get(name, []) for p in article.paragraphs]
    low = 1
    for found in numbers[:at]:
        low = next((number for number in found if number >= low), low)
    high = next((number for found in numbers[at:] for number in found if number >= low), len(held))
    between = {
        number: (all(number not in found for found in numbers), abs(len(line) - (lacking.end - lacking.start)), number)
        for number, line in enumerate(held[low - 1 : high], low)
        if any(digest(piece) not in copies.texts for piece in _pieces(line, copies.texts))
    }
    if not between:
        return f"{printable(name)} has nothing in its place, between lines {low} and {high}"
    nearest = min(between, key=between.__getitem__)
    return f"in its place, line {nearest} of {printable(name)} begins '{printable(cut(held[nearest - 1], _SHOWN))}'"


def _pieces(line: str, known: Container[str]) -> list[str]:
    """A line as paragraphs: the line itself, or the parts that the rules cut it into, such as a dateline."""
    return [line] if digest(line) in known else [piece for piece in normalise(line).text.split("\n") if piece]


def _shown(page: str) -> str:
    """The visible text of a page; its source, if it has too many tags or is nested too deeply."""
    try:
        return render(page).text
    except TooMuchError:
        return page


def _decoded(data: bytes) -> str | None:
    """The text of a file; None if it has no text."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else () if b"\0" in data else ("utf-8", "cp1252"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    return None
