"""The dataset card: corpus/README.md, made from a template, from about.toml and from the data.

Its YAML names the configs and nothing that could override the Parquet files (no `dataset_info`, no sizes). A table
without rows is a file but no config, since an empty split cannot be loaded. Words of articles stand in code only, where
nothing is markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import resources
from itertools import chain
from string import Template
from typing import TYPE_CHECKING, Any

from vouchbank._version import __version__
from vouchbank.build.about import Told, View
from vouchbank.build.changelog import CHANGELOG, SECTIONS, entries
from vouchbank.build.citation import bibtex
from vouchbank.build.facts import Beside, doubts, waivers
from vouchbank.build.rows import rows_told, shown_row, telling_row, tellings
from vouchbank.build.vouching import unused_labels, vouching
from vouchbank.compare.bootstrap import LayerEstimate
from vouchbank.compare.makers import which
from vouchbank.corpus import Corpus
from vouchbank.errors import needed
from vouchbank.report.annotation_lines import claimed_interval, told_status, vouchers
from vouchbank.report.markdown import code, escaped, fenced, table
from vouchbank.schema.dictionary import table_dictionary

if TYPE_CHECKING:
    import pyarrow

    from vouchbank.tables.parquet_tables import ParquetTable

MAIN = ("entities", "quantities", "attributions")
SENTENCES = "sentences (rows of tokens)"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# the columns whose labels the card counts
COUNTED = (
    ("entities", "type"),
    ("quantities", "dimension"),
    ("quantities", "status"),
    ("attributions", "source_kind"),
    ("attributions", "certainty"),
)
BAR = 24
PICTURE, PICTURED = "docs/pictures/article.png", "pictures/article.png"  # where it is in the sources, and in corpus/
SCORES = ("exact F1 of spans", "F1, all fields alike")
BOOKKEEPING = ("article_id", "paragraph_id", "by", "via", "sure", "guidelines", "note")
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
Tables = Mapping[str, "pyarrow.Table | ParquetTable"]


def picture_of(corpus: Corpus) -> bytes | None:
    """The picture of an article that `scripts/pictures.py` makes; None if the sources have none."""
    return corpus.read(PICTURE)


def _picture(corpus: Corpus) -> str:
    shown = "An article with its numbers, sources, cues and contents marked, and the card of a number beside it"
    return f"![{shown}]({PICTURED})\n\n" if picture_of(corpus) is not None else ""


def dataset_card(corpus: Corpus, tables: Tables, told: Told) -> str:
    """The card as Markdown with YAML front matter."""
    with needed("the dataset card"):
        from huggingface_hub import DatasetCard, DatasetCardData

    template = Template(resources.files("vouchbank.build").joinpath("card.md").read_text("utf-8"))
    rows = {name: held.to_pylist() for name, held in tables.items()}
    said = told.said
    sentences = {name: _list(value) if isinstance(value, list) else value for name, value in said.items()}
    sections = {
        "version": __version__,
        **{name: str(len(rows[name])) for name in ("articles", *MAIN)},
        "vouching": vouching(rows),
        "nobody": " ".join(said["nobody"]),
        "example": _lines(_example(rows_told(rows), said["example_notes"])),
        "tables": "\n".join(
            f"| `{t.name}` | {len(rows[t.name]):,} | {t.row} | {t.description} |" for t in corpus.schema.tables.values()
        ),
        "empty": _empty([name for name, held in rows.items() if not held]),
        "rows": _lines(_rows(rows)),
        "columns": _lines(_columns(corpus)),
        "counts": "\n".join(_counts(corpus, rows)),
        "labels": _lines(_labels(corpus, rows)),
        "unused": _unused(corpus, rows),
        "layers": "\n".join(_status_lines(corpus)),
        "agreement": _lines(_agreement(told, said["agreement"])),
        "doubts": "\n".join(_doubts(corpus, tables)),
        "waivers": _waivers(corpus),
        "identifiers": _identifiers(rows["registry"]),
        "outlets": "\n".join(_outlet_lines(rows["articles"], told.views)),
        "credits": _credits(rows["articles"]),
        "retired": "\n".join(_retired(corpus)),
        "changes": _lines(_changes(corpus)),
        "bibtex": bibtex(told.citation),
        "picture": _picture(corpus),
    }
    head = {
        "language": list(told.languages),
        "annotations_creators": list(told.makers.creators),
        "multilinguality": ["monolingual" if len(told.languages) == 1 else "multilingual"],
        "size_categories": [size_category(max(len(held) for held in rows.values()))],
        "configs": [_config(name, corpus) for name, held in rows.items() if held],
    }
    card = DatasetCard(template.substitute(sentences | sections))
    card.data = DatasetCardData(**vars(card.data) | head)
    return str(card)


def size_category(rows: int) -> str:
    """The Hub's name for a size, by the rows of the largest table.

    >>> size_category(316), size_category(1000), size_category(2_000_000)
    ('n<1K', '1K<n<10K', '1M<n<10M')
    """
    names = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "1B<n<10B")
    return names[min(max(len(str(rows)) - 3, 0), len(names) - 1)]


def _cell(text: str | None, missing: str = "–") -> str:
    """Foreign text as a cell of a table: code, and no end of the cell."""
    return code(text).replace("|", "\\|") if text else missing


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _config(name: str, corpus: Corpus) -> dict[str, Any]:
    default = {"default": True} if corpus.schema.tables[name].default else {}
    return {"config_name": name, **default, "data_files": [{"split": "test", "path": f"data/{name}.parquet"}]}


def _example(rows: Rows, notes: Mapping[str, str]) -> Iterator[str]:
    """The figure that most articles tell, as a table: one number, who says it, and how."""
    known = {row["id"]: row for row in (*rows["attributions"], *rows["quantities"])}
    registry = {row["key"]: row for row in rows["registry"]}
    outlets = {row["article_id"]: row["outlet"] for row in rows["articles"]}
    figures = [(len({m["article_id"] for m in members}), label, members) for label, members in tellings(rows)]
    _, label, told = max(figures, key=lambda figure: (figure[0], len(figure[2])), default=(0, "", []))
    if not told:
        return
    count = len({row["article_id"] for row in told})
    said = f"{_in_words(count)} article{'s give' if count > 1 else ' gives'} {_in_words(len(told))} times"
    yield from (f"One number that {said}: {code(label)}.", "")
    yield from (
        "| number and what it says | interval | who vouches, innermost first | status | article |",
        "|---|---|---|---|---|",
    )
    for row in told:
        voucher = vouchers(row, known, registry, outlets[row["article_id"]])
        cells = (_cell(row["statement"]), f"`{claimed_interval(row)}`", _cell(voucher))
        yield f"| {' | '.join(cells)} | {_cell(told_status(row, known, registry))} | {row['article_id']} |"
    yield ""
    if explained := " ".join(_notes(told, notes)):
        yield from (explained, "")


def _notes(told: Sequence[Mapping[str, Any]], notes: Mapping[str, str]) -> Iterator[str]:
    """What a reader may misread in the example."""
    near = next((row for row in told if row["approximate"] and row["interval"]), None)
    if near:
        shown, held = claimed_interval(near), near["interval"]
        yield f"`{shown}` is `{held}` in the column `interval`, with `approximate = true`."
    yield from (notes[row["id"]] for row in told if row["id"] in notes and row["statement"])


def _in_words(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def _empty(names: list[str]) -> str:
    listed = ", ".join(f"`{n}`" for n in names)
    return f"No rows, and so no config (an empty split cannot be loaded): {listed}.\n" if names else ""


def _rows(rows: Rows) -> Iterator[str]:
    for name, held in rows.items():
        if held:
            lines = shown_row(telling_row(held)).split("\n")
            yield from (f"<details><summary><code>{name}</code></summary>", "", *fenced(lines, "json"))
            yield from ("", "</details>", "")


def _columns(corpus: Corpus) -> Iterator[str]:
    for name in (*MAIN, "tokens"):
        lines = table_dictionary(corpus.schema.tables[name], corpus.schema)
        listed = lines[: lines.index("")]
        kept = [line for line in listed if not line.startswith(tuple(f"| `{column}` " for column in BOOKKEEPING))]
        for classes in (line for line in lines if line.startswith("Class names of ")):
            kept += ["", classes]
        yield from (f"<details><summary><code>{name}</code></summary>", "", *kept, "", "</details>", "")


def _counts(corpus: Corpus, rows: Rows) -> Iterator[str]:
    ids = [row["article_id"] for row in rows["articles"]]
    names = [n for n, t in corpus.schema.tables.items() if "article_id" in t.names and n != "articles"]
    counted = {name: Counter(row["article_id"] for row in rows[name]) for name in names}
    words = [len((row["text"] or "").split()) for row in rows["articles"]]
    lines: list[list[str | int | None]] = [["words", *words, sum(words)]]
    layers = {(row["article_id"], x["layer"]): x["annotations"] for row in rows["articles"] for x in row["layers"]}
    lines += [
        [
            SENTENCES if name == "tokens" else name,
            *(layers.get((i, name), counted[name][i]) for i in ids),
            len(rows[name]),
        ]
        for name in names
    ]
    yield from table(["", *ids, "all"], lines)


def _labels(corpus: Corpus, rows: Rows) -> Iterator[str]:
    for name, column in COUNTED:
        counted = Counter(row[column] for row in rows[name] if row[column] is not None)
        labels = [label for label in corpus.schema.tables[name].column(column).label_names if counted[label]]
        width = max(map(len, labels), default=0)
        most = max(counted.values(), default=1)
        bars = [(label, counted[label]) for label in sorted(labels, key=lambda x: -counted[x])]
        drawn = [f"{label:<{width}} {'█' * max(1, round(BAR * n / most))} {n}" for label, n in bars]
        yield from (f"`{name}.{column}`", "", *fenced(drawn), "")


def _status_lines(corpus: Corpus) -> list[str]:
    files = corpus.schema.layer_files
    rows = [f"| {a.id} | {' | '.join(a.files[name].status() for name in files)} |" for a in corpus.articles]
    return [f"| article | {' | '.join(files)} |", f"|---{'|---' * len(files)}|", *rows]


def _agreement(told: Told, said: str) -> Iterator[str]:
    """The card's tables of agreement, and whose agreement it is."""
    facts = told.facts
    if not facts.agreement:
        yield "The raw annotations of two annotators are not kept, so none can be computed."
        return
    two = len(facts.annotators) == 2
    annotators = " / ".join(facts.annotators) if two else "first / second annotator"
    headings = ["layer", f"annotations ({annotators})", *SCORES]
    rows = [[*_scores(a)] for a in facts.agreement]
    who = f"{'two' if two else 'several'} {'language models, not of people' if told.makers.models else 'annotators'}"
    of = which(facts.compared, list(told.makers.counts))
    yield from (f"**Of {who}, on {of}.** {said}", "", *table(headings, rows), "")
    yield from chain.from_iterable(_beside(one, told) for one in facts.outside)
    yield from chain.from_iterable((line, "") for line in told.said["agreement_here"])
    yield "*Exact F1*: spans with the same start and end. *All fields alike*: annotations with the same value in every"
    yield "field. In brackets: the 95 % interval of 1,000 bootstraps over sentences. Where nobody differs it has no"
    yield "width, which is not certainty. `annotations/AGREEMENT.md` has overlaps and Krippendorff's alpha too."


