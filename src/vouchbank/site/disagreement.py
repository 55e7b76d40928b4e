"""The agreement page: where the annotators differed, what each one had, what was decided, and why.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> found = disagreements(Corpus(repository_root()))
    >>> found[4]["article"], sorted(found[4]["differences"][0]["held"])[:2]
    ('004', ['annotator-a', 'annotator-b'])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchbank.compare.adjudication import DROP, KEEP, aligned_with_gold, with_rows
from vouchbank.compare.annotators import GOLD, adjudication, listed_annotators
from vouchbank.compare.pairs import Match
from vouchbank.corpus import Corpus

CHOICES = {KEEP: "kept", DROP: "dropped", "other": "another value"}


def usable(corpus: Corpus) -> bool:
    """Whether the work of the annotators and the decisions can be read."""
    from vouchbank.checks import check
    from vouchbank.checks.adjudicated import unusable

    return not unusable(check(corpus))


def disagreements(corpus: Corpus) -> list[dict[str, Any]]:
    """For each article the differences of its annotators, and what all of them had wrong."""
    return [_article(corpus, name) for name in corpus.article_ids if listed_annotators(corpus, name)]


def shared_disagreements(corpus: Corpus) -> list[Mapping[str, Any]]:
    """The decisions about the registry, figures and claims."""
    return _rows(adjudication(corpus, "corpus").values, "difference")


def _article(corpus: Corpus, article: str) -> dict[str, Any]:
    names = listed_annotators(corpus, article)
    aligned = aligned_with_gold(corpus, article)
    stated = adjudication(corpus, article).values
    rows = _rows(stated, "difference")
    found = [
        _difference(article, m, field, rows[at] if at >= 0 else {}, names)
        for m, field, at in with_rows(aligned.matches, rows, names)
    ]
    return {
        "article": article,
        "annotators": names,
        "differences": found,
        "wrong": [_wrong(article, row, aligned.matches) for row in _rows(stated, "all_wrong")],
    }


def _rows(stated: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    held = stated.get(name)
    return [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []


def _difference(article: str, match: Match, field: str, row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    having = match.having([name for name in names if name in match.members], field)
    gold = match.members.get(GOLD)
    choice = str(row.get("choice", ""))
    return {
        "layer": match.layer,
        "field": field,
        "id": gold.id if gold else "",
        "words": _words(match),
        "held": {name: _value(match, name, field) for name in having},
        "without": [name for name in match.whole(names) if name not in match.members],
        "gold": _value(match, GOLD, field) if gold and (not field or field in match.values[GOLD]) else "",
        "choice": CHOICES.get(choice, choice),
        "reason": row.get("reason", ""),
        "article": article,
    }


def _words(match: Match) -> str:
    """The words of an annotation, as the gold has them or else the first annotator."""
    annotator = GOLD if GOLD in match.members else next(iter(match.members))
    return _value(match, annotator, "")


def _value(match: Match, annotator: str, field: str) -> str:
    if field:
        return _said(match.shown(annotator, field))
    anchors = (match.shown(annotator, column) for column in match.members[annotator].record.table.anchor)
    return " · ".join(filter(None, map(_said, anchors)))


def _said(value: Any) -> str:
    if value in (None, [], ""):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " … ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _wrong(article: str, row: Mapping[str, Any], matches: Sequence[Match]) -> dict[str, Any]:
    gold = str(row.get("gold", ""))
    match = next(_of(matches, str(row.get("layer", "")), gold, row.get("ids")), None)
    return {
        "layer": row.get("layer", ""),
        "field": row.get("field", ""),
        "id": f"{article}-{gold}" if gold else "",
        "words": _words(match) if match else "",
        "reason": row.get("reason", ""),
        "article": article,
    }


def _of(matches: Sequence[Match], layer: str, gold: str, ids: Any) -> Iterator[Match]:
    """The annotation that a row is about, by its id in the gold or else by those of the annotators."""
    for match in (match for match in matches if match.layer == layer):
        if (gold and match.ids([GOLD]).get(GOLD) == gold) or (isinstance(ids, dict) and ids and match.ids(ids) == ids):
            yield match
