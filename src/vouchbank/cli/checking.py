"""The commands check and format."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vouchbank.cli.base import jobs_option, open_corpus, root_option, write_alone
from vouchbank.cli.built import built_findings, output_of_bulk, run_on_output, run_without_sources
from vouchbank.cli.choosing import Chosen, by_option, complete_checks, complete_sources, corpus_of, names, started
from vouchbank.cli.fixing import fix
from vouchbank.cli.output import note, progress, quiet_option, say
from vouchbank.cli.printing import format_option, print_run
from vouchbank.errors import CorpusNotFoundError
from vouchbank.report import Run
from vouchbank.report.text import plural

if TYPE_CHECKING:
    from vouchbank.corpus import Corpus
    from vouchbank.findings import Finding


@click.command()
@click.argument("sources", nargs=-1, metavar="[PATH|ARTICLE]...", shell_complete=complete_sources)
@root_option
@click.option(
    "--tables",
    is_flag=True,
    help="Also check the built tables in corpus/. If PATH is an output folder of `vouchbank bulk`, check that folder.",
)
@click.option("--fix", is_flag=True, help="First apply the safe fixes: form, quotation marks, missing ids.")
@click.option("--dry-run", is_flag=True, help="With --fix: write nothing; print a diff.")
@by_option
@click.option(
    "--against",
    metavar="REV",
    help="Also check changes since REV; raw annotations must not change. With --fix, renumber new records whose id REV "
    "uses.",
)
@click.option(
    "--select",
    metavar="NAME",
    multiple=True,
    callback=names,
    shell_complete=complete_checks,
    help="Show only findings of these checks (repeat the option, or use commas); the exit status counts only them.",
)
@click.option(
    "--ignore",
    metavar="NAME",
    multiple=True,
    callback=names,
    shell_complete=complete_checks,
    help="Hide findings of these checks. They still stop `build` and `release`.",
)
@click.option("--statistics", is_flag=True, help="Show only how many findings each check has.")
@jobs_option
@quiet_option
@format_option
def check(sources: tuple[str, ...], root: Path | None, form: str, **options: Any) -> None:
    """Check the sources: what is wrong, where, and what to do.

    Checks the whole corpus, or only some articles (by id), files or folders. --fix always fixes a whole article. With
    --by, it does not change files that are finished and committed: raw annotations keep their values. The exit status
    is 0 without errors, even if there are warnings; 1 with errors; 2 if the check could not run.
    """
    asked = Request(**options)
    if (output := output_of_bulk(sources)) and asked.tables:
        asked.refuse_changes()
        run = run_on_output(output)
    else:
        run = _run_on_sources(sources, root, asked, form)
    shown = [f for f in run.findings if asked.shows(f)]
    print_run(replace(run, findings=shown, left_out=len(run.findings) - len(shown)), form, asked.statistics)
    sys.exit(1 if any(f.severity == "error" for f in shown) else 0)


def _run_on_sources(sources: tuple[str, ...], root: Path | None, asked: Request, form: str) -> Run:
    """Check the sources; if there are none, only the tables."""
    asked.refuse_conflicts(form, bool(sources))
    try:
        corpus = open_corpus(root)
    except CorpusNotFoundError:
        if not asked.tables or asked.fix or asked.against is not None or asked.by is not None:
            raise
        return run_without_sources(root, form, asked.jobs)
    work = corpus_of(corpus, asked.by, sources)
    return _run(work, Chosen.of(work, sources or started(work)), asked, form)


@dataclass(frozen=True)
class Request:
    """The options of `check`, except for the choice of sources and the format."""

    tables: bool
    fix: bool
    dry_run: bool
    by: str | None
    against: str | None
    select: frozenset[str]
    ignore: frozenset[str]
    statistics: bool
    jobs: int

    def refuse_conflicts(self, form: str, part: bool) -> None:
        """Raise if options cannot be used together."""
        if self.tables and part:
            raise click.UsageError("--tables checks the whole corpus; leave out PATH and ARTICLE")
        if self.by is not None and (self.tables or self.against is not None):
            raise click.UsageError("--by checks the files of one annotator; leave out --tables and --against")
        if self.dry_run and not self.fix:
            raise click.UsageError("--dry-run needs --fix")
        if self.fix and self.against is not None and part:
            raise click.UsageError("--fix --against may change any file; leave out PATH and ARTICLE")
        if self.fix and (self.select or self.ignore):
            raise click.UsageError("--select and --ignore do not choose what is fixed; leave them out with --fix")
        if self.statistics and form not in ("human", "json"):
            raise click.UsageError("--statistics needs --format human or json")

    def refuse_changes(self) -> None:
        """Raise if options would change the output of `vouchbank bulk`."""
        if self.fix or self.dry_run or self.by is not None or self.against is not None:
            raise click.UsageError("`vouchbank bulk` output can only be checked; leave out --fix, --by and --against")

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is shown."""
        return finding.slug not in self.ignore and (not self.select or finding.slug in self.select)


def _run(corpus: Corpus, chosen: Chosen, asked: Request, form: str) -> Run:
    """Fix if asked to, then check what is chosen, and the built tables if asked to."""
    from vouchbank.checks import check as judge
    from vouchbank.corpus.git import resolved
    from vouchbank.corpus.overlay import corpus_at
    from vouchbank.findings import joined
    from vouchbank.report.explain import rules

    then = None if asked.against is None else resolved(corpus.root, asked.against)
    base = None if then is None else corpus_at(corpus.root, then, corpus.schema)
    if asked.fix:
        if not asked.dry_run:
            write_alone(corpus.root)
        fix(corpus, chosen, asked.dry_run, err=form != "human", against=asked.against)
        corpus = corpus_of(open_corpus(corpus.root), asked.by)
    corpus.base = base
    whole = started(corpus) if corpus.annotator else None  # an independent annotator sees only their own articles

    def judged_part(only: Collection[str] | None) -> list[Finding]:
        shown = partial(progress, doing="checking")
        return judge(corpus, shown, whole if only is None else only, asked.jobs)

    found = chosen.findings(judged_part)
    if asked.tables:
        found += built_findings(corpus, found, form, asked.jobs)
    judged = 0 if any(f.slug == "unusable-schema" for f in found) else chosen.count(corpus)
    return Run(joined(found), judged, rules(asked.tables, inputs=False))


@click.command("format")
@root_option
@by_option
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file would change.")
@quiet_option
def format_(root: Path | None, by: str | None, only_check: bool) -> None:
    """Format annotation files; no value changes.

    Brings them into canonical form. Comments are kept.
    """
    from vouchbank.corpus.canonical import reformatted
    from vouchbank.writing import write_files

    corpus = corpus_of(open_corpus(root, writing=not only_check), by)
    found = list(reformatted(corpus))
    changed = {file: text.encode("utf-8") for file, text, problem in found if not problem}
    if not only_check:
        write_files(corpus.root, changed)
    for file, _, problem in found:
        said = f"not formatted: {problem}" if problem else "would change" if only_check else "formatted"
        (say if problem or only_check else note)(f"{file}: {said}", err=bool(problem))
    note(f"{plural(len(changed), 'file')} {'to format' if only_check else 'formatted'}")
    sys.exit(1 if len(found) > len(changed) or (only_check and changed) else 0)
