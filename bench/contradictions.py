"""Contradictions that a schema cannot state: words and values that determine another value.

They are written independently of the checks, so that a check that forgets a case does not excuse itself. The sources
are assumed to be right, so the unchanged fields determine the changed one. Mutants without a contradiction here count
as plausible.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

from bench.sources import Quote, Sources, Spot
from vouchbank.language.interval import Interval, parse_interval
from vouchbank.language.number_words import numbers
from vouchbank.language.quotation import quoted
from vouchbank.language.relations import admissible
from vouchbank.spans import Span, inside_any

Values = Mapping[str, Any]
TIMES = ("DATE", "TIME")
COUNTED = ("quantities", "non_quantities")
NEED_UNIT = ("money", "length", "duration", "mass", "percent")
KNOWN = ("named", "author", "document", "outlet")
MAY_BE_MUTUAL = ("disputes", "excludes")


def contradicted(sources: Sources, at: Spot, new: Values) -> bool:
    """Whether the new values of a record, or of a file, contradict each other or what stands elsewhere."""
    judge = _JUDGES.get(at.of)
    return judge is not None and any(judge(sources, at, at.values, new))


def _entity(sources: Sources, at: Spot, old: Values, new: Values) -> Iterator[bool]:
    named = new.get("mention", "name") == "name" and new.get("type") not in TIMES
    row = next(iter(sources.by_id.get(str(new.get("key")), ())), None)
    yield named and "key" not in new
    yield named and row is not None and new["type"] != row.values["type"]
    if named and row is not None and new.get("key") != old.get("key"):
        names = [row.values["name"], *row.values.get("aliases", ())]
        yield not _words(str(new["q"])) & {word for name in names for word in _words(name)}


def _words(name: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"\w\w+", name)}


def _quantity(sources: Sources, at: Spot, old: Values, new: Values) -> Iterator[bool]:
    """The interval is that of number and modifier, the unit code that of the unit, and so on."""
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    shape = _interval(old)
    yield bool(changed & {"interval", "unit_code"})  # written only where the words do not settle them
    yield bool(changed & new.keys() & {"vague", "approximate"})
    yield bool(changed & {"number", "modifier"}) and "interval" in new
    yield "unit" in changed and bool({"unit_code", "dimension"} & new.keys())
    if "dimension" in changed:
        given = {old.get("dimension", "count"), new.get("dimension", "count")}
        yield "unit_code" in new or "multiplier" in given or bool(given & set(NEED_UNIT))
    yield "vouched_by" in new and "vouched_by_reason" not in new
    yield "status" in changed and new.get("status") in ("claimed", "asserted")
    for other in set(new.get("part_of", ())) - set(old.get("part_of", ())):
        whole = _interval(_record(sources, at, other))
        yield bool(shape and whole and shape.lower and whole.upper is not None and whole.upper < shape.lower)


def _interval(values: Values) -> Interval | None:
    return parse_interval(str(values.get("interval", "")))


def _record(sources: Sources, at: Spot, name: str) -> Values:
    found = sources.by_id.get(at.record.full_id(name) if at.record else name)
    return found[0].values if found else {}


def _attribution(sources: Sources, at: Spot, old: Values, new: Values) -> Iterator[bool]:
    kind, polarity = new.get("source_kind"), new.get("polarity", "affirm")
    certainty, cue = new.get("certainty"), new.get("cue")  # without a certainty, the words settle it
    yield kind is not None and ("source" in new) == (kind == "implicit")
    yield "cue_kind" in new and ("cue" in new) == (new["cue_kind"] == "none")
    yield "content" not in new and polarity != "decline" and not new.get("about")
    yield "content" in new and polarity == "decline"
    yield certainty not in (None, {"doubt": "possible", "decline": "underspecified"}.get(polarity, certainty))
    open_ = str(cue).lower() in ("reportedly", "reports of") and polarity == "affirm"
    yield open_ and certainty not in (None, "underspecified")
    yield "anonymity_reason" in new and kind in KNOWN
    yield isinstance(cue, list) and len(cue) > 1
    yield "content" in new and any(new.get(role) == new["content"] for role in ("source", "cue"))
    yield "cue" in new and new["cue"] in (old.get("content"), old.get("source"))
    yield "parent" in old and new.get("parent") != old["parent"]
    yield new.get("parent") not in (None, old.get("parent")) and not _held(sources, at, new["parent"])
    key = _key_of_source(sources, at)
    yield "source_key" in new and "source_key" not in old and key not in ("", new["source_key"])


def _held(sources: Sources, at: Spot, parent: str) -> bool:
    """Whether the content of another attribution of the article holds a span of this one."""
    own, other = (
        sources.annotations[at.record.full_id(n)][1] if at.record else None
        for n in (at.record.name if at.record else "", parent)
    )
    if own is None or other is None or own.record.article != other.record.article:
        return False
    return any(inside_any(span, other.spans["content"]) for spans in own.spans.values() for span in spans)


def _key_of_source(sources: Sources, at: Spot) -> str:
    """The key of the mention that the whole source is, if it is one."""
    near = sources.quotes_in[at.record.article, at.record.paragraph] if at.record else ()
    held = (q.record for q in near if q.name == "entities.span" and q.words == at.values.get("source"))
    return str(next((record.values.get("key", "") for record in held), ""))


def _registry(sources: Sources, at: Spot, old: Values, new: Values) -> Iterator[bool]:
    rows = [r.values for r in sources.rows["registry"] if r is not at.record]
    key = at.record.name if at.record else ""
    named = [r for r in sources.rows["entities"] if r.values.get("key") == key]
    yield new.get("type") != old["type"] and any(r.values.get("mention", "name") == "name" for r in named)
    yield "qid" in new and any(r.get("qid") == new["qid"] for r in rows)


def _pairs(sources: Sources, at: Spot, old: Values, new: Values) -> Iterator[bool]:
    """Every pair of members has one relation, which their intervals allow."""
    related = [frozenset((p.get("a"), p.get("b"))) for p in new.get("pairs", ())]
    yield any(frozenset(pair) not in related for pair in combinations(new.get("members", ()), 2))
    yield any(len(pair) < 2 or not pair <= set(new.get("members", ())) for pair in related)
    yield len(related) > len(set(related))
    if at.of == "figures":
        yield any(set(r.values["members"]) & set(new["members"]) for r in sources.rows["figures"] if r is not at.record)
        for pair in new.get("pairs", ()):
            known = admissible(sources.claimed.get(pair["a"]), sources.claimed.get(pair["b"]))
            yield pair["relation"] not in known and "despite" not in pair


def _meta(sources: Sources, at: Spot, old: Values, new: Values) -> Iterator[bool]:
    yield old["sha256"] != new["sha256"]
    yield old["paragraphs"] != new.get("paragraphs")
    yield len(old.get("corrections", ())) != len(new.get("corrections", ()))


_JUDGES: Mapping[str, Callable[[Sources, Spot, Values, Values], Iterator[bool]]] = {
    "entities": _entity,
    "quantities": _quantity,
    "attributions": _attribution,
    "registry": _registry,
    "figures": _pairs,
    "claims": _pairs,
    "meta": _meta,
}


def accounts(sources: Sources, quote: Quote) -> list[Span]:
    """The numbers, or the quotation marks, for which a quote accounts; no other of its layers does."""
    held, text = _accounting(quote.name), sources.corpus.article(quote.record.article).text
    if not held:
        return []
    found = numbers(text) if "quantities" in quote.name else [m for s in quoted(text) for m in _marks(s)]
    others = [q.span for q in sources.quotes_in[quote.home] if q.name in held and q.record is not quote.record]
    return [s for s in found if quote.span.contains(s) and not inside_any(s, others)]


def _accounting(name: str) -> tuple[str, ...]:
    both = (("quantities.number", "non_quantities.span"), ("attributions.content", "non_attributions.span"))
    return next((names for names in both if name in names), ())


def _marks(span: Span) -> tuple[Span, Span]:
    return Span(span.start, span.start + 1), Span(span.end - 1, span.end)
