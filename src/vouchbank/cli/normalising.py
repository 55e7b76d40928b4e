"""The command normalise, for an article, JSON Lines on a pipe, or the seeds."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from vouchbank.cli.article_options import article_options, options_of
from vouchbank.cli.base import open_corpus, root_option
from vouchbank.cli.output import hand_over, note, quiet_option, say

if TYPE_CHECKING:
    from vouchbank.bulk import ArticleResult, InputFinding, Options

LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


@click.command()
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(dir_okay=False, path_type=Path))
@root_option
@click.option("--json", "as_json", is_flag=True, help="Print a row as JSON: text, segments, map, findings and so on.")
@click.option("--jsonl", is_flag=True, help="Read FILE as JSON Lines, whatever its name.")
@article_options
@click.option("--dry-run", is_flag=True, help="For the seeds: write nothing; show what would change.")
@quiet_option
def normalise(file: Path | None, root: Path | None, as_json: bool, jsonl: bool, dry_run: bool, **said: Any) -> None:
    """Normalise an article, a stream of articles, or the seeds.

    FILE is a text, a web page (extra `html`), JSON Lines, or - for standard input. For a text or a page, prints the
    clean text. For JSON Lines, named .jsonl or read with --jsonl, prints a row for each line as soon as it is done.
    Findings go to standard error; the exit status is 1 if one is an error.

    Without FILE, normalises the seeds and updates the paragraph ids in their meta.toml.
    """
    if file is None:
        if as_json or jsonl or any(value is not None for value in said.values()):
            raise click.UsageError("name a FILE, or - for standard input; without FILE, only --dry-run can be used")
        _seeds(root, dry_run)
        return
    if dry_run:
        raise click.UsageError("--dry-run is for the seeds; leave it out with FILE, for which nothing is written")
    options = options_of(said)
    lines = jsonl or file.name.endswith(LINES)
    with _opened(file) as (opened, name):
        failed = _stream(opened, name, options) if lines else _alone(opened, name, options, as_json)
    sys.exit(int(failed))


def _stream(opened: IO[bytes], name: str, options: Options) -> bool:
    """Print a row for each line; return whether there were errors."""
    from vouchbank.bulk.json_lines import streamed
    from vouchbank.bulk.shards import processed

    failed = False
    for row in streamed(opened, name, options):
        ((_, done),) = processed([row], options)
        failed |= _tell(done)
        if done.row:
            hand_over(_row(done))
    return failed


def _alone(opened: IO[bytes], name: str, options: Options, as_json: bool) -> bool:
    """Print the text or the row of one article; return whether there were errors."""
    from vouchbank.bulk.input_rows import read_record
    from vouchbank.bulk.shards import processed
    from vouchbank.pages.webpage import decoded, is_page

    data = opened.read(options.most_bytes * 2 + 1)
    page = is_page(data, name)
    held = decoded(data, name)[0] if page else data.removeprefix(codecs.BOM_UTF8)
    options = replace(options, id="id", text="text", html="html")  # there are no columns
    values = {"id": Path(name).stem.strip() or "article", "html" if page else "text": held}
    ((_, done),) = processed([read_record(values, (name, 0), options)], options)
    failed = _tell(done)
    if done.row:
        hand_over(_row(done) if as_json else done.row["text"])
    return failed


def _row(done: ArticleResult) -> str:
    from vouchbank.bulk.batch import with_findings

    return json.dumps(with_findings(done), default=str)


def _tell(done: ArticleResult) -> bool:
    """Print the findings; return whether one is an error."""
    for finding in done.found:
        say(_said(finding), err=True)
    return any(finding.severity == "error" for finding in done.found)


def _said(finding: InputFinding) -> str:
    from vouchbank.report.text import printable

    place = f"{printable(finding.source)}:{finding.row + 1}"
    where = f" `{printable(finding.path)}`:" * bool(finding.path)
    return (
        f"{place}: {finding.severity}:{where} {printable(finding.message)} [{finding.check}]\n  = help: {finding.help}"
    )


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Any, str]]:
    """A file or standard input, opened, and its name."""
    if str(file) == "-":
        yield sys.stdin.buffer, "stdin"
    elif file.name.endswith(".gz"):
        import gzip

        with gzip.open(file, "rb") as unpacked:
            yield unpacked, file.name
    else:
        with file.open("rb") as opened:
            yield opened, file.name


def _seeds(root: Path | None, dry_run: bool) -> None:
    """Normalise the seeds of a corpus and update their paragraph ids."""
    from vouchbank.corpus.canonical import with_paragraph_ids
    from vouchbank.report.text import plural
    from vouchbank.writing import write_files

    corpus = open_corpus(root, writing=not dry_run)
    files: dict[str, bytes] = {}
    for article in corpus.articles:
        segments = article.normalised.segments
        kept = sum(s.kept for s in segments)
        note(f"{article.id}: {plural(len(segments), 'line')}, {kept} kept, {len(segments) - kept} removed")
        wanted = with_paragraph_ids(article)
        if wanted is not None:
            (say if dry_run else note)(
                f"  {article.seed.meta.file}: paragraph ids {'out of date' if dry_run else 'written'}"
            )
            files[article.seed.meta.file] = wanted.encode("utf-8")
    if not dry_run:
        write_files(corpus.root, files)
