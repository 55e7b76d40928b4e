"""Seeds: the raw articles, their metadata, and the ids of their paragraphs.

A seed is evidence: its bytes are read and never written. `meta.toml` holds what is known about it (outlet, date,
rights) with the words of the seed that state it. It also lists the paragraph ids, each with a hash, so that `p7` still
means the same paragraph after another one is gone.

Example:
    >>> assign_paragraph_ids(["one", "three"], {"p1": digest("one"), "p2": digest("two"), "p3": digest("three")})
    {'p1': '7692c3ad3540', 'p2': 'retired', 'p3': '8b5b9db0c13d'}
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from vouchbank.corpus.anchors import OCCURRENCE, AnchorFault, find
from vouchbank.corpus.ids import PARAGRAPH
from vouchbank.files import MOST_BYTES, excess
from vouchbank.findings import Fault, Finding, Level, Place, declared
from vouchbank.spans import Paragraph, Span
from vouchbank.text import KEPT_ROLES, REMOVED_ROLES, Correction, Normalised, Verdict, normalise
from vouchbank.text.source_map import SourceMap, faults_of, read_source_map
from vouchbank.toml.reader import Document, decode

RETIRED = "retired"
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_cid|mc_eid)(?:=|\Z)", re.IGNORECASE)  # parameters of a click


@dataclass(frozen=True)
class Seed:
    """One raw article.

    Attributes:
        article: Its id.
        data: The bytes of raw.txt.
        file: The path of raw.txt, used in places.
        raw: The decoded text; empty if there are faults.
        meta: The content of meta.toml.
        faults: Why raw.txt cannot be used.
        map_data: The bytes of source-map.json, if raw.txt was rendered from a web page.
    """

    article: str
    data: bytes
    file: str
    raw: str
    meta: Document
    faults: tuple[Finding, ...]
    map_data: bytes | None = None

    @property
    def map_file(self) -> str:
        """The path of source-map.json, used in places."""
        return f"{self.file.rpartition('/')[0]}/source-map.json"

    @cached_property
    def map_values(self) -> Any:
        """The values of source-map.json; None if it is missing or cannot be read."""
        if self.map_data is None or len(self.map_data) > MOST_BYTES:
            return None
        try:
            values = json.loads(self.map_data.decode("utf-8"))
        except (ValueError, RecursionError):  # not UTF-8, not JSON, too many brackets
            return None
        return values if next(excess(values), None) is None else None

    @cached_property
    def source_map(self) -> SourceMap | None:
        """Where the text was in its web page; None without a page, or if the source map does not fit the seed."""
        try:
            found = read_source_map(self.map_values)
            return None if self.faults or any(faults_of(found, self.raw)) else found
        except (AttributeError, LookupError, TypeError, ValueError):  # the checks report what is wrong with it
            return None

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, in hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def hashes(self) -> list[str]:
        """SHA-256 of its bytes before each correction by the publisher, from meta.toml, and of its current bytes."""
        listed = self.meta.values.get("history")
        rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
        return [*(str(row.get("sha256")) for row in rows), self.sha256]

    @property
    def english(self) -> bool:
        """Whether meta.toml says that the article is in English."""
        return str(self.meta.values.get("language")).startswith("en")

    def fact(self, name: str) -> str:
        """The value of a fact in meta.toml, such as `outlet`; empty if it is missing."""
        stated = self.meta.values.get(name)
        value = stated.get("value") if isinstance(stated, dict) else None
        return value if isinstance(value, str) else ""

    @cached_property
    def normalised(self) -> Normalised:
        """Segments, clean text and offset map, with manual corrections and the verdicts of the source map.

        If the seed has faults, those of an empty text.
        """
        return normalise(self.raw, corrections(self)[0], verdicts=verdicts(self))

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the text, with stable ids."""
        return paragraphs_of(self.normalised, known_paragraphs(self.meta.values))


def with_facts(seed: Seed, facts: Mapping[str, Any]) -> Seed:
    """The seed with other values of meta.toml; its text is not normalised again."""
    other: Seed = replace(seed, meta=replace(seed.meta, values=dict(facts)))
    vars(other).update(normalised=seed.normalised, paragraphs=seed.paragraphs)
    return other


def read_seed(article: str, data: bytes, file: str, meta: Document, map_data: bytes | None = None) -> Seed:
    """A seed from the bytes of its files.

    A byte order mark and any line endings are part of the seed, and normalisation removes them. Bytes that are not
    UTF-8, a NUL character and an empty file are faults.
    """
    text, faults = decode(data, file)
    faults = tuple(f for f in faults if f.slug != "byte-order-mark")
    if not faults and not text.strip("\ufeff \t\r\n"):
        faults = (empty_seed(file),)
    return Seed(article, data, file, "" if faults else text, meta, faults, map_data)


