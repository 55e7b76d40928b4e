r"""Find the article in the raw text of a page: `normalise` returns its clean text, segments and offset map.

A raw page mixes the article with boilerplate. `normalise` cuts the page into segments, gives each a role and the rule
that decided it, and joins the kept ones, one paragraph per line. Nothing is lost: the segments cover the whole raw
text, and the offset map converts every span of the clean text to the raw text.

>>> page = normalise("Rain stops play\n\nShare this article\nPlay stops at four, for rain.\xa0\n")
>>> page.text
'Rain stops play\nPlay stops at four, for rain.'
>>> [(segment.role, segment.rule) for segment in page.segments]
[('title', 'headline'), ('interface', 'share-list'), ('body', 'running-text')]
>>> page.raw[slice(*page.map.to_raw(16, 26)[:2])]
'Play stops'

Rules see clean lines only, never blank lines or the raw layout. They are applied to the remaining lines until nothing
changes. So `normalise(normalise(raw).text).text == normalise(raw).text` for every text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from vouchbank.text import characters, plain
from vouchbank.text.ending import ENDED, Ending, default_ending
from vouchbank.text.line_roles import Decision, Line, decide
from vouchbank.text.offsets import ChangedRun, OffsetMap
from vouchbank.text.rules import (
    BLANK,
    HAND,
    KEPT_ROLES,
    PROSE_LENGTH,
    REMOVED_ROLES,
    RuleSet,
    closes_like_a_sentence,
    default_rules,
)

_KEPT, _REMOVED = frozenset(KEPT_ROLES), frozenset(REMOVED_ROLES)
_LEFT_OUT = "interface"  # the role of a line that is not main text, if no rule matches it


@dataclass(frozen=True, slots=True)
class Correction:
    """A role set by hand for the range `raw[raw_start:raw_end]`; it overrides every rule."""

    raw_start: int
    raw_end: int
    role: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the range `raw[raw_start:raw_end]` is main text, as decided by something that saw the web page itself.

    Attributes:
        raw_start: Offset of the first code point.
        raw_end: Offset after the last code point.
        main: Whether the range is main text.
        rule: The rule name of the verdict.
        title: Whether the range is the title of the page; then it is main text too.
    """

    raw_start: int
    raw_end: int
    main: bool
    rule: str
    title: bool = False


class Segment(NamedTuple):
    """A range of the raw text with its role and the rule that decided; `start` and `end` are None if it is removed."""

    raw_start: int
    raw_end: int
    kept: bool
    role: str
    rule: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Normalised:
    """The result of `normalise`.

    Attributes:
        raw: The raw text.
        text: The clean text, one paragraph per line.
        segments: The segments, which cover the raw text in order.
        map: Converts offsets between the raw and the clean text.
    """

    raw: str
    text: str
    segments: tuple[Segment, ...]
    map: OffsetMap

    @property
    def paragraphs(self) -> tuple[tuple[int, int], ...]:
        r"""The start and end of every paragraph of the text, in order.

        >>> normalise("One.\n\nTwo.").paragraphs
        ((0, 4), (5, 9))
        """
        spans = ((one.start, one.end) for one in self.segments)
        return tuple((start, end) for start, end in spans if start is not None and end is not None)


def normalise(
    raw: str,
    corrections: Sequence[Correction] = (),
    rules: RuleSet | None = None,
    verdicts: Sequence[Verdict] = (),
    ending: Ending | None = None,
) -> Normalised:
    r"""Cut a raw text into segments and join those that belong to the article.

    >>> normalise("Share this article\nIt rained.\xa0\n").text
    'It rained.'
    >>> normalise("Rain stops play\nGo home", [Correction(16, 23, "interface")]).text
    'Rain stops play'

    Args:
        raw: The text as it was collected; any text is accepted.
        corrections: Roles set by hand, for ranges of the raw text that do not overlap.
        rules: The rules that decide the rest; by default, those of the library.
        verdicts: Lines that are known to be main text or not, in order. A correction overrides a verdict, and a verdict
            overrides the rules on whether to keep the line; rules decide the role of a line that is kept.
        ending: How the end of the article is found; by default, with the signs of the library.

    Raises:
        ValueError: a correction is outside the text, overlaps another, covers no text, or has an unknown role.
    """
    rules, ending = rules or default_rules(), ending or default_ending()
    pieces = _pieces(raw, _checked(raw, corrections), rules)
    if verdicts:
        for piece in pieces:
            _judge(piece, verdicts, rules)
    gone = [piece for piece in pieces if piece.decided in _REMOVED]
    left = [piece for piece in pieces if piece.decided not in _REMOVED] if gone else pieces
    # This ends: every pass that changes something removes a line or cuts one in two, and no pass adds characters or
    # joins lines. Lines decided by hand are neither cut nor removed here.
    changed = True
    while changed:
        changed = False
        before, left = left, []
        for piece, decision in zip(before, decide(before, rules), strict=True):
            if decision.cut is not None:
                parts = _cut(raw, piece, decision, rules)
                changed = changed or decision.removes or [part.text for part in parts] != [piece.text]
                gone += (part for part in parts if part.decided in _REMOVED)
                left += (part for part in parts if part.decided not in _REMOVED)
                continue
            piece.decided, piece.rule = decision.role, piece.verdict or decision.rule
            changed = changed or decision.removes
            (gone if decision.removes else left).append(piece)
        if not changed and (tail := _tail(left, ending)):
            gone += tail
            del left[-len(tail) :]
            changed = True
    return _assemble(raw, sorted((*left, *gone), key=attrgetter("start")) if gone else left)