def _scores(layer: LayerEstimate) -> Iterator[str]:
    yield from (layer.layer, " / ".join(map(str, layer.counts)), *(str(e or "–") for e in (layer.spans, layer.fields)))


def _beside(one: Beside, told: Told) -> Iterator[str]:
    """The agreement of the gold with an annotator outside the adjudication, and what it says about the recall."""
    of = which(one.articles, list(told.makers.counts))
    yield from (f"**Gold and {one.name}**, whose annotations of {of} were measured, not adjudicated:", "")
    found = {r.layer: r for r in one.recalls}
    only = f"only {one.name}: right, wrong, not judged"
    headings = ["layer", f"annotations ({one.name} / gold)", *SCORES, "share of the gold found", only]
    rows = []
    for layer in one.agreement:
        r = found[layer.layer]
        share = "–" if r.found is None else f"{r.found:.3f}"
        rows.append([*_scores(layer), share, f"{r.confirmed}, {r.refused}, {r.unread}"])
    yield from (*table(headings, rows), "")
    judged = "a later reading found them right or wrong, or nobody has judged them"
    yield from (f"*Only {one.name}*: annotations that the gold does not have; {judged}.", "")


def _unused(corpus: Corpus, rows: Rows) -> str:
    never = "\n".join(unused_labels(corpus.schema, rows))
    return f"Labels and fields that never occur, so the corpus has no example of them:\n\n{never}\n" if never else ""


