r"""Where does the article end, and what the site says after it begin?

Below an article stand comments, biographies, appeals and lists of other articles, often as whole sentences that no
rule on one line can tell from the article. They are told together: the lines are read from the bottom, each adds what
it says for or against an end, and the article ends above the line where the sum is highest, if it is high enough.

Only words speak for an end (`[[signs]]` of `ending.toml`), two signs at least; the shape of a line (`[shapes]`) speaks
against it, a long paragraph most. Comments are told by who wrote them: lines between two names
of commenters count as theirs, and nothing is held against them.

>>> story = "It rained all night, and in {} the river rose over the bridge, as it had done in the year before."
>>> text = [story.format(month) for month in ("March", "April", "May", "June")]
>>> tail = ["Ada says", "Thanks for sharing this!", "Ben says", "Great post.", "Cleo says", "I love it."]
>>> default_ending().begins([*text, *tail])
4
>>> default_ending().begins([*text, "Ada says she saw it."]) is None
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path

from vouchbank.text.prefilter import Needs, begins_only, folds_plainly, needs
from vouchbank.text.rules import REMOVED_ROLES, Evidence, RuleError, closes_like_a_sentence, read_evidence, read_toml

ENDED = "article-ended"
COMMENTER = "commenter"  # the sign that is handled apart: what stands below such a line is what that person says
SHAPES = {
    "paragraph": "200 characters or more, closed like a sentence",
    "prose": "80 characters or more, closed like a sentence",
    "sentence": "shorter, closed like a sentence",
    "open": "80 characters or more, not closed",
    "short": "shorter, not closed",
    "brief": "three words or fewer, not closed",
}
_PARAGRAPH, _PROSE = 200, 80
_BRIEF = 3
_READ = 320  # so many characters of a line are read
_SHORT = 120  # a line up to this length may be the name of a commenter, a date, a caption
SAYS = 10  # so many lines below a commenter are what they say
LEAST_COMMENTERS = 3
_LEAST_SIGNS = 2
_LEAST_ABOVE = 300  # characters: less is not an article
_WORDS = re.compile(r"[^\W\d_]+|[©★…@!|]|\.\.\.")
_SYMBOLS = ("@", "!", "|", "...")  # those of ASCII
_MARKS = "’“”‘—–"  # beyond ASCII, frequent, and neither letters nor symbols
_LETTERS = bytes(byte if chr(byte).isalpha() and byte < 128 else 32 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Sign(Evidence):
    """Words that speak for an end, or against it.

    Attributes:
        weight: The logarithm of the odds that it adds.
        words: One of these must be among the words of the line, in lower case; no matter which if there are none.
        lines: Which lines it is looked for in: `short` ones, or `any`.
        role: What a line is that shows it, below the end; empty where it speaks against an end.
    """

    weight: float
    words: tuple[str, ...] = ()
    lines: str = "any"
    role: str = ""


_NO_SIGN = Sign("none", re.compile(""), "", (), (), 0.0, role="interface")


@dataclass(frozen=True)
class Ending:
    """What an end is told by.

    Attributes:
        signs: The words that speak for it, and against it.
        shapes: What the shape of a line adds; nothing or less.
        said: What a line adds that a commenter says.
        repeated: What a line adds that stands a line or two above as well.
        margin: The article ends where the sum is more than this.
        patience: The lines are read until the sum is so much below the best.
        least: So much of the characters of a page stands above every end, unless commenters show it.
    """

    signs: tuple[Sign, ...]
    shapes: Mapping[str, float]
    said: float
    repeated: float
    margin: float
    patience: float
    least: float

    def begins(self, lines: Sequence[str], first: int = 0) -> int | None:
        """The first line that is not the article's any more; None if there is none.

        Args:
            lines: The clean lines of a page that are left.
            first: No line above this one is asked for.
        """
        best, cut, among = self.margin, len(lines), False
        total = refund = 0.0  # the sum, and what is given back if these are comments
        waiting: list[float] = []  # what is held against the lines below, up to the commenter below them
        commenters = spoken = 0
        for place in range(len(lines) - 1, first - 1, -1):
            signs = self.signs_of(lines[place])
            value = self.shapes[shape_of(lines[place])] + sum(sign.weight for sign in signs)
            if lines[place] in lines[max(place - 2, 0) : place]:
                value += self.repeated
            total += value
            if any(sign.id == COMMENTER for sign in signs):
                commenters += 1
                refund -= sum(waiting[-SAYS:])
                waiting = []
            else:
                waiting.append(min(value - self.said, 0.0))
            score = total + refund * (commenters >= LEAST_COMMENTERS)
            spoken += sum(sign.weight > 0 for sign in signs)
            if score > best and spoken >= _LEAST_SIGNS:
                best, cut, among = score, place, commenters >= LEAST_COMMENTERS
            open_still = commenters and len(waiting) <= SAYS  # perhaps somebody says this
            if total + refund - (sum(waiting) if open_still else 0.0) < best - self.patience:
                break
        return cut if cut < len(lines) and self._leaves_an_article(lines, cut, among) else None

    def _leaves_an_article(self, lines: Sequence[str], cut: int, comments: bool) -> bool:
        """Whether enough stands above a cut. If not, there is none: what is left would else be cut again, and again."""
        above, below = sum(map(len, lines[:cut])), sum(map(len, lines[cut:]))
        return above >= _LEAST_ABOVE and (comments or above >= self.least * (above + below))

    def role_of(self, line: str) -> str:
        """The role of a line below the end: that of the sign that says most, or else of an interface."""
        speaking = (sign for sign in self.signs_of(line) if sign.role)
        return max(speaking, key=lambda sign: sign.weight, default=_NO_SIGN).role

    def signs_of(self, line: str) -> list[Sign]:
        """The signs that a line shows."""
        text = line[:_READ]
        lowered = text.lower()
        by_word = self._by_word[len(line) <= _SHORT]
        wanted = set(by_word[""])
        for word in by_word.keys() & _words(lowered):
            wanted.update(by_word[word])
        plainly = folds_plainly(text)
        return [
            self.signs[at]
            for at in sorted(wanted)
            if not (plainly and self._lacks(at, text, lowered)) and self._searches[at](text)
        ]

    def _lacks(self, at: int, text: str, lowered: str) -> bool:
        """Whether a text surely holds nothing that the pattern of a sign needs."""
        ways = self._needs[at]
        for needed in ways:
            for exact, folded in needed:
                for one in exact:
                    if one in text:
                        break
                else:
                    for one in folded:
                        if one in lowered:
                            break
                    else:
                        break
            else:
                return False
        return bool(ways)

    @cached_property
    def _needs(self) -> tuple[tuple[Needs, ...], ...]:
        return tuple(needs(sign.pattern) for sign in self.signs)

    @cached_property
    def _searches(self) -> tuple[Callable[[str], object], ...]:
        """How to look for each sign: where its pattern begins at the beginning only, nowhere else."""
        return tuple(sign.pattern.match if begins_only(sign.pattern) else sign.pattern.search for sign in self.signs)

    @cached_property
    def _by_word(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """For each word that a sign needs, the places of such signs: of those of any line, and of all signs."""
        found: tuple[dict[str, list[int]], ...] = ({"": []}, {"": []})
        for at, sign in enumerate(self.signs):
            for word in sign.words or ("",):
                for short in (False, True) if sign.lines == "any" else (True,):
                    found[short].setdefault(word, []).append(at)
        return found[0], found[1]


def _words(lowered: str) -> Collection[str]:
    """The words of a text in lower case that a sign may need, and its symbols."""
    plain = lowered
    if not plain.isascii():
        for mark in _MARKS:
            plain = plain.replace(mark, " ")
        if not plain.isascii():
            return frozenset(_WORDS.findall(lowered))
    found = plain.encode().translate(_LETTERS).decode().split()  # the same, and quicker
    found += [one for one in _SYMBOLS if one in plain]
    return frozenset(found)


def shape_of(line: str) -> str:
    """One of `SHAPES`.

    >>> shape_of("Ada says"), shape_of("It rained.")
    ('brief', 'sentence')
    """
    closed = closes_like_a_sentence(line)
    if len(line) < _PROSE:
        return "sentence" if closed else "short" if line.count(" ") >= _BRIEF else "brief"
    return "open" if not closed else "prose" if len(line) < _PARAGRAPH else "paragraph"


NEVER = Ending((), dict.fromkeys(SHAPES, 0.0), said=0.0, repeated=0.0, margin=float("inf"), patience=0.0, least=1.0)


@cache
def default_ending() -> Ending:
    """What the library tells an end by."""
    return read_ending(Path(__file__).with_name("ending.toml").read_text(encoding="utf-8"))


def read_ending(source: str) -> Ending:
    r"""Read and check a file of signs; `RuleError` names the sign that is wrong.

    >>> read_ending("margin = 1.0")
    Traceback (most recent call last):
        ...
    vouchbank.text.rules.RuleError: ending: missing least, patience, repeated, said, shapes, signs
    """
    data = read_toml("ending", source)
    known = {field.name for field in fields(Ending)}
    if unknown := set(data) - known:
        raise RuleError(f"ending: unknown key {', '.join(sorted(unknown))}")
    if missing := known - set(data):
        raise RuleError(f"ending: missing {', '.join(sorted(missing))}")
    if set(data["shapes"]) != set(SHAPES) or max(data["shapes"].values()) > 0:
        raise RuleError(f"ending: shapes are {', '.join(SHAPES)}, each with a number that is not more than 0")
    signs = tuple(_checked(read_evidence(Sign, entry)) for entry in data.pop("signs"))
    return Ending(signs, **data)


def _checked(sign: Sign) -> Sign:
    if sign.lines not in ("any", "short"):
        raise RuleError(f"{sign.id}: lines are any or short, not {sign.lines}")
    if (sign.weight > 0) != (sign.role in REMOVED_ROLES):
        raise RuleError(
            f"{sign.id}: what speaks for an end has the role of what is removed, what speaks against it none"
        )
    lone = Ending((sign,), {}, 0, 0, 0, 0, 0)
    if missed := [line for line in sign.matches if not lone.signs_of(line)]:
        raise RuleError(f"{sign.id}: none of its words is in {missed[0]!r}")
    return sign
