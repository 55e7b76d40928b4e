"""Which words of a string stand in an article too?

Notes and reasons of annotators quote the articles, in other quotation marks or another case. Words are compared as runs
of letters and digits without regard to case; a run of `n` words that an article has in this order is its wording.

Example:
    >>> wording = Wording({"000": Source("The river rose overnight.", "")})
    >>> note = "read 'river rose overnight' as one event"
    >>> [note[found.start : found.end] for found in wording.shared(note, 3)]
    ['river rose overnight']
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from vouchbank.withhold.recipe import Part, Recipe

RUN = 3
_WORD = re.compile(r"\w+")
Gram = tuple[str, str, str]


class Source(NamedTuple):
    """The two forms of an article in which its words are looked for."""

    text: str
    raw: str


class Word(NamedTuple):
    """A word and where it stands."""

    folded: str
    start: int
    end: int


class Shared(NamedTuple):
    """A stretch of a string that is the wording of an article, and how to make it of the article."""

    start: int
    end: int
    recipe: Recipe


@dataclass(frozen=True)
class _Home:
    """One form of one article, as words."""

    article: str
    form: str
    whole: str
    words: tuple[Word, ...]


class Wording:
    """The words of all articles, so indexed that the runs a string shares with one are found in one pass."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self._places: dict[Gram, list[tuple[_Home, int]]] = {}
        for article, source in sources.items():
            for form, whole in source._asdict().items():
                home = _Home(article, form, whole, tuple(words(whole)))
                for at, gram in enumerate(grams(home.words)):
                    self._places.setdefault(gram, []).append((home, at))

    def shared(self, string: str, at_least: int, own: Collection[Gram] = ()) -> Iterator[Shared]:
        """The stretches of a string that are wording of an article, from left to right, each as long as can be.

        Args:
            string: Any string.
            at_least: How many words make a run; not less than three.
            own: Three words that are our own wording, whoever else uses them.
        """
        mine = words(string)
        run_of = grams(mine)
        at = 0
        while at < len(run_of):
            count, home, there = (0, None, 0) if run_of[at] in own else self._longest(mine, at, run_of[at])
            if (
                home is None
                or count < at_least
                or not any(map(str.isalpha, string[mine[at].start : mine[at + count - 1].end]))
            ):
                at += 1
                continue
            stretch = mine[at : at + count]
            parts = parts_of(string, stretch, home.whole, home.words[there : there + count])
            yield Shared(stretch[0].start, stretch[-1].end, Recipe(home.article, home.form, parts))
            at += count

    def exact(self, string: str, articles: Collection[str]) -> Recipe | None:
        """Where a string stands in one of the articles as it is, not within a longer word."""
        pattern = re.compile(rf"(?<!\w){re.escape(string)}(?!\w)" if string[:1].isalnum() else re.escape(string))
        for article in articles:
            for form, whole in self.sources[article]._asdict().items():
                if found := pattern.search(whole):
                    return Recipe(article, form, (Part(found.start(), found.end()),))
        return None

    def _longest(self, mine: list[Word], at: int, gram: Gram) -> tuple[int, _Home | None, int]:
        best: tuple[int, _Home | None, int] = (0, None, 0)
        for home, there in self._places.get(gram, ()):
            count = 0
            for ours, theirs in zip(mine[at:], home.words[there:], strict=False):
                if ours.folded != theirs.folded:
                    break
                count += 1
            if count > best[0]:
                best = (count, home, there)
        return best


def words(string: str) -> list[Word]:
    """The words of a string: runs of letters and digits, case folded."""
    return [Word(_folded(m[0]), m.start(), m.end()) for m in _WORD.finditer(string)]


def grams(found: Collection[Word]) -> list[Gram]:
    """Every three words in a row."""
    folded = [word.folded for word in found]
    return list(zip(folded, folded[1:], folded[2:], strict=False))


def parts_of(string: str, mine: list[Word], whole: str, theirs: Collection[Word]) -> tuple[Part | str, ...]:
    """How to make a stretch of our string of a stretch of the article that has the same words.

    Only what stands between words is written out: another quotation mark, another space. A letter in another case is a
    number.
    """
    theirs = list(theirs)
    if string[mine[0].start : mine[-1].end] == whole[theirs[0].start : theirs[-1].end]:
        return (Part(theirs[0].start, theirs[-1].end),)
    parts: list[Part | str] = []
    before: Word | None = None
    for ours, word in zip(mine, theirs, strict=True):
        if before is not None:
            parts.append(string[before.end : ours.start])
        pairs = zip(string[ours.start : ours.end], whole[word.start : word.end], strict=True)
        parts.append(Part(word.start, word.end, tuple(i for i, (a, b) in enumerate(pairs) if a != b)))
        before = ours
    return tuple(parts)


def _folded(word: str) -> str:
    """Lower case, letter by letter, where that can be undone."""
    if word.isascii():
        return word.lower()
    return "".join(low if len(low := c.lower()) == 1 and low.swapcase() == c else c for c in word)
