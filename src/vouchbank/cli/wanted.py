"""The options that say how articles are read and what is made of them, for every command that takes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from vouchbank.bulk import Options

C = TypeVar("C", bound=Callable[..., Any])
_MB = 1024**2
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path, resolve_path=True)
_OPTIONS = (
    click.option("--id-column", "id", metavar="NAME", help="The column of ids. Default: `article_id`, or else `id`."),
    click.option("--text-column", "text", metavar="NAME", help="The column of raw texts. Default: `text`."),
    click.option("--html-column", "html", metavar="NAME", help="The column of web pages. Default: `html`."),
    click.option("--language", metavar="TAG", help="Of articles that do not say theirs, as a BCP 47 tag. Default: en."),
    click.option("--rules", type=_FILE, help="Rules of normalisation in place of those of the library."),
    click.option("--registry", type=_FILE, help="A registry.toml that tells who the sources are."),
    click.option("--by", metavar="NAME", help="Who made annotation that does not say so. Default: input."),
    click.option("--via", metavar="HOW", help="How it was made, where it does not say so. Default: model."),
    click.option("--guidelines", metavar="VERSION", help="Which guidelines it follows, where it does not say so."),
    click.option(
        "--most-mb", type=click.IntRange(1), metavar="MB", help="The longest article that is read. Default: 5."
    ),
    click.option("--most-lines", type=click.IntRange(1), metavar="N", help="The most lines of one. Default: 50,000."),
    click.option("--draft", metavar="MODULE:FUNCTION", help="A function that drafts annotation of an article."),
    click.option("--no-check", "check", is_flag=True, flag_value=False, default=None, help="Only validate the spans."),
)


def article_options(command: C) -> C:
    """Give a command the options that `options_of` reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_of(said: dict[str, Any]) -> Options:
    """What was said on the command line, and the defaults of the rest; sizes are in MB there."""
    from vouchbank.bulk import Options

    given: dict[str, Any] = {}
    for name, value in said.items():
        if value is not None and name.endswith("_mb"):
            given[f"{name.removesuffix('_mb')}_bytes"] = value * _MB
        elif value is not None:
            given[name] = str(value) if isinstance(value, Path) else value
    return Options(**given)
