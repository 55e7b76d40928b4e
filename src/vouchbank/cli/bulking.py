"""The command bulk, for millions of articles."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vouchbank.cli.article_options import article_options, options_of
from vouchbank.cli.output import note, quiet, quiet_option, say
from vouchbank.errors import needed

if TYPE_CHECKING:
    from vouchbank.bulk import InputPart, Options, Receipt
    from vouchbank.bulk.runs import Engine, PartState
    from vouchbank.bulk.summary import Pace

PROGRESS_SECONDS = 30.0  # between two lines of progress, without a terminal


def _shard(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, int]:
    """The numbers I and N of `--shard I/N`."""
    if value is None:
        return 1, 1
    number, _slash, of = value.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise click.BadParameter(f"write I/N with 1 ≤ I ≤ N, such as 3/64, not {value!r}", param=parameter)
    return int(number), int(of)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="IN...", type=click.Path(path_type=Path))
@click.argument("out", metavar="OUT", type=click.Path(file_okay=False, path_type=Path))
@article_options
@click.option(
    "--jobs", type=click.IntRange(1), metavar="N", help="Number of processes. Default: one per available core."
)
@click.option(
    "--engine",
    type=click.Choice(("pool", "dask")),
    default="pool",
    show_default=True,
    help="Use processes on this machine, or a Dask cluster with a shared file system (extra `dask`).",
)
@click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: its scheduler, such as tcp://10.0.0.1:8786.")
@click.option(
    "--shard",
    "shard",
    metavar="I/N",
    callback=_shard,
    help="Process only the parts I, I+N, …, as one of N commands that share the work, such as a Slurm job array.",
)
@click.option(
    "--sites",
    is_flag=True,
    help="Remove lines that pages of a site repeat; `url` names the site, and pages of one batch are compared.",
)
@click.option("--part-mb", type=click.IntRange(1), metavar="MB", help="Approximate size of a part of the input.")
@quiet_option
def bulk(
    inputs: tuple[Path, ...],
    out: Path,
    jobs: int | None,
    engine: str,
    scheduler: str | None,
    shard: tuple[int, int],
    **said: Any,
) -> None:
    """Normalise, annotate and check millions of articles.

    IN are Parquet or JSON Lines files, or folders of them. OUT is a new folder, or one that this command wrote before:
    finished parts are kept, so an interrupted run continues when it is started again. `load_dataset("OUT")` reads the
    articles, `load_dataset("OUT", "findings")` their findings. The exit status is 1 if there are errors.
    """
    if (engine == "dask") != (scheduler is not None):
        raise click.UsageError("--engine dask and --scheduler ADDRESS go together")
    if engine == "dask" and jobs is not None:
        raise click.UsageError("--jobs is for processes on this machine; leave it out with --engine dask")
    chosen = _engine(scheduler, jobs)
    with needed("`vouchbank bulk`"):
        import pyarrow  # noqa: F401, to report a missing library at once
    from vouchbank.bulk import begin, plan
    from vouchbank.bulk.runs import explained_write_errors, run, share

    options = options_of(said)
    out = out.absolute()
    parts = plan(inputs, options)
    with explained_write_errors(out):
        begin(out, parts)
    own = share(parts, *shard)
    receipts = list(_watched(run(own, out, options, chosen), len(own)))
    sys.exit(_finished(out, parts, options, receipts, len(own)))


def _engine(scheduler: str | None, jobs: int | None) -> Engine:
    """Processes on this machine, or a cluster."""
    if scheduler is None:
        from vouchbank.bulk.pool import pooled
        from vouchbank.workers import cores

        return partial(pooled, jobs=jobs or cores())
    import logging

    with needed("`vouchbank bulk --engine dask`"):
        import distributed  # noqa: F401
    from vouchbank.bulk.cluster import clustered

    for name in [name for name in logging.Logger.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # the command itself reports what stops the run
    return partial(clustered, address=scheduler)


def _watched(states: Iterator[PartState], parts: int) -> Iterator[Receipt]:
    """Pass on the receipts of finished parts; show progress, and report parts that fail or wait."""
    from vouchbank.bulk.summary import Pace

    pace, waiting = Pace(parts), set[int]()
    with ExitStack() as ends:
        show = _shown(pace, ends)
        for state in states:
            if state.receipt:
                pace.add(state.receipt.articles, new=state.state == "made")
                show()
                yield state.receipt
            elif state.state == "failed":
                say(f"{state.part.stem} ({state.part.name}): not made: {state.why}", err=True)
            elif state.part.number not in waiting:
                waiting.add(state.part.number)
                note(f"{state.part.stem}: waiting, because {state.why.partition(';')[0]}", err=True)


def _shown(pace: Pace, ends: ExitStack) -> Callable[[], None]:
    """A function that shows progress: a bar on a terminal, otherwise a line every 30 seconds; nothing with --quiet."""
    begun = last = time.monotonic()
    if quiet():
        return lambda: None
    if not sys.stderr.isatty():

        def line() -> None:
            nonlocal last
            if time.monotonic() >= last + PROGRESS_SECONDS:
                last = time.monotonic()
                say(pace.said(last - begun), err=True)

        return line
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    bar = ends.enter_context(
        Progress(BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True)
    )
    task = bar.add_task(pace.said(0), total=pace.parts)
    return lambda: bar.update(task, completed=pace.done, description=pace.said(time.monotonic() - begun))


def _finished(out: Path, parts: Sequence[InputPart], options: Options, receipts: Sequence[Receipt], wanted: int) -> int:
    """Finish the folder if all its parts are done, report what was done, and return the exit status."""
    from vouchbank.bulk.runs import explained_write_errors, finished
    from vouchbank.bulk.summary import summary

    with explained_write_errors(out):
        twice = finished(out, parts, options)
    for line in summary(receipts, twice or 0):
        note(line)
    if len(receipts) < wanted:
        say(f"{wanted - len(receipts)} of {wanted} parts were not made; run the command again", err=True)
        return 2
    note(f"wrote {out}" if twice is not None else f"{out}: parts of other shards are missing; the last one finishes it")
    return int(any(receipt.errors for receipt in receipts) or bool(twice))
