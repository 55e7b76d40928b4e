"""Corpora of any size, made from the toy corpus: other ids, a sentence of its own in each article, the same shape.

Article ids have three digits, and the schema says so; a larger corpus is therefore never written to disk but made in
memory, as `Article` objects, which is what every check works on.

Example:
    >>> corpus = synthetic(4)
    >>> corpus.article_ids, len({article.text for article in corpus.articles})
    (('000', '001', '002', '003'), 4)
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from random import Random

from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.format import format_corpus
from vouchbank.corpus.records import LayerFile, corpus_file, layer_file
from vouchbank.corpus.seeds import assign_paragraph_ids, read_seed
from vouchbank.schema import Schema, default_schema_folder, load_schema
from vouchbank.toml.reader import read_toml

TOY = Path(__file__).parents[1] / "tests" / "toy"
SEED = 4
_SYLLABLES = ("ka", "lo", "mer", "tin", "ove", "sar", "bel", "und", "ria", "que", "zen", "hol")


THREE_DIGITS = 1000


@cache
def with_longer_ids() -> Schema:
    """The schema with article ids of three to five digits: only a corpus of this folder has more than a thousand."""
    with tempfile.TemporaryDirectory() as folder:
        for path in default_schema_folder().glob("*.json"):
            text = path.read_text("utf-8").replace("[0-9]{3}", "[0-9]{3,5}")
            (Path(folder) / path.name).write_text(text, "utf-8")
        return load_schema(Path(folder))


class SyntheticCorpus(Corpus):
    """A corpus whose articles are made one by one, from copies of the articles of another.

    Every copy has its own id and one sentence of its own; numbers, quotation marks and annotations stay.
    """

    def __init__(self, base: Corpus, count: int) -> None:
        super().__init__(base.root, base.schema if count <= THREE_DIGITS else with_longer_ids())
        self.base = base
        self.count = count

    @cached_property
    def article_ids(self) -> tuple[str, ...]:
        """As many ids as asked for; more than three digits where there are more than a thousand."""
        return tuple(f"{i:03}" for i in range(self.count))

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
        text = self.base.shared[name].document.text
        originals = self.base.article_ids
        if name == "registry":
            yield text
            return
        for group in range(self.count // len(originals)):
            copy = _sections(text, group)
            for index, original in enumerate(originals):
                copy = copy.replace(f'"{original}-', f'"@{group * len(originals) + index:03}-')
            yield copy.replace('"@', '"')

    def _open(self, article_id: str) -> Article:
        number = int(article_id)
        originals = self.base.article_ids
        return copied(self.base.article(originals[number % len(originals)]), article_id, number)


def _sections(text: str, group: int) -> str:
    return re.sub(r"^\[([a-z0-9-]+)\]$", rf"[\1-{group:05}]", text, flags=re.MULTILINE)


def synthetic(count: int) -> SyntheticCorpus:
    """A corpus of `count` articles, the same for the same toy corpus."""
    return SyntheticCorpus(Corpus(TOY), count)


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
