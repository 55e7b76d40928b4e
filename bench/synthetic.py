"""Corpora of any size, made from the toy corpus: other ids, a sentence of its own in each article, the same shape.

The articles are made in memory, as `Article` objects, which is what every check works on; `write` puts their files into
a folder, for commands that read one. `dense` makes one long article with the raw annotations of two annotators.

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

from vouchbank.compare.adjudication import aligned_with_gold, troubles
from vouchbank.compare.annotators import digest
from vouchbank.corpus import Article, Corpus
from vouchbank.corpus.corpus import RAW
from vouchbank.corpus.format import format_corpus, literal
from vouchbank.corpus.overlay import OverlayCorpus
from vouchbank.corpus.records import LayerFile, corpus_file, layer_file
from vouchbank.corpus.seeds import assign_paragraph_ids, read_seed
from vouchbank.toml.reader import read_toml

TOY = Path(__file__).parents[1] / "tests" / "toy"
SEED = 4
ANNOTATORS = ("kim-roe", "lee-ash")
_ID = re.compile(r"\b(nq|na|[eqa])([0-9]+)\b")
_SECTION = re.compile(r"^\[p([0-9]+)", re.MULTILINE)
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
    return _words(f"{number}", 14, 30) + " while the harbour was quiet and the ferries waited for the morning tide."


def _words(seed: str, least: int, most: int) -> str:
    rng = Random(f"{SEED}:{seed}")
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randrange(1, 4))) for _ in range(rng.randrange(least, most))]
    return " ".join(words).capitalize()


def dense(copies: int) -> OverlayCorpus:
    """A corpus of one densely annotated article, adjudicated: the first one of the toy corpus, many times over.

    Every copy of a paragraph has words of its own. One annotator overlooks what another has, and once per copy both
    differ from the gold, so that there is something to decide.
    """
    toy = Corpus(TOY)
    article = toy.article("000")
    held = dict(_dense_seed(article, copies))
    held["annotations/registry.toml"] = _rows_of(article, toy.shared["registry"].document.text).encode()
    for name, file in article.files.items():
        gold = _repeated(file.document.text, copies, len(article.paragraphs))
        held[f"annotations/000/{name}.toml"] = gold.replace('"complete"', '"adjudicated"', 1).encode()
        one = re.sub(r"^e[0-9]+ = .*Monday.*\n", "", gold, flags=re.MULTILINE).replace('"probable"', '"possible"')
        other = gold.replace('"yesterday"', '"today"').replace('"probable"', '"possible"').replace("change =", "# ")
        for annotator, text in zip(ANNOTATORS, (one, other), strict=True):
            held[f"{RAW}/{annotator}/000/{name}.toml"] = text.replace("annotator-a", annotator, 1).encode()
    stated = 'by = "max-day"\nguidelines = "0.3"\n\n[annotators]\n'
    bare = OverlayCorpus(TOY, toy.schema, held, whole=True)
    stated += "".join(
        f"{annotator} = {literal(digest(bare.raw(annotator).article('000')))}\n" for annotator in ANNOTATORS
    )
    return OverlayCorpus(TOY, toy.schema, {**held, **_decided(held, stated, toy)}, whole=True)


def _dense_seed(article: Article, copies: int) -> Iterator[tuple[str, bytes]]:
    texts = [p.text for p in article.paragraphs]
    for number in range(1, copies):
        texts += [f"{p.text} {_words(f'{number}.{p.id}', 2, 5)}." for p in article.paragraphs]
    data = ("\n\n".join(texts) + "\n").encode()
    listed = "".join(f"{name} = {literal(value)}\n" for name, value in assign_paragraph_ids(texts, {}).items())
    facts = {"seed_file": "a.txt", "sha256": hashlib.sha256(data).hexdigest(), "language": "en"}
    head = "".join(f"{name} = {literal(value)}\n" for name, value in facts.items())
    yield "seeds/000/raw.txt", data
    yield "seeds/000/meta.toml", f"{head}\n[paragraphs]\n{listed}".encode()


def _rows_of(article: Article, registry: str) -> str:
    """The rows of the registry that the names of an article point to."""
    keys = {a.record.values.get("key") for a in article.annotations["entities"]}
    sections = (f"[{section}" for section in re.split(r"^\[", registry, flags=re.MULTILINE)[1:])
    return "".join(s for s in sections if s[1 : s.index("]")] in keys)


def _repeated(text: str, copies: int, paragraphs: int) -> str:
    """An annotation file for the copies of an article: paragraphs and ids are counted on."""
    head, _, sections = text.partition("\n[")
    made = (_counted_on(f"[{sections}", 20 * number, paragraphs * number) for number in range(copies))
    return "\n".join([head, *made])


def _counted_on(text: str, ids: int, paragraphs: int) -> str:
    text = _ID.sub(lambda m: f"{m[1]}{int(m[2]) + ids}", text)
    return _SECTION.sub(lambda m: f"[p{int(m[1]) + paragraphs}", text)


def _decided(held: Mapping[str, bytes], stated: str, toy: Corpus) -> dict[str, bytes]:
    """The adjudication file, with a row for everything in which the annotators and the gold differ."""
    file = "annotations/adjudication/000.toml"
    corpus = OverlayCorpus(TOY, toy.schema, {**held, file: stated.encode()}, whole=True)
    layers = [table.name for table in toy.schema.exhaustive_layers]
    for trouble in troubles(aligned_with_gold(corpus, "000"), {}, layers):
        lines = (f"{name} = {literal(value)}\n" for name, value in {**trouble.row, "reason": "Seen."}.items())
        stated += f"\n[[{trouble.section}]]\n{''.join(lines)}"
    return {file: stated.encode()}
