"""The legend of the view of an article, for readers who do not know the guidelines; it has only the signs in use.

Example:
    >>> row = {"article_id": "004", "layers": [], "paragraphs": [], "entities": None, "attributions": None}
    >>> row["quantities"] = [{"status": "asserted"}]
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> print(list(legend([row], load_schema(default_schema_folder())))[-1])
    status of a number: asserted (the article itself vouches for it)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchbank.schema import Column, Schema

SIGNS = """\
Legend
ids: p1 first paragraph, e1 first mention, q1 first number, a1 first attribution (in the data with the article's id: \
{article}-a1)
mention: e1 words TYPE/reading (registry key)
number: q1 statement · what it measures · interval · status · who vouches
interval: ≥ at least, > more than, ≤ at most, < less than, = exactly, ≈ about; vague: no bounds; … words left out
attribution: a1 source → cue → content (quotation, polarity, certainty, kind of source)"""
# heading, table and column of the labels in the view of an article
LABELS = (
    ("type of a mention", "entities", "type"),
    ("reading of a place", "entities", "reading"),
    ("status of a number", "quantities", "status"),
    ("quotation", "attributions", "quotation"),
    ("polarity", "attributions", "polarity"),
    ("certainty", "attributions", "certainty"),
    ("kind of source", "attributions", "source_kind"),
)


def legend(articles: Sequence[Mapping[str, Any]], schema: Schema) -> Iterator[str]:
    """The lines below articles that explain ids, signs and labels.

    Args:
        articles: Their rows of the table `articles`, with the layers nested.
        schema: Describes the labels.
    """
    yield SIGNS.format(article=articles[0]["article_id"])
    layers = schema.tables["articles"].column("layers").item
    shown = [("role of a paragraph", schema.tables["segments"].column("role"), "paragraphs")]
    shown += [("status of a layer", c, "layers") for c in (layers.fields if layers else ()) if c.name == "status"]
    shown += [(said, schema.tables[table].column(name), table) for said, table, name in LABELS]
    for said, column, table in shown:
        if listed := _labels(column, {one.get(column.name) for row in articles for one in row[table] or ()}):
            yield f"{said}: {listed}"


def _labels(column: Column, used: set[Any]) -> str:
    told = {
        label.name: label.description.partition(". ")[0].rstrip(".") for label in column.labels if label.name in used
    }
    return ", ".join(f"{name} ({said[:1].lower()}{said[1:]})" for name, said in told.items())
