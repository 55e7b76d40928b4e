"""The part of `check --tables` that checks the built tables, with or without their sources."""

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
    """The findings of the built corpus; compared with the sources, unless these have errors.

    Args:
        corpus: The sources.
        found: The findings of the sources.
        form: The output format, which decides where to print what was not compared.
        jobs: The number of processes.
    """
    from vouchbank.checks.built import check_built
    from vouchbank.findings import errors

    folder = _full_corpus(corpus.root / "corpus")
    if errors(found):
        _not_compared("the sources have errors", form)
    return check_built(folder, corpus.schema, None if errors(found) else corpus, jobs=jobs)


def run_without_sources(root: Path | None, form: str, jobs: int) -> Run:
    """Check the tables of a download, or of the installed package if no folder is given.

    Raises:
        CorpusNotFoundError: the folder has no tables either.
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
    findings = check_built(_full_corpus(folder), load_schema(default_schema_folder()), jobs=jobs)
    _not_compared(f"no sources beside {folder}", form)
    ran = {name: one for name, one in rules().items() if one.level.built and one.level is not Level.SOURCES}
    return Run(findings, len(list(folder.glob("text/*.txt"))), ran)


def output_of_bulk(named: Sequence[str]) -> Path | None:
    """The folder that `check` was given, if `vouchbank bulk` wrote it; imports nothing."""
    folder = Path(named[0]) if len(named) == 1 else None
    return folder if folder and all((folder / name).is_dir() for name in ("data", "findings", "receipts")) else None


def run_on_output(folder: Path) -> Run:
    """Check an output folder of `vouchbank bulk`."""
    from vouchbank.bulk.verify import CHECKED, verify
    from vouchbank.report.explain import rules

    found = verify(folder, lambda parts: progress(parts, "checking"))
    return Run(found.findings, found.articles, {name: one for name, one in rules().items() if name in CHECKED})


def _not_compared(why: str, form: str) -> None:
    said = f"tables not compared with the sources (the check differs-from-sources did not run): {why}"
    say(said, err=form != "human")


def _full_corpus(folder: Path) -> Path:
    from vouchbank.withhold import RECORD

    if (folder / RECORD).is_file():
        raise click.UsageError(f"{folder.name}/ was built with --withhold-text; --tables checks a full corpus")
    return folder
