"""Plots of figures as SVG: every claimed interval, by article and source.

The same rows give the same bytes: text stays text, ids come from a fixed salt, and no date is written.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SALT = "vouchbank"


@dataclass(frozen=True, slots=True)
class Claim:
    """One line of a plot: who claims which interval, in which words."""

    label: str
    words: str
    lower: float | None
    upper: float | None
    lower_closed: bool
    upper_closed: bool
    approximate: bool
    status: str


COLOURS = {"claimed": "#1f6f8b", "asserted": "#444444", "disputed": "#b3261e", "unverified": "#c77700"}


def interval_plot(title: str, claims: Sequence[Claim], unit: str = "") -> bytes:
    """An SVG with one line per claim, an axis with its unit, and a key.

    A vague amount has only its words, beside the axis.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    settings: Any = {
        "svg.hashsalt": SALT,
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "text.parse_math": False,
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(8.5, 1.6 + 0.62 * len(claims)), layout="constrained")
        axes = figure.subplots()
        low, high = _range(claims)
        for row, claim in enumerate(claims):
            _draw(axes, len(claims) - 1 - row, claim, low, high)
        axes.set_xlim(low, high)
        axes.set_ylim(-0.6, len(claims) - 0.4)
        axes.set_yticks(range(len(claims)), [c.label for c in reversed(claims)])
        whole = all(end == int(end) for end in _ends(claims))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=whole))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if whole else f"{value:,g}")
        if not _ends(claims):
            axes.set_xticks([])
        axes.set_xlabel(unit, fontsize=9)
        figure.legend(handles=_key(claims), loc="outside lower left", ncols=4, fontsize=8, frameon=False)
        axes.set_title(title, loc="left", fontsize=11)
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return buffer.getvalue()


def has_bounds(claims: Sequence[Claim]) -> bool:
    """Whether a plot of these would show anything."""
    return bool(_ends(claims))


def _key(claims: Sequence[Claim]) -> list[Any]:
    """The key of the colours in use and of the shapes."""
    from matplotlib.lines import Line2D

    said = {claim.status for claim in claims}
    lines = [Line2D([], [], color=c, linewidth=2.5, label=status) for status, c in COLOURS.items() if status in said]
    shapes = (
        ("o", "#444444", "bound included"),
        ("o", "white", "bound excluded"),
        ("D", "#444444", "approximate"),
        (">", "#444444", "no bound"),
    )
    look: dict[str, Any] = {"color": "#444444", "linestyle": "", "markersize": 6}
    return lines + [Line2D([], [], marker=m, markerfacecolor=face, label=name, **look) for m, face, name in shapes]


def _ends(claims: Sequence[Claim]) -> list[float]:
    return [end for claim in claims for end in (claim.lower, claim.upper) if end is not None]


def _range(claims: Sequence[Claim]) -> tuple[float, float]:
    ends = _ends(claims)
    if not ends:
        return 0.0, 1.0
    low, high = min(ends), max(ends)
    room = (high - low) * 0.35 or max(abs(high) * 0.2, 1.0)
    return max(0.0, low - room) if low >= 0 else low - room, high + room


def _draw(axes: Any, y: int, claim: Claim, low: float, high: float) -> None:
    colour = COLOURS[claim.status]
    left = -math.inf if claim.lower is None else claim.lower
    right = math.inf if claim.upper is None else claim.upper
    about = f"{claim.words} ({claim.status})"
    if claim.lower is None and claim.upper is None:  # beside the axis, because it has no number
        beside = {"transform": axes.get_yaxis_transform(), "va": "center", "style": "italic"}
        axes.text(1.03, y, about.replace(" (", "\n("), color=colour, fontsize=9, **beside)
        return
    start, end = max(left, low), min(right, high)
    axes.plot([start, end], [y, y], color=colour, linewidth=2.5, solid_capstyle="butt")
    for value, closed in ((claim.lower, claim.lower_closed), (claim.upper, claim.upper_closed)):
        if value is not None:
            shape = "D" if claim.approximate else "o"
            face = colour if closed else "white"
            axes.plot([value], [y], marker=shape, color=colour, markerfacecolor=face, markersize=7)
    if math.isinf(right):
        axes.plot([high], [y], marker=">", color=colour, markersize=8, clip_on=False)
    if math.isinf(left):
        axes.plot([low], [y], marker="<", color=colour, markersize=8, clip_on=False)
    axes.text((start + end) / 2, y + 0.2, about, color=colour, ha="center", va="bottom", fontsize=9)
