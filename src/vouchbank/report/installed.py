"""The rows of the installed corpus, for showing; commands that use them do not import the readers of sources.

Example:
    >>> Installed(["004"]).of("quantities")[0]["span"]["text"]
    'four'
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from vouchbank.errors import UnknownArticleError
from vouchbank.findings import Finding
from vouchbank.text.rules import BLANK, UNKNOWN

Row = dict[str, Any]


class Installed:
    """The rows of some or all articles of the corpus that is installed with this package.

    Raises:
        UnknownArticleError: the corpus has no article with one of these ids.
    """

    def __init__(self, ids: Collection[str]) -> None:
        from vouchbank.corpus.published import load

        known = sorted(load("articles")["article_id"])
        for name in ids:
            if name not in known:
                raise UnknownArticleError(name, known)
        self.ids = list(ids) or known
        self.findings: list[Finding] = []

    def of(self, table: str) -> list[Row]:
        """The rows of these articles in a table (see `vouchbank.report.rows.Sources.of`)."""
        from vouchbank.corpus.published import load

        rows: list[Row] = load(table).to_dicts()
        if table == "figures":
            return [row for row in rows if told_in(row, self.ids)]
        if table == "registry":
            return rows
        wanted = [row for row in rows if row["article_id"] in self.ids]
        return removed(wanted) if table == "segments" else wanted

    def told(self) -> str:
        """Empty: a published corpus has no findings."""
        return ""


def removed(rows: Iterable[Row]) -> list[Row]:
    """The rows of `segments` that were removed and are not blank, or that have the role `unknown`."""
    return [row for row in rows if row["role"] == UNKNOWN or (not row["kept"] and row["rule"] != BLANK)]


def told_in(figure: Row, ids: Collection[str]) -> bool:
    """Whether a figure has a telling in one of the articles."""
    return any(member.rpartition("-")[0] in ids for member in figure["members"])
