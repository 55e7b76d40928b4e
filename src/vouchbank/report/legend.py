"""What the signs in the view of an article mean, for who has not read the guidelines: only those that it shows.

Example:
    >>> row = {"article_id": "004", "layers": [], "paragraphs": [], "entities": None, "attributions": None}
    >>> row["quantities"] = [{"status": "asserted"}]
    >>> from vouchbank.schema import default_schema_folder, load_schema
    >>> print(list(legend([row], load_schema(default_schema_folder())))[-1])
    status of a number: asserted (the article itself says so)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchbank.schema import Column, Schema

SIGNS = """\
What the signs mean
p1: first paragraph; e1: first mention of somebody or something; q1: first number; a1: first time that somebody says \
something (in the data with the article in front, as {article}-a1)
e1 words kind/what a place stands for (key in the registry)
q1 what the number says · what it measures · what it claims · status · who says it (≥ at \
least, > over, ≤ at most, < under, = exactly, ≈ about; vague: \
the words give no bounds; … words left out)
a1 who → the words that say so → what is said (content in quotation marks, attitude, how surely, kind of source)"""
# heading, table and column of the labels that stand in the view of an article
LABELS = (
    ("kind of a mention", "entities", "type"),
    ("a place stands for", "entities", "reading"),
    ("status of a number", "quantities", "status"),
    ("content in quotation marks", "attributions", "quotation"),
    ("attitude", "attributions", "polarity"),
    ("how surely", "attributions", "certainty"),
    ("kind of source", "attributions", "source_kind"),
)


def legend(articles: Sequence[Mapping[str, Any]], schema: Schema) -> Iterator[str]:
    """The lines below articles that explain ids, signs and labels.

    Args:
        articles: Their rows of the table `articles`, the layers nested.
        schema: Says what a label means.
    """
    yield SIGNS.format(article=articles[0]["article_id"])
    layers = schema.tables["articles"].column("layers").item
    shown = [("part of the text", schema.tables["segments"].column("role"), "paragraphs")]
    shown += [("how far it is annotated", c, "layers") for c in (layers.fields if layers else ()) if c.name == "status"]
    shown += [(said, schema.tables[table].column(name), table) for said, table, name in LABELS]
    for said, column, table in shown:
        if listed := _labels(column, {one.get(column.name) for row in articles for one in row[table] or ()}):
            yield f"{said}: {listed}"


def _labels(column: Column, used: set[Any]) -> str:
    told = {
        label.name: label.description.partition(". ")[0].rstrip(".") for label in column.labels if label.name in used
    }
    return ", ".join(f"{name} ({said[:1].lower()}{said[1:]})" for name, said in told.items())
