"""docs/corpus.md: what is in the corpus, which numbers several articles tell, and what the annotation reveals."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template
from typing import Any

from scripts.plots import Claim, has_bounds, interval_plot
from vouchbank.build.card import SENTENCES
from vouchbank.build.vouching import unused_labels, vouching
from vouchbank.report.annotation_lines import claimed_interval, told_status, vouchers
from vouchbank.report.markdown import escaped, table
from vouchbank.schema import Schema

Rows = Mapping[str, list[dict[str, Any]]]
PAGE, PLOTS, FINDINGS = "docs/corpus.md", "docs/plots", "docs/findings.toml"
TOKENS = "tokens in these sentences"


def corpus_pages(root: Path, schema: Schema) -> dict[str, bytes]:
    """The page and its plots, by path below the root, made from the built corpus in `root`/corpus."""
    rows = read_rows(root / "corpus", schema)
    known = _Known(rows)
    drawn = [row for row in rows["figures"] if has_bounds(known.claims(row))]
    pages = {f"{PLOTS}/{row['id']}.svg": _plot(row, known) for row in drawn}
    template = Template(Path(__file__).with_name("corpus.md").read_text("utf-8"))
    text = template.substitute(
        counts="\n".join(_counts(rows, schema)),
        labels="\n".join(_labels(rows, schema)),
        never="\n".join(unused_labels(schema, rows)),
        vouching=vouching(rows),
        figures="\n".join(_figures(rows, known)),
        claims="\n".join(_claims(rows, known)),
        findings="\n".join(_findings(root)),
    )
    return {PAGE: text.encode(), **pages}


def read_rows(folder: Path, schema: Schema) -> Rows:
    """Every table of a built corpus as rows."""
    from pyarrow.parquet import ParquetFile  # read_table imports pandas

    return {name: ParquetFile(folder / "data" / f"{name}.parquet").read().to_pylist() for name in schema.tables}


class _Known:
    """Quantities, attributions, assertions and articles by id."""

    def __init__(self, rows: Rows) -> None:
        self.quantities = {r["id"]: r for r in rows["quantities"]}
        self.attributions = {r["id"]: r for r in rows["attributions"]}
        self.assertions = {r["id"]: r for r in rows["assertions"]}
        self.registry = {r["key"]: r for r in rows["registry"]}
        self.outlets = {r["article_id"]: r["outlet"] for r in rows["articles"]}

    def voucher(self, quantity: dict[str, Any]) -> str:
        return vouchers(quantity, self.attributions, self.registry, self.outlets[quantity["article_id"]])

    def status(self, quantity: dict[str, Any]) -> str:
        return told_status(quantity, self.attributions | self.quantities, self.registry)

    def place(self, row: dict[str, Any]) -> str:
        outlet = self.outlets[row["article_id"]]
        return f"{row['article_id']} ({outlet})" if outlet else f"{row['article_id']} (outlet unknown)"

    def claims(self, figure: dict[str, Any]) -> list[Claim]:
        found = []
        for q in (self.quantities[m] for m in figure["members"]):
            found.append(
                Claim(
                    f"{self.place(q)}\n{self.voucher(q)}",
                    q["span"]["text"],
                    q["lower"],
                    q["upper"],
                    q["lower_closed"],
                    q["upper_closed"],
                    q["approximate"],
                    q["status"],
                )
            )
        return found


def _plot(figure: dict[str, Any], known: _Known) -> bytes:
    units = {q["unit_code"] or q["dimension"] for q in (known.quantities[m] for m in figure["members"])}
    return interval_plot(figure["label"], known.claims(figure), ", ".join(sorted(units)))


def _counts(rows: Rows, schema: Schema) -> Iterator[str]:
    ids = [r["article_id"] for r in rows["articles"]]
    names = [n for n, t in schema.tables.items() if "article_id" in t.names and n != "articles"]
    counted = {n: Counter(r["article_id"] for r in rows[n]) for n in names}
    layers = {(r["article_id"], x["layer"]): x["annotations"] for r in rows["articles"] for x in r["layers"]}
    counted[SENTENCES] = counted.pop("tokens")  # a row of the table is a sentence
    counted[TOKENS] = Counter()
    for row in rows["tokens"]:
        counted[TOKENS][row["article_id"]] += len(row["tokens"])
    names = [*(n for n in names if n != "tokens"), SENTENCES, TOKENS]
    lines = [[n, *(layers.get((i, n), counted[n][i]) for i in ids), counted[n].total()] for n in names]
    yield from table(["table", *ids, "all"], lines)
    shared = [n for n, t in schema.tables.items() if t.kind == "corpus"]
    yield from ("", f"Tables of the whole corpus: {', '.join(f'{n} {len(rows[n])}' for n in shared)}.")


def _labels(rows: Rows, schema: Schema) -> Iterator[str]:
    ids = [r["article_id"] for r in rows["articles"]]
    for layer in schema.layers:
        for column in layer.columns:
            if not column.labels or column.name == "via":
                continue
            counted = Counter((r[column.name], r["article_id"]) for r in rows[layer.name])
            lines = [[name, *(counted[name, i] for i in ids), sum(counted[name, i] for i in ids)] for name in
                     column.label_names]  # fmt: skip
            yield from (f"### {layer.name}: {column.name}", "", *table([column.name, *ids, "all"], lines), "")


def _figures(rows: Rows, known: _Known) -> Iterator[str]:
    for figure in rows["figures"]:
        yield from (f"### {escaped(figure['label'])}", "")
        members = [known.quantities[m] for m in figure["members"]]
        yield from table(
            ["quantity", "article", "statement", "interval", "who vouches", "status"],
            [
                [q["id"], known.place(q), q["statement"], claimed_interval(q), known.voucher(q), known.status(q)]
                for q in members
            ],
        )
        yield ""
        if has_bounds(known.claims(figure)):
            yield from (f"![Intervals claimed](plots/{figure['id']}.svg)", "")
        yield from _pairs(figure)


def _claims(rows: Rows, known: _Known) -> Iterator[str]:
    for claim in rows["claims"]:
        yield from (f"### {escaped(claim['label'])}", "")
        yield from table(["id", "article", "source", "cue", "certainty"], [_member(m, known) for m in claim["members"]])
        yield ""
        yield from _pairs(claim)


def _member(name: str, known: _Known) -> list[Any]:
    """Who makes a claim, and with which certainty; the label states the claim, so the article is not quoted."""
    if name in known.assertions:
        row = known.assertions[name]
        return [name, known.place(row), "the article itself", "", row["certainty"]]
    row = known.attributions[name]
    source = known.registry[row["source_key"]]["name"] if row["source_key"] else "not named"
    return [name, known.place(row), source, " … ".join(s["text"] for s in row["cue"]), row["certainty"]]


def _pairs(row: dict[str, Any]) -> Iterator[str]:
    for pair in row["pairs"]:
        doubt = "" if pair["sure"] else " (not sure)"
        yield f"- {pair['a']} **{escaped(pair['relation'])}** {pair['b']}{doubt}: {escaped(pair['reason'])}"
    yield ""


def _findings(root: Path) -> Iterator[str]:
    listed = tomllib.loads((root / FINDINGS).read_text("utf-8"))["finding"]
    for number, finding in enumerate(listed, 1):
        headings, rows = run_query(finding["sql"], root)
        yield from (f"### {number}. {finding['title']}", "", finding["says"].strip(), "")
        yield from ("```sql", finding["sql"].strip(), "```", "")
        yield from (*table(headings, rows), "")


def run_query(sql: str, root: Path) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run SQL over the Parquet files of a corpus with DuckDB; paths in the SQL are relative to the root."""
    import duckdb

    here = str(root.resolve()).replace("'", "''")
    with duckdb.connect() as connection:
        result = connection.execute(re.sub(r"'(corpus/data/\w+\.parquet)'", rf"'{here}/\1'", sql))
        return [column[0] for column in result.description or ()], result.fetchall()
