"""Show a change of the sources on the pages: how each annotation changed, and which ones were removed.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> corpus = Corpus(repository_root())
    >>> Review.of(corpus, corpus, "HEAD").groups()
    []
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vouchbank.change.align import Alignment
from vouchbank.change.changes import REMOVED, Change, in_order, summary
from vouchbank.change.diff import changes
from vouchbank.change.old_text import old_paragraphs
from vouchbank.corpus import Corpus
from vouchbank.corpus.overlay import OverlayCorpus

# the layer of the page that shows a column of a table; the same list as in web/src/marks.ts
DRAWN = {
    "entities": {"span": "entity"},
    "quantities": {"span": "quantity"},
    "attributions": {"source": "source", "addressee": "source", "cue": "cue", "content": "content"},
    "assertions": {"span": "other"},
    "non_quantities": {"span": "other", "number": "other"},
    "non_attributions": {"span": "other"},
}


@dataclass(frozen=True)
class Review:
    """A change under review.

    Attributes:
        then: The sources before the change.
        now: The sources after the change.
        changes: All differences.
        since: The name of the earlier state.
    """

    then: Corpus
    now: Corpus
    changes: tuple[Change, ...]
    since: str

    @classmethod
    def of(cls, then: Corpus, now: Corpus, since: str) -> Review:
        """The change from one state to another."""
        held = then if isinstance(then, OverlayCorpus) else None
        found = changes(then, now, (lambda article: old_paragraphs(held, article)) if held else None)
        return cls(then, now, tuple(found), since)

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """How each annotation changed: the kind of its first change."""
        found: dict[str, str] = {}
        for change in self.changes:
            found.setdefault(change.subject, change.kind)
        return found

    @property
    def summary(self) -> str:
        """The number of changes of each kind."""
        return summary(self.changes, self.since)

    def groups(self) -> list[dict[str, Any]]:
        """The changes by article and layer, for the page that lists them."""
        listed = in_order(self.changes)
        return [{"article": article, "layer": layer, "changes": group} for (article, layer), group in listed]

    def of_article(self, article: str) -> dict[str, Any]:
        """The changes that the page of an article shows."""
        own = [change for change in self.changes if change.article == article]
        said = [
            {"subject": c.subject, "layer": c.layer, "kind": c.kind, "field": c.verb.partition(" ")[0], "said": str(c)}
            for c in own
        ]
        return {"changes": said, "gone": list(self._gone(article, own))}

    def _gone(self, name: str, own: list[Change]) -> Iterator[dict[str, Any]]:
        """The spans of removed annotations, moved to the current text."""
        removed = {change.subject for change in own if change.verb == REMOVED}
        if not removed or name not in self.then.article_ids:
            return
        then, now = self.then.article(name), self.now.article(name)
        follow = (lambda span: span) if then.text == now.text else Alignment(then.text, now.text).moved
        for id_ in sorted(removed & then.by_id.keys()):
            annotation = then.by_id[id_]
            for column, layer in DRAWN.get(annotation.record.table.name, {}).items():
                places = [place for span in annotation.spans.get(column, ()) if (place := follow(span)) is not None]
                if places:
                    yield {"id": id_, "layer": layer, "spans": [{"start": p.start, "end": p.end} for p in places]}