def _doubts(corpus: Corpus, tables: Tables) -> Iterator[str]:
    yield from ("| layer | rows | not sure | which |", "|---|---|---|---|")
    for layer, (count, ids) in doubts(corpus, tables).items():
        yield f"| {layer} | {count} | {len(ids)} | {', '.join(ids) or '–'} |"


def _waivers(corpus: Corpus) -> str:
    """How many findings the records override (`waive`), and of which checks."""
    counted = waivers(corpus)
    if not counted:
        return "No finding of the checks was overridden."
    listed = ", ".join(f"{count} {code(name)}" for name, count in counted.most_common())
    return f"Findings that a record overrides, with a reason (`waive`): {listed}."


def _identifiers(registry: Sequence[Mapping[str, Any]]) -> str:
    counted = Counter(row["qid_status"] for row in registry)
    listed = ", ".join(f"{count} {escaped(status)}" for status, count in counted.most_common())
    return f"Wikidata identifiers in `registry`, by `qid_status`: {listed or 'none'}."


def _retired(corpus: Corpus) -> Iterator[str]:
    """The retired ids, with reason and successor."""
    listed = corpus.retired
    if not listed:
        yield "No id has been retired so far."
        return
    yield from ("Retired ids (the id of an article covers all its annotations):", "")
    yield from ("| id | reason | successor |", "|---|---|---|")
    for name, entry in listed.items():
        yield f"| {_cell(name)} | {_cell(entry.reason)} | {_cell(entry.successor)} |"