def letters(text: str) -> str:
    r"""The letters and digits of a text, to compare two texts without line endings, spaces, punctuation and case.

    >>> letters("\ufeffIt is\u00a0raining.\r\n") == letters("It is raining .")
    True
    """
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def same_place(url: str) -> str:
    """The form in which two web addresses are compared; empty if `url` is not a web address.

    >>> same_place("http://www.Lake.example/a/?utm_source=x&id=7#top"), same_place("https://lake.example/a?id=7")
    ('lake.example/a?id=7', 'lake.example/a?id=7')
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    kept = [one for one in parts.query.split("&") if one and not _TRACKING.match(one)]
    at = f":{port}" if port not in (None, 80, 443) else ""
    return f"{host}{at}{parts.path.rstrip('/')}{'?' if kept else ''}{'&'.join(sorted(kept))}"


def address_of(seed: Seed) -> str:
    """The web address of the article, in the form in which addresses are compared; empty if it is unknown."""
    return same_place(seed.fact("url"))


@declared(Level.FILE)
def empty_seed(file: str) -> Fault:
    """The seed contains no text.

    seeds/<article>/raw.txt must contain the raw article.
    """
    return Fault("the seed is empty", Place(file), "add the article's raw text to this file")


@dataclass(frozen=True, slots=True)
class UnplacedCorrection:
    """A correction in meta.toml whose quote does not match exactly one place in the raw seed."""

    index: int
    quote: str
    fault: AnchorFault


def corrections(seed: Seed) -> tuple[tuple[Correction, ...], tuple[UnplacedCorrection, ...]]:
    """The manual corrections in meta.toml, as ranges of the raw seed; and those whose quote does not match one place.

    If the words occur several times and exactly one occurrence is a whole line, the correction means that one.
    """
    placed: list[Correction] = []
    unplaced: list[UnplacedCorrection] = []
    listed = seed.meta.values.get("corrections", ())
    for index, entry in enumerate(listed if isinstance(listed, list) else ()):
        if not (isinstance(entry, dict) and all(isinstance(entry.get(k), str) for k in ("q", "role"))):
            continue
        occurrence = entry.get("n", "")
        found = find(seed.raw, entry["q"], occurrence if OCCURRENCE.match(str(occurrence)) else "")
        if isinstance(found, AnchorFault) and found.kind == "ambiguous":
            whole = [span for span in found.spans if _fills_lines(seed.raw, span)]
            found = whole[0] if len(whole) == 1 else found
        if isinstance(found, Span) and any(found.overlaps(Span(c.raw_start, c.raw_end)) for c in placed):
            found = AnchorFault("ambiguous", (found,))
        if isinstance(found, Span) and entry["role"] in (*KEPT_ROLES, *REMOVED_ROLES):
            placed.append(Correction(found.start, found.end, entry["role"]))
        elif isinstance(found, Span):
            continue  # the checks report the unknown role
        else:
            unplaced.append(UnplacedCorrection(index, entry["q"], found))
    return tuple(placed), tuple(unplaced)


def _fills_lines(raw: str, span: Span) -> bool:
    """Whether a span covers all text of its lines."""
    return not (raw[: span.start].rpartition("\n")[2] + raw[span.end :].partition("\n")[0]).strip()


def verdicts(seed: Seed) -> tuple[Verdict, ...]:
    """Which lines of the seed were found to be main text, or not, when it was rendered from its web page."""
    return seed.source_map.verdicts if seed.source_map else ()


def known_paragraphs(meta: Mapping[str, Any]) -> dict[str, str]:
    """The paragraph ids in meta.toml with their hashes; empty if it has none."""
    listed = meta.get("paragraphs", {})
    if not isinstance(listed, dict):
        return {}
    return {k: v for k, v in listed.items() if isinstance(v, str) and PARAGRAPH.match(k)}


def digest(paragraph: str) -> str:
    """The first twelve hex digits of the SHA-256 of a paragraph's text."""
    return hashlib.sha256(paragraph.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def assign_paragraph_ids(texts: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    """The ids of the paragraphs `texts` with their hashes; ids whose paragraph is gone are marked as retired.

    Unchanged paragraphs keep their ids. If a run of paragraphs changed but their number did not, they keep their ids
    too. Any other new paragraph gets a number that was never used before.

    Args:
        texts: The paragraphs of the text, in order.
        known: The list in meta.toml, ids to hashes.

    Returns:
        Ids to hashes, in the order of the text; each retired id is where its paragraph was.
    """
    old = [(name, value) for name, value in known.items() if value != RETIRED]
    new = [digest(text) for text in texts]
    number = max((int(name[1:]) for name in known), default=0)
    listed: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, [v for _, v in old], new, autojunk=False).get_opcodes():
        if tag == "equal" or b - a == d - c:
            listed += [(old[a + i][0], new[c + i]) for i in range(d - c)]
            continue
        listed += [(name, RETIRED) for name, _ in old[a:b]]
        for value in new[c:d]:
            number += 1
            listed.append((f"p{number}", value))
    present = {name for name, _ in listed}
    listed += [(name, RETIRED) for name, value in known.items() if value == RETIRED and name not in present]
    return dict(listed)


def paragraphs_of(normalised: Normalised, known: Mapping[str, str]) -> tuple[Paragraph, ...]:
    """The paragraphs of the text with their stable ids."""
    kept = [s for s in normalised.segments if s.kept]
    spans = [Span(*pair) for pair in normalised.paragraphs]
    texts = [span.of(normalised.text) for span in spans]
    names = [name for name, value in assign_paragraph_ids(texts, known).items() if value != RETIRED]
    return tuple(
        Paragraph(name, segment.role, span, text)
        for name, segment, span, text in zip(names, kept, spans, texts, strict=True)
    )
