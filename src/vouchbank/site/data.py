"""The data of an article for its page, in one form for the static pages and for the editor. Offsets are code points.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> held = article_data(SiteRows(Corpus(repository_root())), "004")
    >>> held["text"][:4], held["said"]["004-q5"]["interval"], held["figures"][-1]["id"]
    ('U.S.', '≥ 21', 'strikes-on-vessels')
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from vouchbank.corpus import Corpus
from vouchbank.report.annotation_lines import claimed_interval, told_status, vouchers
from vouchbank.report.rows import Sources
from vouchbank.schema import Schema
from vouchbank.tables.articles import segment_rows

Row = Mapping[str, Any]
MEMBER_TABLES = (
    "quantities",
    "attributions",
    "assertions",
)  # whose records are members of figures and claims
MOST_TITLE = 9  # words of the text that replace a missing title
LABELLED = {
    *("type", "mention", "reading", "dimension", "status", "factuality", "polarity", "certainty", "kind"),
    *("source_kind", "cue_kind", "quotation", "capacity", "grounds", "reason"),
}


class SiteRows:
    """All rows of a corpus that the pages show, read once; whatever cannot be read is left out.

    Args:
        corpus: The sources.
        drafts: Whether to show draft layers; if not, they count as missing, as in the published corpus.
        ids: The articles; empty for all.
    """

    def __init__(self, corpus: Corpus, drafts: bool = False, ids: Collection[str] = ()) -> None:
        self.corpus = corpus
        self.schema: Schema = corpus.schema
        self._sources = Sources(corpus, ids, drafts)

    @cached_property
    def findings(self) -> int:
        """The number of errors in the sources."""
        return len(self._sources.findings)

    @cached_property
    def articles(self) -> dict[str, Row]:
        """The rows of `articles` by id, in order."""
        return {str(row["article_id"]): row for row in self._sources.of("articles")}

    @cached_property
    def layers(self) -> dict[str, list[Row]]:
        """The rows of each layer, of all articles."""
        return {table.name: list(self._sources.of(table.name)) for table in self.schema.layers}

    @cached_property
    def registry(self) -> dict[str, Row]:
        """The rows of the registry by key."""
        return {str(row["key"]): row for row in self._sources.of("registry")}

    @cached_property
    def shared(self) -> dict[str, list[Row]]:
        """The rows of figures and claims, each with all its members."""
        wanted = [name for name in ("figures", "claims") if name in self.schema.tables]
        return {name: list(self._sources.of(name)) for name in wanted}

    @cached_property
    def by_id(self) -> dict[str, Row]:
        """Every annotation by its id."""
        return {str(row["id"]): row for rows in self.layers.values() for row in rows}

    @cached_property
    def table_of(self) -> dict[str, str]:
        """The layer of each annotation."""
        return {str(row["id"]): name for name, rows in self.layers.items() for row in rows}

    def of_article(self, table: str, article: str) -> list[Row] | None:
        """The rows of one layer of one article; None if the layer is missing, or is a draft that is not shown."""
        stated = {one["layer"]: one["status"] for one in self.articles[article]["layers"]}
        rows = self._by_article.get((table, article), [])
        return None if stated.get(table) in ("missing", "draft") and not rows else rows

    @cached_property
    def _by_article(self) -> dict[tuple[str, str], list[Row]]:
        found: dict[tuple[str, str], list[Row]] = {}
        for name, rows in self.layers.items():
            for row in rows:
                found.setdefault((name, str(row["article_id"])), []).append(row)
        return found


def article_data(rows: SiteRows, article: str) -> dict[str, Any]:
    """The data of an article that the browser needs.

    Args:
        rows: The rows of the corpus.
        article: Its id.
    """
    row, seed = rows.articles[article], rows.corpus.article(article)
    layers = {table.name: rows.of_article(table.name, article) for table in rows.schema.layers}
    ids = {str(one["id"]) for held in layers.values() for one in held or ()}
    return {
        "id": article,
        "title": title_of(row),
        "outlet": row["outlet"],
        "text": row["text"],
        "paragraphs": row["paragraphs"],
        "raw": seed.seed.raw,
        "segments": [
            {k: v for k, v in one.items() if k not in ("article_id", "raw_text")} for one in segment_rows(seed)
        ],
        "layers": layers,
        "registry": _used(rows, layers),
        "figures": list(_groups(rows, "figures", ids)),
        "claims": list(_groups(rows, "claims", ids)),
        "said": {str(q["id"]): said(rows, q) for q in layers.get("quantities") or ()},
        "labels": labels(rows.schema),
        "changes": [],
        "gone": [],
    }


def said(rows: SiteRows, quantity: Row) -> dict[str, str]:
    """The texts about a number: its interval, who vouches for it, and its status with the reason."""
    outlet = rows.articles[str(quantity["article_id"])]["outlet"]
    return {
        "interval": claimed_interval(quantity),
        "vouchers": vouchers(quantity, rows.by_id, rows.registry, outlet),
        "status": told_status(quantity, rows.by_id, rows.registry),
    }


def title_of(article: Row) -> str:
    """The title of an article, or its first words if it has none."""
    if article["title"]:
        return str(article["title"])
    words = str(article["text"]).split()
    return " ".join(words[:MOST_TITLE]) + (" …" if len(words) > MOST_TITLE else "")


def made_by(rows: SiteRows) -> str:
    """A sentence that says how the annotations were made, with counts."""
    counted = Counter(str(row["via"]) for listed in rows.layers.values() for row in listed)
    known = {
        "hand": "written by a person",
        "model": "written by a language model",
        "confirmed": "suggested by a program and confirmed by a person",
        "corrected": "corrected after a review",
    }
    said = [f"{count:,} {known.get(via, via)}" for via, count in counted.most_common()]
    return f"{counted.total():,} annotations: {', '.join(said)}." if said else "No annotations."


def words_of(row: Row) -> str:
    """The words that name an annotation: the statement of a number, the content of an attribution, or its span."""
    if row.get("statement"):
        return str(row["statement"])
    for column in ("content", "cue", "source"):
        if row.get(column):
            return " … ".join(span["text"] for span in row[column])
    span = row.get("span")
    return str(span["text"]) if span else str(row["id"])


def source_of(rows: SiteRows, row: Row) -> str:
    """The source of an annotation: its name, its words, or the article."""
    if "source" not in row:
        return "the article"
    known = rows.registry.get(row["source_key"] or "")
    return str(known["name"]) if known else " … ".join(s["text"] for s in row["source"]) or "source not named"


def _used(rows: SiteRows, layers: Mapping[str, Sequence[Row] | None]) -> dict[str, Row]:
    """The rows of the registry that an article refers to, and their principals."""
    held = [row for listed in layers.values() for row in listed or ()]
    keys = [str(row[name]) for row in held for name in ("key", "source_key", "speaks_for") if row.get(name)]
    found: dict[str, Row] = {}
    for key in keys:
        name: str | None = key
        while name and name not in found and name in rows.registry:
            found[name] = rows.registry[name]
            name = rows.registry[name]["acts_for"]
    return found


def _groups(rows: SiteRows, table: str, ids: set[str]) -> Iterator[dict[str, Any]]:
    """The figures or claims with a member in an article; for each such member, the other members."""
    for group in rows.shared.get(table, ()):
        own = [name for name in group["members"] if name in ids]
        if own:
            others = {name: list(_others(rows, group, name)) for name in own}
            yield {"id": group["id"], "label": group["label"], "others": others}


def _others(rows: SiteRows, group: Row, member: str) -> Iterator[dict[str, Any]]:
    """The other members of a group, with their relation to one member."""
    related = dict(_relations(group["pairs"], member))
    for name in (name for name in group["members"] if name != member and name in rows.by_id):
        yield {**telling(rows, name), **related.get(name, {"relation": "", "reason": "", "sure": True})}


def telling(rows: SiteRows, name: str) -> dict[str, Any]:
    """An annotation as the page of another article shows it."""
    row = rows.by_id[name]
    article = str(row["article_id"])
    quantity = said(rows, row) if rows.table_of[name] == "quantities" else {}
    return {
        "id": name,
        "article_id": article,
        "title": title_of(rows.articles[article]),
        "words": words_of(row),
        "interval": quantity.get("interval", ""),
        "vouchers": quantity.get("vouchers") or source_of(rows, row),
        "status": quantity.get("status") or str(row.get("certainty") or ""),
    }


TURNED = {"stronger": "weaker", "weaker": "stronger", "narrower": "wider", "superseded": "supersedes"}
TURNED |= {"doubts": "is doubted by", "denies": "is denied by"}


def _relations(pairs: Iterable[Row], member: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The relation of a member to each other member."""
    for pair in pairs:
        a, b, relation = str(pair["a"]), str(pair["b"]), str(pair["relation"])
        about = {"reason": pair["reason"], "sure": pair["sure"]}
        if a == member:
            yield b, {"relation": relation.replace("_", " "), **about}
        elif b == member:
            yield a, {"relation": TURNED.get(relation, relation).replace("_", " "), **about}


def labels(schema: Schema) -> dict[str, dict[str, str]]:
    """The meaning of each label of a layer, by `table.column`."""
    return {
        f"{table.name}.{column.name}": {label.name: label.description for label in column.labels}
        for table in schema.layers
        for column in table.columns
        if column.labels and column.name in LABELLED
    }
