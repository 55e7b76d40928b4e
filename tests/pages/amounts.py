"""Which numbers in the prose of a page are measurements or counts, so that somebody must account for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import NamedTuple

from tests.pages.reading import CODE, MADE, OWN_HISTORY, Page, pages_of_today, templates

SMALL = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
WORDS = {word: number for number, word in enumerate(SMALL, 2)}
WORDS |= {"dozen": 12, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "thousand": 1_000, "million": 1_000_000}
# of these, what a number word counts; two of a thing are mostly a definition
UNITS = "seconds? minutes? hours? days? weeks? cores? times bytes? articles? annotators? checks? tests? tables? layers?"
UNITS += " columns? characters? words? lines? pages? sites? sessions? recipes? rules? reasons? scopes? commands?"
UNITS += (
    " quantities entities attributions figures claims annotations records rows files folders formats hands tellings"
)
# reports of bench/ are printed by the command that they name; examples of the guidelines have tests of their own
REPORTS = re.compile(r"bench/(?!README).*|annotations/GUIDELINES\.md")
# a part of a page that a program writes
MADE_PART = re.compile(r"<!-- made by .*?<!-- end -->", re.DOTALL)
# a number that is part of a name, of a reference or of a form, and counts nothing
NAMES = re.compile(
    r"""“[^”]*” | ‘[^’]*’ | "[^"]*" | \[[^]]*\]
  | \b(?:Python|TOML|SARIF|NFS|EDTF|ISO|BCP|CC\ BY|scheme|guidelines|version|release|[Ll]evel|chapters?|cases?
        |decisions?|steps?|[Aa]rticles?|tables?)\ \d[\d.]*(?:(?:,|,?\ and|\ to|–)\ ?\d[\d.]*)*
  | \b(?:Apache-2\.0|SHA-256|UTF-(?:8|16)|Windows-1252|JSON\ Schema\ 2020-12|127\.0\.0\.1|C1|C4|F1|Q\d+|F-\d+)\b
  | \bU\+[0-9A-F]+ | \bv?\d+\.\d+\.\d+\b | \b0\.\d\b(?!\ ?%) | (?<![\d,])00\d(?:-\w+)?\b
  | \b(?:19|20)\d\d(?:-\d\d)*\b | ^\d+\.\s""",
    re.VERBOSE,
)
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?"
AMOUNT = re.compile(
    rf"(?<![\w.,#]){NUMBER}(?![\w-])(?:\ (?:million|thousand)\b|\ ?(?:%|[kMG]i?B\b|min\b|ms\b|µs\b|s\b|h\b))?"
    rf"|(?<!\ba )\b(?:{'|'.join(WORDS.keys() - {'two'})})\b(?=(?:\ [\w-]+)?\ (?:{'|'.join(UNITS.split())})\b)",
    re.IGNORECASE,
)


class Amount(NamedTuple):
    """A number on a page: the line, the words around it, and where it stands in them."""

    line: int
    words: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.line}: …{self.words[max(0, self.start - 50) : self.end + 30]}…"


def written() -> list[Page]:
    """The pages and templates that people write, without the parts that programs do."""
    some = [page for page in pages_of_today() if not page.path.startswith(MADE) and not REPORTS.fullmatch(page.path)]
    some += templates()
    return [Page(page.path, MADE_PART.sub(lambda part: "\n" * part[0].count("\n"), page.text)) for page in some]


def amounts(page: Page) -> Iterator[Amount]:
    """The numbers of a page that measure or count."""
    for line, words in takewhile(lambda said: said.text != OWN_HISTORY, page.prose()):
        hidden = NAMES.sub(lambda name: "_" * len(name[0]), words)
        for hit in AMOUNT.finditer(hidden):
            if hit[0] not in ("0", "1"):  # where counting begins, or an exit status
                yield Amount(line, words, *hit.span())


def value(text: str) -> float:
    """The number that a text says.

    >>> value("5,000"), value("ten")
    (5000.0, 10.0)
    """
    return float(WORDS.get(text.lower(), 0)) or float(text.replace(",", ""))


def pattern(sentence: str) -> re.Pattern[str]:
    """What finds a sentence in which `#` stands for a number, and `` ` `` for code."""
    words = "|".join(WORDS)
    parts = [re.escape(part).replace(re.escape("`"), CODE) for part in sentence.split("#")]
    return re.compile(rf"({NUMBER}|\b(?:{words})\b)".join(parts), re.IGNORECASE)
