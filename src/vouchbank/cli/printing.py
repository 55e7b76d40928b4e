"""How findings are printed: for a terminal, for programs, or for GitHub Actions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vouchbank._version import __version__
from vouchbank.cli.output import coloured, hand_over, note, paint

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vouchbank.report import Run

FORMATS = ("human", "github", "json", "sarif", "junit")

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="human",
    show_default=True,
    help="Output for people, for GitHub Actions (also writes the job summary), or for programs.",
)


def print_run(run: Run, form: str, statistics: bool = False) -> None:
    """Print the findings in one of the formats, or the number of findings of each check."""
    if form == "human":
        from vouchbank.report.human import counts, no_paint, plain, terminal_paint

        colour = terminal_paint if coloured() else no_paint
        paint(counts(run) if statistics else (plain(finding, colour) for finding in run.findings))
        note(run.counted())
        return
    for text in _rendered(run, form, statistics):
        hand_over(text)
    target = os.environ.get("GITHUB_STEP_SUMMARY")
    if form == "github" and target:
        from vouchbank.report.job_summary import job_summary

        # the steps of a job share the file
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(f"{job_summary(run)}\n")


def _rendered(run: Run, form: str, statistics: bool) -> Iterable[str]:
    match form:
        case "github":
            from vouchbank.report.github import github

            return github(run)
        case "json":
            from vouchbank.report.structured import as_json

            return [as_json(run, statistics)]
        case "sarif":
            from vouchbank.report.sarif import sarif

            return [sarif(run, __version__)]
        case _:
            from vouchbank.report.junit import junit

            return [junit(run)]
