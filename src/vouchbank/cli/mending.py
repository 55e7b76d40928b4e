"""Commands around a change: rebase follows a text, new begins an article, diff says what changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank.cli.base import open_corpus, root_option, write_alone
from vouchbank.cli.output import hand_over, note, quiet_option, say
from vouchbank.report.text import plural, printable

SHORT = 80
LISTED = 20
_NEXT = """\
Next:
1. Read what was kept:           vouchbank show {id}
   and what was removed:         vouchbank show {id} --removed
   A piece wrongly kept or removed is set right under [[corrections]] in seeds/{id}/meta.toml,
   and then:                     vouchbank normalise
2. Say what the seed shows:      seeds/{id}/meta.toml (outlet, published, rights, view, with evidence)
3. Annotate, by the guidelines:  annotations/GUIDELINES.md, format in annotations/README.md
{layers}
{shared}
   An annotation without an id yet is written e_1, e_2, q_1, a_1 …; the next command numbers it.
4. Mend form, number, and check: vouchbank check --fix
5. Where a layer is done, put:   status = "complete"
6. See it as a reviewer will:    vouchbank diff
7. Commit what you wrote:        git add seeds annotations"""

if TYPE_CHECKING:
    from vouchbank.change.rebase import Rebased
    from vouchbank.corpus import Article, Corpus
    from vouchbank.corpus.held import HeldCorpus


@click.command()
@click.argument("revision", metavar="[REV]", default="HEAD")
@root_option
@click.option("--dry-run", is_flag=True, help="Write nothing; only say what would change.")
@quiet_option
def rebase(revision: str, root: Path | None, dry_run: bool) -> None:
    """Make annotations follow a changed text.

    The text is aligned with the one at REV (default: HEAD). Words that are certainly the same are followed: quote,
    occurrence and paragraph are written anew. All else is flagged and left as it is written. Exits with 1 if something
    was flagged.
    """
    from vouchbank.corpus.corpus import RAW
    from vouchbank.corpus.git import resolved
    from vouchbank.corpus.held import corpus_at
    from vouchbank.writing import write_files

    corpus = open_corpus(root)
    if not dry_run:
        write_alone(corpus.root)
    then = corpus_at(corpus.root, resolved(corpus.root, revision), corpus.schema)
    flagged = changed = 0
    files: dict[str, bytes] = {}
    for folder in ("annotations", *(f"{RAW}/{name}" for name in corpus.annotators)):
        for article, done in _rebased(corpus, then, folder):
            flagged += len(done.flagged)
            changed += 1
            said = f"{done.kept} kept, {len(done.changes)} rewritten, {len(done.flagged)} flagged"
            note(f"{folder}/{article}: the text changed; anchors: {said}")
            _print_rebased(corpus, done)
            for file, text in done.texts.items():
                (say if dry_run else note)(f"  {file}: {'would change' if dry_run else 'written'}")
                files[file] = text.encode("utf-8")
    if not dry_run:
        write_files(corpus.root, files)
    if not changed:
        note(f"no text changed since {revision}: nothing to rebase")
    elif flagged:
        say(f"{plural(flagged, 'anchor')} flagged: mend them by hand, then run: vouchbank check")
    else:
        note("every anchor has its place; run: vouchbank normalise, then vouchbank check")
    sys.exit(1 if flagged else 0)


def _rebased(corpus: Corpus, then: HeldCorpus, folder: str) -> Iterator[tuple[str, Rebased]]:
    """The articles whose text changed, with what became of their anchors in one folder of annotations."""
    from vouchbank.change.rebase import Rebased, rebase, text_changed, unknown_text, written_fragments
    from vouchbank.change.then import paragraphs_then
    from vouchbank.corpus import Corpus

    now = Corpus(corpus.root, corpus.schema, folder)
    before = then.of(folder)
    for name in now.article_ids:
        article = now.article(name)
        if name not in before.article_ids or all(file.document.missing for file in article.files.values()):
            continue
        old = paragraphs_then(before, before.article(name))
        if old is None:
            yield name, Rebased(flagged=[unknown_text(article)])
        elif text_changed(article, old):
            yield name, rebase(article, old, written_fragments(before.article(name)))


def _print_rebased(corpus: Corpus, done: Rebased) -> None:
    from vouchbank.report import plain

    for line in done.changes:
        note(f"  {printable(line)}")
    for finding in sorted(done.flagged, key=lambda f: f.place):
        say(plain(replace(finding, line=corpus.line(finding.place))))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@root_option
@click.option("--id", "article_id", metavar="ID", help="Such as storm-in-oxmere. Default: the next free number.")
@click.option("--language", default="en", show_default=True, help="BCP 47 tag of the language of the article.")
@quiet_option
def new(file: Path, root: Path | None, article_id: str | None, language: str) -> None:
    """Begin an article from a text file.

    Writes its seed byte for byte, meta.toml, paragraph ids and empty layer files; then says what to do.
    """
    from vouchbank.change.scaffold import checked_id, checked_language, new_article, next_id, write_article
    from vouchbank.corpus.git import ever_named
    from vouchbank.corpus.ids import used_article_ids

    corpus = open_corpus(root)
    write_alone(corpus.root)
    used = used_article_ids(corpus.root, ever_named(corpus.root))
    name = checked_id(corpus, article_id, used) if article_id is not None else next_id(used)
    checked_language(language, corpus.schema)
    article, files = new_article(corpus, file.read_bytes(), file.name, name, language)
    write_article(corpus.root, name, files)
    for written in files:
        note(f"wrote {written}")
    layers = [f for f in files if f.startswith("annotations/")]
    shared = [f"annotations/{table.file}.toml" for table in corpus.schema.corpus_tables]
    for text in (*kept_and_removed(article), next_steps(name, layers, shared)):
        note(text)


def kept_and_removed(article: Article) -> Iterator[str]:
    """How much of a new article was kept, what of it is not sure, and what was removed, each with its rule."""
    from vouchbank.report.show import removed_pieces, unsure_pieces

    none = "no paragraph: every piece was taken for page furniture"
    found = plural(len(article.paragraphs), "paragraph") if article.paragraphs else none
    unsure, removed = unsure_pieces(article.normalised, SHORT), removed_pieces(article.normalised, SHORT)
    yield ""
    yield f"Article {article.id} has {found}. {plural(len(removed), 'piece')} removed{':' if removed else '.'}"
    yield from _listed(removed)
    if unsure:
        yield f"{plural(len(unsure), 'piece')} kept, not sure; say under [[corrections]] what they are:"
        yield from _listed(unsure)


def _listed(pieces: Sequence[str]) -> Iterator[str]:
    yield from (f"  {piece}" for piece in pieces[:LISTED])
    if len(pieces) > LISTED:
        yield f"  and {len(pieces) - LISTED} more"


def next_steps(article_id: str, layers: list[str], shared: list[str]) -> str:
    """What to do with a new article, with the commands."""
    headings = ("New names, shared numbers:", *[""] * len(shared))
    return _NEXT.format(
        id=article_id,
        layers="\n".join(f"{'':<33}{layer}" for layer in layers),
        shared="\n".join(f"   {heading:<30}{file}" for heading, file in zip(headings, shared, strict=False)),
    )


@click.command()
@click.argument("revision", metavar="[REV]", default="HEAD")
@root_option
@click.option("--format", "form", type=click.Choice(["text", "markdown"]), default="text", show_default=True)
def diff(revision: str, root: Path | None, form: str) -> None:
    """Show what changed in the annotations since a revision.

    REV is a revision of git (default: HEAD). Exits with 0 whatever it finds.
    """
    from vouchbank.change.changes import as_markdown, as_text
    from vouchbank.change.diff import changes
    from vouchbank.change.then import paragraphs_then
    from vouchbank.corpus.git import resolved
    from vouchbank.corpus.held import corpus_at

    corpus = open_corpus(root)
    commit = resolved(corpus.root, revision)
    then = corpus_at(corpus.root, commit, corpus.schema)
    found = list(changes(then, corpus, lambda article: paragraphs_then(then, article)))
    since = commit[:8] if commit.startswith(revision) else f"{revision} ({commit[:8]})"
    write, lines = (say, as_text) if form == "text" else (hand_over, as_markdown)
    for line in lines(found, since):
        write(line)
