"""The rows of the tables `articles` and `segments`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from vouchbank.corpus import Article
from vouchbank.schema import Schema
from vouchbank.tables.rows import Row, layer_rows
from vouchbank.tables.shared import Shared

_FACTS = ("outlet", "published", "rights")


def article_row(article: Article, schema: Schema, layers: Mapping[str, Sequence[Row]]) -> Row:
    """The row of an article, with the rows of its layers nested; null for a missing or draft layer.

    Args:
        article: The article.
        schema: The schema of the tables.
        layers: The article's rows of each layer.
    """
    meta = article.seed.meta.values
    titles = [p.text for p in article.paragraphs if p.role == "title"]
    row: Row = {
        "article_id": article.id,
        "seed_file": meta["seed_file"],
        "seed_sha256": article.seed.sha256,
        "title": titles[0] if titles else None,
        "language": meta["language"],
        "evidence": [{"field": f, "quote": meta[f]["evidence"]} for f in _FACTS if f in meta and "from" not in meta[f]],
        "text": article.text,
        "text_sha256": hashlib.sha256(article.text.encode()).hexdigest(),
        "paragraphs": [
            {"id": p.id, "role": p.role, "start": p.span.start, "end": p.span.end} for p in article.paragraphs
        ],
        "map": article.normalised.map.to_deltas(),
        "layers": [
            {
                "layer": table.name,
                "status": article.status(table),
                "guidelines": article.files[table.file].header.get("guidelines"),
                "annotations": len(layers[table.name]) if article.known(table.name) else None,
            }
            for table in schema.layers
        ],
    }
    row |= {fact: meta[fact]["value"] if fact in meta else None for fact in _FACTS}
    table = schema.tables["articles"]
    for name in table.names:
        if name not in row:
            row[name] = list(layers[name]) if article.known(name) else None
    return {name: row[name] for name in table.names}


def whole_row(article: Article, schema: Schema, shared: Shared) -> Row:
    """The row of an article, including the rows of its layers."""
    return article_row(article, schema, {table.name: layer_rows(article, table, shared) for table in schema.layers})


def segment_rows(article: Article) -> list[Row]:
    """The rows of all segments, in order; their raw texts joined are the seed."""
    names = iter(article.paragraphs)
    return [
        {
            "article_id": article.id,
            "index": index,
            "raw_start": s.raw_start,
            "raw_end": s.raw_end,
            "raw_text": article.seed.raw[s.raw_start : s.raw_end],
            "kept": s.kept,
            "role": s.role,
            "rule": s.rule,
            "paragraph_id": next(names).id if s.kept else None,
            "start": s.start,
            "end": s.end,
        }
        for index, s in enumerate(article.normalised.segments)
    ]
