"""Options for reading and processing articles, shared by normalise and bulk."""

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
    click.option("--id-column", "id", metavar="NAME", help="Column of ids. Default: `article_id`, otherwise `id`."),
    click.option("--text-column", "text", metavar="NAME", help="Column of raw texts. Default: `text`."),
    click.option("--html-column", "html", metavar="NAME", help="Column of web pages. Default: `html`."),
    click.option(
        "--language", metavar="TAG", help="Language of articles that do not state one, as a BCP 47 tag. Default: en."
    ),
    click.option("--rules", type=_FILE, help="File of normalisation rules to use instead of the built-in ones."),
    click.option("--registry", type=_FILE, help="A registry.toml that identifies the sources."),
    click.option("--by", metavar="NAME", help="Annotator of annotations that do not name one. Default: input."),
    click.option("--via", metavar="HOW", help="How annotations were made, if they do not say. Default: model."),
    click.option("--guidelines", metavar="VERSION", help="Version of the guidelines, if annotations state none."),
    click.option(
        "--most-mb", type=click.IntRange(1), metavar="MB", help="Size of the longest article to read. Default: 5."
    ),
    click.option(
        "--most-lines", type=click.IntRange(1), metavar="N", help="Most lines of an article. Default: 50,000."
    ),
    click.option("--draft", metavar="MODULE:FUNCTION", help="Function that drafts annotations for an article."),
    click.option(
        "--no-check",
        "check",
        is_flag=True,
        flag_value=False,
        default=None,
        help="Only validate the spans; skip the other checks.",
    ),
)


def article_options(command: C) -> C:
    """Add the options that `options_of` reads to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def options_of(said: dict[str, Any]) -> Options:
    """The options of the command line, with sizes converted from MB, and defaults for the rest."""
    from vouchbank.bulk import Options

    given: dict[str, Any] = {}
    for name, value in said.items():
        if value is not None and name.endswith("_mb"):
            given[f"{name.removesuffix('_mb')}_bytes"] = value * _MB
        elif value is not None:
            given[name] = str(value) if isinstance(value, Path) else value
    return Options(**given)
