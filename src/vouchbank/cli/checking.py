"""Commands that judge and mend the sources: check, format."""

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
from vouchbank.cli.choosing import Chosen, begun, by_option, complete_checks, complete_sources, corpus_of, names
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
    help="Also check the built tables, against the sources where those are at hand; with the PATH of an output of "
    "`vouchbank bulk`, check that.",
)
@click.option("--fix", is_flag=True, help="First fix what changes no meaning: form, quotation marks, missing ids.")
@click.option("--dry-run", is_flag=True, help="With --fix: write nothing, print the difference.")
@by_option
@click.option(
    "--against",
    metavar="REV",
    help="Also check what changed since REV; raw annotations must not change. With --fix, renumber new records whose "
    "id REV uses.",
)
@click.option(
    "--select",
    metavar="NAME",
    multiple=True,
    callback=names,
    shell_complete=complete_checks,
    help="Show only findings of these checks (repeat it, or use commas). The exit status counts only those.",
)
@click.option(
    "--ignore",
    metavar="NAME",
    multiple=True,
    callback=names,
    shell_complete=complete_checks,
    help="Hide findings of these checks. This is for looking only: build and release hide nothing.",
)
@click.option("--statistics", is_flag=True, help="Count the findings of each check instead of showing them.")
@jobs_option
@quiet_option
@format_option
def check(sources: tuple[str, ...], root: Path | None, form: str, **options: Any) -> None:
    """Check the sources: what is wrong, where, and what to do.

    Without PATH or ARTICLE the whole corpus is checked. An ARTICLE is the id of an article, a PATH is a file or a
    folder of the sources; with --fix, an article is fixed as a whole. The exit status is 1 if there are errors, 0 if
    there are none or only warnings, 2 if the check could not run. With --by, --fix leaves alone
    what is finished and committed: raw annotations keep their values.
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
    """Check sources; or the tables alone, where there are no sources."""
    asked.refuse_what_does_not_go_together(form, bool(sources))
    try:
        corpus = open_corpus(root)
    except CorpusNotFoundError:
        if not asked.tables or asked.fix or asked.against is not None or asked.by is not None:
            raise
        return run_without_sources(root, form, asked.jobs)
    work = corpus_of(corpus, asked.by, sources)
    return _run(work, Chosen.of(work, sources or begun(work)), asked, form)


@dataclass(frozen=True)
class Request:
    """What `check` is asked for, besides the choice of sources and the format."""

    tables: bool
    fix: bool
    dry_run: bool
    by: str | None
    against: str | None
    select: frozenset[str]
    ignore: frozenset[str]
    statistics: bool
    jobs: int

    def refuse_what_does_not_go_together(self, form: str, part: bool) -> None:
        """Raise for options of which one would not do what it says."""
        if self.tables and part:
            raise click.UsageError("--tables checks the whole corpus; leave out PATH and ARTICLE")
        if self.by is not None and (self.tables or self.against is not None):
            raise click.UsageError("--by checks the work of one annotator; leave out --tables and --against")
        if self.dry_run and not self.fix:
            raise click.UsageError("--dry-run goes with --fix")
        if self.fix and self.against is not None and part:
            raise click.UsageError(
                "--fix --against renumbers in all files that refer to an id; leave out PATH and ARTICLE"
            )
        if self.fix and (self.select or self.ignore):
            raise click.UsageError("--select and --ignore choose what is shown; leave them out with --fix")
        if self.statistics and form not in ("human", "json"):
            raise click.UsageError("--statistics goes with --format human or json")

    def refuse_changes(self) -> None:
        """Raise for options that the output of `vouchbank bulk` does not have."""
        if self.fix or self.dry_run or self.by is not None or self.against is not None:
            raise click.UsageError("what `vouchbank bulk` wrote is only checked; leave out --fix, --by and --against")

    def shows(self, finding: Finding) -> bool:
        """Whether a finding is of the checks that are wanted."""
        return finding.slug not in self.ignore and (not self.select or finding.slug in self.select)


def _run(corpus: Corpus, chosen: Chosen, asked: Request, form: str) -> Run:
    """Fix, if that is asked for, and judge what is chosen; and what was built."""
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
    whole = begun(corpus) if corpus.annotator else None  # who is alone looks at nothing but the own articles

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
    """Put annotation files into canonical form; no value changes.

    Comments are kept.
    """
    from vouchbank.corpus.canonical import reformatted
    from vouchbank.writing import write_files

    corpus = corpus_of(open_corpus(root, writing=not only_check), by)
    found = list(reformatted(corpus))
    changed = {file: text.encode("utf-8") for file, text, problem in found if not problem}
    if not only_check:
        write_files(corpus.root, changed)
    for file, _, problem in found:
        said = f"left as it is: {problem}" if problem else "would change" if only_check else "formatted"
        (say if problem or only_check else note)(f"{file}: {said}", err=bool(problem))
    note(f"{plural(len(changed), 'file')} {'to format' if only_check else 'formatted'}")
    sys.exit(1 if len(found) > len(changed) or (only_check and changed) else 0)
