"""corpus/datacite.json: the metadata for registering a DOI, in the JSON form of the DataCite kernel 4.5.

The DOI is left out, and the file says so: whoever registers one adds it.

Example:
    >>> from vouchbank.build.about import tell
    >>> from vouchbank.corpus import Corpus, repository_root
    >>> from vouchbank.tables.make import make_tables
    >>> corpus = Corpus(repository_root())
    >>> made = json.loads(datacite(tell(corpus, make_tables(corpus))))
    >>> made["types"]["resourceTypeGeneral"], made["sizes"][0].split(":")[0], "doi" in made
    ('Dataset', 'articles', False)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from vouchbank._version import __version__
from vouchbank.build.about import Told
from vouchbank.build.citation import UNKNOWN

NO_DOI = "No DOI is registered for this version. Whoever registers one adds the field doi."
FORMATS = ("application/x-parquet", "text/plain", "application/json", "text/markdown", "image/svg+xml")


def datacite(told: Told) -> str:
    """The whole file."""
    said, citation = told.said, told.citation
    document = {
        "schemaVersion": "http://datacite.org/schema/kernel-4",
        "types": {"resourceTypeGeneral": "Dataset", "resourceType": "Annotated corpus"},
        "creators": [{"name": name, "nameType": "Organizational"} for name in citation.authors],
        "titles": [{"title": citation.title, "lang": "en"}],
        "publisher": {"name": citation.authors[0]},
        "publicationYear": citation.year or UNKNOWN,
        "dates": [{"date": citation.released, "dateType": "Issued"}] if citation.released else [],
        "version": __version__,
        "language": told.languages[0] if len(told.languages) == 1 else "",
        "subjects": [{"subject": word} for word in citation.keywords],
        "sizes": [f"{name}: {count} rows" for name, count in told.rows.items()],
        "formats": list(FORMATS),
        "rightsList": _rights(said),
        "descriptions": [
            {"description": said["summary"], "descriptionType": "Abstract", "lang": "en"},
            {"description": " ".join(said["protocol"]), "descriptionType": "Methods", "lang": "en"},
            {"description": NO_DOI, "descriptionType": "Other", "lang": "en"},
        ],
    }
    kept = {key: value for key, value in document.items() if value not in ("", [])}
    return json.dumps(kept, indent=1, ensure_ascii=False) + "\n"


def _rights(said: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "rights": "Creative Commons Attribution 4.0 International (the annotation)",
            "rightsUri": "https://creativecommons.org/licenses/by/4.0/legalcode",
            "rightsIdentifier": "CC-BY-4.0",
            "rightsIdentifierScheme": "SPDX",
            "schemeUri": "https://spdx.org/licenses/",
            "lang": "en",
        },
        {"rights": said["rights"], "lang": "en"},
    ]
