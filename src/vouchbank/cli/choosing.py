"""What a command is asked to look at: articles, files and folders of the sources, checks by name.

Example:
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> chosen = Chosen.of(Corpus(repository_root()), ["004", "annotations/003/quantities.toml"])
    >>> chosen.articles, chosen.paths
    (('004',), ('annotations/003/quantities.toml',))
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vouchbank.cli.base import nearest_root
from vouchbank.corpus.ids import article_in_path
from vouchbank.findings import Finding, in_reading_order

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from vouchbank.corpus import Corpus

SOURCES = ("seeds", "annotations", "schema", "corpus")


@dataclass(frozen=True)
class Chosen:
    """A choice of the sources; an empty one is all of them.

    Attributes:
        articles: Ids of articles.
        paths: Files and folders below the root.
        of_paths: The articles that these files are of; None if another article or what they share may be among them.
    """

    articles: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    of_paths: tuple[str, ...] | None = None

    @classmethod
    def of(cls, corpus: Corpus, words: Iterable[str]) -> Chosen:
        """What words of a command line mean.

        Raises:
            click.UsageError: a word is neither an article nor a path of the sources.
        """
        listed = list(words)
        ids = tuple(word for word in listed if word in corpus.article_ids)
        paths = tuple(_path(corpus, word) for word in listed if word not in ids)
        if "." in paths:
            return cls()
        named = [_article(corpus, path) for path in paths]
        return cls(ids, paths, None if None in named else tuple(name for name in named if name))

    def findings(self, judge: Callable[[tuple[str, ...] | None], list[Finding]]) -> list[Finding]:
        """The findings of what is chosen, by a function that judges some articles, or all."""
        if not (self.articles or self.paths):
            return judge(None)
        found = judge(self.articles) if self.articles else []
        if self.paths:
            found += [f for f in judge(self.of_paths) if self._on_paths(f.place.file)]
        return in_reading_order({id_: f for f in found if (id_ := (f.place, f.slug, f.message))}.values())

    @property
    def whole(self) -> bool:
        """Whether another article, or what articles share, may be among it."""
        return not (self.articles or self.paths) or (bool(self.paths) and self.of_paths is None)

    def mends(self, file: str) -> bool:
        """Whether `--fix` may write a file: an article is mended as a whole, for its files name each other's ids."""
        own = {*self.articles, *(self.of_paths or ())}
        return not (self.articles or self.paths) or self._on_paths(file) or article_in_path(file) in own

    def count(self, corpus: Corpus) -> int:
        """How many articles are looked at."""
        whole = self.of_paths is None if self.paths else not self.articles
        return len(corpus.article_ids if whole else {*self.articles, *(self.of_paths or ())})

    def _on_paths(self, file: str) -> bool:
        return any(file == path or file.startswith(f"{path}/") for path in self.paths)


def _path(corpus: Corpus, word: str) -> str:
    """A path of the sources, below the root; it is looked for from here, then from the root."""
    root = corpus.root.resolve()
    there = [_without_links(base / word) for base in (Path.cwd(), root) if os.path.lexists(base / word)]
    inside = [path.relative_to(root) for path in there if path.is_relative_to(root)]
    if inside and (inside[0] == Path() or inside[0].parts[0] in SOURCES):
        return inside[0].as_posix()
    if there:
        listed = ", ".join(f"{name}/" for name in SOURCES)
        raise click.UsageError(f"{word!r} is not in the sources; they are {listed} of {str(corpus.root)!r}")
    raise click.UsageError(f"there is no article, file or folder {word!r}; {_hint(corpus, word)}")


def _without_links(path: Path) -> Path:
    """A path with the links on the way to it followed, but not the one that it may be itself."""
    return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name


def _hint(corpus: Corpus, word: str) -> str:
    """What was probably meant by a word that names nothing."""
    from vouchbank.hints import did_you_mean

    files = [f"{name}.toml" for name in corpus.schema.layer_files]
    known = [f"annotations/{name}/{file}" for name, file in product(corpus.article_ids, files)]
    known += [f"annotations/{table.file}.toml" for table in corpus.schema.corpus_tables]
    known += [*corpus.article_ids, *(f"seeds/{name}/meta.toml" for name in corpus.article_ids)]
    ids = f": {', '.join(corpus.article_ids)}" if len(corpus.article_ids) < 20 else ""
    return did_you_mean(word, known) or f"name a file or folder of the sources, or an article{ids}"


