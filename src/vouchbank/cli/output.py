"""The way out: what commands say to people, what they hand to programs, and what happens where the reader has gone.

People get text that is only shown: no character of an article or a file name commands a terminal or a log, and what
their terminal has no character for is written as an escape. Programs get bytes in UTF-8, whatever the locale.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    pass

BROKEN_PIPE = 141  # 128 + SIGPIPE: what a shell says of a command whose reader went away
WIDTH = 120  # where there is no terminal and no COLUMNS
_QUIET = "vouchbank.quiet"


def _hush(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_QUIET] = value or context.meta.get(_QUIET, False)


quiet_option = click.option(
    "-q", "--quiet", is_flag=True, expose_value=False, callback=_hush, help="Say only what is wrong."
)


def quiet() -> bool:
    """Whether the command was asked to say only what is wrong."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_QUIET))


def say(text: str, err: bool = False) -> None:
    """Print lines for people."""
    from vouchbank.report.text import shown

    # the stream is named, because click takes an ASCII one for a mistake and writes UTF-8 to it
    click.echo(shown(text), sys.stderr if err else sys.stdout)


def note(text: str, err: bool = False) -> None:
    """Print lines for people that tell of nothing wrong: `--quiet` leaves them out."""
    if not quiet():
        say(text, err)


def hand_over(document: str) -> None:
    """Print a document for programs."""
    click.echo(document.encode("utf-8", "backslashreplace"))


def paint(texts: Iterable[str]) -> None:
    """Print texts for people that hold colours of our own; what they quote is safe already."""
    from vouchbank.report.text import uncommanded

    for text in texts:
        click.echo(uncommanded(text), sys.stdout, color=coloured())


def draw(parts: Iterable[Any]) -> None:
    """Print what rich draws, as wide as the terminal is or COLUMNS says."""
    import shutil

    from rich.console import Console

    console = Console(width=shutil.get_terminal_size((WIDTH, 25)).columns, force_terminal=coloured() or None)
    with console.capture() as drawn:
        for part in parts:
            console.print(part, highlight=False, markup=False)
    paint([drawn.get().removesuffix("\n")])


def coloured() -> bool:
    """Whether standard output wants colour (https://no-color.org, https://force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def progress(articles: Sequence[str], doing: str) -> Iterable[str]:
    """Show how far a long run is, on a terminal only: a bar on standard error, gone when the work is done."""
    if quiet() or not sys.stderr.isatty():
        return articles
    from rich.console import Console
    from rich.progress import track

    return track(articles, doing, console=Console(stderr=True), transient=True)


def never_die_of_encoding() -> None:
    """Make the standard streams write an escape for a character that they cannot encode."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def reader_gone() -> NoReturn:
    """End because nobody reads on: without a word, also when Python empties its buffers."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (AttributeError, OSError):  # no stream, or one without a file, as in tests
            continue
    sys.exit(BROKEN_PIPE)
