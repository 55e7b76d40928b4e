"""corpus/plots/figures.svg: every figure with more than one telling, and the interval that each telling claims.

It is drawn as plain SVG, so that a build needs no plotting library and gives the same bytes everywhere. Words of
articles are escaped. Each figure has its own axis; a key at the top explains shapes and colours. A figure whose
tellings have no bounds is not drawn.

Example:
    >>> Scale(0, 10).x(5) == (LEFT + RIGHT) / 2
    True
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from vouchbank.build.rows import tellings
from vouchbank.report.annotation_lines import UNKNOWN_VALUE, vouchers
from vouchbank.report.text import cut, printable

Row = Mapping[str, Any]
WIDTH, LEFT, RIGHT = 1000, 400, 880
HALF = 160  # half the width of the longest words over an interval
TITLE, LINE, AXIS, GAP, KEY = 34, 40, 24, 14, 62
COLOURS = {"claimed": "#1f6f8b", "asserted": "#444444", "disputed": "#b3261e", "unverified": "#b35c00"}


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps numbers to positions in the drawing."""

    low: float
    high: float

    def x(self, value: float) -> float:
        """The position of a number."""
        share = (value - self.low) / (self.high - self.low)
        return round(LEFT + share * (RIGHT - LEFT), 1)

    def ticks(self) -> list[float]:
        """About five round numbers.

        >>> Scale(0, 10).ticks(), Scale(-1.5, 1).ticks()
        ([0, 2, 4, 6, 8, 10], [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0])
        """
        rough = (self.high - self.low) / 5
        power = 10 ** math.floor(math.log10(rough))
        step = power * min((1, 2, 2.5, 5, 10), key=lambda times: abs(times * power - rough))
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [round(number * step, 12) for number in range(first, last + 1)]


def figures_plot(rows: Mapping[str, Sequence[Row]]) -> str:
    """The plot: one block for each figure with more than one telling, one line for each telling."""
    drawn = [(label, told) for label, told in tellings(rows) if len(told) > 1 and any(map(_ends, told))]
    parts, top = list(_key([row["status"] for _, told in drawn for row in told])) if drawn else [], KEY
    for label, told in drawn:
        parts += _block(label, told, rows, top)
        top += TITLE + LINE * len(told) + AXIS + GAP
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}" '
        'role="img" font-family="sans-serif" font-size="13">'
    )
    title = "<title>Each figure with more than one telling: who vouches for which interval</title>"
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
            16, y + 15, f"{row['article_id']}, {row['status'] or UNKNOWN_VALUE}", 44, 'font-size="11" fill="#666666"'
        )
        yield f'<path d="M{LEFT} {y}H{RIGHT}" stroke="#e4e4e4"/>'
        yield from _telling(row, scale, y)

    yield from _axis(scale, told, top + TITLE + LINE * len(told))


def _axis(scale: Scale, told: Sequence[Row], y: int) -> Iterator[str]:
    """The axis below the tellings, with its unit."""
    look = 'font-size="11" text-anchor="{}" fill="#666666"'
    yield f'<path d="M{LEFT} {y}H{RIGHT}" stroke="#666666"/>'
    for value in scale.ticks():
        yield f'<path d="M{scale.x(value)} {y}v5" stroke="#666666"/>'
        yield _text(scale.x(value), y + 17, f"{value:,g}" if value % 1 else f"{value:,.0f}", 20, look.format("middle"))
    units = {row["unit_code"] or row["dimension"] for row in told}
    yield _text(RIGHT + 14, y + 4, ", ".join(sorted(units)), 12, look.format("start"))


def _key(statuses: Sequence[str | None]) -> Iterator[str]:
    """The key: what colours and shapes mean."""
    grey, x = "#444444", 16
    for status, colour in ((status, colour) for status, colour in COLOURS.items() if status in statuses):
        yield f'<path d="M{x} 20h22" stroke="{colour}" stroke-width="3"/>'
        yield _text(x + 28, 24, status, 20, 'font-size="11" fill="#111111"')
        x += 110
    marks = (
        ("bound included", _mark(22, 42, grey, True, False)),
        ("bound excluded", _mark(22, 42, grey, False, False)),
        ("approximate", _mark(22, 42, grey, True, True)),
        ("no bound", f'<path d="M30 42l-10 -6v12z" fill="{grey}"/>'),
        ("words only: vague", ""),
    )
    for place, (said, mark) in enumerate(marks):
        moved = place * 170
        if mark:
            yield f'<g transform="translate({moved} 0)">{mark}</g>'
        yield _text(moved + 36 * bool(mark) + 4, 46, said, 30, 'font-size="11" fill="#111111"')


def _ends(row: Row) -> list[float]:
    return [value for value in (row["lower"], row["upper"]) if value is not None]


def _telling(row: Row, scale: Scale, y: int) -> Iterator[str]:
    """One telling: its words, a bar from bound to bound, an arrow where a bound is missing, a mark at each bound."""
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
    """Where the words above an interval start, so that they stay inside the plot area."""
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
    ends = [value for row in told for value in _ends(row)]
    room = (max(ends) - min(ends)) * 0.25 or max(abs(max(ends)) * 0.25, 1.0)
    low = min(ends) - room
    return Scale(max(low, 0.0) if min(ends) >= 0 else low, max(ends) + room)


def _text(x: float, y: int, words: str, most: int, look: str) -> str:
    return f'<text x="{x}" y="{y}" {look}>{escape(cut(printable(words), most))}</text>'
