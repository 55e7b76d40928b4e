"""Output: text for people, documents for programs, and what happens when the reader of the output is gone.

Text for people cannot control a terminal or a log, whatever articles and file names contain; characters that the
terminal cannot show are written as escapes. Documents for programs are UTF-8, whatever the locale.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import click

BROKEN_PIPE = 141  # 128 + SIGPIPE, as shells report it
WIDTH = 120  # without a terminal and COLUMNS
_QUIET = "vouchbank.quiet"


def _hush(context: click.Context, _: click.Parameter, value: bool) -> None:
    context.meta[_QUIET] = value or context.meta.get(_QUIET, False)


quiet_option = click.option(
    "-q", "--quiet", is_flag=True, expose_value=False, callback=_hush, help="Print only problems."
)


def quiet() -> bool:
    """Whether the command was asked to print only problems."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.meta.get(_QUIET))


def say(text: str, err: bool = False) -> None:
    """Print lines for people."""
    from vouchbank.report.text import shown

    # name the stream: click would replace an ASCII stream by a UTF-8 one
    click.echo(shown(text), sys.stderr if err else sys.stdout)


def note(text: str, err: bool = False) -> None:
    """Print lines for people, except with `--quiet`: for what is not a problem."""
    if not quiet():
        say(text, err)


def hand_over(document: str) -> None:
    """Print a document for programs."""
    click.echo(document.encode("utf-8", "backslashreplace"))


def paint(texts: Iterable[str]) -> None:
    """Print texts that contain colours; what they quote must be escaped already."""
    from vouchbank.report.text import uncommanded

    for text in texts:
        click.echo(uncommanded(text), sys.stdout, color=coloured())


def draw(parts: Iterable[Any]) -> None:
    """Print rich renderables at the width of the terminal or of COLUMNS."""
    import shutil

    from rich.console import Console

    console = Console(width=shutil.get_terminal_size((WIDTH, 25)).columns, force_terminal=coloured() or None)
    with console.capture() as drawn:
        for part in parts:
            console.print(part, highlight=False, markup=False)
    paint([drawn.get().removesuffix("\n")])


def coloured() -> bool:
    """Whether to print colours (https://no-color.org, https://force-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def progress(articles: Sequence[str], doing: str) -> Iterable[str]:
    """Show a progress bar on standard error while iterating, if it is a terminal; it disappears at the end."""
    if quiet() or not sys.stderr.isatty():
        return articles
    from rich.console import Console
    from rich.progress import track

    return track(articles, doing, console=Console(stderr=True), transient=True)


def never_die_of_encoding() -> None:
    """Make the standard streams write characters that they cannot encode as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def reader_gone() -> NoReturn:
    """Exit silently because the reader of the output is gone, also when Python flushes its buffers."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(nowhere, stream.fileno())
        except (AttributeError, OSError):  # no stream, or one without a file descriptor, as in tests
            continue
    sys.exit(BROKEN_PIPE)
