"""Recompute the computed values of published rows from other published values.

Only the tables are needed, so the checks also work on a download. Values are recomputed with the functions of the build
if rows suffice for these; otherwise as much is checked as the rows allow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vouchbank.checks.against_sources import Difference, differences
from vouchbank.checks.read_back import JudgedTables
from vouchbank.checks.rule import Faults, rule
from vouchbank.findings import Level
from vouchbank.language.interval import parse_interval
from vouchbank.tables.one_line import lines_of_rows
from vouchbank.tables.rows import NO_INTERVAL
from vouchbank.tables.shared import principal_of, principals_of

BOUNDS = ("lower", "upper", "lower_closed", "upper_closed")
Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]


@rule(level=Level.ACROSS)
def computed_value_differs(tables: JudgedTables) -> Faults:
    """A computed value does not follow from the values it is computed from.

    Recomputed are, for quantities, the bounds (from the interval), the figure, the status and its evidence (from
    vouchers, denials and disputes) and the statement (from its spans); for entities, the Wikidata item; for
    attributions, whom the source speaks for and in what capacity (from the registry).
    """
    for index, row in enumerate(tables.rows.get("quantities", ())):
        bounds = parse_interval(row["interval"] or "") or NO_INTERVAL
        for one in differences({name: getattr(bounds, name) for name in BOUNDS}, {name: row[name] for name in BOUNDS}):
            yield tables.at_row("quantities", index, str(one))
    figures = {member: row["id"] for row in tables.rows.get("figures", ()) for member in row["members"] or ()}
    qids = {row["key"]: row["qid"] for row in tables.rows.get("registry", ())}
    expected = [("quantities", "figure_id", figures, "id")] if "figures" in tables.rows else []
    for name, column, made, key in [*expected, *([("entities", "qid", qids, "key")] if qids else [])]:
        for index, row in enumerate(tables.rows.get(name, ())):
            if row[column] != made.get(row[key]):
                yield tables.at_row(name, index, str(Difference(column, made.get(row[key]), row[column])))
    if tables.rows.keys() >= {"quantities", "attributions", "entities", "registry"}:
        yield from _of_articles(tables)


def _of_articles(tables: JudgedTables) -> Faults:
    """The values computed within one article."""
    rows: dict[str, dict[str, list[Row]]] = {name: {} for name in ("quantities", "attributions", "entities")}
    for name, held in rows.items():
        for row in tables.rows[name]:
            held.setdefault(row["article_id"], []).append(row)
    own = {article: {name: held.get(article, []) for name, held in rows.items()} for article in tables.texts}
    lines = lines_of_rows(tables.texts, tables.rows["quantities"], tables.rows["entities"])
    for index, row in enumerate(tables.rows["quantities"]):
        if row["id"] in lines:
            line = differences(lines[row["id"]], row["statement"], "statement")
            for one in (*line, *_status(row, own[row["article_id"]])):
                yield tables.at_row("quantities", index, str(one))
    registry = {row["key"]: row for row in tables.rows["registry"]}
    principals = principals_of(registry)
    for index, row in enumerate(tables.rows["attributions"]):
        for wrong in _speaking(row, registry, principals, own.get(row["article_id"], {}).get("entities", ())):
            yield tables.at_row("attributions", index, str(wrong))


def _status(row: Row, article: Rows) -> Iterator[Difference]:
    """What is wrong with the status of a number and its evidence."""
    if row["status_by"] is None and row["vouched_by"] is None:
        made = None
    else:
        found, stated = evidence_in(row, article), row["status_by"] or []
        lacking = sorted(found - {*stated})
        if lacking and not (not stated and row["status"] in ("claimed", "asserted") and row["note"]):
            yield Difference("status_by", sorted({*stated, *found}), stated)
        polarity = {a["id"]: a["polarity"] for a in article["attributions"]}
        disputing = {q["id"] for q in article["quantities"]}
        if any(name in disputing or polarity.get(name) in ("deny", "doubt") for name in stated):
            made = "disputed"
        elif stated or row["status_words"]:
            made = "unverified"
        else:
            made = None if row["vouched_by"] is None else "claimed" if row["vouched_by"] else "asserted"
    if row["status"] != made:
        yield Difference("status", made, row["status"])


def evidence_in(row: Row, article: Rows) -> set[str]:
    """The ids that contest a number, as `vouchbank.tables.statements.evidence` finds them in the sources.

    Example:
        >>> claim = {"id": "000-a1", "polarity": "affirm", "about": [], "content": [{"start": 10, "end": 30}]}
        >>> doubt = {"id": "000-a2", "polarity": "doubt", "about": ["000-a1"], "content": [{"start": 4, "end": 30}]}
        >>> boats = {"id": "000-q1", "span": {"start": 20, "end": 22}, "disputes": []}
        >>> evidence_in(boats, {"quantities": [boats], "attributions": [claim, doubt]})
        {'000-a2'}
    """
    found = {other["id"] for other in article["quantities"] if row["id"] in (other["disputes"] or ())}
    holding = [a for a in article["attributions"] if any(_holds(c, row) for c in a["content"] or ())]
    vouching = {a["id"] for a in holding if a["polarity"] == "affirm"}
    for other in holding:
        alone = any(
            _holds(c, row) and sum(c["start"] <= q["span"]["start"] < c["end"] for q in article["quantities"]) == 1
            for c in other["content"]
        )
        if other["polarity"] in ("deny", "doubt") and vouching.intersection(other["about"] or ()) and alone:
            found.add(other["id"])
    return found


def _holds(outer: Row, row: Row) -> bool:
    return bool(outer["start"] <= row["span"]["start"] and row["span"]["end"] <= outer["end"])


def _speaking(
    row: Row, registry: Mapping[str, Row], principals: Mapping[str, tuple[str, bool]], entities: Sequence[Row]
) -> Iterator[Difference]:
    """What is wrong with whom a source speaks for; places whose mentions have several readings are skipped."""
    known, source = registry.get(row["source_key"] or ""), list(row["source"] or ())
    readings = {e["reading"] for e in entities if len(source) == 1 and _holds(source[0], e)}
    if known is not None and known["type"] == "GPE" and len(readings) > 1 and "government" in readings:
        return
    found = principal_of(known, known["key"], principals, "government" in readings) if known else None
    last, official = found or (None, False)
    expected = {"speaks_for": last, "capacity": ("official" if official else "affiliated") if found else None}
    yield from differences(expected, {name: row[name] for name in expected})
