"""The front page: every figure with its tellings, who vouches for each and who disputes it; then the other numbers.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> told = front(SiteRows(Corpus(repository_root())))
    >>> told["figures"][-1]["label"], [one["interval"] for one in told["figures"][-1]["tellings"]]
    ('U.S. strikes on vessels suspected of carrying drugs', ['vague', '≥ 21'])
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vouchbank.site.data import TURNED, Row, SiteRows, said, source_of, title_of

ARTICLE = "the-article"  # the source of a number that nobody else vouches for
BOUNDS = ("lower", "upper", "lower_closed", "upper_closed", "approximate")


def front(rows: SiteRows) -> dict[str, Any]:
    """The data of the front page."""
    figures = [_figure(rows, row) for row in rows.shared.get("figures", ())]
    told = {one["id"] for figure in figures for one in figure["tellings"]}
    once = [telling(rows, row) for row in rows.layers["quantities"] if row["id"] not in told]
    listed = [one for figure in figures for one in figure["tellings"]] + once
    names = {key: name for one in listed for key, name in one["sources"]}
    statuses = [label.name for label in rows.schema.tables["quantities"].column("status").labels]
    return {
        "figures": sorted(figures, key=lambda figure: (-len(figure["tellings"]), str(figure["label"]))),
        "once": once,
        "count": len(listed),
        "sources": sorted(names.items(), key=lambda item: (item[0] == ARTICLE, item[1].lower())),
        "statuses": [name for name in statuses if any(one["status"] == name for one in listed)],
        "articles": [(name, title_of(row)) for name, row in rows.articles.items()],
    }


def _figure(rows: SiteRows, figure: Row) -> dict[str, Any]:
    told = [telling(rows, rows.by_id[name]) for name in figure["members"] if name in rows.by_id]
    units = {one["unit"] for one in told}
    return {
        "id": figure["id"],
        "label": figure["label"],
        "tellings": told,
        "unit": ", ".join(sorted(units)),
        "bounded": any(one["bounds"]["lower"] is not None or one["bounds"]["upper"] is not None for one in told),
        "pairs": list(relations(rows, figure)),
        "note": figure["note"],
    }


def telling(rows: SiteRows, quantity: Row) -> dict[str, Any]:
    """One number of one article, as a row of the front page."""
    return {
        "id": quantity["id"],
        "article": quantity["article_id"],
        "title": title_of(rows.articles[str(quantity["article_id"])]),
        "words": quantity["span"]["text"],
        "statement": quantity["statement"],
        "bounds": {name: quantity[name] for name in BOUNDS},
        "unit": quantity["unit_code"] or quantity["dimension"],
        "status": quantity["status"] or "",
        "against": against(rows, quantity),
        "sources": list(_sources(rows, quantity)),
        **{name: value for name, value in said(rows, quantity).items() if name != "status"},
    }


def against(rows: SiteRows, quantity: Row) -> list[tuple[str, str, str]]:
    """Who disputes a number or calls it unconfirmed: id, name and words; the id is empty if only words do."""
    found = []
    for name in quantity["status_by"] or ():
        row = rows.by_id.get(name)
        if row is not None:
            cue = " … ".join(span["text"] for span in row.get("cue") or ())
            found.append((name, source_of(rows, row), cue))
    return [*found, *(("", "the article", span["text"]) for span in quantity["status_words"])]


def _sources(rows: SiteRows, quantity: Row) -> Iterator[tuple[str, str]]:
    """The sources in the chain of vouchers, by key and name; the article if the chain is empty."""
    chain = [rows.by_id[name] for name in quantity["vouched_by"] or () if name in rows.by_id]
    yield from ((str(row["source_key"] or "not-named"), source_of(rows, row)) for row in chain)
    if quantity["vouched_by"] == []:
        yield ARTICLE, "the article itself"


def relations(rows: SiteRows, group: Row) -> Iterator[dict[str, Any]]:
    """The pairs of a figure or a claim; each relation reads from the first member to the second."""
    for pair in group["pairs"]:
        if pair["a"] in rows.by_id and pair["b"] in rows.by_id:
            yield {**pair, "relation": str(pair["relation"]).replace("_", " ")}


def between(pairs: list[dict[str, Any]], a: str, b: str) -> str:
    """The relation of one member to another; empty if they are not a pair."""
    for pair in pairs:
        if (pair["a"], pair["b"]) == (a, b):
            return str(pair["relation"])
        if (pair["b"], pair["a"]) == (a, b):
            return TURNED.get(str(pair["relation"]), str(pair["relation"]))
    return ""
