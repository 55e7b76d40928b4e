r"""The citation of the corpus: CITATION.cff, read for the card, Croissant and DataCite.

Example:
    >>> print(bibtex(Citation("Numbers & sources", ("A. Nobody",), "1.0.0", "2030-01-31")))
    @misc{vouchbank_1_0_0,
      title     = {{Numbers \& sources}},
      author    = {{A. Nobody}},
      year      = {2030},
      version   = {1.0.0},
      note      = {Dataset, CC BY 4.0}
    }
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vouchbank._version import __version__
from vouchbank.errors import VouchBankError, needed

CITATION = "CITATION.cff"
UNKNOWN = ":unkn"  # DataCite's code for an unknown value


class CitationError(VouchBankError):
    """CITATION.cff cannot be used."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{CITATION}: {why}")


@dataclass(frozen=True, slots=True)
class Citation:
    """Title, authors in full, version, date of release (ISO; empty if not released), keywords, address if any."""

    title: str
    authors: tuple[str, ...]
    version: str
    released: str = ""
    keywords: tuple[str, ...] = ()
    url: str = ""

    @property
    def year(self) -> str:
        """The year of the release; empty if it is unknown."""
        return self.released[:4]


def read_citation(root: Path) -> Citation:
    """The citation of the corpus at `root`; without CITATION.cff, authors and date are unknown.

    Raises:
        CitationError: the file cannot be read, or lacks a title, an author or a version.
        MissingExtraError: the library that reads YAML is not installed.
    """
    path = root / CITATION
    if not path.is_file():
        return Citation("VouchBank", (UNKNOWN,), __version__)
    with needed(f"reading {CITATION}"):
        import yaml
    try:
        held = yaml.safe_load(path.read_text("utf-8"))
        return _citation(held)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: not UTF-8, or an impossible date
        raise CitationError(f"cannot be read: {' '.join(str(error).split())}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise CitationError(f"title, authors or version is missing ({error})") from error


def _citation(held: Any) -> Citation:
    return Citation(
        title=" ".join(str(held["title"]).split()),
        authors=tuple(_name(author) for author in held["authors"]),
        version=str(held["version"]),
        released=str(held.get("date-released", "")),
        keywords=tuple(map(str, held.get("keywords", ()))),
        url=str(held.get("url") or held.get("repository-code") or ""),
    )


def _name(author: Any) -> str:
    if "name" in author:
        return str(author["name"])
    return f"{author.get('given-names', '')} {author['family-names']}".strip()


def bibtex(citation: Citation) -> str:
    """An entry that BibTeX and biblatex both read; unknown values are left out."""
    authors = " and ".join(f"{{{_tex(name)}}}" for name in citation.authors if name != UNKNOWN)
    fields = {
        "title": f"{{{_tex(citation.title)}}}",
        "author": authors,
        "year": citation.year,
        "version": _tex(citation.version),
        "url": citation.url,
        "note": "Dataset, CC BY 4.0",
    }
    key = re.sub(r"\W", "_", f"vouchbank_{citation.version}", flags=re.ASCII)
    lines = [f"  {name:<9} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{key},\n" + ",\n".join(lines) + "\n}"


def _tex(text: str) -> str:
    """Text with the characters escaped that TeX would take for commands."""
    plain = re.sub(r"[\\{}]", "", text)
    return re.sub(r"([&%$#_])", r"\\\1", plain)
