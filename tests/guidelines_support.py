"""Reads annotations/GUIDELINES.md and compares it with the schema and the gold.

The corpus is that of the clone, or the one that the environment variable VOUCHBANK_ROOT names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vouchbank.corpus import Corpus, repository_root
from vouchbank.schema import Column, Table
from vouchbank.tables.make import article_tables
from vouchbank.tables.rows import corpus_rows
from vouchbank.tables.shared import Shared

ROOT = Path(os.environ.get("VOUCHBANK_ROOT", repository_root()))
OWN = ROOT / "annotations" / "GUIDELINES.md"
GUIDELINES = OWN if OWN.is_file() else repository_root() / "annotations" / "GUIDELINES.md"

SHARED_FIELDS = ("by", "via", "suggester", "score", "sure", "guidelines", "note")
# No rule decides who made an annotation, how, or with which remark, so no example shows it or can go stale with it. An
# example shows a doubt only where the section has a rule about `sure`.
BOOKKEEPING = ("by", "via", "suggester", "score", "guidelines", "note")
COMMON = "common"
EMPTY = "–"
# A sentence marks a label that no article has, and one that occurs only once and so cannot be shown twice.
COUNTED = {"no example": 0, "only one example": 1}

WORDS = r"“(?P<{0}>.+?)”"
PAIRS = r"(?: → (?P<pairs>[a-z_]+ = \S.*?))?(?:(?<! =) \((?P<remark>[^()]*)\))?$"
SPAN_ITEM = re.compile(
    r"- (?P<mark>[✓✗]) (?P<article>[a-z0-9-]+) (?P<place>p\d+|seed) (?P<table>[a-z_]+)(?:\.(?P<column>[a-z_]+))?: "
    + WORDS.format("quote")
    + PAIRS
)
ROW_ITEM = re.compile(r"- (?P<mark>[✓✗]) (?P<table>registry) (?P<key>[a-z0-9-]+)" + PAIRS)
PAIR_ITEM = re.compile(
    r"- (?P<mark>[✓✗]) (?P<table>figures|claims): (?P<article>[a-z0-9-]+) (?P<place>p\d+) "
    + WORDS.format("quote")
    + r" \+ (?P<article_b>[a-z0-9-]+) (?P<place_b>p\d+) "
    + WORDS.format("quote_b")
    + PAIRS
)
ITEM_START = re.compile(r"\s*[-*] [✓✗]")
MARKED = re.compile(r"(?P<before>[^\[\]]*)\[(?P<words>[^\[\]]+)\](?P<after>[^\[\]]*)\Z")
SENTENCE = re.compile(r"(?P<named>(?:[^:]*`[^`]+`)+): (?P<count>no example|only one example) in this corpus\b")
NAMED = re.compile(r"`(?P<field>[a-z_]+)(?: = (?P<label>\w+))?`")
HEADING = re.compile(r"(?P<level>#{2,3}) (?P<title>.+)")
CONTEXT = re.compile(r"\(`([a-z_]+)`\)")
NAMED_ARTICLES = re.compile(r"All examples come from the articles ([a-z0-9, -]+)\.")
VERSION = re.compile(r"\*\*Version (\d+\.\d+)\*\*")
CHANGE = re.compile(r"- \*\*(\d+\.\d+)\*\*")
# The span that names a row in an example of a pair.
PAIR_ANCHORS = {
    "figures": [("quantities", "span")],
    "claims": [("attributions", "cue"), ("assertions", "span")],
}
TURNED = {"stronger": "weaker", "weaker": "stronger"}
ONE_WAY = ("narrower", "superseded")


# --- reading the document -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quote:
    """Words of a paragraph or a seed; the words in brackets are the ones meant."""

    article: str
    place: str
    before: str
    words: str
    after: str

    @property
    def context(self) -> str:
        return self.before + self.words + self.after


@dataclass(frozen=True)
class Example:
    """One list item: a row of the corpus (✓), or a near miss (✗)."""

    line: int
    holds: bool
    table: str
    column: str
    quotes: tuple[Quote, ...]
    key: str
    pairs: tuple[tuple[str, str], ...]
    remark: str


@dataclass(frozen=True)
class Sentence:
    """“`type = LAW`: no example in this corpus.”"""

    line: int
    table: str
    field: str
    label: str
    count: int


@dataclass
class Section:
    line: int
    level: int
    title: str
    prose: str = ""
    examples: list[Example] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)


@dataclass
class Guidelines:
    """The content of the document; `problems` are list items that look like examples but are not."""

    version: str = ""
    changes: list[str] = field(default_factory=list)
    articles: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    tables: dict[tuple[str, str], list[list[str]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @property
    def examples(self) -> list[Example]:
        return [e for s in self.sections for e in s.examples]

    @property
    def sentences(self) -> list[Sentence]:
        return [x for s in self.sections for x in s.sentences]


def read_guidelines(text: str) -> Guidelines:
    found = Guidelines()
    section, context, table_key = Section(0, 1, ""), "", None
    found.sections.append(section)
    if version := VERSION.search(text):
        found.version = version[1]
    if named := NAMED_ARTICLES.search(text):
        found.articles = re.split(r", | and ", named[1])
    for number, line in enumerate(text.splitlines(), 1):
        if heading := HEADING.match(line):
            section = Section(number, len(heading["level"]), heading["title"])
            found.sections.append(section)
            if section.level == 2:
                named_table = CONTEXT.search(line)
                context = named_table[1] if named_table else ""
        elif ITEM_START.match(line):
            example = _example(line, number)
            if isinstance(example, str):
                found.problems.append(f"{number}: {example}")
            else:
                section.examples.append(example)
        elif change := CHANGE.match(line):
            found.changes.append(change[1])
        elif sentence := SENTENCE.search(line):
            count = COUNTED[sentence["count"]]
            for name in NAMED.finditer(sentence["named"]):
                section.sentences.append(Sentence(number, context, name["field"], name["label"] or "", count))
        else:
            section.prose += f"{line}\n"
        if line.startswith("|"):
            cells = [cell.strip().strip("`") for cell in line.strip("|\n ").split("|")]
            if table_key is None:
                table_key = (context, cells[0])
                if table_key in found.tables:
                    found.problems.append(f"{number}: a second table of {cells[0]} in this chapter")
                found.tables[table_key] = []
            elif not set(line) <= set("|-: "):
                found.tables[table_key].append(cells)
        else:
            table_key = None
    return found


def _example(line: str, number: int) -> Example | str:
    for form in (SPAN_ITEM, ROW_ITEM, PAIR_ITEM):
        if match := form.fullmatch(line):
            break
    else:
        return f"not of the form of an example: {line}"
    parts = match.groupdict()
    quotes = []
    for end in ("", "_b"):
        if parts.get(f"quote{end}"):
            marked = MARKED.match(parts[f"quote{end}"])
            if not marked:
                return f"one pair of brackets is needed: {line}"
            quotes.append(Quote(parts[f"article{end}"], parts[f"place{end}"], *marked.groups()))
    pairs = [tuple(p.split(" = ", 1)) for p in re.split(r", (?=[a-z_]+ = )", parts["pairs"] or "") if p]
    if len(quotes) != 1 and not pairs:
        return f"it says no value: {line}"
    column, key = parts.get("column") or "span", parts.get("key") or ""
    holds, remark = parts["mark"] == "✓", parts["remark"] or ""
    return Example(number, holds, parts["table"], column, tuple(quotes), key, tuple(pairs), remark)


# --- the corpus it speaks of ----------------------------------------------------------------------------


class Gold:
    """The published rows of a corpus, and where its words are."""

    def __init__(self, root: Path) -> None:
        corpus = Corpus(root)
        shared = Shared.of(corpus)
        self.schema = corpus.schema
        self.rows = {a.id: article_tables(a, corpus.schema, shared) for a in corpus.articles}
        self.corpus_rows = {t.name: corpus_rows(corpus, t) for t in corpus.schema.corpus_tables}
        self.places = {(a.id, p.id): (p.span.start, p.text) for a in corpus.articles for p in a.paragraphs}
        for article, tables in self.rows.items():
            self.places[article, "seed"] = (0, "".join(s["raw_text"] for s in tables["segments"]))

    def range(self, quote: Quote) -> tuple[int, int] | str:
        """The range of the words in brackets, or what is wrong."""
        if (quote.article, quote.place) not in self.places:
            return f"article {quote.article} has no {quote.place}"
        start, text = self.places[quote.article, quote.place]
        before, held, after = re.escape(quote.before), elided(quote.words), re.escape(quote.after)
        found = list(re.finditer(f"(?={before}({held}){after})", text))
        if not found:
            return f"“{quote.context}” is not in {quote.article} {quote.place}"
        if len(found) > 1:
            return f"“{quote.context}” occurs more than once in {quote.article} {quote.place}: choose a wider context"
        return start + found[0].start(1), start + found[0].end(1)

    def matching(self, quote: Quote, table: str, column: str) -> list[dict[str, Any]] | str:
        """The rows that have exactly the words in brackets as a span, or what is wrong."""
        where = self.range(quote)
        if isinstance(where, str):
            return where
        if table not in self.rows[quote.article]:
            return f"no such table: {table}"
        if table != "segments" and not _is_span(self.schema.tables[table], column):
            return f"{column} of {table} is not a span: name the column"
        seed = quote.place == "seed"
        return [r for r in self.rows[quote.article][table] if where in _extents(r, table, column, seed)]

    def of_table(self, table: str, articles: list[str]) -> list[dict[str, Any]]:
        """The rows of a table: of these articles, of the whole corpus, or, for `common`, of all layers."""
        if table in self.corpus_rows:
            return self.corpus_rows[table]
        names = [t.name for t in self.schema.layers] if table == COMMON else [table]
        return [r for a in articles for n in names for r in self.rows.get(a, {}).get(n, ())]


def elided(words: str) -> str:
    """A pattern for words that are left out at each " … "."""
    return ".+?".join(map(re.escape, words.split(" … ")))


def says(value: str, stated: str) -> bool:
    """Whether a value is as stated; words of a long value may be left out."""
    return value == stated or (" … " in stated and re.fullmatch(elided(stated), value) is not None)


def _is_span(table: Table, column: str) -> bool:
    return column in table.names and (table.column(column).span or table.column(column).spans)


def _extents(row: dict[str, Any], table: str, column: str, seed: bool) -> list[tuple[int, int]]:
    if table == "segments" and seed:
        text = row["raw_text"]
        start = row["raw_start"] + len(text) - len(text.lstrip())
        return [(start, start + len(text.strip()))]
    if table == "segments":
        return [(row["start"], row["end"])]
    value = row[column]
    spans = value if isinstance(value, list) else [value] if value else []
    return [(s["start"], s["end"]) for s in spans]


def shown(value: Any) -> str:
    """A value of a row as the guidelines write it."""
    if value is None or value in ("", []):
        return EMPTY
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.15g}"
    if isinstance(value, dict):
        return str(value["text"])
    if isinstance(value, list):
        spans = isinstance(value[0], dict)
        return (" … " if spans else ", ").join(shown(v) for v in value)
    return str(value)


# --- comparing ------------------------------------------------------------------------------------------


def problems_of_examples(found: Guidelines, gold: Gold) -> list[str]:
    """Lists the examples that are wrong."""
    return [f"{e.line}: {p}" for e in found.examples for p in _problems(e, gold)]


def _problems(example: Example, gold: Gold) -> Iterator[str]:
    if example.table in PAIR_ANCHORS:
        yield from _pair_problems(example, gold)
        return
    table = gold.schema.tables.get(example.table)
    if table is None:
        yield f"no such table: {example.table}"
        return
    if unknown := [name for name, _ in example.pairs if name not in table.names]:
        yield f"{example.table} has no field {', '.join(unknown)}"
        return
    if example.quotes:
        rows = gold.matching(example.quotes[0], example.table, example.column)
        what = f"“{example.quotes[0].words}” is not one span of {example.table}.{example.column}"
    else:
        rows = [r for r in gold.corpus_rows[example.table] if r["key"] == example.key]
        what = f"{example.table} has no {example.key}"
    if isinstance(rows, str):
        yield rows
    elif not example.pairs:
        if example.holds and not rows:
            yield what
        elif rows and not example.holds:
            yield f"not a near miss: {_ids(rows)} is exactly this span"
    elif not rows:
        yield what
    else:
        holding = [r for r in rows if all(says(shown(r[name]), value) for name, value in example.pairs)]
        if example.holds and not holding:
            given = [f"{name} = {' or '.join(shown(r[name]) for r in rows)}" for name, _ in example.pairs]
            yield f"{_ids(rows)} has {', '.join(given)}"
        elif holding and not example.holds:
            yield f"not a near miss: {_ids(holding)} has this value"


def _pair_problems(example: Example, gold: Gold) -> Iterator[str]:
    """Both members must exist; the pair is looked up if the corpus has figures (or claims) at all."""
    ids = []
    for quote in example.quotes:
        found = [gold.matching(quote, *anchor) for anchor in PAIR_ANCHORS[example.table]]
        rows = [r for rows in found if not isinstance(rows, str) for r in rows]
        if len(rows) != 1:
            yield found[0] if isinstance(found[0], str) else f"“{quote.words}” is not one member of {example.table}"
            return
        ids.append(rows[0]["id"])
    pairs = [p for r in gold.corpus_rows[example.table] for p in r["pairs"]]
    if not pairs:
        return
    relations = [p for p in pairs if [p["a"], p["b"]] == ids]
    relations += [_turned(p) for p in pairs if [p["b"], p["a"]] == ids and p["relation"] not in ONE_WAY]
    holding = [p for p in relations if all(shown(p.get(name)) == value for name, value in example.pairs)]
    if example.holds and not holding:
        yield f"{' and '.join(ids)}: the corpus has {', '.join(p['relation'] for p in relations) or 'no such pair'}"
    elif holding and not example.holds:
        yield f"not a near miss: {' and '.join(ids)} are such a pair"


def _turned(pair: dict[str, Any]) -> dict[str, Any]:
    return {**pair, "relation": TURNED.get(pair["relation"], pair["relation"])}


def _ids(rows: list[dict[str, Any]]) -> str:
    return " and ".join(str(r.get("id") or r.get("key") or r.get("role")) for r in rows)


def label_columns(gold: Gold) -> Iterator[tuple[str, Column]]:
    """Every closed list of labels, with the chapter it belongs to; a list shared with another table appears once."""
    yield "segments", gold.schema.tables["segments"].column("role")
    yield COMMON, gold.schema.layers[0].column("via")
    for table in (*gold.schema.layers, *gold.schema.corpus_tables):
        for column in table.columns:
            if column.name not in SHARED_FIELDS and not _borrowed(table, column):
                inner = column.item.fields if column.item else ()
                yield from ((table.name, c) for c in (column, *inner) if c.labels)


def _borrowed(table: Table, column: Column) -> bool:
    return not table.document["properties"][column.name].get("$ref", "common.json").startswith("common.json")


def written_fields(gold: Gold) -> Iterator[tuple[str, Column]]:
    """Every field an annotator writes, with the chapter it belongs to."""
    for table in (*gold.schema.layers, *gold.schema.corpus_tables):
        yield from ((table.name, c) for c in table.written if c.name not in SHARED_FIELDS)
    yield from ((COMMON, c) for c in gold.schema.layers[0].written if c.name in SHARED_FIELDS)


def problems_of_labels(found: Guidelines, gold: Gold) -> list[str]:
    """Lists the labels that lack examples."""
    wrong = []
    for chapter, column in label_columns(gold):
        for label in column.label_names if column.name not in BOOKKEEPING else ():

            def uses(e: Example, chapter: str = chapter, name: str = column.name, label: str = label) -> bool:
                remarked = not e.holds and not e.pairs and re.search(rf"\b{label}\b", e.remark)
                return _in_chapter(e, chapter, gold) and bool((name, label) in e.pairs or remarked)

            have, rows = _times(found, gold, chapter, column, label)
            wrong += _coverage(found, uses, (chapter, column.name, label), have, have != rows)
    return wrong


def outdated_sentences(found: Guidelines, gold: Gold) -> list[str]:
    """Lists sentences to update: they say “no example” or “only one” of what occurs more often by now."""
    held: dict[tuple[str, str, str], int | None] = {}
    for chapter, column in label_columns(gold):
        for label in column.label_names:
            held[chapter, column.name, label] = _times(found, gold, chapter, column, label)[0]
    for chapter, column in written_fields(gold):
        held[chapter, column.name, ""] = None if chapter in PAIR_ANCHORS else _set(found, gold, chapter, column)
    lines = []
    for s in found.sentences:
        have = held.get((s.table, s.field, s.label))
        if have is not None and have > s.count:
            what = f"{s.field} = {s.label}" if s.label else s.field
            lines.append(f"{s.line}: {s.table}: {what} occurs {have} times by now, not {s.count}")
    return lines


def _set(found: Guidelines, gold: Gold, chapter: str, column: Column) -> int:
    """In how many rows a field has another value than its default."""
    rows = gold.of_table(chapter, found.articles)
    return sum(shown(r.get(column.name)) not in (EMPTY, shown(column.default)) for r in rows)


def problems_of_fields(found: Guidelines, gold: Gold) -> list[str]:
    """Lists the written fields that lack examples. Pairs show figures and claims."""
    wrong = []
    for chapter, column in written_fields(gold):
        if chapter in PAIR_ANCHORS or column.name in BOOKKEEPING:
            continue

        def uses(e: Example, chapter: str = chapter, column: Column = column) -> bool:
            unset = (EMPTY, shown(column.default))
            said = [v for n, v in e.pairs if n == column.name and (not e.holds or v not in unset)]
            named = bool(e.quotes) and e.column == column.name
            return _in_chapter(e, chapter, gold) and (bool(said) or named)

        have = _set(found, gold, chapter, column)
        wrong += _coverage(found, uses, (chapter, column.name, ""), have, have > 0)
    return wrong


def _in_chapter(example: Example, chapter: str, gold: Gold) -> bool:
    return example.table == chapter or (chapter == COMMON and example.table in [t.name for t in gold.schema.layers])


def _times(found: Guidelines, gold: Gold, chapter: str, column: Column, label: str) -> tuple[int | None, int]:
    """How often a label occurs, and in how many rows; None if the corpus has no pairs to count."""
    rows = gold.of_table(chapter, found.articles)
    if chapter in PAIR_ANCHORS:
        rows = [p for r in rows for p in r["pairs"]]
        if not rows:
            return None, 0
    return sum(r[column.name] == label or TURNED.get(r[column.name]) == label for r in rows), len(rows)


def _coverage(
    found: Guidelines,
    uses: Callable[[Example], bool],
    shown_thing: tuple[str, str, str],
    have: int | None,
    near_misses: bool,
) -> Iterator[str]:
    """What is missing for a label or field that occurs `have` times. If all rows have it, it has no near miss."""
    chapter, name, label = shown_thing
    what = f"{chapter}: {name} = {label}" if label else f"{chapter}: {name}"
    used = [e for e in found.examples if uses(e)]
    right = {(e.quotes, e.key) for e in used if e.holds}
    said = [s for s in found.sentences if (s.table, s.field, s.label) == shown_thing]
    if have is None:
        if not right and not said:
            yield f"{what} has neither an example nor a sentence"
        return
    if have < 2 and not said:
        yield f"{what} occurs {have} times: a sentence must say so"
    if any(sentence.count < have for sentence in said):
        return  # a sentence to update, not a problem
    for sentence in said:
        if sentence.count != have:
            yield f"{sentence.line}: {what} occurs {have} times, not {sentence.count}"
    if len(right) < min(have, 2):
        yield f"{what} occurs {have} times and has {len(right)} ✓"
    if have and near_misses and all(e.holds for e in used):
        yield f"{what} has no ✗"


def problems_of_rules(found: Guidelines) -> list[str]:
    """Lists the rules (### headings) that lack examples."""
    wrong = []
    for section in found.sections:
        right = sum(e.holds for e in section.examples)
        near = len(section.examples) - right
        if section.level == 3 and not section.sentences and (right < 2 or near < 1):
            wrong.append(f"{section.line}: “{section.title}” has {right} ✓ and {near} ✗")
    return wrong


def problems_of_bookkeeping(found: Guidelines, gold: Gold) -> list[str]:
    """Lists examples that show what no rule of their section decides: who made the annotation, or a doubt."""
    layers = [t.name for t in gold.schema.layers]
    wrong = []
    for section in found.sections:
        for example in section.examples:
            names = [name for name, _ in example.pairs]
            said = [n for n in names if n in BOOKKEEPING and example.table in layers]
            said += ["sure"] if "sure" in names and not re.search(r"\bsure\b", section.prose) else []
            wrong += [f"{example.line}: {name} is not decided by this section" for name in said]
    return wrong


def problems_of_tables(found: Guidelines, gold: Gold) -> list[str]:
    """Lists tables of labels and fields that differ from schema/."""
    wrong = []
    for chapter, column in label_columns(gold):
        stated = [[label.name, label.description] for label in column.labels]
        wrong += _table_problems(found, chapter, column.name, stated)
    for chapter in dict.fromkeys(chapter for chapter, _ in written_fields(gold)):
        columns = [c for name, c in written_fields(gold) if name == chapter]
        wrong += _table_problems(found, chapter, "field", [[c.name, c.written, c.description] for c in columns])
    return wrong


def _table_problems(found: Guidelines, chapter: str, name: str, stated: list[list[str]]) -> Iterator[str]:
    table = found.tables.get((chapter, name))
    if table is None:
        yield f"the chapter of {chapter} has no table of {name}"
        return
    for row in stated:
        if row not in table:
            yield f"{chapter}, table of {name}: schema/ has | {' | '.join(row)} |"
    for row in table:
        if row not in stated:
            yield f"{chapter}, table of {name}: not in schema/: | {' | '.join(row)} |"
    if table != stated and sorted(table) == sorted(stated):
        yield f"{chapter}, table of {name}: the order is {', '.join(row[0] for row in stated)}"


def problems_of_version(found: Guidelines) -> list[str]:
    """Checks the version at the top, the change list, and the articles that the examples come from."""
    wrong = []
    if not found.articles:
        wrong.append("it does not say from which articles the examples come")
    if not found.changes:
        wrong.append("the change list is missing")
    elif found.version != max(found.changes, key=lambda v: [int(n) for n in v.split(".")]):
        wrong.append(f"the document is version {found.version}, its change list is {', '.join(found.changes)}")
    return wrong


FINDS = (problems_of_examples, problems_of_labels, problems_of_fields)
