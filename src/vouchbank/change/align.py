"""Find the words of an old text in a new one, if their new place is certain.

Unchanged sentences are matched first: those that are unique in both texts, and those that every best alignment matches
with the same sentence. Between them, a changed sentence is followed only to the one sentence that is like it, and only
words that every best alignment keeps are matched in it: at least three in a row, or fewer if they occur only once in
their paragraph before and after the change. A single number is not enough. A span with a changed word has no new place,
and if two copies are possible, neither is taken.

Example:
    >>> old = "Rain fell. Two officials saw it."
    >>> new = "Two officials had warned. Rain fell. Two officials saw it."
    >>> found = Alignment(old, new).moved(Span(11, 24))
    >>> found, found.of(new)
    (Span(start=37, end=50), 'Two officials')
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from vouchbank.corpus.anchors import word_edge
from vouchbank.corpus.quote_repair import straightened
from vouchbank.spans import Span

ALIKE = 0.6  # a changed sentence is the same sentence if it shares this much of its words
RIVAL = 0.4  # and if no other one shares this much
RUN_WORDS = 3  # so many unchanged words in a row of a changed sentence are followed wherever they are
MOVED_WORDS = 4  # a shorter sentence elsewhere might be another one
MAX_CELLS = 4_000_000  # of the matrix that aligns sentences; above it only unique sentences are matched
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[^\sa-z])")


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sentence:
    """The tokens `first` up to `last` of a text, and their words."""

    first: int
    last: int
    words: tuple[str, ...]


class Alignment:
    """The tokens of the old text that are certainly the same as tokens of the new one."""

    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new
        self._old, self._new = _tokens(old), _tokens(new)
        self._first = {token.start: i for i, token in enumerate(self._old)}
        self._last = {token.end: i for i, token in enumerate(self._old)}
        self._match: dict[int, int] = {}
        self._short: dict[int, int] = {}  # runs that are followed only if their words are unique
        self._sentences()

    def moved(self, span: Span) -> Span | None:
        """The place of the same words in the new text; None if a word changed or the place is uncertain."""
        first, last = self._first.get(span.start), self._last.get(span.end)
        if first is None or last is None or last < first:
            return None
        found = self._placed(span, first, last, self._match)
        if found is not None:
            return found
        found = self._placed(span, first, last, self._match | self._short)
        words = [token.word for token in self._old[first : last + 1]]
        alone = found and _once(words, self._old, self.old, span) and _once(words, self._new, self.new, found)
        return found if alone else None

    def _placed(self, span: Span, first: int, last: int, match: Mapping[int, int]) -> Span | None:
        """The new place of the tokens `first` to `last`, if they are still together."""
        places = [match.get(i) for i in range(first, last + 1)]
        start, end = places[0], places[-1]
        if start is None or end is None or places != list(range(start, start + len(places))):
            return None
        found = Span(self._new[start].start, self._new[end].end)
        # the words may be the same, but now with a line end between them
        return found if "\n" not in found.of(self.new) or "\n" in span.of(self.old) else None

    def near(self, span: Span) -> Span | None:
        """Where to look in the new text for the words of a span: between the nearest words that are certain."""
        left = max((i for i in self._match if self._old[i].end <= span.start), default=None)
        right = min((i for i in self._match if self._old[i].start >= span.end), default=None)
        if left is None and right is None:
            return None
        start = self._new[self._match[left]].end if left is not None else 0
        end = self._new[self._match[right]].start if right is not None else len(self.new)
        between = self.new[start:end]
        start += len(between) - len(between.lstrip())
        return Span(start, start + len(between.strip())) if between.strip() else None

    def _sentences(self) -> None:
        """Match the certain sentences, then the words of each changed sentence in the sentence most like it."""
        old, new = _cut(self.old, self._old), _cut(self.new, self._new)
        pairs = _certain([s.words for s in old], [s.words for s in new])
        known, used = {s.words for s in old}, set(pairs.values())
        loose = [j for j, s in enumerate(new) if j not in used and s.words not in known]
        for i, j in pairs.items():
            if not (self._displaced(i, pairs) and self._has_rival(old[i], i, new, loose, pairs)):
                self._match.update(zip(range(old[i].first, old[i].last), range(new[j].first, new[j].last), strict=True))
        standing = {s.words for s in new}
        for i, sentence in enumerate(old):
            if i not in pairs and sentence.words not in standing:
                likest = _likest(sentence, [k for k in loose if _same_gap(i, k, pairs)], loose, old, new)
                if likest is not None:
                    self._words(sentence, new[likest])

    @staticmethod
    def _displaced(i: int, pairs: dict[int, int]) -> bool:
        """Whether a sentence is no longer beside either of its neighbours."""
        return pairs.get(i - 1) != pairs[i] - 1 and pairs.get(i + 1) != pairs[i] + 1

    def _has_rival(
        self, sentence: _Sentence, i: int, new: Sequence[_Sentence], loose: Sequence[int], pairs: dict[int, int]
    ) -> bool:
        """Whether another sentence like it is in its old place, so that the match may be only a copy."""
        rest = {a: b for a, b in pairs.items() if a != i}
        return any(_same_gap(i, j, rest) and _ratio(sentence, new[j]) >= RIVAL for j in loose)

    def _words(self, old: _Sentence, new: _Sentence) -> None:
        """Match the words of a changed sentence that are still in a row."""
        pairs = _certain(old.words, new.words, alone=False)
        run: list[int] = []
        for a in [*sorted(pairs), len(old.words) + 1]:
            if run and (a != run[-1] + 1 or pairs.get(a) != pairs[run[-1]] + 1):
                spoken = _spoken([old.words[b] for b in run])
                sure = len(spoken) >= RUN_WORDS
                if sure or len(spoken) > 1 or not any(c.isdigit() for c in "".join(spoken)):
                    into = self._match if sure else self._short
                    into.update((old.first + b, new.first + pairs[b]) for b in run)
                run = []
            run.append(a)


def _tokens(text: str) -> list[_Token]:
    """The smallest units that an anchor can quote, without white space; compared in NFC, with straight quotes."""
    edges = [i for i in range(len(text) + 1) if word_edge(text, i)]
    return [_Token(_folded(text[a:b]), a, b) for a, b in pairwise(edges) if not text[a:b].isspace()]


def _once(words: Sequence[str], tokens: Sequence[_Token], text: str, span: Span) -> bool:
    """Whether a row of words occurs only once in the paragraph around a span."""
    start, end = text.rfind("\n", 0, span.start) + 1, text.find("\n", span.end)
    held = [t.word for t in tokens if t.start >= start and (end < 0 or t.end <= end)]
    return sum(held[i : i + len(words)] == words for i in range(len(held) - len(words) + 1)) == 1


def _folded(word: str) -> str:
    return straightened(unicodedata.normalize("NFC", word))


def _cut(text: str, tokens: Sequence[_Token]) -> list[_Sentence]:
    """The sentences of a text, roughly; it only matters that both texts are cut alike."""
    ends = sorted({m.end() for m in _SENTENCE_END.finditer(text)} | {m.end() for m in re.finditer("\n", text)})
    firsts = [i for i, t in enumerate(tokens) if not i or bisect(ends, t.start) > bisect(ends, tokens[i - 1].start)]
    return [_Sentence(a, b, tuple(t.word for t in tokens[a:b])) for a, b in pairwise([*firsts, len(tokens)])]


def _certain(old: Sequence[Any], new: Sequence[Any], alone: bool = True) -> dict[int, int]:
    """The pairs that are certain: on every longest common subsequence, or (`alone`) unique in both sequences."""
    pairs = _on_every_best(old, new) if (len(old) + 1) * (len(new) + 1) <= MAX_CELLS else {}
    if not alone:
        return pairs
    once_old, once_new = Counter(old), Counter(new)
    places = {words: j for j, words in enumerate(new)}
    once = [(i, w) for i, w in enumerate(old) if once_old[w] == once_new[w] == 1 and len(_spoken(w)) >= MOVED_WORDS]
    return pairs | {i: places[words] for i, words in once}


def _on_every_best(old: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """The pairs that every longest common subsequence has."""
    after = _lengths(old, new)
    before = _lengths(old[::-1], new[::-1])  # for the text before two places, counted from the ends
    ranked: list[list[tuple[int, int]]] = [[] for _ in range(after[0][0])]
    for i, word in enumerate(old):
        for j in (j for j, other in enumerate(new) if word == other):
            rank = before[len(old) - i][len(new) - j]
            if rank + 1 + after[i + 1][j + 1] == after[0][0]:
                ranked[rank].append((i, j))
    # a pair that is the only one of its rank is in every longest common subsequence
    return dict(pairs[0] for pairs in ranked if len(pairs) == 1)


def _lengths(old: Sequence[Any], new: Sequence[Any]) -> list[list[int]]:
    """For every two places, the length of the longest common subsequence of what follows them."""
    lengths = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        row, below = lengths[i], lengths[i + 1]
        for j in range(len(new) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if old[i] == new[j] else max(below[j], row[j + 1])
    return lengths


def _same_gap(i: int, j: int, pairs: dict[int, int]) -> bool:
    """Whether old sentence i and new sentence j are between the same matched sentences."""
    left = max((a for a in pairs if a < i), default=None)
    right = min((a for a in pairs if a > i), default=None)
    low = pairs[left] if left is not None else -1
    high = pairs[right] if right is not None else j + 1
    return low < j < high and not any(low < b < high for a, b in pairs.items() if a not in (left, right))


def _likest(
    sentence: _Sentence, near: Sequence[int], loose: Sequence[int], old: Sequence[_Sentence], new: Sequence[_Sentence]
) -> int | None:
    """The one new sentence that is like an old one; None if no sentence is, or if either has a rival."""
    scored = sorted(((_ratio(sentence, new[j]), j) for j in loose), reverse=True)
    if not scored or scored[0][0] < ALIKE or scored[0][1] not in near or (len(scored) > 1 and scored[1][0] >= RIVAL):
        return None
    best = scored[0][1]
    return None if any(_ratio(s, new[best]) >= RIVAL for s in old if s is not sentence) else best


def _spoken(words: Sequence[str]) -> list[str]:
    """The words without punctuation marks."""
    return [word for word in words if word[0].isalnum()]


def _ratio(a: _Sentence, b: _Sentence) -> float:
    """The share of words that two sentences have in common, in order; 0 if it is certainly below `RIVAL`."""
    matcher = SequenceMatcher(None, _spoken(a.words), _spoken(b.words), autojunk=False)
    return 0.0 if matcher.real_quick_ratio() < RIVAL or matcher.quick_ratio() < RIVAL else matcher.ratio()