def _changes(corpus: Corpus) -> Iterator[str]:
    """What the changelog says about the data of each version, the newest first."""
    path = corpus.root / CHANGELOG
    held = entries(path.read_text("utf-8")) if path.is_file() else []
    for entry in (entry for entry in held if entry.date):
        yield from (f"**{entry.version}** ({entry.date})", "")
        yield from (f"- {line}" for part in SECTIONS[:2] for line in entry.sections.get(part, ()) if line != "Nothing.")
        yield ""


def _outlet_lines(articles: Iterable[Mapping[str, Any]], views: Mapping[str, View]) -> Iterator[str]:
    for row in articles:
        view = views.get(row["article_id"], View("nothing noted", ""))
        shown = view.words if view.words in (row["text"] or "") else ""
        facts = f"{_cell(row['outlet'], 'unknown')} | {_cell(row['published'], 'unknown')}"
        said = escaped(view.says).replace("|", "\\|")
        yield f"| {row['article_id']} | {facts} | {said} | {_cell(shown)} |"


def _credits(articles: Sequence[Mapping[str, Any]]) -> str:
    """What the articles say about their rights."""
    lines = [f"- Article {row['article_id']}: {code(row['rights'])}" for row in articles if row["rights"]]
    if articles and not lines:
        return "They say nothing about their rights."
    others = " (the others say nothing)" if len(lines) < len(articles) else ""
    return "\n".join([f"What they say about their rights{others}:", "", *lines])
