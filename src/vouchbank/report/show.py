"""Show an article with its layers marked, and the table of who vouches for the numbers, in a terminal.

Everything is made from published rows, so it looks the same for sources and for an installed corpus. Colour never
carries information by itself: the annotations of each paragraph are listed below it with their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich import box
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from vouchbank.report.annotation_lines import annotation_lines, claimed_interval, told_status, vouchers
from vouchbank.report.text import MAX_WORDS, cut, places, plural, printable

if TYPE_CHECKING:
    from rich.console import RenderableType

Row = Mapping[str, Any]
# what is marked in an article, its style, and its meaning in the key
STYLES = {
    "entity": ("cyan", "who or what is mentioned"),
    "quantity": ("bold black on yellow", "a number"),
    "source": ("bold green", "who says it"),
    "cue": ("bold magenta", "the words that attribute it"),
    "content": ("italic", "what is said"),
    "addressee": ("green", "to whom it is said"),
}


def article_view(row: Row) -> Iterator[RenderableType]:
    """An article with its layers marked, paragraph by paragraph.

    Args:
        row: Its row of the table `articles`, with the layers nested.
    """
    about = [
        f"article {row['article_id']}",
        row["outlet"] or "outlet unknown",
        row["published"] or "date unknown",
    ]
    yield Text(printable(" · ".join(about)), style="bold")
    layers = ", ".join(f"{layer['layer']} {layer['status']}" for layer in row["layers"])
    yield Text(f"annotated: {printable(layers)}\n", style="dim")
    marks = [Text.assemble((name, style), f" = {said}") for name, (style, said) in STYLES.items()]
    yield Text.assemble("marked: ", Text("; ").join(marks), "\n")
    for paragraph in row["paragraphs"]:
        yield _paragraph(row, paragraph)
        lines = [printable(line) for line in annotation_lines(row, paragraph["id"], {})]
        yield Padding(Text("".join(f"{line}\n" for line in lines), style="dim"), (0, 0, 0, 3))


def quantities_table(articles: Iterable[Row], registry: Iterable[Row]) -> Table:
    """The table of numbers: words, statement, interval, voucher by name, status with its reason, and article.

    Args:
        articles: Rows of the table `articles`, with the layers nested.
        registry: The rows of the table `registry`, for names.
    """
    table = Table(
        title="Who vouches for the numbers", box=box.SIMPLE_HEAD, title_style="bold", expand=True, collapse_padding=True
    )
    for heading, ratio in (
        ("number", 4), ("what it says", 8), ("interval", 4), ("who vouches", 5), ("status", 5), ("article", None)
    ):  # fmt: skip
        table.add_column(heading, overflow="fold", ratio=ratio)
    named = {row["key"]: row for row in registry}
    for row in articles:
        known = {one["id"]: one for layer in ("attributions", "quantities") for one in row[layer] or ()}
        for quantity in row["quantities"] or ():
            cells = [
                quantity["span"]["text"],
                quantity["statement"],
                claimed_interval(quantity),
                vouchers(quantity, known, named, row["outlet"]),
                told_status(quantity, known, named),
                f"{quantity['id']} {quantity['paragraph_id']}",
            ]
            table.add_row(*(Text(printable(cell)) for cell in cells))
    return table


def unfinished(articles: Iterable[Row]) -> str:
    """The lines that name the articles whose quantities are missing or still a draft; empty if there are none."""
    found: dict[str, list[str]] = {"missing": [], "draft": []}
    for row in articles:
        for layer in row["layers"]:
            if layer["layer"] == "quantities" and layer["status"] in found:
                found[layer["status"]].append(row["article_id"])
    lines = {"numbers not annotated in": found["missing"], "numbers still a draft in": found["draft"]}
    return "\n".join(f"{said}: {', '.join(names)}" for said, names in lines.items() if names)


def figure_lines(figures: Iterable[Row], quantities: Iterable[Row]) -> Iterator[str]:
    """Every figure with its members and the relations of its pairs, from the tables `figures` and `quantities`."""
    known = {row["id"]: row for row in quantities}
    for figure in figures:
        yield f"{figure['id']}: {printable(figure['label'])}"
        for member in figure["members"]:
            yield printable(f"  {_told(known[member])}" if member in known else f"  {member} cannot be read")
        for pair in figure["pairs"]:
            yield printable(f"  {pair['a']} is {pair['relation']} to {pair['b']}: {pair['reason']}")


def _told(row: Row) -> str:
    by = ", ".join(row["vouched_by"] or ()) or "the article"
    return f"{row['id']} {row['span']['text']!r} in {row['statement']!r}: {row['interval'] or 'vague'}, {by}"


def removed_lines(ids: Iterable[str], segments: Iterable[Row]) -> Iterator[str]:
    """For each article, the removed lines, then those kept but uncertain: from rows of `segments`."""
    held: dict[str, list[Row]] = {name: [] for name in ids}
    for row in segments:
        held[row["article_id"]].append(row)
    for name, rows in held.items():
        removed, unsure = pieces(rows, MAX_WORDS)
        yield f"{name}: {plural(len(removed), 'line')} removed"
        yield from removed
        if unsure:
            yield f"{name}: {plural(len(unsure), 'line')} kept, but uncertain"
            yield from unsure


def pieces(segments: Iterable[Row], most: int) -> tuple[list[str], list[str]]:
    """The removed lines of an article and the uncertain ones, each shortened and with its rule."""
    told: dict[bool, list[str]] = {False: [], True: []}
    for row in segments:
        told[row["kept"]].append(f"  {row['rule']}: {cut(printable(row['raw_text'].strip()), most)}")
    return told[False], told[True]


def _paragraph(row: Row, paragraph: Row) -> Text:
    start, end = paragraph["start"], paragraph["end"]
    words = row["text"][start:end]
    at = places(words)
    text = Text(printable(words))
    for style, span in _marks(row):
        if span["start"] >= start and span["end"] <= end:
            text.stylize(STYLES[style][0], at(span["start"] - start), at(span["end"] - start))
    head = Text(f"{printable(paragraph['id'])} ", style="bold dim")
    head.append(f"{printable(paragraph['role'])}\n", style="dim")
    return head + text


def _marks(row: Row) -> Iterator[tuple[str, Row]]:
    for attribution in row["attributions"] or ():
        yield from ((field, s) for field in ("content", "source", "addressee", "cue") for s in attribution[field])
    yield from (("entity", e["span"]) for e in row["entities"] or ())
    yield from (("quantity", q["span"]) for q in row["quantities"] or ())
