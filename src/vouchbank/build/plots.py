"""corpus/plots/figures.svg: every number that is told more than once, with the interval each telling claims.

Drawn as plain SVG, so that a build needs no plotting library and gives the same bytes everywhere. Words of articles are
escaped text. Shape tells what colour tells: a filled end belongs to the interval, a hollow one does not, a diamond is
an approximate number, an arrow an open end.

Example:
    >>> Scale(0, 10).x(5) == (LEFT + RIGHT) / 2
    True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from vouchbank.build.rows import tellings
from vouchbank.report.show import NOT_KNOWN, vouchers
from vouchbank.report.text import cut, printable

Row = Mapping[str, Any]
WIDTH, LEFT, RIGHT = 1000, 400, 900
HALF = 160  # half the width of the longest words over an interval
TITLE, LINE, GAP = 34, 40, 14
COLOURS = {"claimed": "#1f6f8b", "asserted": "#444444", "disputed": "#b3261e", "unverified": "#b35c00"}


@dataclass(frozen=True, slots=True)
class Scale:
    """From numbers to places on the drawing."""

    low: float
    high: float

    def x(self, value: float) -> float:
        """The place of a number."""
        share = (value - self.low) / (self.high - self.low)
        return round(LEFT + share * (RIGHT - LEFT), 1)


def figures_plot(rows: Mapping[str, Sequence[Row]]) -> str:
    """One block for each figure that is told more than once, one line for each telling."""
    parts: list[str] = []
    top = GAP
    for label, told in (figure for figure in tellings(rows) if len(figure[1]) > 1):
        parts += _block(label, told, rows, top)
        top += TITLE + LINE * len(told) + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" '
        'role="img" font-family="sans-serif" font-size="13">'
    )
    title = "<title>Each number that is told more than once: who vouches for which interval</title>"
    paper = f'<rect width="{WIDTH}" height="{top}" rx="8" fill="#ffffff"/>'
    return "\n".join([head, title, paper, *parts, "</svg>"]) + "\n"


def _block(label: str, told: Sequence[Row], rows: Mapping[str, Sequence[Row]], top: int) -> Iterator[str]:
    attributions = {row["id"]: row for row in rows["attributions"]}
    registry = {row["key"]: row for row in rows["registry"]}
    scale = _scale(told)
    yield _text(16, top + 20, label, 90, 'font-size="15" font-weight="bold" fill="#111111"')
    for number, row in enumerate(told):
        y = top + TITLE + LINE * number + LINE // 2
        voucher = vouchers(row, attributions, registry, None)
        yield _text(16, y + 1, voucher, 44, 'fill="#111111"')
        yield _text(
            16, y + 15, f"{row['article_id']}, {row['status'] or NOT_KNOWN}", 44, 'font-size="11" fill="#666666"'
        )
        yield f'<path d="M{LEFT} {y}H{RIGHT}" stroke="#e4e4e4"/>'
        yield from _telling(row, scale, y)


def _telling(row: Row, scale: Scale, y: int) -> Iterator[str]:
    """One number of the plot: its words, a bar from bound to bound, an arrow where it is open, a mark at each bound."""
    colour = COLOURS.get(row["status"], "#444444")
    lower, upper = row["lower"], row["upper"]
    start = LEFT if lower is None else scale.x(lower)
    end = RIGHT if upper is None else scale.x(upper)
    middle = (start + end) / 2
    x, anchor = _anchor(middle)
    yield _text(x, y - 9, row["span"]["text"], 40, f'font-size="12" text-anchor="{anchor}" fill="{colour}"')
    if lower is None and upper is None:
        return
    yield f'<path d="M{start} {y}H{end}" stroke="{colour}" stroke-width="3"/>'
    if lower is None:
        yield f'<path d="M{LEFT - 8} {y}l10 -6v12z" fill="{colour}"/>'
    if upper is None:
        yield f'<path d="M{RIGHT + 8} {y}l-10 -6v12z" fill="{colour}"/>'
    ends = {(lower, row["lower_closed"]), (upper, row["upper_closed"])}
    for value, closed in sorted((v, c) for v, c in ends if v is not None):
        yield _mark(scale.x(value), y, colour, closed, row["approximate"])


def _anchor(middle: float) -> tuple[float, str]:
    """Where words over an interval begin, so that they stay in the picture and out of the column beside it."""
    if middle - HALF < LEFT:
        return middle - 20, "start"
    return (middle + 20, "end") if middle + HALF > WIDTH else (middle, "middle")


def _mark(x: float, y: int, colour: str, closed: bool, approximate: bool) -> str:
    look = f'fill="{colour if closed else "#ffffff"}" stroke="{colour}" stroke-width="2"'
    return (
        f'<path d="M{x} {y - 6}l6 6l-6 6l-6 -6z" {look}/>'
        if approximate
        else f'<circle cx="{x}" cy="{y}" r="5" {look}/>'
    )


def _scale(told: Sequence[Row]) -> Scale:
    ends = [value for row in told for value in (row["lower"], row["upper"]) if value is not None] or [0.0]
    room = (max(ends) - min(ends)) * 0.25 or max(abs(max(ends)) * 0.25, 1.0)
    return Scale(min(ends) - room, max(ends) + room)


def _text(x: float, y: int, words: str, most: int, look: str) -> str:
    return f'<text x="{x}" y="{y}" {look}>{escape(cut(printable(words), most))}</text>'
