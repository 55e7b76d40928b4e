"""Findings for people: the place, what is wrong, the line and the text with the spot underlined, and what to do.

Example:
    >>> from vouchbank.findings import Finding, Place
    >>> place = Place("e.toml", 1, 8, 1, 14)
    >>> said = ("invalid value 'ORGA' for `type`", place, "did you mean 'ORG'?")
    >>> print(plain(Finding("unknown-label", *said, line='type = "ORGA"')))
    e.toml:1:8: error: invalid value 'ORGA' for `type` [unknown-label]
       1 | type = "ORGA"
         |        ^^^^^^
         = help: did you mean 'ORG'?
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vouchbank.findings import Excerpt, Finding, Fix
from vouchbank.report.run import Run
from vouchbank.report.text import MAX_LINE, printable, width

Paint = Callable[[str, str], str]
STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold green",
    "place": "bold",
    "gutter": "blue",
    "words": "cyan",
}


def no_paint(text: str, kind: str) -> str:
    """Text without colour."""
    return text


def terminal_paint(text: str, kind: str) -> str:
    """Text in the colour of its kind; colour never carries information by itself."""
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(STYLES[kind]).render(text, color_system=ColorSystem.STANDARD)


def human(run: Run, paint: Paint = no_paint) -> Iterator[str]:
    """Every finding, in the order given, and the closing line."""
    for finding in run.findings:
        yield plain(finding, paint)
    yield run.counted()


def counts(run: Run) -> Iterator[str]:
    """The number of findings of each check, most first, with the title of the check."""
    found = run.by_check()
    wide = max((len(f"{count:,}") for count, _, _ in found), default=0)
    long = max((len(slug) for _, slug, _ in found), default=0)
    for count, slug, severity in found:
        title = run.checks[slug].title if slug in run.checks else ""
        yield f"{count:>{wide},}  {severity:<7}  {slug:<{long}}  {title}".rstrip()


def plain(finding: Finding, paint: Paint = no_paint) -> str:
    """A finding as text, with its source line and its words in the article.

    Args:
        finding: The finding.
        paint: Gives text the colour of its kind.
    """
    line, excerpt = finding.line, finding.excerpt
    kind = str(finding.severity)
    place, message = paint(printable(str(finding.place)), "place"), printable(finding.message)
    parts = [f"{place}: {paint(kind, kind)}: {message} [{finding.slug}]"]
    # every further line begins with a bar or another sign, so that no quoted text can start a command in a log
    # a place at the start of a file without an end means the whole file, so its first line is not shown
    whole = (finding.place.line, finding.place.column, finding.place.end_line) == (1, 1, 0)
    number = str(finding.place.line) if line.strip() and not whole else ""
    gutter = max(4, len(number), len(excerpt.paragraph) if excerpt else 0)

    def row(label: str, text: str, sign: str = "|") -> str:
        return f"{paint(f'{label:>{gutter}} {sign}', 'gutter')} {text}"

    if number:
        shown, caret = underlined(finding)
        parts += [row(number, shown), row("", _painted(caret, kind, paint))]
    if excerpt:
        shown, marks = marked(excerpt)
        parts += [row(excerpt.paragraph, shown), row("", _painted(marks, "words", paint))]
    parts += [row("", said, sign) for sign, said in _advice(finding)]
    return "\n".join(parts)


def _advice(finding: Finding) -> Iterator[tuple[str, str]]:
    """The lines that say what to do, each with its sign."""
    for related in finding.related:
        yield "=", f"see {printable(str(related.place))}: {printable(related.message)}"
    if finding.waived:
        yield "=", f"waived: {printable(finding.waived)}"
        return
    if finding.help:
        yield "=", f"help: {printable(finding.help)}"
    yield from (("|", printable(line)) for line in finding.paste)
    if finding.fix:
        yield "=", f"fix: {fix_line(finding.fix)}"


def fix_line(fix: Fix) -> str:
    """The title of a fix, and whether `check --fix` may apply it."""
    how = "safe: vouchbank check --fix" if fix.safe else "unsafe: check that it is what you mean, then edit"
    return f"{printable(fix.title)} ({how})"


def _painted(marks: str, kind: str, paint: Paint) -> str:
    indent = len(marks) - len(marks.lstrip())
    return marks[:indent] + paint(marks[indent:], kind)


def underlined(finding: Finding) -> tuple[str, str]:
    """The source line, shortened with `…` to fit, and a line of carets below the spot, by display width."""
    place, line = finding.place, finding.line
    start = max(0, place.column - 1)
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    end = min(max(end, start + 1), len(line)) if line else 0
    cut = max(0, min(start - MAX_LINE // 2, len(line) - MAX_LINE))
    stop = cut + MAX_LINE
    before, after = "…" * (cut > 0), "…" * (stop < len(line))
    indent = width(before + printable(line[cut:start]))
    length = max(1, width(before + printable(line[cut : min(end, stop)])) - indent)
    return f"{before}{printable(line[cut:stop])}{after}", " " * indent + "^" * length


def marked(excerpt: Excerpt) -> tuple[str, str]:
    """The words of an excerpt, and a line of dashes below the marked ones, by display width, with a caption."""
    below = ""
    for mark in excerpt.marks:
        below += " " * (width(printable(excerpt.text[: mark.start])) - len(below))
        below += "-" * (width(printable(excerpt.text[: mark.end])) - len(below))
    return printable(excerpt.text), f"{below} {printable(excerpt.caption)}"
