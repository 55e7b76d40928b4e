"""How each number on the pages is known: the page, the sentence with `#` for each number, and where they come from.

A number that no line here accounts for fails `test_amounts.py`. Add a line that computes it from the source or reads it
from a report that a committed command writes; or say the sentence without the number. A sentence is as much of the
page's words as tells the number apart, with `` ` `` for anything in backticks.
"""

from __future__ import annotations

import inspect
import re
import signal
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple

import numpy

from tests.pages.reading import ROOT

MIB, MB = 1024**2, 1_000_000


class Stated(NamedTuple):
    """A sentence of a page, and what its numbers must be."""

    page: str
    sentence: str
    numbers: Callable[[], list[float]]


class Elsewhere(NamedTuple):
    """Numbers of a page that a test of their own compares: in paragraphs and rows that these words begin."""

    page: str
    begins: str
    test: str


def of(place: str, scale: float = 1) -> Any:
    """A constant of a module: `of("vouchbank.corpus.ids:LONGEST")`."""
    module, _, name = place.partition(":")
    there: Any = import_module(module)
    for part in name.split("."):
        there = getattr(there, part)
    return there / scale if scale != 1 else there


def default(place: str, parameter: str) -> float:
    """What a parameter is if nobody gives it."""
    return float(inspect.signature(of(place)).parameters[parameter].default)


def bulk(option: str, scale: float = 1) -> float:
    """What an option of `vouchbank bulk` is if nobody gives it."""
    return float(getattr(of("vouchbank.bulk.options:Options")(), option) / scale)


def id_bytes() -> int:
    """What an id of `bulk` takes on the disk while they are compared."""
    return int(numpy.dtype(of("vouchbank.bulk.duplicate_ids:_ID")).itemsize)


def folders_of_bulk() -> int:
    return len({of(f"vouchbank.bulk.receipts:{name}") for name in ("DATA", "FINDINGS", "RECEIPTS")})


def reported(report: str, pattern: str) -> list[float]:
    """The numbers that a report of bench/ has in the first place that fits."""
    found = re.search(pattern, (ROOT / report).read_text("utf-8"), re.DOTALL)
    assert found, f"{report} has nothing like {pattern!r}"
    return [float(number.replace(",", "")) for number in found.groups()]


def layers() -> Any:
    """The schema of the corpus."""
    return of("vouchbank.schema:load_schema")(of("vouchbank.schema:default_schema_folder")())


def least_words() -> int:
    return int(of("vouchbank.corpus.anchors:ELISION_WORDS"))


