"""Arguments that name articles, files, folders, annotators and checks, and their completion in the shell.

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
    """Which sources a command works on; if nothing is chosen, all of them.

    Attributes:
        articles: Ids of articles.
        paths: Files and folders below the root.
        of_paths: The articles that the files belong to; None if the paths may also concern other or shared files.
    """

    articles: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    of_paths: tuple[str, ...] | None = None

    @classmethod
    def of(cls, corpus: Corpus, words: Iterable[str]) -> Chosen:
        """The choice that arguments of the command line make.

        Raises:
            click.UsageError: an argument is neither an article nor a path of the sources.
        """
        listed = list(words)
        ids = tuple(word for word in listed if word in corpus.article_ids)
        paths = tuple(_path(corpus, word) for word in listed if word not in ids)
        if "." in paths:
            return cls()
        named = [_article(corpus, path) for path in paths]
        return cls(ids, paths, None if None in named else tuple(name for name in named if name))

    def findings(self, judge: Callable[[tuple[str, ...] | None], list[Finding]]) -> list[Finding]:
        """The findings of what is chosen, from a function that checks some articles, or all."""
        if not (self.articles or self.paths):
            return judge(None)
        found = judge(self.articles) if self.articles else []
        if self.paths:
            found += [f for f in judge(self.of_paths) if self._on_paths(f.place.file)]
        return in_reading_order({id_: f for f in found if (id_ := (f.place, f.slug, f.message))}.values())

    @property
    def whole(self) -> bool:
        """Whether the choice may include any article and the shared files."""
        return not (self.articles or self.paths) or (bool(self.paths) and self.of_paths is None)

    def may_fix(self, file: str) -> bool:
        """Whether `--fix` may write a file: all files of an article are fixed together, since they share ids."""
        own = {*self.articles, *(self.of_paths or ())}
        return not (self.articles or self.paths) or self._on_paths(file) or article_in_path(file) in own

    def count(self, corpus: Corpus) -> int:
        """How many articles are chosen."""
        whole = self.of_paths is None if self.paths else not self.articles
        return len(corpus.article_ids if whole else {*self.articles, *(self.of_paths or ())})

    def _on_paths(self, file: str) -> bool:
        return any(file == path or file.startswith(f"{path}/") for path in self.paths)


def _path(corpus: Corpus, word: str) -> str:
    """A path of the sources, relative to the root; looked for in the current folder, then in the root."""
    root = corpus.root.resolve()
    there = [_without_links(base / word) for base in (Path.cwd(), root) if os.path.lexists(base / word)]
    inside = [path.relative_to(root) for path in there if path.is_relative_to(root)]
    if inside and (inside[0] == Path() or inside[0].parts[0] in SOURCES):
        return inside[0].as_posix()
    if there:
        listed = ", ".join(f"{name}/" for name in SOURCES)
        raise click.UsageError(f"{word!r} is outside the sources, which are {listed} of {str(corpus.root)!r}")
    raise click.UsageError(f"no such article, file or folder: {word!r}; {_hint(corpus, word)}")


def _without_links(path: Path) -> Path:
    """A path with the links in its parents resolved, but not its last component."""
    return path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name


def _hint(corpus: Corpus, word: str) -> str:
    """A hint at what was probably meant."""
    from vouchbank.hints import did_you_mean

    files = [f"{name}.toml" for name in corpus.schema.layer_files]
    known = [f"annotations/{name}/{file}" for name, file in product(corpus.article_ids, files)]
    known += [f"annotations/{table.file}.toml" for table in corpus.schema.corpus_tables]
    known += [*corpus.article_ids, *(f"seeds/{name}/meta.toml" for name in corpus.article_ids)]
    ids = f": {', '.join(corpus.article_ids)}" if len(corpus.article_ids) < 20 else ""
    return did_you_mean(word, known) or f"name a file or folder of the sources, or an article{ids}"


def _article(corpus: Corpus, path: str) -> str | None:
    """The article that a file belongs to, by its path; None for other files and for folders."""
    *folders, name = path.split("/")
    known = {"raw.txt", "meta.toml", *(f"{layer}.toml" for layer in corpus.schema.layer_files)}
    return folders[-1] if folders[1:] and name in known and folders[-1] in corpus.article_ids else None


def names(context: click.Context, _: click.Parameter, given: Sequence[str]) -> frozenset[str]:
    """The names of checks in an option that can be repeated and can contain commas."""
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
    """The error for an unknown or retired check."""
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
        articles: The articles that must have annotations of this annotator.

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
            command = f"vouchbank annotate-again {article} --by {by}"
            raise click.UsageError(f"{folder} is missing; to create it, run: {command}")
    return work


def started(work: Corpus) -> tuple[str, ...]:
    """The articles that an independent annotator has started; for the gold, none."""
    if not work.annotator:
        return ()  # does not read the schema, which may be invalid
    there = work.entries(work.annotations)
    return tuple(name for name in work.article_ids if name in there)


by_option = click.option(
    "--by",
    metavar="NAME",
    help="Use only the raw annotations of this annotator (annotations/raw/NAME), not the gold or anyone else's.",
)


def _items(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def complete_articles(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The ids of articles with this prefix, from the names of folders."""
    seeds = (context.params.get("root") or nearest_root()) / "seeds"
    return _items(sorted(p.name for p in seeds.iterdir() if p.is_dir()) if seeds.is_dir() else (), incomplete)


def complete_sources(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of articles, and files as the shell completes them."""
    from click.shell_completion import CompletionItem

    return [*complete_articles(context, parameter, incomplete), CompletionItem(incomplete, type="file")]


def complete_checks(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The names of checks with this prefix, also after a comma."""
    from vouchbank.report.explain import rules

    before = incomplete[: incomplete.rfind(",") + 1]
    return _items((f"{before}{name}" for name in rules()), incomplete)


def articles_argument(function: Any) -> Any:
    """The argument `[ARTICLE]...`."""
    return click.argument("article_ids", nargs=-1, metavar="[ARTICLE]...", shell_complete=complete_articles)(function)