def _article(corpus: Corpus, path: str) -> str | None:
    """The article whose file, known by its name, is at a path; None for any other file, and for a folder."""
    *folders, name = path.split("/")
    known = {"raw.txt", "meta.toml", *(f"{layer}.toml" for layer in corpus.schema.layer_files)}
    return folders[-1] if folders[1:] and name in known and folders[-1] in corpus.article_ids else None


def names(context: click.Context, _: click.Parameter, given: Sequence[str]) -> frozenset[str]:
    """Names of checks, each option with one or with several between commas."""
    wanted = [name.strip() for one in given for name in one.split(",") if name.strip()]
    if not wanted:
        return frozenset()
    from vouchbank.report.explain import rules

    known = rules()
    for name in wanted:
        if name not in known:
            raise no_such_check(name, context.params.get("root") or nearest_root(), list(known))
    return frozenset(wanted)


def no_such_check(slug: str, root: Path, known: list[str]) -> Exception:
    """Why there is no check of that name."""
    from vouchbank.checks.names import SLUGS, read_slugs
    from vouchbank.errors import RetiredCheckError, UnknownCheckError

    path = root / SLUGS
    retired = read_slugs(path.read_text("utf-8")).retired if path.is_file() else {}
    return RetiredCheckError(slug, retired[slug]) if slug in retired else UnknownCheckError(slug, known)


def corpus_of(corpus: Corpus, by: str | None, articles: Iterable[str] = ()) -> Corpus:
    """The corpus, or the raw annotations of one annotator in it; then nothing of the gold or of others is read.

    Args:
        corpus: The sources.
        by: The annotator.
        articles: Articles of which that work is asked for.

    Raises:
        click.UsageError: the annotator has no work on the article.
    """
    if by is None:
        return corpus
    if fault := corpus.annotator_fault(by):
        raise click.UsageError(f"{by!r} is not a valid annotator name: {fault}")
    work = corpus.raw(by)
    wanted = [f"{work.annotations}/{name}" for name in articles if name in corpus.article_ids] or [work.annotations]
    for folder in wanted:
        if not corpus.entries(folder):
            article = folder.removeprefix(work.annotations).strip("/") or "ARTICLE"
            begin = f"vouchbank annotate-again {article} --by {by}"
            raise click.UsageError(f"there is no {folder}; to begin it, run: {begin}")
    return work


def begun(work: Corpus) -> tuple[str, ...]:
    """The articles that an annotator has begun; of the gold none by name."""
    if not work.annotator:
        return ()  # and the schema, which may be unusable, is not asked
    there = work.entries(work.annotations)
    return tuple(name for name in work.article_ids if name in there)


by_option = click.option(
    "--by",
    metavar="NAME",
    help="Use only this annotator's raw annotations (annotations/raw/NAME); read neither the gold nor anyone else's.",
)


def _items(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_articles(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids that begin like that; read from the folder, nothing is judged."""
    seeds = (context.params.get("root") or nearest_root()) / "seeds"
    return _items(sorted(p.name for p in seeds.iterdir() if p.is_dir()) if seeds.is_dir() else (), incomplete)


def complete_sources(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Articles, and files as the shell completes them."""
    from click.shell_completion import CompletionItem

    return [*complete_articles(context, parameter, incomplete), CompletionItem(incomplete, type="file")]


def complete_checks(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The checks whose names begin like that, also behind a comma."""
    from vouchbank.report.explain import rules

    before, comma, begun = incomplete.rpartition(",")
    return [*_items((f"{before}{comma}{name}" for name in rules()), f"{before}{comma}{begun}")]


def articles_argument(function: Any) -> Any:
    """The argument `[ARTICLE]...`."""
    return click.argument("article_ids", nargs=-1, metavar="[ARTICLE]...", shell_complete=complete_articles)(function)