ACCOUNTED: list[Stated | Elsewhere] = [
    Elsewhere("CONTRIBUTING.md", "The first finding stands for", "tests/test_contributing.py"),
    Stated(
        "annotations/README.md",
        "Each article has # TOML files, which hold # layers",
        lambda: [len(layers().layer_files), len(layers().layers)],
    ),
    Stated(
        "annotations/README.md",
        "at most # MiB, a text in it # characters; values are nested at most # deep",
        lambda: [
            of("vouchbank.files:MOST_BYTES", MIB),
            of("vouchbank.files:MOST_CHARACTERS"),
            of("vouchbank.files:MOST_DEPTH"),
        ],
    ),
    Stated("annotations/README.md", "at least # words, `, at least # words", lambda: [least_words()] * 2),
    Stated("annotations/README.md", "Fewer than # words beside ` become #", lambda: [least_words()] * 2),
    Stated("annotations/README.md", "# unchanged words in a row", lambda: [of("vouchbank.change.align:RUN_WORDS")]),
    Stated(
        "bench/README.md",
        "from # to # kB",
        lambda: reported("bench/speed.md", r"## One long article.*?\n\| ([\d.]+) kB \|.*\n\| ([\d.]+) kB \|"),
    ),
    Stated(
        "bench/README.md",
        "# characters of paragraphs",
        lambda: [of("bench.scale_inputs:LENGTH")],
    ),
    Stated(
        "bench/README.md",
        "# spans per article",
        lambda: reported("bench/scale.md", r"articles with (\d+) spans each"),
    ),
    Stated(
        "bench/README.md",
        "# MB at most",
        lambda: [round(*reported("bench/install.md", r"\| nothing more: [^|]+\| \d+ \| ([\d.]+) \|"), -1)],
    ),
    Stated("bench/README.md", "pieces of the # articles", lambda: [len(list((ROOT / "corpus/text").iterdir()))]),
    Elsewhere("bench/README.md", "The repository's own pages repeat", "tests/test_quoted.py"),
    Stated(
        "docs/commands.md", "A corpus of fewer than # articles uses one", lambda: [of("vouchbank.corpus.processes:FEW")]
    ),
    Stated("docs/commands.md", "without a terminal (default: #)", lambda: [of("vouchbank.cli.output:WIDTH")]),
    Stated("docs/commands.md", "#: the output was closed early", lambda: [of("vouchbank.cli.output:BROKEN_PIPE")]),
    Stated("docs/commands.md", "#: could not run", lambda: [of("click:UsageError.exit_code")]),
    Stated(
        "docs/commands.md",
        "a page over # MB, with over # tags or nested over # deep",
        lambda: [
            of("vouchbank.pages.webpage:MOST_PAGE", MIB),
            of("vouchbank.text.markup:MOST_TAGS"),
            of("vouchbank.text.markup:MOST_DEPTH"),
        ],
    ),
    Elsewhere("docs/install.md", "", "tests/test_install.py"),
    Stated(
        "docs/lab.md", "any printable text of at most # characters", lambda: [of("vouchbank.checks.inputs:MOST_ID")]
    ),
    Stated("docs/lab.md", "at most # MB and # lines", lambda: [bulk("most_bytes", MIB), bulk("most_lines")]),
    Stated("docs/lab.md", "Each part of the input (about # MB", lambda: [bulk("part_bytes", MIB)]),
    Stated("docs/lab.md", "becomes # files", lambda: [folders_of_bulk()]),
    Stated("docs/lab.md", "A part is # files in # folders", lambda: [folders_of_bulk()] * 2),
    Stated(
        "docs/lab.md",
        "per folder at # million articles",
        lambda: reported("bench/scale.md", r"\n\| (\d+),000,000 \| [\d,]+ \| \d+ h \|"),
    ),
    Stated("docs/lab.md", "with # bytes of disk for each article", lambda: [id_bytes()]),
    Stated("docs/lab.md", "# if a part was not made", lambda: [of("click:UsageError.exit_code")]),
    Stated("docs/lab.md", "the command ends with status #", lambda: [of("click:UsageError.exit_code")]),
    Stated("docs/lab.md", "It shows # findings of each check", lambda: [of("vouchbank.bulk.verify:MOST")]),
    Stated("docs/lab.md", "On # cores the input and output", lambda: [of("bench.scale:CORES")]),
    Stated("docs/lab.md", "up to the limit of # MB", lambda: [bulk("most_bytes", MIB)]),
    Stated(
        "docs/normalisation.md",
        "# scopes (`, `, `) also remove",
        lambda: [len([name for name in of("vouchbank.text.rules:_REMOVING") if "prefix" not in name])],
    ),
    Stated("docs/normalisation.md", "right less than #%", lambda: [100 * of("bench.normalising:LEAST_PRECISION")]),
    Stated("docs/normalisation.md", "have fewer than # such lines", lambda: [of("bench.normalising:FEW")]),
    Stated(
        "docs/normalisation.md",
        "at most # articles or # MB",
        lambda: [
            of("vouchbank.bulk.input_batches:BATCH_ARTICLES"),
            of("vouchbank.bulk.input_batches:BATCH_CHARACTERS", MIB),
        ],
    ),
    Stated("docs/normalisation.md", "# or more of them", lambda: [of("vouchbank.text.recurring:LEAST_PAGES")]),
    Stated(
        "docs/releasing.md",
        "repeats each upload up to # times",
        lambda: [default("huggingface_hub.utils:http_backoff", "max_retries")],
    ),
    Stated("docs/releasing.md", "for more than # minutes", lambda: [of("vouchbank.release.upload:LONGEST", 60)]),
    Stated(
        "docs/checks/beyond-limits.md",
        "at most # MiB and a text at most # characters; values are nested at most # levels deep",
        lambda: [
            of("vouchbank.files:MOST_BYTES", MIB),
            of("vouchbank.files:MOST_CHARACTERS"),
            of("vouchbank.files:MOST_DEPTH"),
        ],
    ),
    Stated(
        "docs/checks/cue-too-long.md", "at most # words", lambda: [of("vouchbank.checks.attributions:MOST_CUE_WORDS")]
    ),
    Stated("docs/checks/elision-too-short.md", "fewer than # words on one side", lambda: [least_words()]),
    Stated("docs/checks/elision-too-short.md", "at least # words, ' … '", lambda: [least_words()]),
    Stated("docs/checks/input-id-unusable.md", "at most # characters", lambda: [of("vouchbank.checks.inputs:MOST_ID")]),
    Stated(
        "docs/checks/input-too-long.md",
        "# megabytes of text or # lines",
        lambda: [bulk("most_bytes", MIB), bulk("most_lines")],
    ),
    Stated("docs/checks/misnamed-article.md", "at most # characters", lambda: [of("vouchbank.corpus.ids:LONGEST")]),
    Stated("docs/checks/README.md", "the # worst findings of a level", lambda: [of("vouchbank.report.github:SHOWN")]),
    Stated(
        "src/vouchbank/compare/document.md",
        "a # % interval: a percentile bootstrap over sentences with # draws",
        lambda: [100 * of("vouchbank.compare.bootstrap:MIDDLE"), of("vouchbank.compare.bootstrap:DRAWS")],
    ),
    Stated(
        "src/vouchbank/withhold/notice.md",
        "the first # hexadecimal digits",
        lambda: [len(of("vouchbank.corpus.seeds:digest")(""))],
    ),
    Stated("docs/releasing.md", "# stopped by the Hub", lambda: [of("click:UsageError.exit_code")]),
    Stated(
        "docs/releasing.md", "# or # stopped by Ctrl-C or SIGTERM", lambda: [128 + signal.SIGINT, 128 + signal.SIGTERM]
    ),
    Stated("docs/terms.md", "A piece of the input of `, about # MB", lambda: [bulk("part_bytes", MIB)]),
    Stated("docs/versions.md", "a slug of at most # characters", lambda: [of("vouchbank.corpus.ids:LONGEST")]),
    Stated("docs/withheld-text.md", "files above # MB", lambda: [of("vouchbank.withhold.folders:_TOO_LARGE", MB)]),
]
