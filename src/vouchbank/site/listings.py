"""The pages of sources, claims and the registry: who says what, and where each entity is named.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> found = sources(SiteRows(Corpus(repository_root())))
    >>> next(one for one in found if one["key"] == "nicolas-maduro")["name"]
    'Nicolás Maduro'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vouchbank.site.data import Row, SiteRows, title_of, words_of
from vouchbank.site.tellings import ARTICLE, telling

NOT_NAMED = "not-named"


def sources(rows: SiteRows) -> list[dict[str, Any]]:
    """Every source, with what it says and the numbers it vouches for; sources with most numbers first."""
    says: dict[str, list[Row]] = {}
    for attribution in rows.layers["attributions"]:
        says.setdefault(str(attribution["source_key"] or NOT_NAMED), []).append(attribution)
    vouched: dict[str, list[dict[str, Any]]] = {}
    for quantity in rows.layers["quantities"]:
        told = telling(rows, quantity)
        for key in dict.fromkeys(key for key, _ in told["sources"]):
            vouched.setdefault(key, []).append(told)
    found = [_source(rows, key, says.get(key, []), vouched.get(key, [])) for key in {**says, **vouched}]
    return sorted(
        found, key=lambda one: (one["key"] in (ARTICLE, NOT_NAMED), -len(one["numbers"]), one["name"].lower())
    )


def _source(rows: SiteRows, key: str, says: Iterable[Row], numbers: list[dict[str, Any]]) -> dict[str, Any]:
    row = rows.registry.get(key)
    own = {ARTICLE: "The articles themselves", NOT_NAMED: "Unnamed sources"}
    principal = next((a for a in says if a["speaks_for"] and a["speaks_for"] != key), None)
    return {
        "key": key,
        "name": str(row["name"]) if row else own.get(key, key),
        "row": row,
        "numbers": numbers,
        "speaks_for": rows.registry.get(principal["speaks_for"]) if principal else None,
        "capacity": principal["capacity"] if principal else None,
        "statements": [_statement(rows, one) for one in says],
    }


def _statement(rows: SiteRows, attribution: Row) -> dict[str, Any]:
    article = str(attribution["article_id"])
    words = {name: " … ".join(s["text"] for s in attribution[name]) for name in ("source", "cue", "content")}
    marks = [attribution["polarity"] if attribution["polarity"] != "affirm" else "", attribution["certainty"]]
    return {
        "id": attribution["id"],
        "article": article,
        "title": title_of(rows.articles[article]),
        "marks": ", ".join(filter(None, marks)),
        **words,
    }


def registry(rows: SiteRows) -> list[dict[str, Any]]:
    """Every row of the registry, with its mentions."""
    mentions: dict[str, dict[str, list[str]]] = {}
    for mention in rows.layers["entities"]:
        if mention["key"]:
            mentions.setdefault(str(mention["key"]), {}).setdefault(str(mention["article_id"]), []).append(
                mention["id"]
            )
    speaking = {str(a["source_key"]) for a in rows.layers["attributions"] if a["source_key"]}
    found = [
        {
            **row,
            "mentions": [(article, ids) for article, ids in sorted(mentions.get(key, {}).items())],
            "principal": rows.registry.get(str(row["acts_for"])),
            "speaks": key in speaking,
        }
        for key, row in rows.registry.items()
    ]
    return sorted(found, key=lambda row: str(row["name"]).lower())


def claims(rows: SiteRows) -> list[dict[str, Any]]:
    """Every claim, with its members and their relations."""
    from vouchbank.site.tellings import relations

    found = []
    for claim in rows.shared.get("claims", ()):
        members = [_member(rows, name) for name in claim["members"] if name in rows.by_id]
        found.append({**claim, "members": members, "pairs": list(relations(rows, claim))})
    return sorted(found, key=lambda claim: str(claim["label"]))


def _member(rows: SiteRows, name: str) -> dict[str, Any]:
    from vouchbank.site.data import source_of

    row = rows.by_id[name]
    return {
        "id": name,
        "article": row["article_id"],
        "who": source_of(rows, row),
        "key": row.get("source_key") or "",
        "words": words_of(row),
        "cue": " … ".join(s["text"] for s in row.get("cue") or ()),
        "certainty": row.get("certainty") or "",
        "polarity": row.get("polarity") or "",
    }
