"""Which rule acts on which line of a page?

A pattern only says what a line looks like. Whether "Comments" closes an article or heads one of its sections
depends on where it stands. `decide` looks at all lines that are left and gives each its role, its rule and,
where only the beginning of a line is meant, the place of the cut.

>>> rules = default_rules()
>>> page = [Line.read("Exit mobile version", rules), Line.read("It rained.", rules)]
>>> [decision.role for decision in decide(page, rules)]
['interface', 'body']
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate

from vouchbank.text.characters import joins
from vouchbank.text.rules import HAND, LONGEST, LineRule, RuleSet, closes_like_a_sentence, default_rules, is_prose

__all__ = ["Decision", "Line", "decide", "default_rules"]

# A line this short may be repeated on a page for other reasons than being the title.
_SHORTEST_REPEATED = 20
# More lines than this above the first prose are no head but a list or a table.
_LONGEST_HEAD = 12
# A copy of the headline stands within so many lines of where a breadcrumb ran into it.
_NEAR = 3
# What a headline or a heading says, the article says again: so much of its longer words. Where the article has few of
# them itself, half is enough.
_LEAST_WORDS, _TOLD_AGAIN, _TOLD_SHORTLY, _LED_BY = 3, 2 / 3, 1 / 2, 1 / 2
_FEW_WORDS = 60
_TELLING = 100  # so many lines are searched for the words of a headline
_WORD = re.compile(r"[^\W\d_]{4,}|\d\d+")
_STEM = 6  # letters of a word that are compared: "powers" and "powerful" tell the same

# A box of links within an article is not longer than this; what follows then may be a list of the article.
_LONGEST_SECTION = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A clean line with what can be said of it alone.

    Attributes:
        role: Set where a hand has decided.
        main: Whether it is known to be main text, so that nothing that spreads from above removes it.
    """

    text: str
    prose: bool
    candidates: tuple[LineRule, ...] = ()
    role: str | None = None
    main: bool = False

    @classmethod
    def read(cls, text: str, rules: RuleSet, role: str | None = None) -> Line:
        """Read a line in the light of some rules."""
        return cls(text, is_prose(text), () if role else rules.matching(text), role)


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a line; `cut` is where it is cut in two first, if it is."""

    role: str
    rule: str
    removes: bool
    cut: int | None = None
    rest: str = ""  # the role of what is behind the cut, where that is decided too


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold()[:_STEM] for word in _WORD.findall(text))


@dataclass(frozen=True)
class _Page:
    """What the scopes and conditions of rules ask about a page."""

    lines: Sequence[Line]
    first: int  # the first prose; the number of lines, if there is none
    second: int
    last: int
    close: int  # the first line below seven tenths of the characters
    copies: dict[str, int]  # the first line above the first prose that has this text
    headline: int  # the length of the longest line of four words or more above the first prose

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Page:
        prose = [place for place, line in enumerate(lines) if line.prose]
        none = len(lines)
        first = prose[0] if prose else none
        copies = {lines[place].text.casefold(): place for place in reversed(range(first))}
        above = list(accumulate(len(line.text) for line in lines))
        close = bisect_left(above, above[-1] * 0.7) + 1 if above else none
        second, last = (prose[min(1, len(prose) - 1)], prose[-1]) if prose else (none, none)
        headline = max((len(line.text) for line in lines[:first] if line.text.count(" ") >= 3), default=0)
        return cls(lines, first, second, last, close, copies, headline)

    def admits(self, rule: LineRule, place: int) -> bool:
        """Whether a rule may act at a place; the scopes are described in `rules.SCOPES`."""
        above, below = place < self.first, place > self.last
        return {
            "anywhere": True,
            "first-line": place == 0,
            "head": above,
            "tail": below,
            "edge": above or below,
            "between": self.first < place < self.last,
            "after-prose": place > self.first,
            "section": place > self.first,
            "rest": place > self.second,
            "close": place >= self.close and place > self.first,
            "inline-prefix": place <= self.first,
            "glued-prefix": above and place + 1 < len(self.lines),
        }[rule.scope]

    def holds(self, condition: str, place: int) -> bool:
        """Whether the condition of a rule (`rules.CONDITIONS`) holds at a place."""
        text = self.lines[place].text
        if condition == "repeated-above":
            return self.copies.get(text.casefold(), place) < place
        if condition == "beside-headline-among-furniture":
            in_head = place + 1 < self.first <= min(_LONGEST_HEAD, len(self.lines) - 1)
            return in_head and len(text) < self.headline and self._furnished
        if condition == "told-in-prose":
            said, told = _words(text), self._told(place)
            share = _TOLD_AGAIN if len(told) > _FEW_WORDS else _TOLD_SHORTLY
            return len(said) >= _LEAST_WORDS and len(said & told) >= share * len(said)
        if condition == "leads-prose":
            around = [line.prose for line in self.lines[max(place - 2, 0) : place]]
            said, below = _words(text), self.lines[place + 1]
            return below.prose and any(around) and len(said & _words(below.text)) >= max(_LED_BY * len(said), 1)
        return True

    @cached_property
    def _furnished(self) -> bool:
        """Whether a rule without a condition of its own removes a line above the first prose."""
        head = enumerate(self.lines[: self.first])
        rules = ((rule, place) for place, line in head for rule in line.candidates)
        return any(
            rule.removes and not rule.when and not rule.cuts and self.admits(rule, place) for rule, place in rules
        )

    def _told(self, place: int) -> frozenset[str]:
        """The words of the sentences below a line above the first prose."""
        above = [line.text for line in self.lines[place + 1 : self.first] if closes_like_a_sentence(line.text)]
        return self._prose_words.union(*map(_words, above))

    @cached_property
    def _prose_words(self) -> frozenset[str]:
        below = self.lines[self.first : self.first + _TELLING]
        return frozenset[str]().union(*(_words(line.text) for line in below if closes_like_a_sentence(line.text)))


def decide(lines: Sequence[Line], rules: RuleSet) -> list[Decision]:
    """Give every line of a page its role; a line that no rule decides gets that of the default rule."""
    page = _Page.of(lines)
    default = Decision(rules.default.role, rules.default.id, False)
    decisions: list[Decision] = []
    seen: set[str] = set()  # roles given so far
    spreading: LineRule | None = None
    begun = 0  # where the spreading rule did
    for place, line in enumerate(lines):
        if spreading is not None and spreading.scope == "section":
            too_far = place - begun > _LONGEST_SECTION and place < page.last
            spreading = None if line.prose or too_far else spreading
        if line.role:
            decision = Decision(line.role, HAND, False)
        elif spreading is not None and not line.main:
            decision = Decision(spreading.role, spreading.id, True)
        else:
            rule, decision = _decide_one(page, place, seen) or (None, default)
            if rule is not None and rule.scope in ("section", "rest", "close"):
                spreading, begun = rule, place
        seen.add(decision.role)
        decisions.append(decision)
    return decisions


def _decide_one(page: _Page, place: int, seen: set[str]) -> tuple[LineRule, Decision] | None:
    """The first rule that looks like the line, may act there, and finds its condition met."""
    for rule in page.lines[place].candidates:
        if rule.role == "title" and "title" in seen:
            continue
        if not page.admits(rule, place) or not page.holds(rule.when, place):
            continue
        if not rule.cuts:
            return rule, Decision(rule.role, rule.id, rule.removes)
        if rule.scope == "inline-prefix" and rule.role in seen:
            continue
        end = _cut(page, rule, place)
        if end is not None:
            cut = end if end < len(page.lines[place].text) else None
            rest = "duplicate_title" if rule.scope == "glued-prefix" else ""
            return rule, Decision(rule.role, rule.id, rule.removes, cut, rest)
    return None


def _cut(page: _Page, rule: LineRule, place: int) -> int | None:
    """Where the prefix that a rule is about ends; None if there is no such prefix here."""
    text = page.lines[place].text
    if rule.scope == "glued-prefix":
        below = [line.text for line in page.lines[place + 1 : place + 1 + _NEAR]]
        copies = [one for one in below if _SHORTEST_REPEATED <= len(one) < len(text) and text.endswith(one)]
        end = len(text) - len(max(copies, key=len, default=text))
        match = rule.pattern.fullmatch(text[:end].strip()) if copies else None
    else:
        match = rule.pattern.match(text[:LONGEST])
        end = match.end() if match else 0
    # Never between a letter and its accent: there is no such place in the raw text.
    return end if match and end > 0 and not (end < len(text) and joins(text[end])) else None
