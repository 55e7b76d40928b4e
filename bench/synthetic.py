"""Corpora of any size, made from the toy corpus: other ids, a sentence of its own in each article, the same shape.

The articles are made in memory, as `Article` objects, which is what every check works on; `write` puts their files into
a folder, for commands that read one.

Example:
    >>> corpus = synthetic(4)
    >>> corpus.article_ids, len({article.text for article in corpus.articles})
    (('000', '001', '002', '003'), 4)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from random import Random

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import format_corpus
from vouchbank.corpus.records import LayerFile, corpus_file, layer_file
from vouchbank.corpus.seeds import assign_paragraph_ids, read_seed
from vouchbank.toml.reader import read_toml

TOY = Path(__file__).parents[1] / "tests" / "toy"
SEED = 4
_SYLLABLES = ("ka", "lo", "mer", "tin", "ove", "sar", "bel", "und", "ria", "que", "zen", "hol")


class SyntheticCorpus(Corpus):
    """A corpus whose articles are made one by one, from copies of the articles of another, under the ids given.

    Every copy has its own id and one sentence of its own; numbers, quotation marks and annotations stay.
    """

    def __init__(self, base: Corpus, ids: Iterable[str]) -> None:
        super().__init__(base.root, base.schema)
        self.pattern = base
        self._numbers = {name: number for number, name in enumerate(sorted(ids))}

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """The ids of all articles, sorted."""
        return tuple(self._numbers)

    @cached_property
    def shared(self) -> Mapping[str, LayerFile]:
        """The registry as it is, figures and claims once for each copy of the whole."""
        made = {}
        for name, table in self.schema.tables.items():
            if table.kind == "corpus":
                file = f"{self.annotations}/{table.file}.toml"
                loose = read_toml("\n".join(self._shared_text(name)).encode(), file)
                made[name] = corpus_file(read_toml(format_corpus(table, loose).encode(), file), table)
        return made

    def _shared_text(self, name: str) -> Iterator[str]:
        text = self.pattern.shared[name].document.text
        originals = self.pattern.article_ids
        if name == "registry":
            yield text
            return
        for group in range(len(self.article_ids) // len(originals)):
            copy = _sections(text, group)
            for index, original in enumerate(originals):
                copy = copy.replace(f'"{original}-', f'"@{self.article_ids[group * len(originals) + index]}-')
            yield copy.replace('"@', '"')

    def write(self, root: Path) -> None:
        """Write its files into a folder, for commands that read one."""
        documents = [file.document for file in self.shared.values()]
        for article in self.articles:
            documents += [article.seed.meta, *(file.document for file in article.files.values())]
            _write(root / article.seed.file, article.seed.data)
        for document in documents:
            _write(root / document.file, document.text.encode())

    def _open(self, article_id: str) -> Article:
        number = self._numbers[article_id]
        originals = self.pattern.article_ids
        return copied(self.pattern.article(originals[number % len(originals)]), article_id, number)


def _sections(text: str, group: int) -> str:
    return re.sub(r"^\[([a-z0-9-]+)\]$", rf"[\1-{group:05}]", text, flags=re.MULTILINE)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def synthetic(count: int) -> SyntheticCorpus:
    """A corpus of `count` articles, the same for the same toy corpus: numbers for ids, three digits at least."""
    return SyntheticCorpus(Corpus(TOY), (f"{i:0{max(3, len(str(count - 1)))}}" for i in range(count)))


def copied(original: Article, article_id: str, number: int) -> Article:
    """A copy of an article under another id, with one sentence of its own that no annotation speaks of."""
    raw = f"{original.seed.raw.rstrip()}\n\n{_sentence(number)}\n"
    data = raw.encode()
    meta = original.seed.meta.text.replace(original.seed.sha256, hashlib.sha256(data).hexdigest())
    folder = f"seeds/{article_id}"
    bare = read_seed(article_id, data, f"{folder}/raw.txt", read_toml(meta.encode(), f"{folder}/meta.toml"))
    listed = assign_paragraph_ids([p.text for p in Article(article_id, bare, {}, original.schema).paragraphs], {})
    lines = "".join(f'{name} = "{digest}"\n' for name, digest in listed.items())
    meta = meta.partition("[paragraphs]")[0] + "[paragraphs]\n" + lines
    seed = read_seed(article_id, data, f"{folder}/raw.txt", read_toml(meta.encode(), f"{folder}/meta.toml"))
    files = {}
    for name, file in original.files.items():
        path = f"annotations/{article_id}/{name}.toml"
        files[name] = layer_file(read_toml(file.document.text.encode(), path), original.schema, name, article_id)
    return Article(article_id, seed, files, original.schema)


def _sentence(number: int) -> str:
    rng = Random(f"{SEED}:{number}")
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randrange(1, 4))) for _ in range(rng.randrange(14, 30))]
    return " ".join(words).capitalize() + " while the harbour was quiet and the ferries waited for the morning tide."
