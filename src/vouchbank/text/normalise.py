r"""Which parts of a page are the article, and what is its text?

A raw page mixes the article with what the site puts around it. `normalise` cuts the page into segments, gives
each a role and the rule that decided it, and joins the kept ones, one paragraph a line. Nothing is lost: the
segments tile the raw text, and the offset map leads from every span of the text back to it.

>>> page = normalise("Rain stops play\n\nShare this article\nPlay stops at four, for rain.\xa0\n")
>>> page.text
'Rain stops play\nPlay stops at four, for rain.'
>>> [(segment.role, segment.rule) for segment in page.segments]
[('title', 'headline'), ('interface', 'share-list'), ('body', 'running-text')]
>>> page.raw[slice(*page.map.to_raw(16, 26)[:2])]
'Play stops'

Rules look at clean lines only, never at blank lines or raw layout, and the pass over the lines is repeated on
those that are left until it changes nothing. So the last pass sees exactly the text that is returned, and
`normalise(normalise(raw).text).text == normalise(raw).text` for every text whatsoever.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vouchbank.text import characters
from vouchbank.text.offsets import ChangedRun, MapBuilder, OffsetMap
from vouchbank.text.page import Decision, Line, decide
from vouchbank.text.rules import BLANK, HAND, KEPT_ROLES, REMOVED_ROLES, RuleSet, default_rules

_LEFT_OUT = "interface"  # the role of a line that is not main text, if no rule knows it by its looks


@dataclass(frozen=True, slots=True)
class Correction:
    """A role given by hand to a stretch of the raw text; it wins over every rule."""

    raw_start: int
    raw_end: int
    role: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a stretch of the raw text is main text, as something that saw the page itself decided, and its rule."""

    raw_start: int
    raw_end: int
    main: bool
    rule: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the raw text, its role, and the rule that decided; `start` and `end` where it is kept."""

    raw_start: int
    raw_end: int
    kept: bool
    role: str
    rule: str
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Normalised:
    """A raw text, the text made from it, and all that was decided on the way."""

    raw: str
    text: str
    segments: tuple[Segment, ...]
    map: OffsetMap

    @property
    def paragraphs(self) -> tuple[tuple[int, int], ...]:
        r"""Start and end of every paragraph of the text, in order.

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
) -> Normalised:
    r"""Cut a raw text into segments and join those that belong to the article.

    Args:
        raw: the text as it was collected; any text at all.
        corrections: roles given by hand; stretches of the raw text that do not overlap.
        rules: the rules that decide the rest; those of the library if left out.
        verdicts: lines of which it is known whether they are main text, in order. A correction wins over a verdict, and
            a verdict over every rule that would remove the line or keep it; of a line that stays, rules say the role.

    Raises:
        ValueError: a correction lies outside the text, overlaps another, covers no text, or names no role.

    >>> normalise("Rain stops play\nGo home", [Correction(16, 23, "interface")]).text
    'Rain stops play'
    """
    rules = rules or default_rules()
    pieces = [_judged(piece, verdicts, rules) for piece in _pieces(raw, _checked(raw, corrections), rules)]
    gone = [piece for piece in pieces if piece.role in REMOVED_ROLES]
    left = [piece for piece in pieces if piece.role not in REMOVED_ROLES]
    # Ends: a pass that changes something removes a line, and so characters, or cuts one line into two, and
    # there are no more cuts than characters. No pass adds a character or joins lines. Lines decided by hand
    # are neither cut nor removed here.
    changed = True
    while changed:
        changed = False
        decisions = decide([piece.line for piece in left], rules)
        before, left = left, []
        for piece, decision in zip(before, decisions, strict=True):
            parts = _carry_out(raw, piece, decision, rules)
            same = not decision.removes and [part.line.text for part in parts] == [piece.line.text]
            changed = changed or not same
            left += (part for part in parts if part.role not in REMOVED_ROLES)
            gone += (part for part in parts if part.role in REMOVED_ROLES)
    return _assemble(raw, sorted((*left, *gone), key=lambda piece: piece.start))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line, or a part of one, without the white space around it."""

    start: int
    end: int
    line: Line
    map: OffsetMap
    role: str = ""
    rule: str = ""
    verdict: str = ""  # the rule of the verdict that keeps it


def _judged(piece: _Piece, verdicts: Sequence[Verdict], rules: RuleSet) -> _Piece:
    """A piece that no hand has decided in the light of the verdict on it, if there is one."""
    place = bisect_right(verdicts, piece.start, key=lambda one: one.raw_start) - 1
    if piece.role or place < 0 or piece.start >= verdicts[place].raw_end:
        return piece
    verdict, looks = verdicts[place], rules.matching(piece.line.text)
    if verdict.main:
        return _kept(piece, verdict.rule)
    role = next((rule.role for rule in looks if rule.removes and not rule.cuts), _LEFT_OUT)
    return replace(piece, role=role, rule=verdict.rule)


def _kept(piece: _Piece, verdict: str) -> _Piece:
    """A piece that is main text: no rule that removes may act on it."""
    keeping = tuple(rule for rule in piece.line.candidates if not rule.removes)
    return replace(piece, line=replace(piece.line, candidates=keeping, main=True), verdict=verdict)


def _piece(raw: str, start: int, end: int, rules: RuleSet, role: str | None = None) -> _Piece | None:
    """Clean a stretch of the raw text; None if nothing is left of it."""
    found = raw[start:end]
    if found.isascii():  # the same without its edges, and quicker
        start += len(found) - len(found.lstrip(" \t"))
        found = found.strip(" \t")
    text, offsets = characters.clean(found, rules.repair_pairs)
    if not text:
        return None
    first, last, _ = offsets.to_raw(0, len(text))  # leaves out what was deleted at the edges
    inner = (ChangedRun(a - first, b - first, c, d) for a, b, c, d in offsets.runs if first <= a and b <= last)
    offsets = OffsetMap(last - first, len(text), tuple(inner))
    line = Line.read(text, rules, role)
    return _Piece(start + first, start + last, line, offsets, role or "", HAND)


def _checked(raw: str, corrections: Sequence[Correction]) -> list[Correction]:
    """Put corrections in order, and refuse those that cannot be carried out."""
    ordered = sorted(corrections, key=lambda one: (one.raw_start, one.raw_end))
    done = 0
    for one in ordered:
        if one.role not in KEPT_ROLES + REMOVED_ROLES:
            raise ValueError(f"{one}: no such role")
        if not done <= one.raw_start < one.raw_end <= len(raw):
            raise ValueError(f"{one}: empty, outside the text of {len(raw)} characters, or over another")
        done = one.raw_end
    return ordered


def _pieces(raw: str, corrections: Sequence[Correction], rules: RuleSet) -> list[_Piece]:
    """Cut the raw text at line ends and at the edges of corrections."""
    pieces = []
    waiting = list(reversed(corrections))
    used: set[Correction] = set()
    for line_start, line_end in characters.lines(raw):
        start = line_start
        while start < line_end:
            while waiting and waiting[-1].raw_end <= start:
                waiting.pop()
            hand = waiting[-1] if waiting and waiting[-1].raw_start < line_end else None
            role = hand.role if hand and hand.raw_start <= start else None
            edge = line_end if hand is None else hand.raw_end if role else hand.raw_start
            end = min(edge, line_end)
            piece = _piece(raw, start, end, rules, role)
            pieces += [piece] if piece else []
            used |= {hand} if hand and role and piece else set()
            start = end
    if idle := [one for one in corrections if one not in used]:
        raise ValueError(f"{idle[0]}: covers no text")
    return pieces


def _carry_out(raw: str, piece: _Piece, decision: Decision, rules: RuleSet) -> list[_Piece]:
    """Return the piece with its role, or its two parts where the decision cuts it."""
    decided = piece.verdict or decision.rule
    if decision.cut is None:
        return [replace(piece, role=decision.role, rule=decided)]
    place = piece.start + piece.map.to_raw(0, decision.cut).end
    first, second = _piece(raw, piece.start, place, rules), _piece(raw, place, piece.end, rules)
    named = replace(first, role=decision.role, rule=decided) if first else None
    if piece.verdict and second:
        second = _kept(second, piece.verdict)
    if second and decision.rest:
        second = replace(second, role=decision.rest, rule=decided)
    return [part for part in (named, second) if part]


def _assemble(raw: str, pieces: Sequence[_Piece]) -> Normalised:
    """Tile the raw text with segments, and build text and map; white space belongs to the piece before it."""
    builder = MapBuilder()
    segments: list[Segment] = []
    texts: list[str] = []
    length = 0
    kept_after = sum(piece.role in KEPT_ROLES for piece in pieces)
    edges = [0, *(piece.start for piece in pieces[1:]), len(raw)]
    for piece, start, end in zip(pieces, edges, edges[1:], strict=False):
        if piece.role in REMOVED_ROLES:
            builder.delete(end - start)
            segments.append(Segment(start, end, False, piece.role, piece.rule, None, None))
            continue
        kept_after -= 1
        builder.delete(piece.start - start)
        builder.append(piece.map)
        _join(builder, raw[piece.end : end], last=not kept_after)
        after = length + len(piece.line.text)
        segments.append(Segment(start, end, True, piece.role, piece.rule, length, after))
        texts.append(piece.line.text)
        length = after + 1
    if raw and not pieces:
        builder.delete(len(raw))
        segments.append(Segment(0, len(raw), False, "interface", BLANK, None, None))
    return Normalised(raw, "\n".join(texts), tuple(segments), builder.build())


def _join(builder: MapBuilder, gap: str, *, last: bool) -> None:
    """Write the white space after a kept piece: one line end, or nothing at the end of the text."""
    before, kept, after = gap.partition("\n")
    if last:
        builder.delete(len(gap))
    elif kept:
        builder.delete(len(before))
        builder.keep(1)
        builder.delete(len(after))
    else:  # another line end or a space becomes one; or two pieces were glued together
        builder.replace(len(gap[:1]), 1)
        builder.delete(len(gap[1:]))
