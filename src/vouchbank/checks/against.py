"""What must not change since the base revision, which `vouchbank check --against REV` names.

`Corpus.base` is the corpus at that revision; without it these rules find nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vouchbank.checks.rule import Faults, rule
from vouchbank.checks.subjects import JudgedCorpus
from vouchbank.compare.annotators import content
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.ids import shared_name
from vouchbank.corpus.records import LayerFile
from vouchbank.findings import Fault, Level, Place
from vouchbank.hints import capped

NAMED = 3


@rule(level=Level.CORPUS)
def raw_differs_from_base(corpus: JudgedCorpus) -> Faults:
    """Raw annotations that already existed were changed (only with `vouchbank check --against REV`).

    A raw file that is complete in the base revision keeps its values. Only its anchors may change, to follow a changed
    text, and it is removed only when its article is retired. Correct an annotator's mistakes in the gold; the
    adjudication gives the reason.
    """
    source, base, retired = corpus.source, corpus.source.base, corpus.ids.retired
    if base is None:
        return
    for name in base.annotators:
        before, now = base.raw(name), source.raw(name)
        for work in (work for work in before.articles if work.id not in retired):
            same = now.article(work.id) if work.id in now.article_ids else None
            places = same is not None and _built_text(base, work) == work.text == same.text
            for file, old in work.files.items():
                if old.document.missing or old.document.faults or old.status() == "draft":
                    continue
                new = same.files.get(file) if same else None
                held = content(same, file, places) if same and new else ()
                yield from _changed(dict(content(work, file, places)), dict(held), old, new, work.id)
        for table, old in before.shared.items():
            rows = {r.name: r.values for r in old.records if shared_name(table, r.name) not in retired}
            new = now.shared.get(table)
            kept = {r.name: r.values for r in new.records if r.name in rows} if new else {}
            yield from _changed(rows, kept, old, new)


@rule(level=Level.CORPUS)
def seed_differs_from_base(corpus: JudgedCorpus) -> Faults:
    """A seed differs from the one in the base revision (only with `vouchbank check --against REV`).

    The bytes of a seed and of its source map are evidence. They change only if the publisher corrected the article and
    `vouchbank correct-seed` replaced them; `history` in meta.toml then also contains the SHA-256 that the seed had in
    the base revision.
    """
    source, base = corpus.source, corpus.source.base
    if base is None:
        return
    for name in (name for name in source.article_ids if name in base.article_ids):
        seed, old = source.article(name).seed, base.article(name).seed
        then, now = old.hashes, seed.hashes
        kept = now[: len(then)] == then
        same_map = seed.map_data == old.map_data or len(now) > len(then)
        if kept and same_map and all(a != b for a, b in zip(now[len(then) - 1 :], now[len(then) :], strict=False)):
            continue
        message, place = "`history` was changed", seed.meta.key_place("history")
        if now[-1] != then[-1]:
            message, place = "the seed differs from the one in the base revision", Place(seed.file)
        elif kept and not same_map:
            message, place = "the source map differs from the one in the base revision", Place(seed.map_file)
        help_ = f"restore seeds/{name}; or, if the publisher corrected it, run: vouchbank correct-seed {name} FILE"
        yield Fault(f"{message}, but meta.toml records no correction", place, help_, name)


def _built_text(base: Corpus, article: Article) -> str:
    """The text that the anchors in the base revision refer to."""
    return (base.read(f"corpus/text/{article.id}.txt") or b"").decode("utf-8", "replace").removesuffix("\n")


def _changed(
    before: Mapping[str, Any], now: Mapping[str, Any], old: LayerFile, new: LayerFile | None, article: str = ""
) -> Iterator[Fault]:
    """One fault if the values of a raw file changed; a file that cannot be read has its own finding."""
    help_ = "restore it; correct mistakes in the gold, with a reason in the adjudication"
    changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    if changed and (new is None or new.document.missing):
        yield Fault("this raw file was removed", Place(old.document.file), help_, article)
    elif changed and new and not new.document.faults:
        listed = [name or "the header" for name in changed]
        place = next((r.key_place() for r in new.records if r.name == changed[0]), Place(new.document.file))
        yield Fault(f"raw annotations were changed: {capped(listed, NAMED)}", place, help_, article)