def _tail(left: Sequence[_Piece], ending: Ending) -> list[_Piece]:
    """The pieces after the end of the article, with their roles; never pieces known to belong to the article."""
    known = max((place + 1 for place, piece in enumerate(left) if piece.role or piece.main), default=0)
    cut = ending.begins([piece.text for piece in left], known)
    tail = [] if cut is None else list(left[cut:])
    for piece in tail:
        piece.decided, piece.rule = ending.role_of(piece.text), ENDED
    return tail


class _Piece(Line):
    """A line or a part of one, without surrounding white space.

    Attributes:
        runs: The changed runs, relative to its start.
        decided: Its role; `rule` is the rule that decided.
        verdict: The rule of the verdict that keeps it.
    """

    decided = verdict = ""
    rule = HAND

    def __init__(self, start: int, end: int, text: str, runs: Sequence[ChangedRun] = (), role: str | None = None):
        self.text = text
        self.prose = len(text) >= PROSE_LENGTH and closes_like_a_sentence(text)
        self.start = start
        self.end = end
        self.runs = runs
        if role:
            self.role = self.decided = role

    def keep(self, verdict: str) -> None:
        """Mark it as main text, so that no rule can remove it."""
        self.main, self.verdict = True, verdict


def _judge(piece: _Piece, verdicts: Sequence[Verdict], rules: RuleSet) -> None:
    """Apply the verdict on a piece, if there is one and no correction decides it."""
    place = bisect_right(verdicts, piece.start, key=lambda one: one.raw_start) - 1
    if piece.role or place < 0 or piece.start >= verdicts[place].raw_end:
        return
    verdict = verdicts[place]
    if verdict.main:
        piece.keep(verdict.rule)
        piece.role = "title" if verdict.title else None
        return
    looks = rules.matching(piece.text)
    piece.decided = next((rule.role for rule in looks if rule.removes and not rule.cuts), _LEFT_OUT)
    piece.rule = verdict.rule


def _piece(raw: str, start: int, end: int, rules: RuleSet, role: str | None = None) -> _Piece | None:
    """Clean a range of the raw text; None if nothing is left."""
    found = raw[start:end]
    if found.isascii():  # the same result, faster
        start += len(found) - len(found.lstrip(" \t"))
        found = found.strip(" \t")
    text, offsets = characters.clean(found, rules.repair_pairs)
    if not text:
        return None
    first, last, _ = offsets.to_raw(0, len(text))  # without what was deleted at the edges
    inner = [ChangedRun(a - first, b - first, c, d) for a, b, c, d in offsets.runs if first <= a and b <= last]
    return _Piece(start + first, start + last, text, inner, role)


def _checked(raw: str, corrections: Sequence[Correction]) -> list[Correction]:
    """Sort corrections, and refuse invalid ones."""
    ordered = sorted(corrections, key=lambda one: (one.raw_start, one.raw_end))
    done = 0
    for one in ordered:
        if one.role not in KEPT_ROLES + REMOVED_ROLES:
            raise ValueError(f"unknown role in {one}")
        if not done <= one.raw_start < one.raw_end <= len(raw):
            raise ValueError(f"{one} is empty, overlaps another, or is outside the text of {len(raw)} characters")
        done = one.raw_end
    return ordered


def _pieces(raw: str, corrections: Sequence[Correction], rules: RuleSet) -> list[_Piece]:
    """Cut the raw text at line endings and at the edges of corrections."""
    page = plain.PlainLines(raw, rules.repair_pairs)
    if not corrections:
        return _whole_lines(raw, rules, page)
    pieces = []
    waiting = list(reversed(corrections))
    used: set[Correction] = set()
    for line_start, line in plain.lines(raw):
        start, line_end = line_start, line_start + len(line)
        while start < line_end:
            while waiting and waiting[-1].raw_end <= start:
                waiting.pop()
            hand = waiting[-1] if waiting and waiting[-1].raw_start < line_end else None
            role = hand.role if hand and hand.raw_start <= start else None
            edge = line_end if hand is None else hand.raw_end if role else hand.raw_start
            end = min(edge, line_end)
            piece = _line(raw, start, raw[start:end], rules, page, role)
            pieces += [piece] if piece else []
            used |= {hand} if hand and role and piece else set()
            start = end
    if idle := [one for one in corrections if one not in used]:
        raise ValueError(f"{idle[0]} covers no text")
    return pieces


