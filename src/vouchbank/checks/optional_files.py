"""Files of annotations/ that need not be there: the retired ids, the floors of agreement."""

from __future__ import annotations

from collections.abc import Iterator

from vouchbank.checks.faults import shape_faults
from vouchbank.corpus import Corpus
from vouchbank.findings import Finding
from vouchbank.schema.source import validator


def file_findings(corpus: Corpus, name: str, slug: str) -> Iterator[Finding]:
    """What is wrong with the form of such a file: it cannot be read, or is not as schema/<name>.json states."""
    document = corpus.optional(name)
    for fault in document.faults:
        yield Finding(slug, fault.message, fault.place, fault.help)
    stated = corpus.schema.documents.get(f"{name}.json")
    if document.missing or document.faults or stated is None:
        return
    check = validator(corpus.schema, stated)
    for _, message, help_, place in shape_faults(check, dict(document.values), document.place, document.key_place):
        yield Finding(slug, message, place, help_ or str(stated["description"]))
