"""Decide the role of each line of a page: `decide` applies the rules.

A pattern only says what a line looks like. Whether "Comments" ends an article or is a heading in it depends on its
position. `decide` sees all remaining lines and gives each its role, its rule and, if the rule matches only the
beginning of the line, the place to cut it.

>>> rules = default_rules()
>>> page = [Line("Exit mobile version"), Line("It rained.")]
>>> [decision.role for decision in decide(page, rules)]
['interface', 'body']
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate

from vouchbank.text.characters import joins
from vouchbank.text.rules import (
    HAND,
    LONGEST,
    REMOVED_ROLES,
    ZONES,
    LineRule,
    RuleSet,
    closes_like_a_sentence,
    default_rules,
    is_prose,
)

__all__ = ["Decision", "Line", "decide", "default_rules"]

# shorter lines can be repeated on a page without being the title
_SHORTEST_REPEATED = 20
# more lines than this above the first prose are a list or a table
_LONGEST_HEAD = 12
# a copy of the headline is within this many lines of a breadcrumb that is joined to it
_NEAR = 3
# the article repeats this share of the longer words of a headline or heading; in short articles, half is enough
_LEAST_WORDS, _TOLD_AGAIN, _TOLD_SHORTLY, _LED_BY = 3, 2 / 3, 1 / 2, 1 / 2
_FEW_WORDS = 60
_TELLING = 100  # lines that are searched for the words of a headline
_WORD = re.compile(r"[^\W\d_]{4,}|\d\d+")
_SEARCHED = 30_000  # shorter texts are searched for words before they are split into words
_STEM = 6  # letters of a word that are compared: "powers" and "powerful" are the same

# a box of links within an article has at most this many lines; more may be a list that belongs to the article
_LONGEST_SECTION = 8


class Line:
    """A clean line.

    Attributes:
        role: Its role, if a correction sets it.
        main: Whether it is known to be main text, so that no rule can remove it.
    """

    main = False
    role: str | None = None
    zone = 0  # the zone of the candidates in `found`
    found: tuple[LineRule, ...] = ()

    def __init__(self, text: str) -> None:
        self.text = text
        self.prose = is_prose(text)

    def candidates(self, rules: RuleSet, zone: int) -> tuple[LineRule, ...]:
        """The rules that match the line and can act in the zone; cached until the zone changes."""
        if zone != self.zone:
            found = () if self.role else rules.candidates.of(self.text, zone)
            self.found = tuple(rule for rule in found if not rule.removes) if self.main else found
            self.zone = zone
        return self.found


@dataclass(frozen=True, slots=True)
class Decision:
    """The role of a line and its rule; `cut` is where the line is cut in two, if it is."""

    role: str
    rule: str
    removes: bool
    cut: int | None = None
    rest: str = ""  # the role of the part after the cut, if it is decided too


@cache
def _whole(role: str, rule: str) -> Decision:
    """The decision on a whole line; cached, because few different ones occur."""
    return Decision(role, rule, role in REMOVED_ROLES)


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    folded = text.casefold()
    if len(folded) == len(text) and "\u0345" not in text:  # folding kept letters as letters; a test checks this
        return frozenset([word[:_STEM] for word in _WORD.findall(folded)])
    return frozenset([word.casefold()[:_STEM] for word in _WORD.findall(text)])


@lru_cache(maxsize=512)  # pages take several passes
def _says_again(prose: str, heading: str) -> bool:
    """Whether prose repeats enough of the words of a heading."""
    said = _words(heading)
    least = max(_LED_BY * len(said), 1)
    return _in(said, prose.casefold()) >= least and len(said & _words(prose)) >= least


_BELOW = ZONES["after-prose"] | ZONES["section"]
_OUTER = ZONES["edge"] | ZONES["anywhere"]


class _Page:
    """The properties of a page that scopes and conditions of rules test."""

    def __init__(self, lines: Sequence[Line], rules: RuleSet) -> None:
        prose = [place for place, line in enumerate(lines) if line.prose]
        none = len(lines)
        self.lines, self._rules = lines, rules
        self.first = prose[0] if prose else none  # the first prose, or the number of lines without prose
        self.last = prose[-1] if prose else none
        self._second = prose[min(1, len(prose) - 1)] if prose else none
        above = list(accumulate([len(line.text) for line in lines]))
        # the first line below seven tenths of the characters
        self._close = bisect_left(above, above[-1] * 0.7) + 1 if above else none

    @cached_property
    def zones(self) -> list[int]:
        """The scopes (`rules.SCOPES`) of each line, as a sum of `rules.ZONES`."""
        none, first, last = len(self.lines), self.first, self.last
        head = _OUTER | ZONES["head"] | ZONES["inline-prefix"]
        zones = [head | ZONES["glued-prefix"]] * min(first, none - 1) + [head] * (first == none > 0)
        if first < none:
            inner = ZONES["anywhere"] | _BELOW
            zones.append(ZONES["anywhere"] | ZONES["inline-prefix"])
            zones += [inner | ZONES["between"]] * (last - first - 1) + [inner] * (last > first)
            zones += [_OUTER | ZONES["tail"] | _BELOW] * (none - last - 1)
            self._add(zones, self._second + 1, ZONES["rest"])
            self._add(zones, max(self._close, first + 1), ZONES["close"])
        if zones:
            zones[0] |= ZONES["first-line"]
        return zones

    @staticmethod
    def _add(zones: list[int], place: int, scope: int) -> None:
        zones[place:] = [zone | scope for zone in zones[place:]]

    def holds(self, condition: str, place: int) -> bool:
        """Whether the condition of a rule (`rules.CONDITIONS`) holds for a line."""
        if condition == "leads-prose":
            return self.lines[place + 1].prose and self._leads(place)
        if condition == "repeated-above":
            return self.repeats and self._copies.get(self.lines[place].text.casefold(), place) < place
        text = self.lines[place].text
        if condition == "beside-headline-among-furniture":
            in_head = place + 1 < self.first <= min(_LONGEST_HEAD, len(self.lines) - 1)
            return in_head and len(text) < self._headline and self._furnished
        if condition == "told-in-prose":
            return self._tells(text, place)
        return True

    @cached_property
    def repeats(self) -> bool:
        """Whether any line above the first prose occurs there twice."""
        return len(self._copies) < self.first

    @cached_property
    def _copies(self) -> dict[str, int]:
        """The first line above the first prose with a given text."""
        return {self.lines[place].text.casefold(): place for place in reversed(range(self.first))}

    @cached_property
    def _headline(self) -> int:
        """The length of the longest line of four words or more above the first prose."""
        head = self.lines[: self.first]
        return max((len(line.text) for line in head if line.text.count(" ") >= 3), default=0)

    @cached_property
    def _furnished(self) -> bool:
        """Whether a rule without a condition of its own removes a line above the first prose."""
        return any(
            rule.removes and not rule.when and not rule.cuts
            for line, zone in zip(self.lines[: self.first], self.zones, strict=False)
            for rule in line.candidates(self._rules, zone)
        )

    def _leads(self, place: int) -> bool:
        """Whether the prose below a line repeats enough of its words, and there is prose close above."""
        if not any(line.prose for line in self.lines[max(place - 2, 0) : place]):
            return False
        return _says_again(self.lines[place + 1].text, self.lines[place].text)

    def _tells(self, text: str, place: int) -> bool:
        """Whether the sentences below a line above the first prose repeat enough of its words."""
        said = _words(text)
        if len(said) < _LEAST_WORDS:
            return False
        somewhere = _in(said, self._sentences) if len(self._sentences) < _SEARCHED else len(said)
        if somewhere < _TOLD_SHORTLY * len(said):
            return False
        told = self._gathered
        while True:  # mostly the first lines of the prose tell
            if len(told) > _FEW_WORDS:
                if somewhere < _TOLD_AGAIN * len(said):
                    return False
                if len(said & told) >= _TOLD_AGAIN * len(said):
                    return True
            line = next(self._more, None)
            if line is None:
                break
            told |= _words(line)
        again, many = self._told(said, place)
        return again >= (_TOLD_AGAIN if many > _FEW_WORDS else _TOLD_SHORTLY) * len(said)

    @cached_property
    def _gathered(self) -> set[str]:
        """Words of the prose that was read so far; the remaining lines are in `_more`."""
        return set()

    @cached_property
    def _more(self) -> Iterator[str]:
        below = self.lines[self.first : self.first + _TELLING]
        return (line.text for line in below if closes_like_a_sentence(line.text))

    @cached_property
    def _sentences(self) -> str:
        """The sentences down to the first prose and of the prose."""
        lines = self.lines[: self.first + _TELLING]
        return "\n".join([line.text for line in lines if closes_like_a_sentence(line.text)]).casefold()

    def _told(self, said: frozenset[str], place: int) -> tuple[int, int]:
        """How many of some words, and how many words in total, occur in the sentences below a line above the prose."""
        lowest, many = self._telling
        place = min(place, self.first - 1)
        return sum(lowest.get(word, -1) > place for word in said), many[place + 1]

    @cached_property
    def _telling(self) -> tuple[dict[str, int], list[int]]:
        """The lowest line that has a word, of sentences down to the first prose; and from each line on, how many words.

        The words of all prose count as those of its first line.
        """
        below = self.lines[self.first : self.first + _TELLING]
        lowest = dict.fromkeys(
            frozenset[str]().union(*(_words(line.text) for line in below if closes_like_a_sentence(line.text))),
            self.first,
        )
        for place in reversed(range(self.first)):
            if closes_like_a_sentence(self.lines[place].text):
                for word in _words(self.lines[place].text):
                    lowest.setdefault(word, place)
        at = Counter(lowest.values())
        return lowest, list(accumulate(at[place] for place in range(self.first, -1, -1)))[::-1]


def _in(said: frozenset[str], text: str) -> int:
    """How many words occur in a text, even inside other words."""
    return sum([word in text for word in said])


def decide(lines: Sequence[Line], rules: RuleSet) -> list[Decision]:
    """Give every line of a page its role; a line without a matching rule gets the default role."""
    page = _Page(lines, rules)
    default = _whole(rules.default.role, rules.default.id)
    decisions: list[Decision] = []
    seen = {"title"} if any(line.role == "title" for line in lines) else set[str]()  # roles given so far
    spreading: LineRule | None = None
    begun = 0  # where the spreading rule started
    for place, (line, zone) in enumerate(zip(lines, page.zones, strict=True)):
        if spreading is not None and spreading.scope == "section":
            too_far = place - begun > _LONGEST_SECTION and place < page.last
            spreading = None if line.prose or too_far else spreading
        if spreading is None and line.zone == zone and not line.found and not line.role:
            seen.add(default.role)
            decisions.append(default)
            continue
        if line.role:
            decision = Decision(line.role, HAND, False)  # corrections that remove lines are already applied
        elif spreading is not None and not line.main:
            decision = _whole(spreading.role, spreading.id)
        else:
            decision = default
            candidates = line.found if line.zone == zone else line.candidates(rules, zone)
            if candidates and (found := _decide_one(page, place, candidates, seen)):
                rule, decision = found
                if rule.scope in ("section", "rest", "close"):
                    spreading, begun = rule, place
        seen.add(decision.role)
        decisions.append(decision)
    return decisions


def _decide_one(
    page: _Page, place: int, candidates: Sequence[LineRule], seen: set[str]
) -> tuple[LineRule, Decision] | None:
    """The first candidate that can act on the line and whose condition holds."""
    for rule in candidates:
        if rule.role == "title" and "title" in seen:
            continue
        if rule.when and not page.holds(rule.when, place):
            continue
        if not rule.cuts:
            return rule, _whole(rule.role, rule.id)
        if rule.scope == "inline-prefix" and rule.role in seen:
            continue
        end = _cut(page, rule, place)
        if end is not None:
            cut = end if end < len(page.lines[place].text) else None
            rest = "duplicate_title" if rule.scope == "glued-prefix" else ""
            return rule, Decision(rule.role, rule.id, rule.removes, cut, rest)
    return None


def _cut(page: _Page, rule: LineRule, place: int) -> int | None:
    """Where the prefix that a rule matches ends; None if the line has no such prefix."""
    text = page.lines[place].text
    if rule.scope == "glued-prefix":
        below = [line.text for line in page.lines[place + 1 : place + 1 + _NEAR]]
        copies = [one for one in below if _SHORTEST_REPEATED <= len(one) < len(text) and text.endswith(one)]
        end = len(text) - len(max(copies, key=len, default=text))
        match = rule.pattern.fullmatch(text[:end].strip()) if copies else None
    else:
        match = rule.pattern.match(text[:LONGEST])
        end = match.end() if match else 0
    # never between a letter and its accent, which may be one character in the raw text
    return end if match and end > 0 and not (end < len(text) and joins(text[end])) else None
