"""The annotations of a paragraph as lines of text, one per annotation, to be read beside the paragraph.

They are made from published rows, for terminals and for pages. The lines quote words of articles, so the caller must
escape them.

Example:
    >>> vouchers({"vouched_by": []}, {}, {}, "Realist English")
    'the article (Realist English)'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vouchbank.language.interval import Interval
from vouchbank.report.text import printable

Row = Mapping[str, Any]
UNKNOWN_VALUE = "unknown"  # the value would come from a layer that is missing or a draft
IN_WORDS = ("entities", "quantities", "attributions")  # the layers that these lines show


def annotation_lines(
    row: Row, paragraph: str, registry: Mapping[str, Row], layers: Iterable[str] = IN_WORDS
) -> Iterator[str]:
    """The annotations of one paragraph: entities on one line, then numbers and attributions, one per line.

    Args:
        row: The row of the article, with its layers nested.
        paragraph: The id of the paragraph.
        registry: The rows of the registry by key, for names.
        layers: The layers to show.
    """
    held = {name: [x for x in row[name] or () if x["paragraph_id"] == paragraph] for name in IN_WORDS if name in layers}
    if mentions := held.get("entities"):
        yield " · ".join(f"{_local(e)} {e['span']['text']} {_type(e)}" for e in mentions)
        yield from (f"{_local(e)}{_doubt(e)}" for e in mentions if _doubt(e))
    known = {a["id"]: a for layer in ("attributions", "quantities") for a in row[layer] or ()}
    for q in held.get("quantities", ()):
        yield " · ".join((f"{_local(q)} {q['statement']}", *_of_quantity(q, row, known, registry)))
    for a in held.get("attributions", ()):
        yield _attribution(a)


def _of_quantity(q: Row, row: Row, known: Mapping[str, Row], registry: Mapping[str, Row]) -> Iterator[str]:
    """What a number measures, its interval, its status, and who vouches for it."""
    if q["measured"]:
        yield f"measures {_joined(q['measured'])}"
    if q["measured_of"]:
        yield f"measures the same as {str(q['measured_of']).rpartition('-')[2]}"
    yield claimed_interval(q)
    yield told_status(q, known, registry)
    yield f"says: {vouchers(q, known, registry, row['outlet'])}{_doubt(q)}"


def _attribution(a: Row) -> str:
    """Source → cue → content, with their labels."""
    to = f" to {_joined(a['addressee'])}" if a["addressee"] else ""
    said = f" → {_joined(a['content'])}" if a["content"] else ""
    kinds = ", ".join(filter(None, (a["quotation"], a["polarity"], a["certainty"], a["source_kind"])))
    source = _joined(a["source"]) or "source not named"
    return f"{_local(a)} {source} → {_joined(a['cue'])}{to}{said} ({kinds}){_doubt(a)}"


def claimed_interval(quantity: Row) -> str:
    """The interval of a quantity, for people."""
    if quantity["lower"] is None and quantity["upper"] is None:
        return "vague"
    closed = bool(quantity["lower_closed"]), bool(quantity["upper_closed"])
    interval = Interval(quantity["lower"], quantity["upper"], *closed)
    said = f"≈ {str(interval).removeprefix('= ')}" if quantity["approximate"] else str(interval)
    code, unit = quantity["unit_code"] or "", printable((quantity.get("unit") or {}).get("text", ""))
    unit = unit if "." in code else code or unit  # the code of a decade is "10.a"; its words are clearer
    return f"{said} {unit}".rstrip()


def vouchers(quantity: Row, attributions: Mapping[str, Row], registry: Mapping[str, Row], outlet: str | None) -> str:
    """The names of those who vouch for a quantity, innermost first; the article itself if nobody else does."""
    if quantity["vouched_by"] is None:
        return UNKNOWN_VALUE
    if not quantity["vouched_by"]:
        return f"the article ({outlet})" if outlet else "the article"
    return " ← ".join(_named(name, attributions, registry) for name in quantity["vouched_by"])


def told_status(quantity: Row, records: Mapping[str, Row], registry: Mapping[str, Row]) -> str:
    """The status of a quantity, and who or which words make it disputed or unverified."""
    who = dict.fromkeys(_named(name, records, registry) for name in quantity["status_by"] or ())
    because = [*who, *(f"“{span['text']}”" for span in quantity["status_words"])]
    status = quantity["status"] or UNKNOWN_VALUE
    return f"{status} (because of {', '.join(because)})" if because else status


def _named(name: str, records: Mapping[str, Row], registry: Mapping[str, Row]) -> str:
    """The source of an attribution, by its name in the registry, or the words of a quantity."""
    row = records.get(name)
    if row is None or "source" not in row:
        return name if row is None else f"{name} {row['span']['text']}"
    known = registry.get(row["source_key"] or "")
    return str(known["name"]) if known else _joined(row["source"]) or f"{_joined(row['cue'])} (source not named)"


def _joined(spans: Iterable[Row]) -> str:
    return " … ".join(span["text"] for span in spans)


def _local(row: Row) -> str:
    return str(row["id"]).rpartition("-")[2]


def _type(mention: Row) -> str:
    kind = f"{mention['type']}/{mention['reading']}" if mention["reading"] else str(mention["type"])
    return f"{kind} ({mention['key']})" if mention["key"] else kind


def _doubt(row: Row) -> str:
    """The annotator's doubt and note, if any."""
    doubt = "" if row.get("sure", True) else " · not sure"
    return f"{doubt} · note: {row['note']}" if row.get("note") else doubt
