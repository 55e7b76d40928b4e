"""Every page of the site, as bytes by its name below the folder that it is written to.

Pages are whole without scripts: the text, lists and tables stand in them. The bundle brings layers, cards and filters.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> made = pages(Corpus(repository_root()))
    >>> sorted(made)[:2], made["articles/004.html"][:15]
    (['articles/000.html', 'articles/001.html'], b'<!doctype html>')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from vouchbank.corpus import Corpus
from vouchbank.errors import needed
from vouchbank.report.text import printable
from vouchbank.site.data import SiteRows, article_data
from vouchbank.site.embed import embedded, visible
from vouchbank.tables.articles import segment_rows

HERE = Path(__file__).parent
BUNDLE = ("vouchbank.js", "vouchbank.css")
# everything comes from the site itself, nothing of a page is run or drawn that is not in a file of its own
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
NAV = (("index.html", "Figures"),)
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5fa5"/>'
    '<path d="M6 16h20" stroke="#fff" stroke-width="3"/><circle cx="9" cy="16" r="4" fill="#fff"/>'
    '<circle cx="23" cy="16" r="4" fill="#0b5fa5" stroke="#fff" stroke-width="3"/></svg>'
)


@needed("making pages")
def pages(corpus: Corpus, drafts: bool = False) -> dict[str, bytes]:
    """All files of the site.

    Args:
        corpus: The sources; what cannot be read in them is left out.
        drafts: Whether draft layers are shown.
    """
    rows = SiteRows(corpus, drafts)
    made = {name: (HERE / "bundle" / name).read_bytes() for name in BUNDLE}
    made["icon.svg"] = ICON.encode()
    made |= {name: text.encode() for name, text in _pages(rows)}
    return made


def _pages(rows: SiteRows) -> Iterator[tuple[str, str]]:
    draw = _Renderer(rows)
    for article in rows.articles:
        yield draw("article.html", f"articles/{article}.html", **_article(rows, article))


def _article(rows: SiteRows, article: str) -> dict[str, Any]:
    data, row = article_data(rows, article), rows.articles[article]
    return {
        "title": data["title"],
        "heading": data["title"],
        "article": data,
        "row": row,
        "paragraphs": [{**p, "text": row["text"][p["start"] : p["end"]]} for p in row["paragraphs"]],
        "pieces": segment_rows(rows.corpus.article(article)),
        "data": Markup(embedded(data)),
    }


class _Renderer:
    """Templates in which every value is escaped, with what all pages share."""

    def __init__(self, rows: SiteRows) -> None:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.filters |= {"visible": visible, "plain": printable}
        self._shared: Mapping[str, Any] = {
            "policy": POLICY,
            "nav": NAV,
            "foot": "Made by `vouchbank site`.",
            "rows": rows,
        }

    def __call__(self, template: str, page: str, **values: Any) -> tuple[str, str]:
        up = "../" * page.count("/")
        return page, self._env.get_template(template).render(**self._shared, page=page, up=up, **values)