def _whole_lines(raw: str, rules: RuleSet, page: plain.PlainLines) -> list[_Piece]:
    """A piece for each line, without corrections."""
    pieces: list[_Piece] = []
    stays = page.stays
    for start, line in plain.lines(raw):
        text = line.strip(" \t")
        if not text:
            continue
        if stays(text):
            first = start if len(text) == len(line) else start + line.index(text)
            pieces.append(_Piece(first, first + len(text), text))
        elif piece := _changed(raw, start, line, rules, page):
            pieces.append(piece)
    return pieces


def _line(
    raw: str, start: int, found: str, rules: RuleSet, page: plain.PlainLines, role: str | None = None
) -> _Piece | None:
    """A piece for a line or a part of one."""
    text = found.strip(" \t")
    if not text:
        return None
    if not page.stays(text):
        return _changed(raw, start, found, rules, page, role)
    start += found.index(text)
    return _Piece(start, start + len(text), text, (), role)


def _changed(
    raw: str, start: int, found: str, rules: RuleSet, page: plain.PlainLines, role: str | None = None
) -> _Piece | None:
    """A piece for a line that cleaning changes."""
    spaced = page.spaced(found)
    if spaced is None:
        return _piece(raw, start, start + len(found), rules, role)
    first, text, runs = spaced
    start += first
    end = start + len(text) + sum(run.raw_end - run.raw_start - run.end + run.start for run in runs)
    return _Piece(start, end, text, runs, role) if text else None


def _cut(raw: str, piece: _Piece, decision: Decision, rules: RuleSet) -> list[_Piece]:
    """The parts of a piece that a decision cuts, each with its decision; empty parts are left out."""
    cut, decided = decision.cut or 0, piece.verdict or decision.rule
    offsets = OffsetMap(piece.end - piece.start, len(piece.text), tuple(piece.runs))
    place = piece.start + offsets.to_raw(0, cut).end
    first, second = _piece(raw, piece.start, place, rules), _piece(raw, place, piece.end, rules)
    if first:
        first.decided, first.rule = decision.role, decided
    if piece.verdict and second:
        second.keep(piece.verdict)
    if second and decision.rest:
        second.decided, second.rule = decision.rest, decided
    return [part for part in (first, second) if part]


# twice as fast as the constructors of these named tuples, which are called once per line
_segment: Callable[[tuple[int, int, bool, str, str, int | None, int | None]], Segment] = partial(tuple.__new__, Segment)
_run: Callable[[tuple[int, int, int, int]], ChangedRun] = partial(tuple.__new__, ChangedRun)


def _assemble(raw: str, pieces: Sequence[_Piece]) -> Normalised:
    """Build the segments, the text and the map; white space belongs to the piece before it."""
    runs: list[ChangedRun] = []
    segments: list[Segment] = []
    texts: list[str] = []
    at = 0
    last = next((piece for piece in reversed(pieces) if piece.decided in _KEPT), None)
    edges = [0, *[piece.start for piece in pieces[1:]], len(raw)]
    for piece, start, end in zip(pieces, edges, edges[1:], strict=False):
        if piece.decided in _REMOVED:
            _delete(runs, start, end, at)
            segments.append(_segment((start, end, False, piece.decided, piece.rule, None, None)))
            continue
        text = piece.text
        if start < piece.start:
            _delete(runs, start, piece.start, at)
        if piece.runs:
            runs += [ChangedRun(a + piece.start, b + piece.start, c + at, d + at) for a, b, c, d in piece.runs]
        segments.append(_segment((start, end, True, piece.decided, piece.rule, at, at + len(text))))
        texts.append(text)
        at += len(text)
        if piece is last:
            _delete(runs, piece.end, end, at)
        elif raw.startswith("\n", piece.end):
            at += 1
            if piece.end + 1 < end:
                runs.append(_run((piece.end + 1, end, at, at)))
        else:
            _end_line(runs, raw, piece.end, end, at)
            at += 1
    if raw and not pieces:
        _delete(runs, 0, len(raw), 0)
        segments.append(Segment(0, len(raw), False, "interface", BLANK, None, None))
    return Normalised(raw, "\n".join(texts), tuple(segments), OffsetMap(len(raw), at, tuple(runs)))


def _delete(runs: list[ChangedRun], start: int, end: int, at: int) -> None:
    """Delete a range of the raw text; adjacent deletions become one run."""
    if start == end:
        return
    if runs:
        raw_start, raw_end, first, last = runs[-1]
        if raw_end == start and first == last == at:
            runs[-1] = ChangedRun(raw_start, end, at, at)
            return
    runs.append(ChangedRun(start, end, at, at))


def _end_line(runs: list[ChangedRun], raw: str, start: int, end: int, at: int) -> None:
    """Replace the white space between two kept pieces by one line ending."""
    kept = raw.find("\n", start, end)
    if kept >= 0:
        _delete(runs, start, kept, at)
        _delete(runs, kept + 1, end, at + 1)
    else:  # another line ending or a space becomes "\n", or "\n" is inserted between two adjacent pieces
        kept = min(start + 1, end)
        runs.append(ChangedRun(start, kept, at, at + 1))
        _delete(runs, kept, end, at + 1)
