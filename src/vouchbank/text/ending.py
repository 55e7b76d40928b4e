r"""Find where the article ends and the boilerplate below it begins.

Comments, biographies, appeals and lists of other articles are often whole sentences, which no rule for single lines
can tell from the article. So the lines are scored together: they are read from the bottom, each adds evidence for or
against an end, and the article ends above the line where the sum is highest, if it is high enough.

Only words are evidence for an end (`[[signs]]` in `ending.toml`), and at least two signs are needed. The shape of a
line (`[shapes]`) is evidence against it, most of all a long paragraph. Comments are recognised by the names of
commenters: the lines between two names belong to a comment, and their shape does not count.

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
COMMENTER = "commenter"  # the sign for the name of a commenter, handled separately: the lines below are the comment
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
_READ = 320  # characters of a line that are searched
_SHORT = 120  # lines up to this length can be the name of a commenter, a date or a caption
SAYS = 10  # lines below a commenter that count as the comment
LEAST_COMMENTERS = 3
_LEAST_SIGNS = 2
_LEAST_ABOVE = 300  # characters; an article has at least as many
_WORDS = re.compile(r"[^\W\d_]+|[©★…@!|]|\.\.\.")
_SYMBOLS = ("@", "!", "|", "...")  # those of ASCII
_MARKS = "’“”‘—–"  # frequent characters beyond ASCII that are neither letters nor symbols
_LETTERS = bytes(byte if chr(byte).isalpha() and byte < 128 else 32 for byte in range(256))


@dataclass(frozen=True, slots=True)
class Sign(Evidence):
    """Words that are evidence for or against an end.

    Attributes:
        weight: The log odds that it adds.
        words: The line must contain one of these words, in lower case; empty for no such condition.
        lines: The lines to search: `short` or `any`.
        role: The role of such a line below the end; empty for evidence against an end.
    """

    weight: float
    words: tuple[str, ...] = ()
    lines: str = "any"
    role: str = ""


_NO_SIGN = Sign("none", re.compile(""), "", (), (), 0.0, role="interface")


@dataclass(frozen=True)
class Ending:
    """The weights that decide where an article ends.

    Attributes:
        signs: The words that are evidence for or against an end.
        shapes: What each shape of line adds; zero or negative.
        said: What a line of a comment adds.
        repeated: What a line adds that also occurs one or two lines above.
        margin: The sum must exceed this for an end.
        patience: Stop reading when the sum is this far below the best.
        least: The minimum share of a page's characters above the end, unless commenters show the end.
    """

    signs: tuple[Sign, ...]
    shapes: Mapping[str, float]
    said: float
    repeated: float
    margin: float
    patience: float
    least: float

    def begins(self, lines: Sequence[str], first: int = 0) -> int | None:
        """The first line below the end of the article; None if the article has no such line.

        Args:
            lines: The remaining clean lines of a page.
            first: The end cannot be above this line.
        """
        best, cut, among = self.margin, len(lines), False
        total = refund = 0.0  # the sum, and what is added back if the lines are comments
        waiting: list[float] = []  # the negative values of the lines below, down to the next commenter
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
            open_still = commenters and len(waiting) <= SAYS  # these lines may still turn out to be a comment
            if total + refund - (sum(waiting) if open_still else 0.0) < best - self.patience:
                break
        return cut if cut < len(lines) and self._leaves_an_article(lines, cut, among) else None

    def _leaves_an_article(self, lines: Sequence[str], cut: int, comments: bool) -> bool:
        """Whether enough text remains above the cut; otherwise, the remaining text would be cut again and again."""
        above, below = sum(map(len, lines[:cut])), sum(map(len, lines[cut:]))
        return above >= _LEAST_ABOVE and (comments or above >= self.least * (above + below))

    def role_of(self, line: str) -> str:
        """The role of a line below the end: that of its strongest sign, or else `interface`."""
        speaking = (sign for sign in self.signs_of(line) if sign.role)
        return max(speaking, key=lambda sign: sign.weight, default=_NO_SIGN).role

    def signs_of(self, line: str) -> list[Sign]:
        """The signs in a line."""
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
        """Whether a text certainly lacks what the pattern of a sign needs."""
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
        """The search function of each sign; patterns that can only match at the beginning use `match`."""
        return tuple(sign.pattern.match if begins_only(sign.pattern) else sign.pattern.search for sign in self.signs)

    @cached_property
    def _by_word(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """The indices of signs by the words they need: for lines of any length, and for short lines."""
        found: tuple[dict[str, list[int]], ...] = ({"": []}, {"": []})
        for at, sign in enumerate(self.signs):
            for word in sign.words or ("",):
                for short in (False, True) if sign.lines == "any" else (True,):
                    found[short].setdefault(word, []).append(at)
        return found[0], found[1]


def _words(lowered: str) -> Collection[str]:
    """The words and symbols of a lowercase text that signs may need."""
    plain = lowered
    if not plain.isascii():
        for mark in _MARKS:
            plain = plain.replace(mark, " ")
        if not plain.isascii():
            return frozenset(_WORDS.findall(lowered))
    found = plain.encode().translate(_LETTERS).decode().split()  # the same result, faster
    found += [one for one in _SYMBOLS if one in plain]
    return frozenset(found)


def shape_of(line: str) -> str:
    """The shape of a line, one of `SHAPES`.

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
    """The weights that come with the library."""
    return read_ending(Path(__file__).with_name("ending.toml").read_text(encoding="utf-8"))


def read_ending(source: str) -> Ending:
    r"""Read and validate a file of signs; `RuleError` names the invalid sign.

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
        raise RuleError(f"ending: shapes must be {', '.join(SHAPES)}, each with a number of at most 0")
    signs = tuple(_checked(read_evidence(Sign, entry)) for entry in data.pop("signs"))
    return Ending(signs, **data)


def _checked(sign: Sign) -> Sign:
    if sign.lines not in ("any", "short"):
        raise RuleError(f"{sign.id}: lines must be any or short, not {sign.lines}")
    if (sign.weight > 0) != (sign.role in REMOVED_ROLES):
        raise RuleError(
            f"{sign.id}: a sign with a positive weight needs a role of removed lines; other signs have no role"
        )
    lone = Ending((sign,), {}, 0, 0, 0, 0, 0)
    if missed := [line for line in sign.matches if not lone.signs_of(line)]:
        raise RuleError(f"{sign.id}: {missed[0]!r} contains none of its words")
    return sign
