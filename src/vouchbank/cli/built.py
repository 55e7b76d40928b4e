"""The part of `check --tables` that judges what was built, with the sources at hand or without."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank.cli.output import progress, say
from vouchbank.errors import CorpusNotFoundError
from vouchbank.report import Run

if TYPE_CHECKING:
    from vouchbank.corpus import Corpus
    from vouchbank.findings import Finding


def built_findings(corpus: Corpus, found: list[Finding], form: str, jobs: int) -> list[Finding]:
    """The findings of corpus/ below the sources; compared with them, unless they have errors.

    Args:
        corpus: The sources.
        found: The findings of all of them.
        form: The format of the run, to say in the right place what was not compared.
        jobs: How many processes may share the work.
    """
    from vouchbank.checks.built import check_built
    from vouchbank.findings import errors

    folder = _with_words(corpus.root / "corpus")
    if errors(found):
        _not_compared("the sources have errors", form)
    return check_built(folder, corpus.schema, None if errors(found) else corpus, jobs=jobs)


def run_without_sources(root: Path | None, form: str, jobs: int) -> Run:
    """Check the tables of a download, or of the installed package if no folder is named.

    Raises:
        CorpusNotFoundError: the folder holds no tables either.
    """
    from vouchbank.checks.built import check_built
    from vouchbank.corpus.published import path
    from vouchbank.findings import Level
    from vouchbank.report.explain import rules
    from vouchbank.schema import default_schema_folder, load_schema

    here = Path.cwd() if root is None else root
    folders = (here, here / "corpus", *([path()] if root is None else []))
    folder = next((one for one in folders if (one / "data").is_dir()), None)
    if folder is None:
        raise CorpusNotFoundError(here)
    findings = check_built(_with_words(folder), load_schema(default_schema_folder()), jobs=jobs)
    _not_compared(f"there are none beside {folder}", form)
    ran = {name: one for name, one in rules().items() if one.level.built and one.level is not Level.SOURCES}
    return Run(findings, len(list(folder.glob("text/*.txt"))), ran)


def output_of_bulk(named: Sequence[str]) -> Path | None:
    """The folder that `check` was asked for, if `vouchbank bulk` wrote it; nothing is imported to tell."""
    folder = Path(named[0]) if len(named) == 1 else None
    return folder if folder and all((folder / name).is_dir() for name in ("data", "findings", "receipts")) else None


def run_on_output(folder: Path) -> Run:
    """Check what `vouchbank bulk` wrote."""
    from vouchbank.bulk.verify import CHECKED, verify
    from vouchbank.report.explain import rules

    found = verify(folder, lambda parts: progress(parts, "checking"))
    return Run(found.findings, found.articles, {name: one for name, one in rules().items() if name in CHECKED})


def _not_compared(why: str, form: str) -> None:
    said = f"The tables were not compared with the sources: {why}. The check differs-from-sources did not run."
    say(said, err=form != "human")


def _with_words(folder: Path) -> Path:
    from vouchbank.withhold import RECORD

    if (folder / RECORD).is_file():
        raise click.UsageError(f"{folder.name}/ is the form without words; --tables checks the full form.")
    return folder
