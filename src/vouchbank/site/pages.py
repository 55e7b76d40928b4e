"""Every page of the site, as bytes by file name.

Pages are complete without scripts: they contain all text, lists and tables. The bundle adds layers, cards and filters.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> made = pages(Corpus(repository_root()))
    >>> sorted(made)[:2], made["articles/004.html"][:15]
    (['README.md', 'agreement.html'], b'<!doctype html>')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from vouchbank.corpus import Corpus
from vouchbank.errors import needed
from vouchbank.report.text import counted, printable
from vouchbank.site.data import SiteRows, article_data, made_by, title_of
from vouchbank.site.disagreement import disagreements, shared_disagreements, usable
from vouchbank.site.documents import DocumentPage, document
from vouchbank.site.embed import embedded, markup, visible
from vouchbank.site.listings import claims, registry, sources
from vouchbank.site.review import Review
from vouchbank.site.tellings import front
from vouchbank.tables.articles import segment_rows

HERE = Path(__file__).parent
DOCUMENTS = {"guidelines": "annotations/GUIDELINES.md", "scores": "annotations/AGREEMENT.md"}
# plain names for some layers
LAYERS = {"entities": "names", "quantities": "numbers", "assertions": "own statements"}
QID = re.compile(r"Q\d+\Z", re.ASCII)
BUNDLE = ("vouchbank.js", "vouchbank.css")
# the hash of the style element in drawings of Observable Plot; if it changes, the browser's console shows the new one
PLOT = "'sha256-+TfQir1nvDucAdvE6XUQBt4ayUjpAWkbw2kCdSfekHM='"
# everything comes from the site itself, and pages run no inline scripts
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {PLOT}; img-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)
NAV = (
    ("index.html", "Figures"),
    ("sources.html", "Sources"),
    ("claims.html", "Claims"),
    ("registry.html", "Registry"),
    ("agreement.html", "Agreement"),
    ("guidelines.html", "Guidelines"),
)
# the metadata that the Hub reads if the site is a static Space; elsewhere, only people read it
SPACE = """---
title: VouchBank
emoji: 🔢
sdk: static
app_file: index.html
license: cc-by-4.0
---

The pages of VouchBank, made by `vouchbank site`: for every number in the news, who vouches for it. Open `index.html`.
"""
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5fa5"/>'
    '<path d="M6 16h20" stroke="#fff" stroke-width="3"/><circle cx="9" cy="16" r="4" fill="#fff"/>'
    '<circle cx="23" cy="16" r="4" fill="#0b5fa5" stroke="#fff" stroke-width="3"/></svg>'
)


@needed("making pages")
def pages(corpus: Corpus, drafts: bool = False, review: Review | None = None) -> dict[str, bytes]:
    """All files of the site.

    Args:
        corpus: The sources; whatever cannot be read is left out.
        drafts: Whether to show draft layers.
        review: A change to show on the pages.
    """
    rows = SiteRows(corpus, drafts)
    made = {name: (HERE / "bundle" / name).read_bytes() for name in BUNDLE}
    made |= {"icon.svg": ICON.encode(), "README.md": SPACE.encode()}
    made |= {name: text.encode() for name, text in _pages(rows, review)}
    return made


def _pages(rows: SiteRows, review: Review | None) -> Iterator[tuple[str, str]]:
    """Each page with its name."""
    draw = _Renderer(rows, review)
    corpus = rows.corpus
    yield draw("index.html", "index.html", title="Who vouches for the numbers in the news?", **front(rows))
    for article in rows.articles:
        yield draw("article.html", f"articles/{article}.html", **_article(rows, article, review))
    if review:
        yield draw("changes.html", "changes.html", title="Changes")
    yield draw("sources.html", "sources.html", title="Sources", sources=sources(rows))
    yield draw("registry.html", "registry.html", title="Registry", registry=registry(rows))
    yield draw("claims.html", "claims.html", title="Claims", claims=claims(rows))
    documents = {name: _document(rows, file) for name, file in DOCUMENTS.items()}
    yield draw("agreement.html", "agreement.html", **_agreement(corpus, documents["scores"] is not None))
    for name, held in documents.items():
        if held is not None:
            yield draw("document.html", f"{name}.html", title=held.title, document=held)


def _agreement(corpus: Corpus, scores: bool) -> dict[str, Any]:
    readable = usable(corpus)
    return {
        "title": "Agreement",
        "usable": readable,
        "scores": scores,
        "agreement": disagreements(corpus) if readable else [],
        "shared": shared_disagreements(corpus) if readable else [],
    }


def _document(rows: SiteRows, file: str) -> DocumentPage | None:
    """A document of the sources as a page; None if it is missing."""
    data = rows.corpus.read(file)
    return document(data.decode("utf-8", "replace"), rows.articles, rows.by_id.__contains__) if data else None


def _article(rows: SiteRows, article: str, review: Review | None) -> dict[str, Any]:
    data, row = article_data(rows, article), rows.articles[article]
    data |= review.of_article(article) if review else {}
    return {
        "title": data["title"],
        "heading": data["title"],
        "article": data,
        "row": row,
        "beside": _beside(rows, article),
        "counts": [_count(layer) for layer in row["layers"] if layer["annotations"]],
        "paragraphs": [{**p, "text": row["text"][p["start"] : p["end"]]} for p in row["paragraphs"]],
        "pieces": segment_rows(rows.corpus.article(article)),
        "data": markup(embedded(data)),
    }


def _beside(rows: SiteRows, article: str) -> dict[str, tuple[str, str] | None]:
    """The previous and the next article, with their titles."""
    names = [None, *rows.articles, None]
    at = names.index(article)
    found = {"before": names[at - 1], "after": names[at + 1]}
    return {side: (name, title_of(rows.articles[name])) if name else None for side, name in found.items()}


def _count(layer: Mapping[str, Any]) -> str:
    """The number of rows that an article has in a layer, and the layer's status if it is not finished."""
    said = counted(layer["annotations"], LAYERS.get(layer["layer"], layer["layer"]))
    return said if layer["status"] in ("adjudicated", "selective") else f"{said} ({layer['status']})"


class _Renderer:
    """Renders templates, escaping every value, with the values that all pages share."""

    def __init__(self, rows: SiteRows, review: Review | None) -> None:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= {"visible": visible, "plain": printable, "data": embedded, "is_qid": _is_qid}
        self._shared: Mapping[str, Any] = {
            "policy": POLICY,
            "nav": (*NAV, *((("changes.html", "Changes"),) if review else ())),
            "foot": made_by(rows),
            "rows": rows,
            "review": review,
            "kinds": review.kinds if review else {},
        }

    def __call__(self, template: str, page: str, **values: Any) -> tuple[str, str]:
        up = "../" * page.count("/")
        return page, self._env.get_template(template).render(**self._shared, page=page, up=up, **values)


def _is_qid(value: object) -> bool:
    return isinstance(value, str) and bool(QID.match(value))
